/*
 * A call gate to an inner level copies so many words, of its own size, from the caller's stack, in their order: above them SS and ESP, below them CS
 * and EIP. To the same level and to conforming code, and by JMP, nothing is copied. INT3 at the target: EAX is the first parameter, ECX the last, EDX
 * the word above them.
 */
#include <case32.h>

/* arg: the count; bit 8 of a 16-bit gate. The parameters are 0xa0000001, 0xa0000002, ... */
static unsigned count(void)
{
    return ARG0 & 31;
}

static void run_to(struct program p, uint16_t selector, uint32_t base)
{
    uint32_t *pointer;
    bool word = ARG0 & 0x100;
    struct call_gate g = {.offset = label_of(p, "target") - base, .selector = selector, .dpl = 3, .parameters = (uint8_t)count(), .is_16bit = word};

    set_gate(VEC_BP, .dpl = 3);
    start.ebx = map_page("pointer", PAGE_PRESENT | PAGE_USER);
    pointer = frame_of(start.ebx);
    pointer[1] = add_call_gate("gate", g) | 3u;
    start.esp -= 256;
    for (unsigned i = 0; i < 62; i++)
        ((uint16_t *)start.esp)[i] = word ? (uint16_t)(0xa001 + i) : i % 2 ? 0xa000 : (uint16_t)(1 + i / 2);
    start.esi = count() * (word ? 2 : 4);
    run_program(p);
}

static uint16_t code(struct program p, uint8_t type, uint8_t dpl)
{
    struct descriptor d = {.type = type, .dpl = dpl, .base = p.entry, .limit = 0xffff, .d = true};

    return add_descriptor("code", encode_descriptor(d));
}

#define READ32 "mov eax, [esp+8]\nmov ecx, [esp+esi+4]\nmov edx, [esp+esi+8]\nint3\n"
#define READ16 "movzx eax, word ptr [esp+4]\nmovzx ecx, word ptr [esp+esi+2]\nmovzx edx, word ptr [esp+esi+4]\nint3\n"
#define CALL "call fword ptr [ebx]\n" MARK(after) "nop\n" MARK(target)

static void inner(void)
{
    struct program p = ASSEMBLE(MARK(fault) CALL READ32 MARK(reached));

    in_user_mode();
    run_to(p, code(p, CODE_READABLE, (uint8_t)ARG1), p.entry);
}

static void inner16(void)
{
    struct program p = ASSEMBLE(MARK(fault) CALL READ16 MARK(reached));

    in_user_mode();
    run_to(p, code(p, CODE_READABLE, (uint8_t)ARG1), p.entry);
}

/* ESP alone shows what was pushed. */
#define TARGET MARK(after) "nop\n" MARK(target) "int3\n" MARK(reached)

static void same(void)
{
    struct program p = ASSEMBLE(MARK(fault) "call fword ptr [ebx]\n" TARGET);

    in_user_mode();
    run_to(p, code(p, CODE_READABLE, 3), p.entry);
}

static void conforming(void)
{
    struct program p = ASSEMBLE(MARK(fault) "call fword ptr [ebx]\n" TARGET);

    in_user_mode();
    run_to(p, code(p, CODE_CONFORMING, (uint8_t)ARG1), p.entry);
}

static void jmp(void)
{
    struct program p = ASSEMBLE(MARK(fault) "jmp fword ptr [ebx]\n" TARGET);

    in_user_mode();
    run_to(p, code(p, CODE_READABLE, 3), p.entry);
}

static void jmp_conforming(void)
{
    struct program p = ASSEMBLE(MARK(fault) "jmp fword ptr [ebx]\n" TARGET);

    in_user_mode();
    run_to(p, code(p, CODE_CONFORMING, (uint8_t)ARG1), p.entry);
}

/* There and back: RET n releases the parameters on both stacks. */
static void round_trip(void)
{
    struct program p = ASSEMBLE("call fword ptr [ebx]\n" MARK(after) "int3\n" MARK(reached) MARK(target) "retf 8\n");

    in_user_mode();
    run_to(p, code(p, CODE_READABLE, (uint8_t)ARG1), p.entry);
}

