"""What the operating system gives and takes: processes, files, signals, folders. Knows nothing of x86."""
