"""Views on the results of a run: report.json is the one that all others are made from."""
