"""A state of a sweep as a case in C: it builds, and says what the state is."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from mini import ROOT

from trapframe.sweep import keep
from trapframe.sweep.kept import KeepError
from trapframe.sweep.told import Told

GATES: dict[str, tuple[str, ...]] = {
    "EVENT": ("int_n", "#UD", "nmi"),
    "MODE": ("ring 0", "ring 3", "ring 1", "compat 3"),
    "GATE_TYPE": ("e", "1f"),
    "GATE_P": ("1", "0"),
    "GATE_DPL": ("3",),
    "GATE_IST": ("0", "1"),
    "GATE_SELECTOR": ("varied", "null", "in LDT"),
    "OFFSET": ("stub", "non-canonical"),
    "TABLE": ("whole", "all but a byte of it", "half of it is"),
    "CS_TYPE": ("1b", "1f"),
    **{name: (value,) for name, value in zip(("CS_DPL", "CS_P", "CS_L", "CS_D", "RPL"), "01100")},
    "STACK": ("aligned", "first non-canonical"),
    "INNER_STACK": ("aligned", "into read-only"),
    **{name: ("0", "1") for name in ("IF", "TF", "RF", "NT", "AC", "DF", "IOPL")},
}
IRET: dict[str, tuple[str, ...]] = {
    "INSTRUCTION": ("iretq", "iretd"),
    "MODE": ("ring 0", "ring 2"),
    "STACK": ("aligned", "missing"),
    "TARGET": ("landing", "high"),
    "CS_SELECTOR": ("varied", "beyond GDT"),
    "CS_LIMIT": ("4 GiB",),
    "SS_SELECTOR": ("varied",),
    "CS_TYPE": ("1b",),
    "SS_TYPE": ("13", "11"),
    **{name: ("0", "3") for name in ("CS_DPL", "CS_D", "CS_RPL", "SS_DPL", "SS_RPL")},
    **{name: ("1",) for name in ("CS_P", "CS_L", "SS_P", "SS_D")},
    "NEW_STACK": ("aligned",),
    **{
        f"NEW_{name}": ("0", "1") for name in ("IF", "TF", "RF", "NT", "AC", "IOPL", "VM", "VIF", "VIP", "ID")
    },
    **{name: ("0",) for name in ("NT", "IOPL", "AC")},
}
PLAIN: dict[str, tuple[str, ...]] = {
    "EVENT": ("int_n", "#UD", "#PF"),
    **{name: GATES[name] for name in ("MODE", "GATE_TYPE", "CS_DPL", "GATE_IST")},
    "CONFORMING": ("0", "1"),
    "STACK": ("aligned", "+8"),
    **{name: ("0", "1") for name in ("IF", "TF", "RF", "NT", "AC", "DF", "IOPL", "STATUS")},
}
RET: dict[str, tuple[str, ...]] = {
    **{name: values for name, values in IRET.items() if not name.startswith("NEW_") or name == "NEW_STACK"},
    "INSTRUCTION": ("ret64", "ret16 n"),
    "RF": ("0", "1"),
}
TRANSFER: dict[str, tuple[str, ...]] = {
    "INSTRUCTION": ("jmp m16:64", "call m16:16"),
    "POINTER": ("aligned", "from missing", "into missing, odd"),
    **{
        name: IRET[name]
        for name in ("MODE", "TARGET", "CS_TYPE", "CS_DPL", "CS_P", "CS_L", "CS_D", "CS_LIMIT")
    },
    **{"SELECTOR": ("varied", "null"), "RPL": ("0", "3"), "STACK": ("aligned", "supervisor")},
    **{"RF": ("0",), "NT": ("0",), "IOPL": ("0", "3")},
}
LOAD: dict[str, tuple[str, ...]] = {
    **{
        "INSTRUCTION": ("mov es", "lss", "ltr"),
        "MODE": ("ring 0", "compat 3"),
        "SELECTOR": ("varied", "null"),
    },
    **{"RPL": ("3", "0"), "TYPE": ("13", "2"), "DPL": ("3", "0"), "P_FLAG": ("1", "0"), "L_FLAG": ("0",)},
    **{"D_FLAG": ("1",), "LIMIT": ("4 GiB", "103"), "UPPER": ("0", "type 10")},
}
DOUBLE: dict[str, tuple[str, ...]] = {
    **{"EVENT": ("int_n", "#GP"), "MODE": ("ring 0", "ring 3")},
    **{
        f"OF_{name}": ("good", "CS not present", "offset") for name in ("EVENT", "TS", "NP", "SS", "GP", "PF")
    },
    **{"OF_DF": ("good", "of IST 1"), "TF": ("0", "1"), "NT": ("0", "1")},
    **{name: ("aligned", "missing") for name in ("INNER_STACK", "STACK_OF_IST", "STACK")},
}
PAGING: dict[str, tuple[str, ...]] = {
    **{"ACCESS": ("read", "fetch", "descriptor"), "MODE": ("ring 3", "ring 0"), "PAGE": ("4 KiB", "2 MiB")},
    **{name: ("open", "U/S=0 key 1", "beyond MAXPHYADDR") for name in ("PML4E", "PDPTE", "PDE", "PTE")},
    **{name: ("0", "1") for name in ("SMEP", "SMAP", "AC", "PKE", "PKS")},
    **{"WP": ("1", "0"), "NXE": ("1", "0"), "RIGHTS": ("none", "AD of key 1")},
}
AXES = {"gates": GATES, "plain_gates": PLAIN, "iret": IRET, "far_return": RET, "far_transfer": TRANSFER}
AXES |= {"segment_load": LOAD, "double_fault": DOUBLE, "paging": PAGING}


def source(sweep: str, wanted: str, error: int | None = None, refusal: str = "-", **odd: str) -> str:
    state = tuple((name, odd.get(name, values[0])) for name, values in AXES[sweep].items())
    words = [("words", 5 + (error is not None), 0, 0), ("error", error or 0, 0, 0)]
    told = Told(state=state, fields=tuple(words), decided=(0, refusal, "-", "-", wanted))
    return keep.case(sweep, told, wanted, AXES[sweep])


@pytest.mark.parametrize(
    "text, parts",
    [
        (
            source("gates", "vector 64"),
            [".vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER", 'FAULT("int 0x40");'],
        ),
        (
            source("gates", "#NP", 0x79, MODE="ring 1", GATE_P="0", STACK="first non-canonical", IF="1"),
            [
                "SEL_FREE | 1, .saved_rip = AT_FAULT",
                "start.rflags |= 0x200;",
                "start.rsp = 0x800000000000;",
                "type_dpl_p = 0x6e;",
            ],
        ),
        (
            source("gates", "#GP", 0x202, TABLE="all but a byte of it"),
            ["lidt((uintptr_t)&idt, 0x40 * 16 + 14);", ".error = 0x202, .saved_rip = AT_FAULT"],
        ),
        (
            source(
                "gates", "#DF", 0, EVENT="#UD", MODE="compat 3", INNER_STACK="into read-only", GATE_IST="1"
            ),
            [".env = COMPAT32, .vector = VEC_DF", 'FAULT32("ud2");', "tss.rsp[2] = 0x40009010;"],
        ),
        (
            source("iret", "vector 66", INSTRUCTION="iretd", MODE="ring 2", SS_RPL="3", NEW_ID="1"),
            ['.saved_rip = "returned"', "((uint32_t *)start.rsp)[2] = (uint32_t)(0x200002);", "(data | 3)"],
        ),
        (
            source("plain_gates", "#UD", EVENT="#UD", MODE="ring 3", CONFORMING="1", STATUS="1", NT="1"),
            ['FAULT("ud2");', "start.rflags |= 0x48d5;", "0x00af9f000000ffff"],
        ),
        (
            source("far_return", "vector 66", INSTRUCTION="ret16 n", MODE="ring 2", SS_RPL="3", RF="1"),
            [".byte 0x66, 0xca, 24, 0", "((uint16_t *)start.rsp)[15] = (uint16_t)(data | 3);", "|= 0x10000;"],
        ),
        (
            source("far_transfer", "#PF", 0, "paging.not-present", POINTER="from missing", MODE="ring 2"),
            [".saved_rip = AT_FAULT", "start.rdi = 0x40006ff8;", "+ 0x0) = (uint16_t)(varied | 0);"],
        ),
        (
            source("far_transfer", "#GP", 0, "transfer.cs-null", SELECTOR="null", STACK="supervisor"),
            ['(uint64_t)(label_of(p, "after"));', "(uint16_t)(0 | 0);", "start.rsp = 0x40005800;"],
        ),
        (
            source(
                "segment_load", "#NP", 0x78, "segment.not-present", INSTRUCTION="lss", P_FLAG="0", TYPE="2"
            ),
            [".error = SEL_FREE, .saved_rip = AT_FAULT", "0x00cf62000000ffff, 0x0);", "0x0f, 0xb2, 0x0f"],
        ),
        (
            source("segment_load", "vector 66", MODE="compat 3", LIMIT="103", UPPER="type 10"),
            [".env = COMPAT32, .vector = VEC_BP,", "0x100000000000);", "ASSEMBLE32("],
        ),
        (
            source("double_fault", "#DF", 0, OF_EVENT="CS not present", OF_NP="offset", OF_DF="of IST 1"),
            ["gate_of(0x40)->selector = np_code;", "(VEC_NP)->offset_63_32 = 0x8000;", "(VEC_DF, .ist = 1,"],
        ),
        (
            source("double_fault", "#GP", 0, EVENT="#GP", STACK_OF_IST="missing", TF="1"),
            ["set_gate(VEC_GP, .dpl = 3);", "tss.ist[0] = 0x40001800;", "start.rflags |= 0x100;"],
        ),
        (
            source(
                "paging", "#PF", 1, "paging.protection-key", PTE="U/S=0 key 1", PKS="1", RIGHTS="AD of key 1"
            ),
            ['.needs = "pks"', "| 0x67) ^ 0x800000000000004;", "write_msr(MSR_PKRS, 0x4);"],
        ),
        (
            source("paging", "#PF", 0x11, "paging.smep", ACCESS="fetch", MODE="ring 0", PAGE="2 MiB", WP="0"),
            ['.saved_rip = "target"', "*(uint8_t *)(0x600800) = 0xcc;", "PAGE_PS;", "~(uint64_t)CR0_WP"],
        ),
        (source("paging", "vector 66", AC="1"), [".vector = NO_EXCEPTION);", "start.rflags |= 0x40000;"]),
    ],
)
def test_a_state_is_a_case_that_builds(tmp_path: Path, text: str, parts: list[str]) -> None:
    for part in parts:
        assert part in text, text
    (tmp_path / "kept.c").write_text(text)
    words = "-std=c11 -O1 -ffreestanding -fsyntax-only -Wall -Wextra -Werror -mgeneral-regs-only -fno-pie"
    folders = ["-Iharness", "-Iharness/include", '-DCASE_FILE="gate/kept"']
    subprocess.run(["gcc", *words.split(), *folders, str(tmp_path / "kept.c")], cwd=ROOT, check=True)


@pytest.mark.parametrize(
    "sweep, odd, what",
    [
        ("gates", {"EVENT": "nmi"}, "program of its own"),
        ("gates", {"GATE_SELECTOR": "in LDT"}, "LDT of its own"),
        ("gates", {"TABLE": "half of it is"}, "has to be copied by hand"),
        ("iret", {"STACK": "missing"}, "by hand"),
        ("iret", {"TARGET": "high"}, "no code"),
        ("far_transfer", {"POINTER": "into missing, odd"}, "by hand"),
        ("segment_load", {"INSTRUCTION": "ltr"}, "own TSS"),
        ("paging", {"ACCESS": "descriptor"}, "LDT of its own"),
        ("paging", {"PTE": "beyond MAXPHYADDR"}, "depends on the processor"),
    ],
)
def test_what_can_not_be_a_case_by_itself_says_why(sweep: str, odd: dict[str, str], what: str) -> None:
    with pytest.raises(KeepError, match=what):
        source(sweep, "#GP", 0, **odd)


def test_the_sweeps_still_have_these_axes() -> None:
    for sweep, axes in AXES.items():
        text = (ROOT / "sweeps" / f"{sweep}.c").read_text()
        assert all(f"AXIS({name}," in text or f"FLAGS({name}," in text for name in axes)
