"""Other releases of emulators, from a mirror in a local folder whose packages hold next to nothing."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from mini import FAKES, Checkout

from trapframe.engines import apt, releases
from trapframe.engines.releases import Manifest, is_release
from trapframe.report import loaded

needs_apt = pytest.mark.skipif(not all(shutil.which(tool) for tool in apt.TOOLS), reason="no apt here")

ENGINE = """
about = "an emulator of the tests"
find = ["simple-emulator"]
[releases]
packages = ["simple"]
program = "usr/bin/simple"
suites = ["bookworm", "trixie", "sid"]
args = ["--data", "{tree}/usr/share"]
env.PLUGINS = "{lib}/simple"
[version]
args = ["--version"]
match = 'simple (\\d+\\.\\d+(\\.\\d+)?)'
[run]
command = ["{engine}", "{rom}"]
[profiles.intel]
[profiles.amd]
[[end]]
is = "exit"
status = 33
"""

# Says what it was started with, in words that a test can look for.
PROGRAM = """
#include <stdio.h>
#include <stdlib.h>
int main(int count, char **words)
{
    const char *plugins = getenv("PLUGINS");

    printf("simple %s, plugins %s, data %s\\n", RELEASE, plugins ? plugins : "", count > 2 ? words[2] : "");
    return 33;
}
"""


class Mirror:
    """A repository of packages, and the apt sources of a machine that uses it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.conf = folder / "apt.conf"
        self.sources = folder / "sources.list"
        folder.mkdir()
        self.use(f"deb [trusted=yes] file:{folder} bookworm main\n")
        self.conf.write_text(
            f'Dir::Etc::sourcelist "{self.sources}"; Dir::Etc::sourceparts "/dev/null";'
            ' APT::Sandbox::User "root"; Acquire::http::Timeout "1"; Acquire::Retries "0";\n'
        )

    def use(self, sources: str) -> None:
        self.sources.write_text(sources)

    def suite(self, name: str, **packages: Path) -> None:
        """NAME_VERSION=root, with the dependency on libc that the tests' packages have."""
        folder = self.folder / "dists" / name
        index = folder / "main" / f"binary-{architecture()}" / "Packages"
        index.parent.mkdir(parents=True, exist_ok=True)
        index.write_text("\n".join(self.package(root) for root in packages.values()))
        digest, size = hashlib.sha256(index.read_bytes()).hexdigest(), index.stat().st_size
        (folder / "Release").write_text(
            f"Suite: {name}\nCodename: {name}\nArchitectures: {architecture()}\nComponents: main\nSHA256:\n"
            f" {digest} {size} main/binary-{architecture()}/Packages\n"
        )

    def package(self, root: Path) -> str:
        archive = self.folder / f"{root.name}.deb"
        shutil.copy(f"{root}.deb", archive)
        control = (root / "DEBIAN" / "control").read_text()
        digest = hashlib.sha256(archive.read_bytes()).hexdigest()
        size = archive.stat().st_size
        return f"{control}Filename: {archive.name}\nSize: {size}\nSHA256: {digest}\n"


def architecture() -> str:
    return subprocess.run(["dpkg", "--print-architecture"], capture_output=True, text=True).stdout.strip()


def control(root: Path, name: str, version: str, depends: str) -> None:
    (root / "DEBIAN").mkdir(parents=True)
    (root / "DEBIAN" / "control").write_text(
        f"Package: {name}\nVersion: {version}\nArchitecture: {architecture()}\n{depends}"
        "Installed-Size: 2000\n"
        "Maintainer: nobody <nobody@example.org>\nDescription: of the tests\n"
    )


def simple(folder: Path, release: str, version: str) -> Path:
    """A package with a program of this release."""
    root = folder / f"simple_{release}"
    control(root, "simple", version, "Depends: libc6\n")
    (root / "usr" / "bin").mkdir(parents=True)
    (folder / "simple.c").write_text(PROGRAM)
    program = str(root / "usr" / "bin" / "simple")
    command = ["gcc", f'-DRELEASE="{release}"', str(folder / "simple.c"), "-o", program]
    subprocess.run(command, check=True)
    return root


def build(root: Path) -> Path:
    """Its archive lies beside it."""
    command = ["dpkg-deb", "--build", "--root-owner-group", "-Znone", str(root), f"{root}.deb"]
    subprocess.run(command, check=True, capture_output=True)
    return root


