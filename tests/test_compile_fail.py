"""A wrong kind of handler, gate or task does not compile, for its reason; its twin with CORRECTED does."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FILES = sorted((ROOT / "tests" / "compile_fail").glob("*.c"))
NAMES = [file.stem for file in FILES]
COMPILERS = ("gcc", "clang")
ERROR = re.compile(r"^(?P<file>[^:\n]+):(?P<line>\d+):\d+: (?:fatal )?error: (?P<text>.*)$", re.MULTILINE)
TIME_LIMIT = 60

# The IDT as the manual has it (SDM 3A "Exception and Interrupt Vectors"; APM vol. 2 for 28 to 30).
KINDS = {
    "plain": "void plain(struct interrupt_frame *frame);",
    "error": "void error(struct interrupt_frame *frame, uint64_t error_code);",
    "abort_plain": "void abort_plain(struct abort_frame *frame);",
    "abort_error": "void abort_error(struct abort_frame *frame, uint64_t error_code);",
}
GATES = {
    "divide_error": "plain",
    "debug": "plain",
    "nmi": "plain",
    "breakpoint": "plain",
    "overflow": "plain",
    "bound_range_exceeded": "plain",
    "invalid_opcode": "plain",
    "device_not_available": "plain",
    "double_fault": "abort_error",
    "coprocessor_segment_overrun": "plain",
    "invalid_tss": "error",
    "segment_not_present": "error",
    "stack_fault": "error",
    "general_protection": "error",
    "page_fault": "error",
    "reserved_15": "plain",
    "x87_floating_point": "plain",
    "alignment_check": "error",
    "machine_check": "abort_plain",
    "simd_floating_point": "plain",
    "virtualization": "plain",
    "control_protection": "error",
    "reserved_22_27[0]": "plain",
    "hypervisor_injection": "plain",
    "vmm_communication": "error",
    "security": "error",
    "reserved_31": "plain",
    "interrupts[0]": "plain",
}


@cache
def flags(compiler: str, variable: str) -> tuple[str, ...]:
    """What the Makefile compiles cases with."""
    command = ["make", "-s", "--no-print-directory", f"--eval=flags:;@echo $({variable})", "flags"]
    made = subprocess.run(
        [*command, f"CC={compiler}"], cwd=ROOT, check=True, capture_output=True, text=True, timeout=TIME_LIMIT
    )
    return tuple(made.stdout.split())


def compile_file(compiler: str, file: Path, *options: str) -> subprocess.CompletedProcess[str]:
    if shutil.which(compiler) is None:
        pytest.skip(f"{compiler} is not installed")
    variable = "CFLAGS32" if "#include <case32.h>" in file.read_text(encoding="utf-8") else "CFLAGS"
    command = [compiler, *flags(compiler, variable), "-fsyntax-only", *options, str(file)]
    environment = os.environ | {"LC_ALL": "C"}
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, env=environment, timeout=TIME_LIMIT
    )


def reported_lines(stderr: str, file: Path) -> set[int]:
    """Where in the file the errors are. One inside a macro of a header counts where the macro is used."""
    lines = {int(found["line"]) for found in ERROR.finditer(stderr) if found["file"] == str(file)}
    used = re.finditer(
        rf"^{re.escape(str(file))}:(\d+):\d+: note: in expansion of macro", stderr, re.MULTILINE
    )
    return lines | {int(found[1]) for found in used}


@pytest.mark.parametrize("compiler", COMPILERS)
@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_does_not_compile(file: Path, compiler: str) -> None:
    source = file.read_text(encoding="utf-8")
    reason = re.search(r"/\* error: (.*) \*/", source)
    wrong = {number for number, line in enumerate(source.splitlines(), start=1) if "/* WRONG */" in line}
    assert reason and len(wrong) == 1, "the file names its reason and marks its one wrong line"
    compiled = compile_file(compiler, file)
    assert compiled.returncode == 1
    assert [
        found["text"] for found in ERROR.finditer(compiled.stderr) if not re.search(reason[1], found["text"])
    ] == []
    assert reported_lines(compiled.stderr, file) == wrong
    assert "command-line option" not in compiled.stderr, "an option that this compiler doesn't know"


@pytest.mark.parametrize("compiler", COMPILERS)
@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_its_corrected_twin_compiles(file: Path, compiler: str) -> None:
    compiled = compile_file(compiler, file, "-DCORRECTED")
    assert (compiled.returncode, compiled.stderr) == (0, "")


def matrix() -> tuple[str, set[int]]:
    """Each kind of handler into each gate, one a line; and the lines that are wrong."""
    lines = ["#include <case.h>", *KINDS.values(), "void run(void);", "void run(void)", "{"]
    wrong = set()
    for gate, right in GATES.items():
        for kind in KINDS:
            lines.append(f"    set_handler(&idt.{gate}, {kind});")
            if kind != right:
                wrong.add(len(lines))
    return "\n".join([*lines, "}", ""]), wrong


@pytest.mark.parametrize(("compiler", "no_limit"), [("gcc", "-fmax-errors=0"), ("clang", "-ferror-limit=0")])
def test_every_gate_takes_its_own_kind_of_handler_and_no_other(
    compiler: str, no_limit: str, tmp_path: Path
) -> None:
    source, wrong = matrix()
    file = tmp_path / "matrix.c"
    file.write_text(source, encoding="utf-8")
    compiled = compile_file(compiler, file, no_limit)
    assert reported_lines(compiled.stderr, file) == wrong


def test_the_matrix_names_every_gate() -> None:
    header = (ROOT / "harness" / "include" / "x86_64.h").read_text(encoding="utf-8")
    idt = re.search(r"struct idt \{(.*?)\};", header, re.DOTALL)
    assert idt
    assert re.findall(r"(\w+)(?:\[\d+\])?;", idt[1]) == [gate.partition("[")[0] for gate in GATES]
