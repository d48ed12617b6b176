"""Cases of states of the sweeps of far JMP and CALL, of segment loads, of double faults and of paging."""

from __future__ import annotations

from collections.abc import Mapping

from trapframe.sweep.kept import ABOVE_MISSING, DF, EVENTS, FIRST_HIGH, KeepError, LAST_LOW, MISSING
from trapframe.sweep.kept import OFFSETS, OPEN, READ_ONLY, SIZES, SUPERVISOR, Text
from trapframe.sweep.kept import assemble, code_of, descriptor, enter_mode, land, raise_event, run_to_target
from trapframe.sweep.kept import set_flags, target
from trapframe.sweep.told import NONE

TRANSFERS = {  # bytes, and the pointer's offset
    "jmp m16:64": (".byte 0x48, 0xff, 0x2f", "uint64_t"),
    "jmp m16:32": (".byte 0xff, 0x2f", "uint32_t"),
    "jmp m16:16": (".byte 0x66, 0xff, 0x2f", "uint16_t"),
    "call m16:64": (".byte 0x48, 0xff, 0x1f", "uint64_t"),
    "call m16:32": (".byte 0xff, 0x1f", "uint32_t"),
    "call m16:16": (".byte 0x66, 0xff, 0x1f", "uint16_t"),
}
POINTER = 0x4000B000  # a page of its own
READ = "PAGE_PRESENT | PAGE_USER"
POINTERS = {  # the address, a page of it, and what that allows
    **{name: (POINTER + offset, POINTER, OPEN) for name, offset in OFFSETS.items()},
    "missing": (MISSING + 0x800, 0, ""),
    "read-only": (READ_ONLY + 0x800, READ_ONLY, READ),
    "supervisor": (SUPERVISOR + 0x800, SUPERVISOR, "PAGE_PRESENT | PAGE_WRITE"),
    "into missing": (READ_ONLY + 0xFF8, READ_ONLY, READ),
    "into missing 16": (READ_ONLY + 0xFF0, READ_ONLY, READ),
    "into missing 24": (READ_ONLY + 0xFE8, READ_ONLY, READ),
    "into missing 32": (READ_ONLY + 0xFE0, READ_ONLY, READ),
    "from missing": (ABOVE_MISSING - 8, ABOVE_MISSING, OPEN),
    "non-canonical": (0x0000900000000000, 0, ""),
    "into non-canonical": (LAST_LOW + 0xFF0, LAST_LOW, OPEN),
    "from non-canonical": (FIRST_HIGH - 8, FIRST_HIGH, OPEN),
    "high": (FIRST_HIGH + 0x800, FIRST_HIGH, OPEN),
}
PAGE_SIZE = 0x1000
LOADS = {
    "mov es": "0x8e, 0xc0",
    "mov ss": "0x8e, 0xd0",
    "mov ds": "0x8e, 0xd8",
    "mov fs": "0x8e, 0xe0",
    "mov gs": "0x8e, 0xe8",
    "lss": "0x0f, 0xb2, 0x0f",
    "lfs": "0x0f, 0xb4, 0x0f",
    "lgs": "0x0f, 0xb5, 0x0f",
    "lar": "0x0f, 0x02, 0xd8",
    "lsl": "0x0f, 0x03, 0xd8",
    "verr": "0x0f, 0x00, 0xe0",
    "verw": "0x0f, 0x00, 0xe8",
    "lldt": "0x0f, 0x00, 0xd0",
    "ltr": "0x0f, 0x00, 0xd8",
}
UPPER = {"0": 0, "type 1": 1 << 40, "type 10": 16 << 40, "non-canonical": 0x8000, "high": 0xFFFF8000}
CHOSEN = {"varied": "varied", "null": "0", "beyond GDT": "(GDT_LIMIT + 1)"}
ACCESSES = {"read": "mov al, [rdi]", "write": "mov [rdi], al", "xchg": "xchg [rdi], al", "fetch": "jmp rdi"}
VICTIM = 1 << 46  # of entries of its own at every level
LEAVES = {"4 KiB": (1, 0, 0x800), "2 MiB": (2, 0x600000, 0x800), "1 GiB": (3, 0, 0x600800)}  # free memory
LEVELS = {"PTE": 1, "PDE": 2, "PDPTE": 3, "PML4E": 4}
BITS = {
    **{
        "P=0": 1,
        "R/W=0": 2,
        "U/S=0": 4,
        "XD": 1 << 63,
        "A=0": 1 << 5,
        "D=0": 1 << 6,
        "PS": 1 << 7,
        "G": 1 << 8,
    },
    **{"reserved": 1 << 51, "key 1": 1 << 59, "key 15": 15 << 59, "bit 12": 1 << 12, "bit 20": 1 << 20},
    **{"bit 29": 1 << 29, "open": 0},
}
RIGHTS = {
    **{"none": 0, "AD of key 1": 1 << 2, "WD of key 1": 2 << 2, "both of key 1": 3 << 2},
    **{"AD of key 15": 1 << 30, "WD of key 15": 2 << 30},
}
DEFECTS = {  # of a gate
    "good": ("", ""),
    "not present": (".not_present = true, ", ""),
    "type": ("", "type_dpl_p &= 0xf0"),
    "CS null": ("", "selector = 0"),
    "CS not present": ("", "selector = np_code"),
    "CS beyond GDT": ("", "selector = GDT_LIMIT + 1"),
    "CS data": ("", "selector = SEL_KERNEL_DATA"),
    "CS of ring 3": ("", "selector = SEL_USER_CODE64"),
    "on IST 1": (".ist = 1, ", ""),
    "of IST 1": (".ist = 1, ", ""),
    "offset": ("", "offset_63_32 = 0x8000"),
}


