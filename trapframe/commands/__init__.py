"""The commands of runner.py, a module each."""
