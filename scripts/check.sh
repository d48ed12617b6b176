#!/bin/sh
# All checks of this project. The last line is pytest's own.
set -eu
cd "$(dirname "$0")/.."

# The packaged modules belong to the system's interpreter, which needn't be the first in PATH.
python=${PYTHON:-/usr/bin/python3}
command -v "$python" >/dev/null || python=python3

echo "check: build"
make -s -j"$(nproc)" roms programs
scripts/lint.sh || [ $? -eq 3 ]
echo "check: tests"
exec "$python" -m pytest -q -n "$(nproc)" --dist loadfile "$@"