def _put_words(text: Text, name: str, words: list[tuple[str, str]]) -> None:
    """At RDI: those that the page has."""
    if name not in POINTERS:
        raise KeepError(f"a pointer '{name}' has to be written by hand")
    address, page, rights = POINTERS[name]
    if page:
        text.page(page, rights)
    text.add(f"start.rdi = {address:#x};")
    for kind, value in words:
        if page <= address and address + SIZES[kind] <= page + PAGE_SIZE:
            place = f"(uint8_t *)frame_of({page:#x}) + {address - page:#x}"
            text.add(f"*({kind} *)({place}) = ({kind})({value});")
        elif page - SIZES[kind] < address < page + PAGE_SIZE:
            raise KeepError(f"a pointer '{name}' has to be written by hand")
        address += SIZES[kind]


def transfer(text: Text, values: Mapping[str, str], wanted: str, refusal: str) -> str:
    if values["SELECTOR"] not in CHOSEN:
        raise KeepError(f"a selector '{values['SELECTOR']}' needs an LDT of its own")
    instruction, kind = TRANSFERS[values["INSTRUCTION"]]
    assemble(text, values, instruction)
    own = enter_mode(text, values["MODE"])
    land(text)
    text.add(f'uint16_t varied = add_descriptor("varied", {code_of(values)});')
    if values["STACK"] != "aligned":
        text.add(f"start.rsp = {text.stack(values['STACK'], own)};")
    set_flags(text, values, ("RF", "NT", "IOPL"))
    selector = f"{CHOSEN[values['SELECTOR']]} | {values['RPL']}"
    _put_words(text, values["POINTER"], [(kind, target(values)), ("uint16_t", selector)])
    if values["SELECTOR"] != "varied":
        text.add("(void)varied;")
    return run_to_target(text, values, wanted, refusal)


def load(text: Text, values: Mapping[str, str], wanted: str, refusal: str) -> str:
    if values["SELECTOR"] not in CHOSEN:
        raise KeepError(f"a selector '{values['SELECTOR']}' needs a table of its own")
    if values["INSTRUCTION"] == "ltr" and refusal == NONE:
        raise KeepError("the case would lose its own TSS")
    limit = values["LIMIT"]
    low = int(
        descriptor(
            int(values["TYPE"], 16), *(int(values[name]) for name in ("DPL", "P_FLAG", "L_FLAG", "D_FLAG"))
        ),
        16,
    )
    if limit != "4 GiB":
        low = (low & ~0x008F00000000FFFF) | int(limit)
    enter_mode(text, values["MODE"])
    text.add(f'uint16_t varied = add_system_descriptor("varied", {low:#018x}, {UPPER[values["UPPER"]]:#x});')
    selector = f"{CHOSEN[values['SELECTOR']]} | {values['RPL']}"
    text.add(f"start.rax = {selector};")
    if values["SELECTOR"] != "varied":
        text.add("(void)varied;")
    if values["INSTRUCTION"] in ("lss", "lfs", "lgs"):
        _put_words(text, "aligned", [("uint32_t", "0"), ("uint16_t", selector)])
    assemble(
        text, values, f".byte {LOADS[values['INSTRUCTION']]}"
    )  # the INT3 behind it shows what came of it
    text.add("set_gate(VEC_BP, .dpl = 3);")
    text.add("run_program(p);")
    return '"returned"' if refusal == NONE else "AT_FAULT"


