"""Generators of docs/."""
