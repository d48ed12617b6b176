/*
 * What doesn't stop a transfer through a call gate: the RPL of the code selector in it, and an offset that is the last byte of its segment. INT3 at
 * the target shows where it is.
 */
#include <case32.h>

enum form { CALL, JUMP };

#define TARGET "\n" MARK(after) "nop\n" MARK(target) "int3\n" MARK(reached)

static void through(struct program p, unsigned cpl)
{
    struct descriptor code = {
        .base = 0x100000, .limit = (label_of(p, "target") & 0xffff) + (ARG0 >> 12 & 1 ? 0 : 0x100), .type = CODE_READABLE, .d = true};
    struct call_gate gate = {.offset = label_of(p, "target") & 0xffff, .dpl = 3};

    code.dpl = ARG0 >> 4 & 3;
    in_ring(cpl);
    set_gate(VEC_BP, .dpl = 3);
    gate.selector = (uint16_t)(add_descriptor("code", encode_descriptor(code)) | (ARG0 >> 8 & 3));
    start.ebx = map_page("pointer", PAGE_PRESENT | PAGE_USER);
    ((uint32_t *)frame_of(start.ebx))[1] = add_call_gate("gate", gate) | cpl;
    run_program(p);
}

static void run(void)
{
    if (ARG1 == CALL)
        through(ASSEMBLE(MARK(fault) "call fword ptr [ebx]" TARGET), ARG0 & 3);
    else
        through(ASSEMBLE(MARK(fault) "jmp fword ptr [ebx]" TARGET), ARG0 & 3);
}

#define OF(cpl, dpl, rpl, is_last) ((cpl) | (dpl) << 4 | (rpl) << 8 | (is_last) << 12)
#define ROW(name_, form, of, about_)                                                                                                              \
    {                                                                                                                                             \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 2A \"CALL-Call Procedure\", \"JMP-Jump\"; SDM 3A \"Call Gates\"", .vector = VEC_BP, \
                 .error = NO_ERROR, .saved_rip = "reached", .run = run, .arg = {                                                                  \
                     of,                                                                                                                          \
                     form                                                                                                                         \
                 }                                                                                                                                \
    }
#define BOTH(name, of, about) \
    ROW("call_" name, CALL, of, "far CALL through a gate " about), ROW("jmp_" name, JUMP, of, "far JMP through a gate " about)
VARIANTS(BOTH("rpl3", OF(0, 0, 3, 0), "at CPL 0 to code of DPL 0, RPL 3"), BOTH("rpl2", OF(1, 1, 2, 0), "at CPL 1 to code of DPL 1, RPL 2"),
         ROW("call_inner_rpl3", CALL, OF(3, 1, 3, 0), "far CALL through a gate at CPL 3 to code of DPL 1, RPL 3"),
         BOTH("last", OF(3, 3, 3, 1), "at CPL 3 to the last byte of code of DPL 3"),
         ROW("call_inner_last", CALL, OF(3, 0, 0, 1), "far CALL through a gate at CPL 3 to the last byte of code of DPL 0"));
