#!/bin/sh
# Installs what is missing of trapframe/system/needs.tsv: scripts/setup.sh PART..., PART being run, check or lint. Says what before
# it does; silent, and done in a few milliseconds, when nothing is missing.
set -eu
here=$(cd "$(dirname "$0")" && pwd)

# The interpreter that everything here uses: runner.py, check.sh and the Makefile choose the same. Another python3 that
# comes first in PATH has its own modules, or none.
python=${PYTHON:-/usr/bin/python3}
command -v "$python" >/dev/null || python=python3

# Calls $1 with each of A|B|C until one is right, and leaves that in $one.
any() {
    test=$1
    IFS='|'
    # shellcheck disable=SC2086
    set -- $2
    unset IFS
    for one; do
        if "$test" "$one"; then return 0; fi
    done
    return 1
}

present() {
    case $1 in
    *.py) module "${1%.py}" ;;
    *.so) plugin "$1" ;;
    *) command -v "$1" >/dev/null 2>&1 ;;
    esac
}

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
    case $(command -v bochs) in /usr/bin/bochs | /bin/bochs) ;; '') return 1 ;; *) return 0 ;; esac
    for file in /usr/lib/*/bochs/plugins/"$1" /usr/lib*/bochs/plugins/"$1"; do
        if [ -e "$file" ]; then return 0; fi
    done
    return 1
}

groups=
for part; do
    case $part in
    run) groups="$groups run build engine option " ;;
    check | lint) groups="$groups $part " ;;
    *) echo "setup: no part '$part'; there is run, check and lint" >&2 && exit 2 ;;
    esac
done

wanted=
tab=$(printf '\t')
while IFS=$tab read -r group what package _; do
    case $groups in *" $group "*) ;; *) continue ;; esac
    if any present "$what"; then continue; fi
    case " $wanted " in *" $package "*) ;; *) wanted="$wanted $package" ;; esac
done <"$here/../trapframe/system/needs.tsv"
wanted=${wanted# }

# What the tests of the page need of npm's registry, by npm or by corepack, which is small and brings the npm that
# package.json names. Not having it is no reason to stop: those tests then say so.
browser_modules() {
    case $groups in *" check "*) ;; *) return 0 ;; esac
    cd "$here/../tests/browser"
    if cmp -s package-lock.json node_modules/.installed; then return 0; fi
    npm=npm
    command -v npm >/dev/null 2>&1 || npm="corepack npm"
    echo "setup: $npm ci in tests/browser"
    if COREPACK_ENABLE_DOWNLOAD_PROMPT=0 $npm ci --no-audit --no-fund --no-update-notifier --loglevel=error; then
        cp package-lock.json node_modules/.installed
    else
        echo "setup: that failed; the report's tests in a browser will be skipped" >&2
    fi
}

# An emulator without long mode that is small: 18 MB. Not having it is no reason to stop, either.
v86() {
    case $groups in *" check "*) ;; *) return 0 ;; esac
    for release in "$here"/../.engines/v86@*/release.json; do
        if [ -e "$release" ]; then return 0; fi
    done
    if ! command -v node >/dev/null 2>&1; then return 0; fi
    echo "setup: ./runner.py engines install v86"
    if ! "$python" "$here/../runner.py" engines install v86; then
        echo "setup: that failed; the tests with v86 will be skipped" >&2
    fi
}

if [ -z "$wanted" ]; then
    browser_modules
    v86
    exit 0
fi

if ! command -v apt-get >/dev/null 2>&1; then
    cat >&2 <<END
setup: missing, by the names of Debian's packages: $wanted
setup: there is no apt-get here; install them with this system's package manager, then try again
END
    exit 1
fi

# Of each A|B the first that the lists of packages have.
known() { apt-cache show "$1" >/dev/null 2>&1; }
choose() {
    packages=''
    unknown=''
    for package in $wanted; do
        if any known "$package"; then packages="$packages $one"; else unknown="$unknown ${package%%|*}"; fi
    done
    # GTK, which Debian's Bochs is linked with, asks for a session's bus. Without this one that is systemd's.
    case "$packages " in *" bochs "*) command -v dbus-daemon >/dev/null || packages="$packages dbus-x11" ;; esac
    packages=${packages# }
}

choose
as_root=
if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
        as_root="sudo -n"
    elif command -v sudo >/dev/null 2>&1 && [ -t 0 ]; then
        as_root=sudo # which asks for the password
    else
        cat >&2 <<END
setup: missing packages: $packages$unknown
setup: installing them needs root. Run this, then try again:
    sudo apt-get update && sudo apt-get install --no-install-recommends $packages$unknown
END
        exit 1
    fi
fi

# $packages is a list of words.
# shellcheck disable=SC2086
apt_install() {
    $as_root env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 apt-get install -q --no-install-recommends "$@" $packages
}

# "179 packages, 119 MB to fetch, 491 MB on disk", as apt counts them.
size() {
    apt_install --assume-no 2>/dev/null | sed -n \
        -e 's/^[0-9]* upgraded, \([0-9]*\) newly installed.*/\1 packages/p' \
        -e 's/^Need to get \(.*\) of archives.*/, \1 to fetch/p' \
        -e 's/^After this operation, \(.*\) of additional disk space.*/, \1 on disk/p' | tr -d '\n'
}

if [ -n "$unknown" ]; then
    echo "setup: apt-get update first, for the list of packages"
    $as_root apt-get update -q
    choose
fi
if [ -n "$unknown" ]; then
    echo "setup: this system has no package$unknown; './runner.py doctor' says what for"
fi
if [ -n "$packages" ]; then
    echo "setup: installing $packages: $(size)"
    if ! apt_install -y; then
        echo "setup: once more, with a new list of packages"
        $as_root apt-get update -q
        apt_install -y
    fi
fi
browser_modules
v86
