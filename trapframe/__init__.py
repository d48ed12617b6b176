"""trapframe: what an x86 processor saves when it delivers an exception, and whether an emulator does.

Its rooms, of which each uses those behind it (docs/tour.md): commands, runs, pages, report, truth, suite,
engines, frames, system.
"""

__version__ = "0.1.0"