def libc(folder: Path) -> Path:
    """The system's own, as a package."""
    root = folder / "libc6_1"
    control(root, "libc6", "1", "")
    linked = subprocess.run(["ldd", "/bin/true"], capture_output=True, text=True).stdout
    found = re.search(r"libc\.so\.6 => (\S+)", linked), re.search(r"(/\S*/ld-linux\S+)", linked)
    target = root / "usr" / "lib" / "some-linux-gnu"
    target.mkdir(parents=True)
    for match in found:
        assert match
        shutil.copy(match[1], target / Path(match[1]).name)
    return root


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("packages")
    return {
        "libc": build(libc(folder)),
        "one": build(simple(folder, "1.0", "2:1.0+dfsg-1")),
        "two": build(simple(folder, "2.0.3", "2.0.3-1")),
        "newer": build(simple(folder, "2.0.12", "2.0.12-1")),
    }


@pytest.fixture
def mirror(tmp_path: Path, packages: dict[str, Path]) -> Mirror:
    made = Mirror(tmp_path / "mirror")
    made.suite("bookworm", libc=packages["libc"], one=packages["one"])
    made.suite("trixie", libc=packages["libc"], two=packages["two"], newer=packages["newer"])
    return made


@pytest.fixture
def simple_checkout(checkout: Checkout, mirror: Mirror) -> Checkout:
    checkout.write("engines/simple.toml", ENGINE)
    checkout.env["APT_CONFIG"] = str(mirror.conf)
    return checkout


# Installing.


@needs_apt
def test_install_and_run(simple_checkout: Checkout) -> None:
    """Two releases, from two suites; a suite that isn't there costs a line."""
    done = simple_checkout.run("engines", "install", "simple@1.0", "simple@2.0")
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"simple@2.0.12: 2.0.12-1 of trixie: \d+ MB to fetch, \d+ MB unpacked", done.stdout)
    assert re.search(r"needs \d+ MB of disk", done.stdout)
    trees = releases.installed(simple_checkout.folder / ".engines")
    assert [tree.name for tree in trees] == ["simple@1.0", "simple@2.0.12"]
    assert not list((simple_checkout.folder / ".engines").glob("apt/cache/archives/*.deb"))
    printed = simple_checkout.run("run", "-n", "fault/single", "-e", "simple@*").stdout.splitlines()
    shown = [line for line in printed if not line.startswith("#")]
    assert len(shown) == 2 and "--library-path" in shown[0]
    (said,) = re.findall(
        r"simple .*", subprocess.run(["sh", "-c", shown[1]], capture_output=True, text=True).stdout
    )
    root = trees[1].root
    assert said == f"simple 2.0.12, plugins {root}/usr/lib/some-linux-gnu/simple, data {root}/usr/share"


@needs_apt
def test_installed_once(simple_checkout: Checkout) -> None:
    assert simple_checkout.run("engines", "install", "simple@1.0").returncode == 0
    done = simple_checkout.run("engines", "install", "simple@1.0")
    assert (done.returncode, done.stdout) == (0, "simple@1.0: simple@1.0 is installed\n")
    assert simple_checkout.run("engines", "remove", "simple@1.0").stdout == "simple@1.0: removed\n"
    assert simple_checkout.run("engines", "remove", "simple@1.0").returncode == 2


@needs_apt
def test_half_a_tree_is_done_again(simple_checkout: Checkout) -> None:
    assert simple_checkout.run("engines", "install", "simple@1.0").returncode == 0
    tree = simple_checkout.folder / ".engines" / "simple@1.0"
    (tree / "root" / "usr" / "bin" / "simple").unlink()
    (simple_checkout.folder / ".engines" / "simple@2.0.12.partial" / "root").mkdir(parents=True)
    assert simple_checkout.run("run", "-e", "simple@1.0").returncode == 2
    shown = simple_checkout.run("engines").stdout
    assert "half unpacked: simple@1.0;" in shown and "half unpacked: simple@2.0.12.partial;" in shown
    assert simple_checkout.run("engines", "install", "simple@1.0").returncode == 0
    assert [path.name for path in sorted(tree.parent.glob("*@*"))] == ["simple@1.0"]
    assert releases.read_tree(tree)


@needs_apt
def test_two_at_once(simple_checkout: Checkout) -> None:
    """The second one waits, and then finds the first one's tree."""
    lock = simple_checkout.folder / ".engines" / ".lock"
    lock.parent.mkdir()
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        waiting = simple_checkout.start("engines", "install", "simple@1.0")
        assert waiting.stdout
        assert waiting.stdout.readline().startswith("another installation is at work here")
    said = waiting.stdout.read()
    assert waiting.wait() == 0, said
    waiting.stdout.close()


