"""Whole spaces of states on engines, judged in the guest by the specification: docs/sweeps.md."""
