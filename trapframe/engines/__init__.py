"""Emulators: what describes one, its releases, its processes, and one ROM run on it."""
