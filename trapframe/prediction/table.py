"""Which instruction an opcode is: docs/spec.md lists the classes.

What the specification has as a function it does. The instructions' own modules have what comes before:
operands, privilege, limits, and the moves by which programs prepare what they raise.
"""

from __future__ import annotations

from collections.abc import Callable

from trapframe.prediction.arithmetic import (
    aam,
    exchange_register,
    alu,
    compare_exchange,
    exchange_add,
    group_1,
    group_3,
    group_4,
    increment,
    long_nop,
    move_if,
    nop,
    set_if,
    test,
)
from trapframe.prediction.floating import MEMORY, fwait, x87
from trapframe.prediction.vectors import empty_mmx, group_15, has_form, load_streaming, take_vex, vector, vex
from trapframe.prediction.interrupts import (
    bound,
    int1,
    int3,
    int_n,
    into,
    invalid_in_64_bit_mode,
    ud2,
    ud_with_operand,
)
from trapframe.prediction.moves import (
    enter,
    extend,
    flags_in_ah,
    lea,
    leave,
    load_far_pointer,
    mov,
    mov_from_segment,
    mov_immediate,
    mov_offset,
    mov_register,
    mov_to_segment,
    pop,
    pop_all,
    pop_flags,
    pop_operand,
    pop_segment,
    push,
    push_all,
    push_flags,
    push_segment,
    sign_extend,
    store_integer,
    translate_byte,
    xchg,
)
from trapframe.prediction.operand import Instruction, TooLong
from trapframe.prediction.control import mov_control, rdmsr, wrmsr
from trapframe.prediction.privileged import (
    cli_sti,
    flag,
    mov_debug,
    port,
    privileged,
    read_ssp,
    write_shadow_stack,
)
from trapframe.prediction.system import cpuid, disabled, group_7, group_9, invpcid, rdpmc, rdtsc
from trapframe.prediction.bits import bit_test, byte_swap, checksum, double_shift, product, scan, shift
from trapframe.prediction.processor import GP, UD, NotFollowed, Processor, fault
from trapframe.prediction.selectors import group_6, load_rights
from trapframe.prediction.strings import string
from trapframe.prediction.transfers import (
    far_direct,
    far_return,
    group_5,
    iret,
    jump,
    loop,
    near_return,
    system_call,
)

