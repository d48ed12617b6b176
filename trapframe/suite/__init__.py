"""The cases: built, known by what they say of themselves, and chosen."""
