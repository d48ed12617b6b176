#!/bin/bash
# `make check`, or another command, on a bare system: scripts/fresh.sh SUITE [COMMAND...], SUITE being bookworm, trixie, forky...
# The root has what debootstrap calls minimal, git and make; in it is a clone of HEAD, never the working tree. Mounts
# and processes live in namespaces of their own, so that they end with this script, whatever ends it.
#
# Kept for the next run, in ${XDG_CACHE_HOME:-~/.cache}/trapframe/SUITE: the root as it was before the command, and packages.
set -euo pipefail
cd "$(dirname "$0")/.."

refuse() { echo "fresh: $*" >&2 && exit 2; }

suite=${1-}
[[ $suite =~ ^[a-z]+$ ]] || refuse "expected a suite, such as trixie, and a command if it isn't 'make check'"
shift
[ $# -gt 0 ] || set -- make check
[ "$(id -u)" -eq 0 ] || refuse "needs root: debootstrap, mount and chroot do"
for tool in debootstrap unshare flock git apt-get; do
    command -v "$tool" >/dev/null || refuse "there is no $tool here: apt-get install debootstrap util-linux git"
done

# Where this machine's own apt fetches from.
source_of() {
    apt-get indextargets --format '$(REPO_URI)' 'Origin: Debian' "Label: $1" 'Created-By: Packages' | sort -u | head -n 1
}
mirror=$(source_of Debian)
[ -n "$mirror" ] || refuse "apt names no mirror of Debian here: apt-get update, if there is one in its sources"
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
[ -e "$keyring" ] || refuse "there is no $keyring: apt-get install debian-archive-keyring"

cache=${XDG_CACHE_HOME:-$HOME/.cache}/trapframe/$suite
base=$cache/base.tar
root=$cache/root
log=$PWD/build/fresh-$suite.log
mkdir -p "$cache/archives/partial" build
exec 9>"$cache/lock"
flock -n 9 || refuse "another one is at work in $cache"

job=
cleanup() {
    if [ -n "$job" ]; then kill -KILL -- "-$job" 2>/dev/null || true; fi
    rm -rf --one-file-system "$root"
}
trap cleanup EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# How this machine fetches, for the apt in the root.
settings() { apt-config dump | grep -E '^Acquire::' | grep -vE '^Acquire::(IndexTargets|Languages|GzipIndexes)' || true; }

# The suite, and of its updates and its security's suite what there is.
sources() {
    local security uri name
    security=$(source_of Debian-Security)
    echo "deb $mirror $suite main"
    for name in "$mirror $suite-updates" "${security:-none} $suite-security"; do
        uri=${name% *}
        if [ "$uri" != none ] && /usr/lib/apt/apt-helper download-file "${uri%/}/dists/${name#* }/InRelease" "$cache/InRelease" >/dev/null 2>&1
        then echo "deb $name main"; fi
    done
    rm -f "$cache/InRelease"
}

make_base() {
    local script=/usr/share/debootstrap/scripts/$suite
    [ -e "$script" ] || script=${script%/*}/sid # of a suite that is younger than this debootstrap
    echo "fresh: debootstrap of $suite"
    debootstrap --variant=minbase --include=git,make,ca-certificates --keyring="$keyring" \
        "$suite" "$root" "$mirror" "$script" >"$cache/debootstrap.log" 2>&1 || { tail -n 5 "$cache/debootstrap.log" >&2 && return 1; }
    sources >"$root/etc/apt/sources.list"
    settings >"$root/etc/apt/apt.conf.d/80machine"
    echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/fresh" # it is thrown away anyway
    rm -rf "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/*.bin "$root"/var/cache/apt/archives/*.deb
    tar -C "$root" -cf "$base.new" .
    mv "$base.new" "$base"
    rm -rf --one-file-system "$root"
}

rm -rf --one-file-system "$root" # of a run that was killed
[ -n "$(find "$base" -mtime -30 2>/dev/null)" ] || make_base
mkdir "$root"
tar -C "$root" -xf "$base"

commit=$(git rev-parse HEAD)
[ -z "$(git status --porcelain)" ] || echo "fresh: the working tree differs from HEAD; what is tried is HEAD"
git clone -q --no-hardlinks --no-checkout . "$root/root/trapframe"
git -C "$root/root/trapframe" checkout -q --detach "$commit"

# How this machine reaches its registries. The certificates that it trusts are for npm.
cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
if [ -e /etc/ssl/certs/ca-certificates.crt ]; then cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/machine.crt"; fi
environment=(PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8)
environment+=(NODE_EXTRA_CA_CERTS=/etc/ssl/machine.crt)
for name in http_proxy https_proxy no_proxy; do
    if [ -n "${!name-}" ]; then environment+=("$name=${!name}"); fi
done

# In the namespaces; its arguments are the root, the packages' folder, and what chroot's env gets.
inside() {
    mount -t proc proc "$1/proc"
    mount --rbind /dev "$1/dev"
    mount -t tmpfs -o mode=1777 shm "$1/dev/shm"
    mount --bind "$2" "$1/var/cache/apt/archives"
    exec chroot "$1" env -i -C /root/trapframe "${@:3}"
}
export -f inside

echo "fresh: $* of ${commit:0:7} on $suite; the log is $log"
set -m # a process group of its own, and SIGINT as it is by default
unshare --mount --pid --fork --kill-child bash -euc 'inside "$@"' inside "$root" "$cache/archives" "${environment[@]}" "$@" \
    9>&- </dev/null 2>&1 | tee "$log" &
job=$(jobs -p %%)
code=0
wait %% || code=$?
job=
echo "fresh: $suite: exit code $code, log $log"
exit "$code"
