#!/bin/sh
# Installs what is missing: scripts/setup.sh GROUP..., GROUP being run or check. Says what before it does; silent, and
# done in a few milliseconds, when nothing is missing.
set -eu

# What has to be there, and the package of Debian and its kin that has it. NAME.py is a Python module, NAME.so a plugin
# of Bochs, any other a program.
run='
    qemu-system-x86_64=qemu-system-x86
    bochs=bochs
    libbx_term_gui.so=bochs-term
    gcc=gcc
    ld=binutils
    make=make
    git=git
    python3=python3
    elftools.py=python3-pyelftools
    jinja2.py=python3-jinja2
    rich.py=python3-rich
'
check='
    clang=clang
    clang-format=clang-format
    black=black
    flake8=flake8
    mypy=mypy
    pytest.py=python3-pytest
    hypothesis.py=python3-hypothesis
    junitparser.py=python3-junitparser
    chromium=chromium
    node=nodejs
    npm=npm
'

present() {
    case $1 in
    *.py) module "${1%.py}" ;;
    *.so) plugin "$1" ;;
    *) command -v "$1" >/dev/null 2>&1 ;;
    esac
}

# The interpreter that everything here uses: runner.py, check.sh and the Makefile choose the same. Another python3 that
# comes first in PATH has its own modules, or none.
python=${PYTHON:-/usr/bin/python3}
command -v "$python" >/dev/null || python=python3

# Where packages put modules of the system's interpreter; asking takes longer, so that is only for what was installed otherwise.
module() {
    if [ "$python" = /usr/bin/python3 ]; then
        folder=/usr/lib/python3/dist-packages
        if [ -e "$folder/$1" ] || [ -e "$folder/$1.py" ]; then return 0; fi
    fi
    "$python" -c "import $1" >/dev/null 2>&1
}

# Only a packaged Bochs has its plugins in packages.
plugin() {
    case $(command -v bochs || true) in /usr/bin/bochs | /bin/bochs | '') ;; *) return 0 ;; esac
    for file in /usr/lib/*/bochs/plugins/"$1" /usr/lib*/bochs/plugins/"$1"; do
        if [ -e "$file" ]; then return 0; fi
    done
    return 1
}

packages=
groups="$*"
for group; do
    case $group in
    run) wanted=$run ;;
    check) wanted=$check ;;
    *) echo "setup: no group '$group'; there is run and check" >&2 && exit 2 ;;
    esac
    for pair in $wanted; do
        present "${pair%%=*}" || packages="$packages ${pair#*=}"
    done
done
packages=${packages# }

# What the tests of the page need of npm's registry. Not having it is no reason to stop: those tests then say so.
browser_modules() {
    case " $groups " in *" check "*) ;; *) return 0 ;; esac
    folder=$(dirname "$0")/../tests/browser
    if [ -e "$folder/node_modules/.package-lock.json" ]; then return 0; fi
    echo "setup: npm ci in tests/browser"
    npm ci --prefix "$folder" --no-audit --no-fund --loglevel=error ||
        echo "setup: that failed; the report's tests in a browser will be skipped" >&2
}

if [ -z "$packages" ]; then
    browser_modules
    exit 0
fi

if ! command -v apt-get >/dev/null 2>&1; then
    cat >&2 <<END
setup: missing, by the names of Debian's packages: $packages
setup: there is no apt-get here; install them with this system's package manager, then try again
END
    exit 1
fi

# $packages is a list of words, here and below.
# shellcheck disable=SC2086
lists_missing() { ! apt-cache show $packages >/dev/null 2>&1; }

as_root=
if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
        as_root="sudo -n"
    elif command -v sudo >/dev/null 2>&1 && [ -t 0 ]; then
        as_root=sudo # which asks for the password
    else
        cat >&2 <<END
setup: missing packages: $packages
setup: installing them needs root. Run this, then try again:
    sudo apt-get update && sudo apt-get install --no-install-recommends $packages
END
        exit 1
    fi
fi

# shellcheck disable=SC2086
install() {
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $packages
}

echo "setup: installing $packages"
if lists_missing; then
    echo "setup: apt-get update first, for the list of packages"
    $as_root apt-get update -q
fi
if ! install; then
    echo "setup: once more, with a new list of packages"
    $as_root apt-get update -q
    install
fi
browser_modules
