"""Tests of others, recorded from a processor: read, replayed in real mode, held against the record."""
