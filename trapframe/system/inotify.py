"""Tells which entries of folders change: Linux's inotify."""

from __future__ import annotations

import ctypes
import errno
import os
import struct
from pathlib import Path

EVENT = struct.Struct("iIII")  # struct inotify_event: wd mask cookie len, then the name
CHUNK = 65_536
# A file closed behind a writer, renamed to or from, made, deleted, or given other permissions.
CHANGES = 0x8 | 0x80 | 0x40 | 0x100 | 0x200 | 0x4
OVERFLOW = 0x4000
ONLY_FOLDERS = 0x1000000


class WatchError(Exception):
    """What can't be watched."""

    exit_code = 2


class Inotify:
    """Folders that are watched, themselves only; poll() on it says when read() has something."""

    def __init__(self) -> None:
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._fd: int = self._libc.inotify_init1(os.O_CLOEXEC | os.O_NONBLOCK)
        if self._fd < 0:
            raise WatchError(f"--watch: inotify: {os.strerror(ctypes.get_errno())}")
        self._folders: dict[int, Path] = {}

    def fileno(self) -> int:
        return self._fd

    def close(self) -> None:
        os.close(self._fd)

    def add(self, folder: Path) -> bool:
        """Again as often as you like. False where there is no such folder."""
        number = self._libc.inotify_add_watch(self._fd, os.fsencode(folder), CHANGES | ONLY_FOLDERS)
        if number >= 0:
            self._folders[number] = folder
            return True
        error = ctypes.get_errno()
        if error == errno.ENOSPC:
            raise WatchError("--watch: too many folders: raise /proc/sys/fs/inotify/max_user_watches")
        return False

    def read(self) -> set[Path]:
        """What has changed; all folders where the kernel has lost count."""
        changed: set[Path] = set()
        while True:
            try:
                data = os.read(self._fd, CHUNK)
            except BlockingIOError:
                return changed
            at = 0
            while at < len(data):
                number, mask, _, length = EVENT.unpack_from(data, at)
                name = data[at + EVENT.size : at + EVENT.size + length].rstrip(b"\0")
                at += EVENT.size + length
                if mask & OVERFLOW:
                    changed.update(self._folders.values())
                elif name and number in self._folders:
                    changed.add(self._folders[number] / os.fsdecode(name))
