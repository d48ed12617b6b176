"""Mutants of the specification: each is spec/ with one mistake in it, and the golden files have to see it."""
