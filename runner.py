#!/bin/sh
""":"
# A shell reads this part, Python skips it as text. /usr/bin/python3 has what the system's package manager
# installed; another python3 that comes first in PATH often hasn't, and may take longer to start than we do.
for python in /usr/bin/python3 python3; do
    if command -v "$python" >/dev/null 2>&1; then exec "$python" "$0" "$@"; fi
done
echo "runner.py: no python3: install it (apt-get install python3)" >&2
exit 2
":"""

from __future__ import annotations

import gc
import os
import signal
import sys
from importlib.util import find_spec

SYSTEM_PYTHON = "/usr/bin/python3"
PACKAGES = ("elftools", "rich")
TRIED = "TRAPFRAME_TRIED"  # set for the second interpreter, so that there is no third


def other_python() -> str | None:
    """An interpreter that may have what this one lacks."""
    import shutil

    found = (SYSTEM_PYTHON, shutil.which("python3"))
    return next(
        (path for path in found if path and os.access(path, os.X_OK) and path != sys.executable), None
    )


def start() -> int:
    gc.disable()  # while modules are loaded, which leaves no circles
    missing = [name for name in PACKAGES if find_spec(name) is None]
    if (sys.version_info < (3, 11) or missing) and not os.environ.get(TRIED):
        other = other_python()
        if other:
            os.environ[TRIED] = "1"
            os.execv(other, [other, os.path.abspath(__file__), *sys.argv[1:]])
    if sys.version_info < (3, 11):
        print(
            f"runner.py: needs Python 3.11 or later, {sys.executable} is {sys.version.split()[0]}",
            file=sys.stderr,
        )
        return 2
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    from trapframe import cli

    return cli.main()


if __name__ == "__main__":
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # no traceback where nothing is at work yet, or any more
    sys.exit(start())
