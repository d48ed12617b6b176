/*
 * PUSHA and POPA in each operand size on a stack of each size: every register has a value of its own, of the words that are popped the fourth
 * (SP's) is skipped, and what is above 16 bits stays. At CPL 3; INT3 shows the registers.
 */
#ifndef STACK_ALL_REGISTERS_H
#define STACK_ALL_REGISTERS_H

#include <wide.h>

#define UPPER 0xabcd0000u
#define FORM(name, instruction)                                                                                                 \
    static void name(void)                                                                                                      \
    {                                                                                                                           \
        run(ASSEMBLE32("mov esp, esi\nmov esi, 0x5e5e5e5e\n" MARK(fault) instruction "\n" MARK(after) "int3\n" MARK(reached))); \
    }

/* ARG0: (E)SP. ARG1: SS.B. The segment is 64 KiB, of which the first and the last page hold words that differ. */
static void run(struct program p)
{
    uintptr_t stack = map_pages("stack", 16, PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    uint16_t *first = frame_of(stack), *last = frame_of(stack + 0xf000);
    struct descriptor d = {.base = (uint32_t)stack, .limit = 0xffff, .d = ARG1, .type = DATA_WRITABLE, .dpl = 3};

    into_ring_3();
    set_gate(VEC_BP, .dpl = 3);
    for (unsigned i = 0; i < 0x800; i++) {
        first[i] = (uint16_t)(0x1000 + 3 * i);
        last[i] = (uint16_t)(0x8001 + 5 * i);
    }
    start.ss = add_descriptor("stack", encode_descriptor(d)) | 3u;
    start.R(sp) = 0x800;
    start.R(si) = ARG1 ? (uint32_t)ARG0 : UPPER | (uint32_t)ARG0;
    record_memory("first", first, 16);
    record_memory("pushed", (uint8_t *)first + 0x800 - 32, 32);
    record_memory("last", (uint8_t *)last + 0xfe0, 32);
    run_program(p);
}

FORM(pusha, "pushad")
FORM(pusha16, ".byte 0x66, 0x60")
FORM(popa, "popad")
FORM(popa16, ".byte 0x66, 0x61")

#define ROW(name_, run_, sp, big, page, about_)                                                                                            \
    {                                                                                                                                      \
        VARIANT, ENVIRONMENT.name = name_, .about = about_ ", SS.B=" #big ", (E)SP=" #sp, .spec = "SDM 2B \"" page "\"", .vector = VEC_BP, \
                 .error = NO_ERROR, .saved_rip = "reached", .run = run_, .arg = {                                                          \
                     sp,                                                                                                                   \
                     big                                                                                                                   \
                 }                                                                                                                         \
    }
#define PUSHA "PUSHA/PUSHAD-Push All General-Purpose Registers"
#define POPA "POPA/POPAD-Pop All General-Purpose Registers"
#define EACH(big)                                                                                                                   \
    ROW("pusha_b" #big, pusha, 0x800, big, PUSHA, "PUSHAD"), ROW("pusha16_b" #big, pusha16, 0x800, big, PUSHA, "PUSHA of 16 bits"), \
        ROW("popa_b" #big, popa, 0x7e0, big, POPA, "POPAD"), ROW("popa16_b" #big, popa16, 0x7f0, big, POPA, "POPA of 16 bits")
#define ROWS                                                                                                                                     \
    EACH(1), EACH(0), ROW("pusha_wraps", pusha, 0x10, 0, PUSHA, "PUSHAD that wraps"),                                                            \
        ROW("pusha16_wraps", pusha16, 8, 0, PUSHA, "PUSHA of 16 bits that wraps"), ROW("popa_wraps", popa, 0xfff0, 0, POPA, "POPAD that wraps"), \
        ROW("popa16_wraps", popa16, 0xfff8, 0, POPA, "POPA of 16 bits that wraps")

#endif
