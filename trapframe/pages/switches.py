"""What the specification says of each check of a task switch that fails, each constructed."""

from __future__ import annotations

from trapframe.prediction import constructed as c
from trapframe.prediction.constructed import Setup, descriptor, gate
from trapframe.spec import Event, Specification, event

NT, PAGING = 1 << 14, 1 << 31
BUSY, TASK_GATE = 2, 5
LOCAL, DEFECT, LAST = 4, 0x78, 0xF8  # TI; selectors: of what is wrong, of what is not all in the GDT
PAGE, ALL, MISSING = 0x1000, 7, 0x200000
# Offsets in the new TSS, of 32 bits and of 16 bits (SDM 3A "Task-State Segment (TSS)").
FIELDS = {
    False: {
        **{"ip": 0x20, "flags": 0x24, "sp": 0x38, "es": 0x48, "cs": 0x4C, "ss": 0x50, "ds": 0x54},
        **{"fs": 0x58, "gs": 0x5C, "ldt": 0x60},
    },
    True: {"ip": 0xE, "flags": 0x10, "sp": 0x1A, "es": 0x22, "cs": 0x24, "ss": 0x26, "ds": 0x28, "ldt": 0x2A},
}
EVENTS = {
    "int": event("int_n", 0x40, length=2),
    "ud": event("fault", 6),
    "ac": event("fault", 17, 0),
    "interrupt": event("interrupt", 0x60),
}
IP = 0x8000


class Switch:
    """One switch, with all as it should be."""

    def __init__(self, spec: Specification, way: str, is_short: bool, cpl: int) -> None:
        self.spec, self.way, self.is_short = spec, way, is_short
        self.setup = Setup(spec, False, cpl=cpl)
        self.selector = c.TASK2
        self.tss = {
            "type_": (1 if is_short else 9) | (BUSY if way == "iret" else 0),
            **{"base": c.TSS2, "limit": 0x2B if is_short else 0x67, "s": 0, "g": 0},
        }
        self.fields = {"ip": IP, "flags": 2, "sp": c.STACK & 0xFFFF, "cs": c.CODE0, "ss": c.DATA0}

    def raised(self) -> tuple[int, int]:
        """Vector and error code."""
        setup, machine = self.setup, self.setup.machine
        if self.tss:
            setup.set_descriptor(c.TASK2, descriptor(**self.tss))
        for name, value in self.fields.items():
            at = FIELDS[self.is_short][name] + (self.tss["base"] if self.tss else c.TSS2)
            setup.memory.write(at, 2, value)
        if self.way in EVENTS:
            happens = Event.from_buffer_copy(EVENTS[self.way])
            setup.set_gate(happens.vector, selector=self.selector, type_=TASK_GATE, dpl=3)
            second = setup.deliver(happens).chain[1]
            return second.vector, second.error
        if self.way == "iret":
            machine.rflags |= NT
            setup.memory.write(c.TSS, 2, self.selector)
            outcome = self.spec.iret(machine, 32, 1)
        else:
            if self.way.endswith("_gate"):
                setup.set_descriptor(c.FREE, gate(0, self.selector, TASK_GATE, 3))
                self.selector = c.FREE
            is_call = self.way.startswith("call")
            outcome = self.spec.far_transfer(machine, self.selector, 0, is_call, 32, 7)
        assert outcome.end == "fault"
        return outcome.event.vector, outcome.event.error


def raised(
    spec: Specification, file: str, way: str, is_short: bool, defect: str, register: str = ""
) -> tuple[int, int]:
    """`file`: of the cases of this check, below the family; `defect`: one of theirs."""
    switch = Switch(spec, way, is_short, 3 if defect == "user" else 0)
    if file == "descriptor":
        _spoil_descriptor(switch, defect)
    elif file == "memory":
        _take_page(switch, {"": 0, "user": 0, "half": 0x34, "end": 0x67}[defect])
    else:
        SPOIL[file](switch, defect, register)
    return switch.raised()


