#!/usr/bin/env python3
"""Runs a ROM on DOSBox, which has a BIOS of its own and talks to terminals only.

    dosbox.py BOOT LIBRARY ROM SERIAL WORDS...

BOOT is the boot sector that engines/dosbox.S makes, LIBRARY what engines/dosbox.c makes, SERIAL the file for
the record. WORDS start DOSBox with the settings in `dosbox.conf`: it boots from `floppy`, its serial port is
`terminal`, both in the current folder. With the record's last line DOSBox is ended, and the status is 33.

With TRAPFRAME_LAUNCHER in the environment all is made ready and DOSBox takes our place: launcher/dosbox.c.
"""

import os
import re
import select
import signal
import subprocess
import sys
import tty

FLOPPY = "floppy"
FLOPPY_SIZE = 163_840  # of 40 tracks with 8 sectors, on one side
TERMINAL = "terminal"  # a link: the settings don't depend on its number
CHUNK = 4096
LAST = re.compile(rb"^end exit [0-9a-f]+\n", re.MULTILINE)
ENDED = 33  # as isa-debug-exit of QEMU would end it


def main() -> int:
    boot, library, rom, serial, *words = sys.argv[1:]
    with open(FLOPPY, "wb") as floppy:
        for part in (boot, rom):
            with open(part, "rb") as file:
                floppy.write(file.read())
        floppy.truncate(FLOPPY_SIZE)
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    os.symlink(os.ttyname(theirs), TERMINAL)
    os.environ["LD_PRELOAD"] = " ".join(filter(None, (os.environ.get("LD_PRELOAD"), library)))
    if "TRAPFRAME_LAUNCHER" in os.environ:
        os.set_inheritable(ours, True)
        os.close(theirs)
        os.execvp(words[0], words)
    ended, ends = os.pipe()
    os.set_inheritable(ends, True)
    with open(serial, "wb", buffering=0) as record:
        process = subprocess.Popen(words, stdin=subprocess.DEVNULL, close_fds=False)
        os.close(ends)
        come = b""
        while True:
            ready, _, _ = select.select([ours, ended], [], [])
            if ours in ready:
                chunk = os.read(ours, CHUNK)
                record.write(chunk)
                come = come[-CHUNK:] + chunk
                if LAST.search(come):
                    process.kill()
                    return ENDED
            elif ended in ready:
                break
    status = process.wait()
    if status < 0:
        os.kill(os.getpid(), -status)
        signal.pause()
    return status


sys.exit(main())