@needs_apt
def test_what_can_be_installed(simple_checkout: Checkout) -> None:
    assert "asks Debian's mirror" in simple_checkout.run("engines").stdout
    done = simple_checkout.run("engines", "available")
    assert re.search(r"simple@1\.0 +bookworm\n +simple@2\.0\.12 +trixie", done.stdout), done.stdout
    assert "left out: the mirror has no suite sid" in done.stderr
    assert "simple@2.0.12" in simple_checkout.run("engines").stdout  # from the lists that are here


@needs_apt
@pytest.mark.parametrize(
    "wanted, message",
    [
        ("simple@3.0", r"no suite has simple@3.0; there is 1.0 \(bookworm\), .*name a binary by its path"),
        ("simple@", "expected NAME, or NAME@RELEASE"),
        ("simple@*", "expected NAME, or NAME@RELEASE"),
        ("nobody@1", "expected NAME, or NAME@RELEASE"),
        ("simple@1/../../x", "expected NAME, or NAME@RELEASE"),
    ],
)
def test_what_cannot_be_installed(simple_checkout: Checkout, wanted: str, message: str) -> None:
    done = simple_checkout.run("engines", "install", wanted)
    assert done.returncode == 2 and re.search(message, done.stderr), done.stderr
    assert "Traceback" not in done.stderr


@needs_apt
def test_no_network(simple_checkout: Checkout, mirror: Mirror) -> None:
    mirror.use("deb [trusted=yes] http://127.0.0.1:9/debian bookworm main\n")
    done = simple_checkout.run("engines", "install", "simple@1.0")
    assert done.returncode == 2 and "is there a network?; name a binary by its path" in done.stderr
    assert "-e simple=/path/to/simple" in done.stderr


@needs_apt
def test_no_mirror_of_debian(simple_checkout: Checkout, mirror: Mirror) -> None:
    mirror.use("deb http://127.0.0.1:9/other noble main\n")
    done = simple_checkout.run("engines", "install", "simple@1.0")
    assert done.returncode == 2 and "none of this machine's apt sources is a mirror of Debian" in done.stderr


@needs_apt
def test_a_package_that_was_tampered_with(simple_checkout: Checkout, mirror: Mirror) -> None:
    """What the list of packages says of a file is what counts."""
    with (mirror.folder / "simple_1.0.deb").open("r+b") as file:
        file.seek(-200, os.SEEK_END)
        file.write(b"x" * 100)
    done = simple_checkout.run("engines", "install", "simple@1.0")
    assert done.returncode == 2 and "simple" in done.stderr
    assert not releases.installed(simple_checkout.folder / ".engines")


@needs_apt
def test_an_unsigned_mirror(simple_checkout: Checkout, mirror: Mirror) -> None:
    mirror.use(f"deb file:{mirror.folder} bookworm main\n")
    done = simple_checkout.run("engines", "install", "simple@1.0")
    assert done.returncode == 2 and "is not signed" in done.stderr, done.stderr
    assert not releases.installed(simple_checkout.folder / ".engines")


def test_without_apt(checkout: Checkout, tmp_path: Path) -> None:
    for tool in ("sh", "env", "gcc", "make", "git", "ld", "objcopy"):
        if found := shutil.which(tool):
            (tmp_path / tool).symlink_to(found)
    done = checkout.run("engines", "install", "qemu@10.0", PATH=str(tmp_path))
    assert done.returncode == 2 and "there is no apt-get here; name a binary by its path" in done.stderr


# Which release is meant.


@pytest.mark.parametrize(
    "version, wanted, fits",
    [
        ("10.0.2", "10.0", True),
        ("10.0.2", "10", True),
        ("10.0.2", "10.0.2", True),
        ("10.0.2", "1", False),
        ("10.0.2", "10.0.20", False),
        ("10.0.2", "*", True),
        ("10.0.2", "10.*", True),
        ("10.0.2", "7.*", False),
    ],
)
def test_is_release(version: str, wanted: str, fits: bool) -> None:
    assert is_release(version, wanted) is fits


def tree(folder: Path, release: str) -> None:
    """A tree whose loader and program are a fake emulator."""
    root = folder / f"simple@{release}" / "root"
    for path in ("usr/bin/simple", "lib/ld.so"):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(f"#!/bin/sh\necho simple {release}\nexit 33\n")
        (root / path).chmod(0o755)
    manifest = Manifest("simple", release, f"{release}-1", "sid", "usr/bin/simple", "lib/ld.so", ("lib",))
    releases.write_manifest(root.parent, manifest)


