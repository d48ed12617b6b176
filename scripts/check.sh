#!/bin/sh
# All checks of this project. The last line is pytest's own.
set -eu
cd "$(dirname "$0")/.."

# The packaged modules belong to the system's interpreter, which needn't be the first in PATH.
python=${PYTHON:-/usr/bin/python3}
command -v "$python" >/dev/null || python=python3

# A thousand runners are started, and each would compile all of trapframe anew.
unset PYTHONDONTWRITEBYTECODE

echo "check: build and lint"
scripts/lint.sh &
lint=$!
trap 'kill "$lint" 2>/dev/null || true' EXIT
make -s -j"$(nproc)" roms ${TRAPFRAME_EXPLORE:+programs}
wait "$lint" || [ $? -eq 3 ]
trap - EXIT
echo "check: tests"
exec "$python" -m pytest -q -n "$(($(nproc) + 1))" --dist loadfile "$@"
