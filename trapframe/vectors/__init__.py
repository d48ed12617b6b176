"""Cases for whoever has no ROM to boot: docs/vectors.md."""
