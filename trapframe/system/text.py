"""Text of others, fit to be shown."""

from __future__ import annotations


def printable(text: str) -> str:
    """Without anything that could move a cursor or change a colour."""
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode("ascii") for letter in text
    )


def bounded(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[:limit]}... ({len(text) - limit} characters more)"
