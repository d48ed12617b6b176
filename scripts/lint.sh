#!/bin/sh
# Form and types of the sources. Each release of these tools has an opinion of its own, so only these versions, Debian 12's,
# are asked: with any other this says so, and ends with exit code 3.
set -eu
cd "$(dirname "$0")/.."
pinned='black=23.1.0 flake8=5.0.4 mypy=1.0.1 clang-format=14.0.6'

# The packaged modules belong to the system's interpreter, which needn't be the first in PATH.
python=${PYTHON:-/usr/bin/python3}
command -v "$python" >/dev/null || python=python3

version() {
    case $1 in
    clang-format) clang-format --version ;;
    *) "$python" -m "$1" --version ;;
    esac 2>/dev/null | grep -oE '[0-9]+\.[0-9]+\.[0-9]+' | head -n 1
}

for pair in $pinned; do
    here=$(version "${pair%=*}" || true)
    if [ "$here" != "${pair#*=}" ]; then
        echo "lint: skipped: it is for ${pair%=*} ${pair#*=}, here is ${here:-none}"
        exit 3
    fi
done

echo "lint: black, flake8, mypy, clang-format"
sources="runner.py trapframe tests scripts"
# shellcheck disable=SC2086
{
    said=$("$python" -m black --check $sources 2>&1) || { echo "$said" >&2 && exit 1; }
    "$python" -m flake8 $sources
    "$python" -m mypy --no-error-summary
}
find harness cases engines launcher spec sweeps -name '*.[ch]' -exec clang-format --dry-run --Werror {} +