def test_all_of_them_the_oldest_first(checkout: Checkout) -> None:
    checkout.write("engines/simple.toml", ENGINE)
    for release in ("10.1.5", "9.2", "10.1.12"):
        tree(checkout.folder / ".engines", release)
    (checkout.folder / "bin").mkdir()
    own = checkout.folder / "bin" / "simple-emulator"
    own.write_text("#!/bin/sh\necho simple 9.5\n")
    own.chmod(0o755)
    path = f"{own.parent}:{os.environ['PATH']}"

    def chosen(wanted: str) -> list[str]:
        checkout.run("run", "fault/single", "-e", wanted, PATH=path)
        return [engine["id"] for engine in checkout.report()["engines"]]

    assert chosen("simple@*") == ["simple@9.2", "simple@9.5", "simple@10.1.5", "simple@10.1.12"]
    assert chosen("simple@10.1") == ["simple@10.1.12"]
    assert chosen("simple@9.5:amd") == ["simple@9.5:amd"]
    done = checkout.run("run", "-e", "simple@8", PATH=path)
    assert done.returncode == 2
    assert "there is 9.2, 9.5, 10.1.5, 10.1.12; `./runner.py engines install simple@X`" in done.stderr


@pytest.mark.parametrize("wanted", ["qemu@", "qemu@10=/x", "@10"])
def test_a_release_that_nobody_understands(checkout: Checkout, wanted: str) -> None:
    assert checkout.run("run", "-e", wanted).returncode == 2


# Where the mirror is.


def test_sources_in_one_line() -> None:
    text = """
    # deb http://no/debian sid main
    deb-src http://no/debian sid main
    deb [arch=amd64 signed-by=/k.gpg] http://one/debian trixie main contrib # the first
    deb http://two/debian sid main
    """
    one, two = apt.read_one_line(text)
    assert one["uris"] == "http://one/debian" and one["signed-by"] == "/k.gpg" and "arch" not in one
    assert one["components"].split() == ["main", "contrib"] and two["suites"] == "sid"


def test_sources_in_stanzas() -> None:
    text = (
        "Types: deb deb-src\nURIs: http://one/debian\n# no\nSuites: trixie trixie-updates\n\n"
        "Signed-By:\n -----BEGIN\n .\n x\n"
    )
    one, two = apt.read_deb822(text)
    assert one["suites"] == "trixie trixie-updates" and two["signed-by"] == "\n -----BEGIN\n .\n x"


# KVM.


def test_kvm_of_another_kind_is_refused(checkout: Checkout) -> None:
    checkout.edit("engines/kvm.toml", '"/dev/kvm"', '"/dev/null"')
    checkout.edit("engines/kvm.toml", '["/sys/module/kvm_intel", "/sys/module/kvm_amd"]', '"/nonexistent"')
    done = checkout.run("run", "-e", "kvm")
    assert done.returncode == 2 and "there is no /nonexistent here: with another kind of KVM" in done.stderr


def kvm(checkout: Checkout) -> None:
    """As if the machine's were Intel's."""
    checkout.edit("engines/kvm.toml", '"/dev/kvm"', '"/dev/null"')
    checkout.edit("engines/kvm.toml", '["/sys/module/kvm_intel", "/sys/module/kvm_amd"]', '"/"')
    checkout.edit("engines/kvm.toml", '"/sys/module/kvm_intel"', '"/"')
    checkout.edit("engines/kvm.toml", '"/sys/module/kvm_amd"', '"/nonexistent"')
    checkout.write("cpuinfo", "processor : 0\nmodel name\t: Fine CPU 3000\n")
    checkout.edit("engines/kvm.toml", "/proc/cpuinfo", str(checkout.folder / "cpuinfo"))


def test_kvm_names_the_processor(checkout: Checkout) -> None:
    kvm(checkout)
    assert checkout.run("run", "fault/single", "-e", f"kvm={FAKES}/good").returncode == 0
    (engine,) = checkout.report()["engines"]
    assert (engine["processor"], engine["profile"]) == ("Fine CPU 3000", "intel")
    done = checkout.run("run", "-e", f"kvm:amd={FAKES}/good")
    assert done.returncode == 2 and "there is no /nonexistent" in done.stderr


