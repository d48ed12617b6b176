"""A question to the specification, and its answer in words: `./runner.py ask`, docs/ask.html."""
