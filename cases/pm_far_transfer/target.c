/*
 * Far JMP and far CALL to code that a CPL may reach: CPL stays, and so RPL of CS is what CPL is, whatever RPL the pointer and DPL conforming code
 * has. CALL pushes CS and EIP, of four bytes each, or of two. INT3 at the target, in a segment that begins where the program does, shows CS and ESP.
 */
#include <case32.h>

#define OF(type, dpl) ((type) | (dpl) << 8)
#define AT(rpl, cpl) ((rpl) | (cpl) << 4)

/* arg: OF(type, DPL) of the target's code segment; AT(RPL, CPL). */
static uint16_t code(const char *name, struct descriptor d, uint32_t base)
{
    d.base = base;
    d.limit = 0xffff;
    d.d = true;
    return add_descriptor(name, encode_descriptor(d));
}

static void run_to(struct program p, bool word)
{
    struct descriptor target = {.type = (uint8_t)ARG0, .dpl = ARG0 >> 8 & 3}, caller = {.type = CODE_EXECUTE_ONLY, .dpl = ARG1 >> 4 & 3};
    uint16_t selector = (uint16_t)(code("target_code", target, p.entry) | (ARG1 & 3)), *pointer;
    uint32_t offset = label_of(p, "target") - p.entry;

    in_ring(ARG1 >> 4);
    set_gate(VEC_BP, .dpl = 3);
    start.cs = code("caller", caller, p.entry) | caller.dpl;
    start.ebx = map_page("pointer", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    pointer = frame_of(start.ebx);
    pointer[0] = (uint16_t)offset;
    pointer[1] = word ? selector : 0;
    pointer[2] = selector;
    run_program(p);
}

#define TARGET MARK(after) "nop\n" MARK(target) "int3\n" MARK(reached)

static void jmp(void)
{
    run_to(ASSEMBLE(MARK(fault) "jmp fword ptr [ebx]\n" TARGET), false);
}

static void call(void)
{
    run_to(ASSEMBLE(MARK(fault) "call fword ptr [ebx]\n" TARGET), false);
}

static void jmp16(void)
{
    run_to(ASSEMBLE(MARK(fault) ".byte 0x66, 0xff, 0x2b\n" TARGET), true);
}

static void call16(void)
{
    run_to(ASSEMBLE(MARK(fault) ".byte 0x66, 0xff, 0x1b\n" TARGET), true);
}

#define ROW(name_, spec_, run_, target_, at_, about_)                                                                                              \
    {                                                                                                                                              \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .vector = VEC_BP, .error = NO_ERROR, .saved_rip = "reached", .run = run_, .arg = { \
            target_,                                                                                                                               \
            at_                                                                                                                                    \
        }                                                                                                                                          \
    }
VARIANTS(
    ROW("jmp_same", "SDM 2A \"JMP-Jump\"", jmp, OF(CODE_READABLE, 0), AT(0, 0), "CPL 0, RPL 0: far JMP to code of DPL 0"),
    ROW("jmp_execute_only", "SDM 2A \"JMP-Jump\"", jmp, OF(CODE_EXECUTE_ONLY, 0), AT(0, 0), "CPL 0, RPL 0: far JMP to execute-only code of DPL 0"),
    ROW("jmp_ring1", "SDM 2A \"JMP-Jump\"", jmp, OF(CODE_READABLE, 1), AT(1, 1), "CPL 1, RPL 1: far JMP to code of DPL 1"),
    ROW("jmp_ring2_rpl1", "SDM 2A \"JMP-Jump\"", jmp, OF(CODE_READABLE, 2), AT(1, 2), "CPL 2, RPL 1: far JMP to code of DPL 2"),
    ROW("jmp_user_rpl0", "SDM 2A \"JMP-Jump\"", jmp, OF(CODE_READABLE, 3), AT(0, 3), "CPL 3, RPL 0: far JMP to code of DPL 3"),
    ROW("jmp_user", "SDM 2A \"JMP-Jump\"", jmp, OF(CODE_READABLE, 3), AT(3, 3), "CPL 3, RPL 3: far JMP to code of DPL 3"),
    ROW("jmp_conforming", "SDM 2A \"JMP-Jump\"", jmp, OF(CODE_CONFORMING, 0), AT(0, 0), "CPL 0, RPL 0: far JMP to conforming code of DPL 0"),
    ROW("jmp_conforming_rpl3", "SDM 2A \"JMP-Jump\"", jmp, OF(CODE_CONFORMING, 0), AT(3, 0), "CPL 0, RPL 3: far JMP to conforming code of DPL 0"),
    ROW("jmp_conforming_user", "SDM 2A \"JMP-Jump\"", jmp, OF(CODE_CONFORMING, 0), AT(3, 3), "CPL 3, RPL 3: far JMP to conforming code of DPL 0"),
    ROW("jmp_conforming_user_rpl0", "SDM 2A \"JMP-Jump\"", jmp, OF(CODE_CONFORMING, 0), AT(0, 3),
        "CPL 3, RPL 0: far JMP to conforming code of DPL 0"),
    ROW("jmp_conforming_user_dpl3", "SDM 2A \"JMP-Jump\"", jmp, OF(CODE_CONFORMING, 3), AT(3, 3),
        "CPL 3, RPL 3: far JMP to conforming code of DPL 3"),
    ROW("jmp_conforming_ring1", "SDM 2A \"JMP-Jump\"", jmp, OF(CODE_CONFORMING_EXECUTE_ONLY, 1), AT(0, 1),
        "CPL 1, RPL 0: far JMP to execute-only conforming code of DPL 1"),
    ROW("jmp_conforming_ring2_dpl1", "SDM 2A \"JMP-Jump\"", jmp, OF(CODE_CONFORMING, 1), AT(2, 2),
        "CPL 2, RPL 2: far JMP to conforming code of DPL 1"),
    ROW("call_same", "SDM 2A \"CALL-Call Procedure\"", call, OF(CODE_READABLE, 0), AT(0, 0), "CPL 0, RPL 0: far CALL to code of DPL 0"),
    ROW("call_execute_only", "SDM 2A \"CALL-Call Procedure\"", call, OF(CODE_EXECUTE_ONLY, 0), AT(0, 0),
        "CPL 0, RPL 0: far CALL to execute-only code of DPL 0"),
    ROW("call_ring1", "SDM 2A \"CALL-Call Procedure\"", call, OF(CODE_READABLE, 1), AT(1, 1), "CPL 1, RPL 1: far CALL to code of DPL 1"),
    ROW("call_ring2_rpl1", "SDM 2A \"CALL-Call Procedure\"", call, OF(CODE_READABLE, 2), AT(1, 2), "CPL 2, RPL 1: far CALL to code of DPL 2"),
    ROW("call_user_rpl0", "SDM 2A \"CALL-Call Procedure\"", call, OF(CODE_READABLE, 3), AT(0, 3), "CPL 3, RPL 0: far CALL to code of DPL 3"),
    ROW("call_user", "SDM 2A \"CALL-Call Procedure\"", call, OF(CODE_READABLE, 3), AT(3, 3), "CPL 3, RPL 3: far CALL to code of DPL 3"),
    ROW("call_conforming", "SDM 2A \"CALL-Call Procedure\"", call, OF(CODE_CONFORMING, 0), AT(0, 0),
        "CPL 0, RPL 0: far CALL to conforming code of DPL 0"),
    ROW("call_conforming_rpl3", "SDM 2A \"CALL-Call Procedure\"", call, OF(CODE_CONFORMING, 0), AT(3, 0),
        "CPL 0, RPL 3: far CALL to conforming code of DPL 0"),
    ROW("call_conforming_user", "SDM 2A \"CALL-Call Procedure\"", call, OF(CODE_CONFORMING, 0), AT(3, 3),
        "CPL 3, RPL 3: far CALL to conforming code of DPL 0"),
    ROW("call_conforming_user_rpl0", "SDM 2A \"CALL-Call Procedure\"", call, OF(CODE_CONFORMING, 0), AT(0, 3),
        "CPL 3, RPL 0: far CALL to conforming code of DPL 0"),
    ROW("call_conforming_user_dpl3", "SDM 2A \"CALL-Call Procedure\"", call, OF(CODE_CONFORMING, 3), AT(3, 3),
        "CPL 3, RPL 3: far CALL to conforming code of DPL 3"),
    ROW("call_conforming_ring1", "SDM 2A \"CALL-Call Procedure\"", call, OF(CODE_CONFORMING_EXECUTE_ONLY, 1), AT(0, 1),
        "CPL 1, RPL 0: far CALL to execute-only conforming code of DPL 1"),
    ROW("call_conforming_ring2_dpl1", "SDM 2A \"CALL-Call Procedure\"", call, OF(CODE_CONFORMING, 1), AT(2, 2),
        "CPL 2, RPL 2: far CALL to conforming code of DPL 1"),
    ROW("jmp16_same", "SDM 2A \"JMP-Jump\"", jmp16, OF(CODE_READABLE, 0), AT(0, 0),
        "CPL 0, RPL 0: far JMP with a 16-bit operand size to code of DPL 0"),
    ROW("jmp16_user", "SDM 2A \"JMP-Jump\"", jmp16, OF(CODE_READABLE, 3), AT(3, 3),
        "CPL 3, RPL 3: far JMP with a 16-bit operand size to code of DPL 3"),
    ROW("jmp16_conforming_user", "SDM 2A \"JMP-Jump\"", jmp16, OF(CODE_CONFORMING, 0), AT(3, 3),
        "CPL 3, RPL 3: far JMP with a 16-bit operand size to conforming code of DPL 0"),
    ROW("call16_same", "SDM 2A \"CALL-Call Procedure\"", call16, OF(CODE_READABLE, 0), AT(0, 0),
        "CPL 0, RPL 0: far CALL with a 16-bit operand size to code of DPL 0"),
    ROW("call16_user", "SDM 2A \"CALL-Call Procedure\"", call16, OF(CODE_READABLE, 3), AT(3, 3),
        "CPL 3, RPL 3: far CALL with a 16-bit operand size to code of DPL 3"),
    ROW("call16_conforming_user", "SDM 2A \"CALL-Call Procedure\"", call16, OF(CODE_CONFORMING, 0), AT(3, 3),
        "CPL 3, RPL 3: far CALL with a 16-bit operand size to conforming code of DPL 0"));