def test_kvm_that_pauses_is_an_error_at_once(checkout: Checkout) -> None:
    """It would sit there for ever, so the end of this test is the proof."""
    kvm(checkout)
    fake = checkout.folder / "paused"
    fake.write_text(
        '#!/bin/sh\n[ "$1" = --version ] && echo QEMU emulator version 9.0 && exit\n'
        "echo 'KVM internal error. Suberror: 1' >&2\nexec sleep 3000\n"
    )
    fake.chmod(0o755)
    done = checkout.run("run", "fault/single", "-e", f"kvm={fake}", "--timeout", "3000")
    assert done.returncode == 3 and checkout.verdicts() == {"fault/single": "ENGINE-ERROR"}
    assert "KVM internal error" in done.stdout


# Releases that nobody has measured.


@pytest.mark.parametrize(
    "version, known_as",
    [
        ("98.0", "90.1"),
        ("99.1", "99.1"),
        ("99.1.7", "99.1.5"),
        ("89", "90.1"),
        ("101", "100.0"),
        ("99.1.0", "99.1.0"),
    ],
)
def test_an_unknown_release_is_taken_for_the_nearest_older_one(version: str, known_as: str) -> None:
    from trapframe.engines.version import stand_in

    assert stand_in(version, ("90.1", "99.1", "99.1.5", "100.0")) == known_as
    assert stand_in(version, ()) == version


QUIRK = """
[[quirk]]
id = "other-error"
versions = "RANGE"
cases = ["fault/*"]
rule = "a rule"
reason = "a reason"
[[quirk.change]]
frame = 1
field = "error"
value = "0x17"
"""


def test_quirks_of_the_nearest_older_release(checkout: Checkout) -> None:
    """The fakes say that they are 99.1."""
    checkout.write("expected/quirks/measured.toml", 'qemu = ["90.0", "98.2", "100.0"]')
    checkout.write("expected/quirks/qemu.toml", QUIRK.replace("RANGE", ">98, <99"))
    done = checkout.run("all", "-e", f"qemu={FAKES}/good")
    assert done.returncode == 1 and set(checkout.verdicts().values()) == {"FIXED"}
    assert "qemu 99.1 was never measured: the quirks of 98.2 apply" in done.stdout
    assert checkout.report()["engines"][0]["quirks_of"] == "98.2"
    checkout.write("expected/quirks/measured.toml", 'qemu = ["90.0", "99.1", "98.2"]')
    done = checkout.run("all", "-e", f"qemu={FAKES}/good")
    assert done.returncode == 0 and "measured" not in done.stdout


def test_a_range_that_was_never_measured(checkout: Checkout) -> None:
    checkout.write("expected/quirks/measured.toml", 'qemu = ["90.0", "99.1"]')
    checkout.write("expected/quirks/qemu.toml", QUIRK.replace("RANGE", ">=91, <92"))
    done = checkout.run("all", "-e", f"qemu={FAKES}/good")
    assert done.returncode == 5
    assert "quirk 'other-error': holds for none of the measured releases 90.0, 99.1" in done.stdout


@pytest.mark.parametrize("text", ["qemu = 3", "[", 'qemu = ["new"]'])
def test_a_broken_list_of_measured_releases(checkout: Checkout, text: str) -> None:
    checkout.write("expected/quirks/measured.toml", text)
    done = checkout.run("all", "-e", f"qemu={FAKES}/good")
    assert done.returncode == 5 and "expected/quirks/measured.toml" in done.stdout


def test_manifest_of_another_shape(tmp_path: Path) -> None:
    tree(tmp_path, "1.0")
    manifest = tmp_path / "simple@1.0" / releases.MANIFEST
    table = json.loads(manifest.read_text())
    for broken in ("", "[]", "{}", json.dumps(table | {"more": 1}), json.dumps(table | {"libraries": []})):
        manifest.write_text(broken)
        assert releases.read_tree(manifest.parent) is None


# Of npm's registry.

NPM_ENGINE = """
about = "an emulator of npm's"
environments = ["pm32"]
[releases]
npm = "wasm-emulator"
program = "node_modules/wasm-emulator/build/it.wasm"
[version]
command = ["sh", "{here}/version.sh", "{engine}"]
match = 'wasm (\\d+\\.\\d+)'
[run]
command = ["sh", "{here}/version.sh", "{engine}", "{rom}"]
[profiles.intel]
[[end]]
is = "exit"
status = 33
"""

