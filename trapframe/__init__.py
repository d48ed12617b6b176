"""trapframe: what an x86 processor saves when it delivers an exception, and whether an emulator does."""

__version__ = "0.1.0"