# Empty cells of SDM 2D "Opcode Map", tables, of which there are cases or neighbours of them.
RESERVED = (
    *(0x0F04, 0x0F0A, 0x0F0C, 0x0F0F, *range(0x0F24, 0x0F28), 0x0F36, 0x0F39, *range(0x0F3B, 0x0F40)),
    *(0x0FA6, 0x0FA7, 0x0F38FF, 0x0F3AFF),
)
# What is #UD on a processor without the feature.
FEATURES = {
    **dict.fromkeys((0x0F30, 0x0F32), "msr"),
    0x0F31: "tsc",
    **dict.fromkeys((0x0F34, 0x0F35), "sysenter"),
    0x0F3882: "invpcid",
}
TABLE: dict[int, Callable[[Processor, Instruction], None]] = {
    0xCC: int3,
    0xCD: int_n,
    0xF1: int1,
    0xCE: into,
    **dict.fromkeys((0x0F0B, *RESERVED), ud2),
    0x0FB9: ud_with_operand,
    **dict.fromkeys((0x27, 0x2F, 0x37, 0x3F, 0xD5, 0xD6, 0x82), invalid_in_64_bit_mode),
    **dict.fromkeys((0x06, 0x0E, 0x16, 0x1E, 0x0FA0, 0x0FA8), push_segment),
    **dict.fromkeys((0x07, 0x17, 0x1F, 0x0FA1, 0x0FA9), pop_segment),
    0xCF: iret,
    **dict.fromkeys((0xCA, 0xCB), far_return),
    **dict.fromkeys((0x9A, 0xEA), far_direct),
    0xFF: group_5,
    **dict.fromkeys((0xEB, 0xE9, 0xE8, *range(0x70, 0x80), *range(0x0F80, 0x0F90)), jump),
    **dict.fromkeys((0xC2, 0xC3), near_return),
    0x8E: mov_to_segment,
    0x8C: mov_from_segment,
    **dict.fromkeys((0xC4, 0xC5, 0x0FB2, 0x0FB4, 0x0FB5), load_far_pointer),
    **dict.fromkeys((0x0F05, 0x0F07, 0x0F34, 0x0F35), system_call),
    **dict.fromkeys((0x88, 0x89, 0x8A, 0x8B), mov),
    **dict.fromkeys((0xC6, 0xC7), mov_immediate),
    **dict.fromkeys(range(0xB0, 0xC0), mov_register),
    **dict.fromkeys(range(0xA0, 0xA4), mov_offset),
    0x8D: lea,
    **dict.fromkeys((*range(0x50, 0x58), 0x68, 0x6A), push),
    **dict.fromkeys(range(0x58, 0x60), pop),
    0x9C: push_flags,
    0x9D: pop_flags,
    **{which << 3 | form: alu for which in range(8) for form in range(6)},
    **dict.fromkeys((0x80, 0x81, 0x83), group_1),
    **dict.fromkeys((0x84, 0x85, 0xA8, 0xA9), test),
    **dict.fromkeys(range(0x40, 0x50), increment),
    **dict.fromkeys((0x86, 0x87), xchg),
    0x90: nop,
    0x0F1E: read_ssp,
    **dict.fromkeys((*range(0x0F19, 0x0F1E), 0x0F1F), long_nop),
    **dict.fromkeys((0xF6, 0xF7), group_3),
    0xD4: aam,
    0x62: bound,
    **dict.fromkeys((0xF4, 0x0F06, 0x0F08, 0x0F09), privileged),
    0x0F30: wrmsr,
    0x0F32: rdmsr,
    **dict.fromkeys((0x0F20, 0x0F22), mov_control),
    **dict.fromkeys((0x0F21, 0x0F23), mov_debug),
    0x0F00: group_6,
    **dict.fromkeys((0x0F02, 0x0F03), load_rights),
    0x0F01: group_7,
    **dict.fromkeys((0xFA, 0xFB), cli_sti),
    **dict.fromkeys((0xF5, 0xF8, 0xF9, 0xFC, 0xFD), flag),
    **dict.fromkeys((*range(0xE4, 0xE8), *range(0xEC, 0xF0)), port),
    **dict.fromkeys((*range(0x6C, 0x70), *range(0xA4, 0xA8), *range(0xAA, 0xB0)), string),
    **dict.fromkeys(range(0xE0, 0xE4), loop),
    0x60: push_all,
    0x61: pop_all,
    0x8F: pop_operand,
    0xC9: leave,
    0xFE: group_4,
    **dict.fromkeys((0x63, 0x0FB6, 0x0FB7, 0x0FBE, 0x0FBF), extend),
    **dict.fromkeys(range(0x0F40, 0x0F50), move_if),
    **dict.fromkeys(range(0x0F90, 0x0FA0), set_if),
    **dict.fromkeys((0x0FC0, 0x0FC1), exchange_add),
    **dict.fromkeys((0x0FB0, 0x0FB1), compare_exchange),
    0x0FC3: store_integer,
    **dict.fromkeys((0x0F0D, 0x0F18), long_nop),
    **dict.fromkeys(MEMORY, x87),
    0x9B: fwait,
    0x0F77: empty_mmx,
    **dict.fromkeys(
        (
            *(*range(0x0F10, 0x0F18), *range(0x0F28, 0x0F30), *range(0x0F50, 0x0F77), *range(0x0F7C, 0x0F80)),
            *(0x0FC2, 0x0FC4, 0x0FC5, 0x0FC6, *range(0x0FD0, 0x0FFF)),
        ),
        vector,
    ),
    0x0FAE: group_15,
    **dict.fromkeys((0xC0, 0xC1, 0xD0, 0xD1, 0xD2, 0xD3), shift),
    **dict.fromkeys((0x0FA4, 0x0FA5, 0x0FAC, 0x0FAD), double_shift),
    **dict.fromkeys((0x0FA3, 0x0FAB, 0x0FB3, 0x0FBB, 0x0FBA), bit_test),
    **dict.fromkeys((0x0FB8, 0x0FBC, 0x0FBD), scan),
    **dict.fromkeys(range(0x0FC8, 0x0FD0), byte_swap),
    **dict.fromkeys((0x69, 0x6B, 0x0FAF), product),
    **dict.fromkeys(range(0x91, 0x98), exchange_register),
    **dict.fromkeys((0x98, 0x99), sign_extend),
    **dict.fromkeys((0x9E, 0x9F), flags_in_ah),
    0xC8: enter,
    0xD7: translate_byte,
    0x0F31: rdtsc,
    0x0F33: rdpmc,
    0x0FA2: cpuid,
    **dict.fromkeys((0x0F37, 0x0FAA), disabled),
    0x0FC7: group_9,
    0x0FFF: ud_with_operand,
    0x0F3882: invpcid,
    0x0F382A: load_streaming,
    **dict.fromkeys((0x0F38F0, 0x0F38F1), checksum),
    **dict.fromkeys((0x0F38F5, 0x0F38F6), write_shadow_stack),
}


MAYBE_ABSENT = "what a processor may lack that lacks features"


def execute(cpu: Processor, one: Instruction) -> None:
    """The instruction, to its end; else Raised or NotFollowed."""
    try:
        cpu.check_tracker(one)
        if one.opcode in (0xC4, 0xC5) and take_vex(cpu, one):
            return vex(cpu, one)
        method = TABLE.get(one.opcode)
        if not has_form(one) or FEATURES.get(one.opcode) in cpu.absent:
            raise fault(UD)
        if method is None:
            raise NotFollowed(f"instruction {one.opcode:#x}")
        method(cpu, one)
    except TooLong:
        raise fault(GP, 0) from None
    except NotFollowed as error:
        raise NotFollowed(MAYBE_ABSENT) if cpu.absent else error from None
