"""Golden files held to the specification: docs/spec.md, "The golden files"."""
