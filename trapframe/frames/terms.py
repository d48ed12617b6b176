"""The field's terms: what is said in several ways. One group is one thing."""

from __future__ import annotations

TITLES = {  # of the vectors, as in SDM 3A "Exception and Interrupt Reference"
    0: "divide error",
    1: "debug exception",
    2: "NMI interrupt",
    3: "breakpoint exception",
    4: "overflow exception",
    5: "BOUND range exceeded",
    6: "invalid opcode",
    7: "device not available",
    8: "double fault",
    10: "invalid TSS",
    11: "segment not present",
    12: "stack fault",
    13: "general protection",
    14: "page fault",
    16: "x87 floating-point error",
    17: "alignment check",
    18: "machine check",
    19: "SIMD floating-point exception",
    20: "virtualization exception",
    21: "control protection",
    28: "hypervisor injection",
    29: "VMM communication",
    30: "security exception",
}

TERMS: tuple[tuple[str, ...], ...] = (
    ("#DE", "divide error", "division error", "divide by zero", "division by zero", "vector 0"),
    ("#DB", "debug exception", "debug trap", "debug fault", "vector 1"),
    ("NMI", "nonmaskable interrupt", "non-maskable interrupt", "NMI interrupt", "vector 2"),
    ("#BP", "breakpoint exception", "breakpoint trap", "vector 3"),
    ("#OF", "overflow exception", "overflow trap", "vector 4"),
    ("#BR", "BOUND range exceeded", "bound range", "vector 5"),
    ("#UD", "invalid opcode", "undefined opcode", "illegal instruction", "invalid instruction", "vector 6"),
    ("#NM", "device not available", "no math coprocessor", "no coprocessor", "vector 7"),
    ("#DF", "double fault", "vector 8"),
    ("#TS", "invalid TSS", "vector 10"),
    ("#NP", "segment not present", "vector 11"),
    ("#SS", "stack fault", "stack-segment fault", "stack exception", "vector 12"),
    ("#GP", "general protection", "general protection fault", "protection fault", "GPF", "vector 13"),
    ("#PF", "page fault", "vector 14"),
    ("#MF", "x87 floating-point error", "x87 exception", "math fault", "FPU error", "vector 16"),
    ("#AC", "alignment check", "alignment exception", "vector 17"),
    ("#MC", "machine check", "vector 18"),
    ("#XM", "#XF", "SIMD floating-point exception", "SIMD exception", "SSE exception", "vector 19"),
    ("#VE", "virtualization exception", "vector 20"),
    ("#CP", "control protection", "control protection exception", "vector 21"),
    ("#HV", "hypervisor injection", "vector 28"),
    ("#VC", "VMM communication", "vector 29"),
    ("#SX", "security exception", "vector 30"),
    ("shutdown", "triple fault"),
    ("no exception", "nothing raised", "not raised"),
    # Instructions, and their bytes.
    ("INT3", "0xCC", "CC", "breakpoint instruction", "software breakpoint"),
    ("INT1", "ICEBP", "0xF1", "F1"),
    ("INT n", "INT imm8", "software interrupt", "0xCD", "CD ib"),
    ("UD2", "0F 0B"),
    ("SYSCALL", "system call", "fast system call", "0F 05"),
    ("SYSRET", "SYSRETQ", "0F 07"),
    ("IRET", "IRETQ", "IRETD", "interrupt return", "return from interrupt"),
    ("far RET", "RETF", "LRET", "far return"),
    ("far CALL", "CALLF", "LCALL"),
    ("far JMP", "JMPF", "LJMP", "far jump"),
    ("IPI", "self-IPI", "external interrupt", "hardware interrupt", "IRQ"),
    # Where it happens.
    ("CPL 3", "CPL3", "ring 3", "user mode", "user space", "userspace", "user"),
    ("CPL 0", "CPL0", "ring 0", "kernel mode", "supervisor mode", "kernel"),
    ("compatibility mode", "compat32", "compat", "32-bit code"),
    ("IST", "interrupt stack table"),
    ("RSP0", "kernel stack"),
    # What is set up.
    ("not present", "non-present", "isn't present", "aren't present", "missing", "absent", "P=0", "np"),
    ("non-canonical", "noncanonical", "not canonical", "isn't canonical"),
    ("misaligned", "unaligned", "not aligned", "isn't aligned"),
    ("read-only", "write-protected", "not writable", "R/W=0", "W=0"),
    ("execute disable", "no execute", "no-execute", "NX", "XD", "XD=1"),
    ("single step", "trap flag", "TF", "TF=1"),
    ("resume flag", "RF", "RF=1"),
    ("protection key", "PKU", "PKS", "PKRU"),
    ("supervisor mode execution prevention", "SMEP"),
    ("supervisor mode access prevention", "SMAP"),
    ("user mode instruction prevention", "UMIP"),
    ("shadow stack", "CET", "cet_ss"),
    ("indirect branch tracking", "CET", "ENDBR", "ENDBR64", "ENDBR32", "cet_ibt"),
    ("five-level paging", "5-level paging", "LA57"),
    ("hardware breakpoint", "debug register", "DR0", "DR1", "DR2", "DR3", "watchpoint", "data breakpoint"),
    ("null", "null selector"),
    ("bus lock", "split lock"),
    ("EFLAGS", "RFLAGS"),
    # What is done.
    ("store", "write"),
    ("load", "read"),
    ("nested", "in a handler", "in the handler"),
)

# Of a question rather than of its subject.
FILLERS = frozenset(
    "a an and are as at be been being by cpu did do does for from had has have how i if in is it its mode my"
    " of on or our processor that the then there these this those to use used uses using was were what when"
    " where which while who whose why will with x86 happen happens raise raises raised exception".split()
) | {"error code", "return address", "saved rip", "stack frame"}
ASKING = frozenset("what which how".split())
ASKED = frozenset("push pushes pushed frame frames saved saves value".split())  # by a question, of each case