def _spoil_descriptor(switch: Switch, defect: str) -> None:
    setup = switch.setup
    if defect == "local":
        setup.load("ldtr", c.LDTS)
        setup.machine.segment_of("ldtr").base = c.GDT
        switch.selector |= LOCAL
    elif defect == "beyond":
        setup.machine.gdtr.limit = c.FREE + 6
        switch.selector = c.FREE
        setup.set_descriptor(c.FREE, descriptor(**switch.tss))
        if switch.way.endswith("_gate"):  # which lies below it
            setup.machine.gdtr.limit = LAST + 6
            switch.selector = LAST
    elif defect == "null":
        switch.selector = 0
    elif defect == "call_gate":
        switch.tss = {}
        setup.set_descriptor(c.TASK2, gate(IP, c.CODE0, 0xC, 3))
    else:
        change = {
            "data": {"type_": 3, "s": 1},
            "segment": {"s": 1},
            "ldt": {"type_": 2},
            "not_present": {"p": 0},
            "not_available": {"type_": switch.tss["type_"] ^ BUSY},
            "limit": {"limit": switch.tss["limit"] - 1},
        }[defect]
        switch.tss |= change


def _take_page(switch: Switch, there: int) -> None:
    """So many bytes of the new TSS are there."""
    machine, memory = switch.setup.machine, switch.setup.memory
    machine.cr0 |= PAGING
    machine.cr3 = c.PML4
    memory.write(c.PML4, 4, c.PML4 + PAGE | ALL)
    for page in range(1024):
        at = page * PAGE
        memory.write(c.PML4 + PAGE + 4 * page, 4, at | (0 if at == MISSING else ALL))
    switch.tss["base"] = MISSING - there


def _selector(switch: Switch, defect: str, local: int, system: int) -> int:
    """Of the ways to be wrong that all segments have."""
    if defect == "beyond":
        switch.setup.machine.gdtr.limit = LAST + 6
    return {"null": 0, "local": local | LOCAL, "beyond": LAST, "system": system}[defect]


def _add(switch: Switch, raw: int) -> int:
    switch.setup.set_descriptor(DEFECT, raw)
    return DEFECT


def _spoil_ldt(switch: Switch, defect: str, _: str) -> None:
    if defect == "type":
        switch.fields["ldt"] = c.DATA0
    elif defect == "system":
        switch.fields["ldt"] = _add(switch, descriptor(9, base=c.LDT, s=0))
    elif defect == "not_present":
        switch.fields["ldt"] = _add(switch, descriptor(2, base=c.LDT, s=0, p=0))
    else:
        switch.fields["ldt"] = _selector(switch, defect, c.LDTS, c.LDTS)


def _spoil_code(switch: Switch, defect: str, _: str) -> None:
    if defect == "rpl":
        switch.fields |= {"cs": c.CODE0 | 3, "ss": c.DATA3 | 3}
    elif defect in ("dpl", "data"):
        switch.fields["cs"] = c.CODE3 if defect == "dpl" else c.DATA0
    elif defect == "conforming":
        switch.fields["cs"] = _add(switch, descriptor(0xF, 3, d=1))
    elif defect == "not_present":
        switch.fields["cs"] = _add(switch, descriptor(0xB, d=1, p=0))
    elif defect == "tss":
        switch.fields["cs"] = _add(switch, descriptor(0xB, s=0))
    elif defect == "eip_limit":
        switch.fields["cs"] = _add(switch, descriptor(0xB, d=1, limit=IP - 1, g=0))
    else:
        switch.fields["cs"] = _selector(switch, defect, c.CODE0, c.LDTS)


def _spoil_stack(switch: Switch, defect: str, _: str) -> None:
    known = {"code": c.CODE0, "dpl": c.DATA3, "rpl": c.DATA0 | 3, "outer": c.DATA3 | 3}
    if defect in known:
        switch.fields["ss"] = known[defect]
    elif defect == "read_only":
        switch.fields["ss"] = _add(switch, descriptor(1, d=1))
    elif defect == "not_present":
        switch.fields["ss"] = _add(switch, descriptor(3, d=1, p=0))
    else:
        switch.fields["ss"] = _selector(switch, defect, c.DATA0, c.LDTS)


def _spoil_data(switch: Switch, defect: str, register: str) -> None:
    if defect == "dpl":
        switch.fields |= {"cs": c.CODE3 | 3, "ss": c.DATA3 | 3, register: c.DATA0}
    elif defect == "code_rpl":
        switch.fields[register] = c.CODE0 | 3
    elif defect == "execute_only":
        switch.fields[register] = _add(switch, descriptor(9, d=1))
    elif defect == "not_present":
        switch.fields[register] = _add(switch, descriptor(3, d=1, p=0))
    else:
        switch.fields[register] = _selector(switch, defect, c.DATA0, c.LDTS)


SPOIL = {"new_ldt": _spoil_ldt, "new_code": _spoil_code, "new_stack": _spoil_stack, "new_data": _spoil_data}
