#!/bin/sh
# All checks of this project. The last line is pytest's own.
set -eu
cd "$(dirname "$0")/.."

# The packaged modules belong to the system's interpreter, which needn't be the first in PATH.
python=${PYTHON:-/usr/bin/python3}
command -v "$python" >/dev/null || python=python3

echo "check: build"
make -s -j"$(nproc)" roms
echo "check: black, flake8, mypy, clang-format"
sources="runner.py trapframe tests scripts"
# shellcheck disable=SC2086
{
    said=$("$python" -m black --check $sources 2>&1) || { echo "$said" >&2 && exit 1; }
    "$python" -m flake8 $sources
    "$python" -m mypy --no-error-summary
}
find harness cases -name '*.[ch]' -exec clang-format --dry-run --Werror {} +
echo "check: tests"
exec "$python" -m pytest -q "$@"