def double_fault(text: Text, values: Mapping[str, str], wanted: str, _: str) -> str:
    if values["EVENT"] not in EVENTS:
        raise KeepError(f"an event '{values['EVENT']}' needs a program of its own")
    own = enter_mode(text, values["MODE"])
    gates = {
        f"VEC_{name[3:]}": value
        for name, value in values.items()
        if name.startswith("OF_") and name != "OF_EVENT"
    }
    vector = EVENTS[values["EVENT"]][1]
    gates.setdefault(vector, values["OF_EVENT"])
    if "CS not present" in gates.values():
        text.add(f'uint16_t np_code = add_descriptor("np_code", {descriptor(0x1B, 0, 0, 1, 0)});')
    for name, defect in gates.items():
        options, change = DEFECTS[defect]
        if name == "VEC_DF" and not options:
            options = ".ist = 7, "
        text.add(f"set_gate({name}, {options}.dpl = 3);")
        if change:
            text.add(f"gate_of({name})->{change};")
    for number in range(3):
        if values["INNER_STACK"] != "aligned":
            text.add(f"tss.rsp[{number}] = {text.stack(values['INNER_STACK'], f'STACK_RSP{number}')};")
    if values["STACK_OF_IST"] != "aligned":
        text.add(f"tss.ist[0] = {text.stack(values['STACK_OF_IST'], 'STACK_IST1')};")
    if values["STACK"] != "aligned":
        text.add(f"start.rsp = {text.stack(values['STACK'], own)};")
    set_flags(text, values, ("TF", "NT"))
    return raise_event(text, values, wanted)


def _flipped(name: str) -> int:
    """The bits of an entry of this name: `U/S=0 key 1`."""
    bits, rest = 0, name
    while rest:
        word = next((one for one in sorted(BITS, key=len, reverse=True) if rest.startswith(one)), None)
        if word is None:
            raise KeepError(f"an entry '{name}' depends on the processor")
        bits |= BITS[word]
        rest = rest[len(word) :].lstrip()
    return bits


def _entries(text: Text, values: Mapping[str, str], leaf: int) -> None:
    for name, level in LEVELS.items():  # from the lowest: a missing one would hide it
        if level < leaf:
            continue
        entry, used = f"page_entry({VICTIM:#x}, {level})", 0x67 if level == leaf else 0x27
        text.add(f'record_entry("{name.lower()}", {entry});')
        text.add(f"*{entry} = (*{entry} | {used:#x}) ^ {_flipped(values[name]):#x};")


def _controls(text: Text, values: Mapping[str, str]) -> None:
    for name, feature in (("SMEP", "smep"), ("SMAP", "smap"), ("PKE", "pku"), ("PKS", "pks")):
        if values[name] == "1":
            text.needs.append(feature)
            text.add(f"write_cr4(read_cr4() | CR4_{name});")
    if values["PKE"] == "1":
        text.add(f"write_pkru({RIGHTS[values['RIGHTS']]:#x});")
    if values["PKS"] == "1":
        text.add(f"write_msr(MSR_PKRS, {RIGHTS[values['RIGHTS']]:#x});")
    if values["WP"] == "0":
        text.add("write_cr0(read_cr0() & ~(uint64_t)CR0_WP);")
    if values["NXE"] == "0":
        text.add("write_msr(MSR_EFER, read_msr(MSR_EFER) & ~(uint64_t)EFER_NXE);")


def access(text: Text, values: Mapping[str, str], wanted: str, refusal: str) -> str:
    kind, page = values["ACCESS"], values["PAGE"]
    if kind not in ACCESSES:
        raise KeepError(f"an access '{kind}' needs an LDT of its own")
    if values["MODE"] in ("ring 1", "ring 2") and values["SMEP"] == "1":
        raise KeepError("a case's program of ring 1 or 2 lies on user pages")
    leaf, physical, offset = LEAVES[page]
    text.needs += ["page1gb"] if page == "1 GiB" else []
    text.needs += ["nx"] if values["NXE"] == "1" and any("XD" in values[name] for name in LEVELS) else []
    text.add(f'map_page_at("victim", {VICTIM:#x}, {OPEN});')
    if leaf > 1:
        text.add(f"*page_entry({VICTIM:#x}, {leaf}) = {physical:#x} | {OPEN} | PAGE_PS;")
    text.add(f"start.rdi = {VICTIM + offset:#x};")
    if kind == "fetch":
        memory = f"(uint8_t *)frame_of({VICTIM:#x}) + {offset:#x}" if leaf == 1 else f"{physical + offset:#x}"
        text.add(f"*(uint8_t *)({memory}) = 0xcc; /* INT3 */")
        text.add("set_gate(VEC_BP, .dpl = 3);")
        text.add('name_place("target", start.rdi, 2);')
    _entries(text, values, leaf)
    enter_mode(text, values["MODE"])
    _controls(text, values)
    set_flags(text, values, ("AC",))
    text.add(f'FAULT("{ACCESSES[kind]}");')
    if refusal == NONE:
        return "UNDEFINED" if kind == "fetch" else ""
    return "UNDEFINED" if wanted == DF else '"target"' if kind == "fetch" else "AT_FAULT"
