/*
 * A 64-bit call gate to a more privileged level loads RSP from the TSS and pushes SS, RSP, CS and RIP of the caller, 8 bytes each and without
 * aligning RSP; SS becomes null with RPL = CPL. Flags stay as they are. Without a change of level CS and RIP are pushed on the stack in use, and JMP
 * pushes nothing. INT3 at the target shows where it is; the values are what was pushed.
 */
#include <case.h>

enum { CALL, JUMP };

static uintptr_t pushed_at;
static bool with_stack;

static void pushed(void)
{
    volatile uint64_t *word = (volatile uint64_t *)pushed_at;

    if (!pushed_at)
        return;
    note("pushed_rip", word[0]);
    note("pushed_cs", word[1]);
    if (with_stack) {
        note("pushed_rsp", word[2]);
        note("pushed_ss", word[3]);
    }
}

static void through(uint16_t selector, unsigned rpl)
{
    struct program call = ASSEMBLE(MARK(before) "call fword ptr [rbx]\n" MARK(next) "nop\n" MARK(fault) "int3\n" MARK(after));
    struct program jump = ASSEMBLE(MARK(before) "jmp fword ptr [rbx]\n" MARK(next) "nop\n" MARK(fault) "int3\n" MARK(after));
    struct program p = ARG1 == CALL ? call : jump;
    struct call_gate gate = {.offset = label_of(p, "fault"), .selector = selector, .dpl = 3};
    uint8_t *pointer;

    set_gate(VEC_BP, .dpl = 3);
    start.rbx = map_page("pointer", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    pointer = frame_of(start.rbx);
    *(uint32_t *)pointer = 0x12345678; /* ignored: the gate says where */
    *(uint16_t *)(pointer + 4) = (uint16_t)(add_call_gate("gate", gate) | rpl);
    at_end(pushed);
    run_program(p);
}

/* ARG0: how far RSP0 lies below its stack's top. */
static void inner(void)
{
    in_user_mode();
    tss.rsp[0] -= ARG0;
    pushed_at = tss.rsp[0] - 32;
    with_stack = true;
    through(SEL_KERNEL_CODE64, 3);
}

/* The RPL of the selector in the gate says nothing. */
static void inner_rpl3(void)
{
    in_user_mode();
    pushed_at = tss.rsp[0] - 32;
    with_stack = true;
    through(SEL_KERNEL_CODE64 | 3, 3);
}

static void inner_dpl1(void)
{
    in_user_mode();
    pushed_at = tss.rsp[1] - 32;
    with_stack = true;
    through(add_descriptor("code1", encode_descriptor((struct descriptor){.type = CODE_READABLE, .limit = 0xfffff, .g = true, .l = true, .dpl = 1})),
            3);
}

static void conforming(void)
{
    in_user_mode();
    pushed_at = ARG1 == CALL ? start.rsp - 16 : 0;
    through(add_descriptor("conforming", encode_descriptor((struct descriptor){.type = CODE_CONFORMING, .limit = 0xfffff, .g = true, .l = true})), 3);
}

static void same(void)
{
    pushed_at = ARG1 == CALL ? start.rsp - 16 : 0;
    through(SEL_KERNEL_CODE64, 0);
}

static void same_rpl3(void)
{
    pushed_at = ARG1 == CALL ? start.rsp - 16 : 0;
    through(SEL_KERNEL_CODE64 | 3, 0);
}

static void same_user(void)
{
    in_user_mode();
    pushed_at = ARG1 == CALL ? start.rsp - 16 : 0;
    through(SEL_USER_CODE64, 3);
}

static void compat(void)
{
    struct program p = ASSEMBLE32(MARK(before) "call fword ptr [ebx]\n" MARK(next) ".code64\n" MARK(fault) "int3\n" MARK(after));
    struct call_gate gate = {.offset = label_of(p, "fault"), .selector = SEL_KERNEL_CODE64, .dpl = 3};
    uint8_t *pointer;

    in_compat_user();
    set_gate(VEC_BP, .dpl = 3);
    start.rbx = map_page("pointer", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    pointer = frame_of(start.rbx);
    *(uint16_t *)(pointer + 4) = (uint16_t)(add_call_gate("gate", gate) | 3);
    pushed_at = tss.rsp[0] - 32;
    with_stack = true;
    at_end(pushed);
    run_program(p);
}

#define ROW(name_, instruction, run_, arg0, id_, about_)                                                                                          \
    {                                                                                                                                             \
        VARIANT,                                                                                                                                  \
            .name = name_, .about = about_, .id = id_,                                                                                            \
            .spec = instruction == CALL ? "SDM 2A \"CALL-Call Procedure\"; SDM 3A \"Call Gates\"" : "SDM 2A \"JMP-Jump\"; SDM 3A \"Call Gates\"", \
            .vector = VEC_BP, .error = NO_ERROR, .saved_rip = AFTER, .run = run_, .arg = {                                                        \
                arg0,                                                                                                                             \
                instruction                                                                                                                       \
            }                                                                                                                                     \
    }

VARIANTS(ROW("inner", CALL, inner, 0, "cgate-ok-cpl3-to-0", "far CALL through a gate from CPL 3 to CPL 0"),
         ROW("inner_misaligned", CALL, inner, 5, "cgate-ok-cpl3-to-0", "far CALL through a gate from CPL 3 to CPL 0, RSP0 odd"),
         ROW("inner_rpl3", CALL, inner_rpl3, 0, "cgate-ok-cpl3-to-0", "far CALL through a gate from CPL 3 to CPL 0, RPL 3 in the gate"),
         ROW("inner_dpl1", CALL, inner_dpl1, 0, "", "far CALL through a gate from CPL 3 to CPL 1: RSP1"),
         ROW("conforming", CALL, conforming, 0, "", "far CALL through a gate at CPL 3 to conforming code of DPL 0: the CPL stays 3"),
         ROW("same", CALL, same, 0, "", "far CALL through a gate at CPL 0 to CPL 0"),
         ROW("same_user", CALL, same_user, 0, "", "far CALL through a gate at CPL 3 to CPL 3"),
         ROW("jmp_same", JUMP, same, 0, "", "far JMP through a gate at CPL 0 to CPL 0"),
         ROW("same_rpl3", CALL, same_rpl3, 0, "", "far CALL through a gate at CPL 0 to CPL 0, RPL 3 in the gate"),
         ROW("jmp_same_rpl3", JUMP, same_rpl3, 0, "", "far JMP through a gate at CPL 0 to CPL 0, RPL 3 in the gate"),
         ROW("jmp_same_user", JUMP, same_user, 0, "", "far JMP through a gate at CPL 3 to CPL 3"),
         ROW("jmp_conforming", JUMP, conforming, 0, "", "far JMP through a gate at CPL 3 to conforming code of DPL 0: the CPL stays 3"),
         {VARIANT, .name = "compat", .env = COMPAT32, .about = "far CALL through a gate from compatibility mode at CPL 3 to CPL 0",
          .spec = "SDM 2A \"CALL-Call Procedure\"; SDM 3A \"Call Gates\"", .id = "cgate-ok-cpl3-to-0", .vector = VEC_BP, .error = NO_ERROR,
          .saved_rip = AFTER, .run = compat});
