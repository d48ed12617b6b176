#!/usr/bin/env python3
"""Runs a ROM on DOSBox, which has a BIOS of its own and talks to terminals only.

    dosbox.py BOOT ROM SERIAL WORDS...

BOOT is the boot sector that engines/dosbox.S makes, SERIAL the file for the record. WORDS start DOSBox with
the settings in `dosbox.conf`: it boots from `floppy`, its serial port is `terminal`, both in the current
folder.
"""

import os
import select
import signal
import subprocess
import sys
import tty

FLOPPY = "floppy"
FLOPPY_SIZE = 163_840  # of 40 tracks with 8 sectors, on one side
TERMINAL = "terminal"  # a link: the settings don't depend on its number
CHUNK = 4096


def main() -> int:
    boot, rom, serial, *words = sys.argv[1:]
    with open(FLOPPY, "wb") as floppy:
        for part in (boot, rom):
            with open(part, "rb") as file:
                floppy.write(file.read())
        floppy.truncate(FLOPPY_SIZE)
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    os.symlink(os.ttyname(theirs), TERMINAL)
    ended, ends = os.pipe()
    os.set_inheritable(ends, True)
    with open(serial, "wb", buffering=0) as record:
        process = subprocess.Popen(words, stdin=subprocess.DEVNULL, close_fds=False)
        os.close(ends)
        while True:
            ready, _, _ = select.select([ours, ended], [], [])
            if ours in ready:
                record.write(os.read(ours, CHUNK))
            elif ended in ready:
                break
    status = process.wait()
    if status < 0:
        os.kill(os.getpid(), -status)
        signal.pause()
    return status


sys.exit(main())