# As much of npm as `engines install` calls. A package is a file with its version; one of them isn't whole.
NPM = """\
#!/bin/sh
case "$1 $3" in
"view versions") echo '["1.2", "1.10", "1.3"]' ;;
"view dist.unpackedSize") echo 3000000 ;;
"install "*)
    for word; do
        case $word in wasm-emulator@*) version=${word#*@} ;; esac
        [ "$last" = --prefix ] && folder=$word
        last=$word
    done
    case $* in *--ignore-scripts*) ;; *) exit 1 ;; esac
    [ "$version" = 1.3 ] && echo "npm ERR! code E404" >&2 && echo "npm ERR! 404 Not Found" >&2 && exit 1
    mkdir -p "$folder/node_modules/wasm-emulator/build"
    echo "$version" >"$folder/node_modules/wasm-emulator/build/it.wasm"
    ;;
*) exit 1 ;;
esac
"""


@pytest.fixture
def npm_checkout(checkout: Checkout, tmp_path: Path) -> Checkout:
    for path in (checkout.folder / "engines").glob("*.toml"):
        if path.stem in ("dosbox", "mame", "v86"):
            path.unlink()
    checkout.write("engines/wasm.toml", NPM_ENGINE)
    checkout.write("engines/version.sh", 'echo "wasm $(cat "$1")"\n')
    (tmp_path / "path").mkdir()
    (tmp_path / "path" / "npm").write_text(NPM)
    (tmp_path / "path" / "npm").chmod(0o755)
    checkout.env["PATH"] = f"{tmp_path}/path:{checkout.env['PATH']}"
    return checkout


def test_install_by_npm(npm_checkout: Checkout) -> None:
    """The newest without a release; and without a system's own, a name means the newest that is here."""
    assert npm_checkout.run("run", "-e", "wasm").returncode == 2
    done = npm_checkout.run("engines", "install", "wasm", "wasm@1.2")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "wasm@1.10: of npm: 3 MB unpacked" in done.stdout
    trees = releases.installed(npm_checkout.folder / ".engines")
    assert [tree.name for tree in trees] == ["wasm@1.2", "wasm@1.10"]
    shown = npm_checkout.run("engines").stdout
    assert re.search(r"wasm +1\.10", shown) and "package 1.2 of npm" in shown
    assert f"{trees[1].program}" in npm_checkout.run("run", "-n", "fault/single", "-e", "wasm").stdout
    done = npm_checkout.run("engines", "install", "wasm@1.2", "wasm")
    assert done.stdout == "wasm@1.2: wasm@1.2 is installed\nwasm: wasm@1.10 is installed\n"
    assert npm_checkout.run("engines", "remove", "wasm@1.10").stdout == "wasm@1.10: removed\n"


@pytest.mark.parametrize(
    "wanted, message",
    [
        ("wasm@1.3", "npm install --ignore-scripts: npm ERR! 404 Not Found; name a binary by its path"),
        ("wasm@7", r"npm has no wasm-emulator@7; its newest is 1\.10"),
    ],
)
def test_what_npm_has_not(npm_checkout: Checkout, wanted: str, message: str) -> None:
    done = npm_checkout.run("engines", "install", wanted)
    assert done.returncode == 2 and re.search(message, done.stderr), done.stderr
    assert "Traceback" not in done.stderr and not releases.installed(npm_checkout.folder / ".engines")


def test_a_case_whose_environment_an_engine_has_not(npm_checkout: Checkout) -> None:
    """It isn't started, it isn't red, and the page and `compare` say nothing of it."""
    assert npm_checkout.run("engines", "install", "wasm@1.2").returncode == 0
    done = npm_checkout.run("run", "fault/*", "-e", "wasm", "-e", f"qemu={FAKES}/good")
    assert done.returncode == 0 and "3 PASS, 3 UNSUPPORTED: 3 cases" in done.stdout, done.stdout
    results = [one for one in npm_checkout.report()["results"] if one["engine_id"] == "wasm"]
    assert {(one["verdict"], one["end"], one["message"]) for one in results} == {
        ("UNSUPPORTED", "none", "wasm has no long64")
    }
    assert not any("raw" in one or one["command"] for one in results)
    stored = loaded.load(npm_checkout.folder / "reports" / "report.json")
    assert {engine for _, engine in stored.results} == {"qemu"}
    told = npm_checkout.run("diff", "fault/single", "-e", "wasm", "-e", f"qemu={FAKES}/good")
    assert "wasm 1.2: wasm has no long64" in told.stdout, told.stdout + told.stderr