/* The parameters that the caller's stack has to hold lie partly on a page that isn't present: an access of the caller's level. */
static void not_mapped(void)
{
    struct program p = ASSEMBLE(MARK(fault) CALL READ32 MARK(reached));
    struct call_gate g = {.offset = label_of(p, "target"), .selector = SEL_KERNEL_CODE, .dpl = 3, .parameters = (uint8_t)count()};
    uintptr_t pair = map_pages("pair", 2, PAGE_PRESENT | PAGE_WRITE | PAGE_USER);

    in_user_mode();
    change_page(pair + PAGE_SIZE, PAGE_PRESENT, 0);
    start.esp = pair + PAGE_SIZE - 4;
    start.ebx = map_page("pointer", PAGE_PRESENT | PAGE_USER);
    ((uint32_t *)frame_of(start.ebx))[1] = add_call_gate("gate", g) | 3u;
    run_program(p);
}

#define ROW(name_, run_, count_, dpl_, about_)                                                                                           \
    {                                                                                                                                    \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A \"Stack Switching\"; SDM 2A \"CALL-Call Procedure\"", .vector = VEC_BP, \
                 .error = NO_ERROR, .saved_rip = "reached", .run = run_, .arg = {                                                        \
                     count_,                                                                                                             \
                     dpl_                                                                                                                \
                 }                                                                                                                       \
    }
#define SHORT 0x100u
VARIANTS(ROW("count0", inner, 0, 0, "gate to CPL 0, 0 parameters"), ROW("count1", inner, 1, 0, "gate to CPL 0, 1 parameter"),
         ROW("count2", inner, 2, 0, "gate to CPL 0, 2 parameters"), ROW("count16", inner, 16, 0, "gate to CPL 0, 16 parameters"),
         ROW("count31", inner, 31, 0, "gate to CPL 0, 31 parameters"), ROW("count3_ring1", inner, 3, 1, "gate to CPL 1, 3 parameters"),
         ROW("count31_ring2", inner, 31, 2, "gate to CPL 2, 31 parameters"),
         ROW("short_count0_ring1", inner16, 0 | SHORT, 1, "16-bit gate to CPL 1, 0 parameters"),
         ROW("short_count1_ring1", inner16, 1 | SHORT, 1, "16-bit gate to CPL 1, 1 parameter"),
         ROW("short_count31_ring1", inner16, 31 | SHORT, 1, "16-bit gate to CPL 1, 31 parameters"),
         ROW("short_count5_ring1", inner16, 5 | SHORT, 1, "16-bit gate to CPL 1, 5 parameters"),
         ROW("same", same, 3, 3, "gate to the same level, 3 parameters: none is copied"),
         ROW("short_same", same, 3 | SHORT, 3, "16-bit gate to the same level, 3 parameters: none is copied"),
         ROW("conforming", conforming, 3, 0, "gate to conforming code of DPL 0, 3 parameters: CPL 3 stays, none is copied"),
         ROW("conforming_dpl2", conforming, 1, 2, "gate to conforming code of DPL 2, one parameter: CPL 3 stays, none is copied"),
         ROW("jmp", jmp, 3, 3, "JMP through a gate with 3 parameters"),
         ROW("jmp_conforming", jmp_conforming, 3, 0, "JMP through a gate to conforming code of DPL 0, with 3 parameters"),
         ROW("short_jmp", jmp, 3 | SHORT, 3, "JMP through a 16-bit gate with 3 parameters"),
         ROW("round_trip", round_trip, 2, 0, "gate to CPL 0, 2 parameters, and back by far RET 8"),
         {VARIANT, .name = "not_mapped", .about = "gate to CPL 0, 3 parameters, of which two are on a page that isn't present",
          .spec = "SDM 3A \"Page-Fault Exceptions\"", .vector = VEC_PF, .error = PF_U, .saved_rip = AT_FAULT, .run = not_mapped, .arg = {3, 0}});
