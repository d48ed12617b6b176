/*
 * What far CALL and far JMP through a gate require, in this order: of the gate its DPL, that it is present; of the code segment it names that it is
 * one, that its DPL isn't above CPL (for JMP to non-conforming code: is CPL), that it is present; and that the gate's offset is within it. The error
 * code has the selector of the one that is wrong, of which RPL is ignored. INT3 at the target shows where a processor goes that doesn't fault.
 */
#include <case32.h>

enum form { CALL, JUMP, CALL_DIRECT };

#define TARGET "\n" MARK(after) "nop\n" MARK(target) "int3\n" MARK(reached)

/* The offset in the pointer is ignored: the gate says where. */
static void run_through(struct program p, struct call_gate g, unsigned rpl)
{
    uint8_t *pointer;
    uint16_t selector;

    set_gate(VEC_BP, .dpl = 3);
    g.offset = label_of(p, "target");
    if (ARG1 == CALL_DIRECT)
        pointer = (uint8_t *)label_of(p, "fault") + 1;
    else {
        start.ebx = map_page("pointer", PAGE_PRESENT | PAGE_USER);
        pointer = frame_of(start.ebx);
    }
    selector = (uint16_t)(add_call_gate("gate", g) | rpl);
    *(uint16_t *)(pointer + 4) = selector;
    run_program(p);
}

static void through(struct call_gate g, unsigned rpl)
{
    if (ARG1 == CALL)
        run_through(ASSEMBLE(MARK(fault) "call fword ptr [ebx]" TARGET), g, rpl);
    else if (ARG1 == JUMP)
        run_through(ASSEMBLE(MARK(fault) "jmp fword ptr [ebx]" TARGET), g, rpl);
    else
        run_through(ASSEMBLE(MARK(fault) ".byte 0x9a, 0, 0, 0, 0, 0, 0" TARGET), g, rpl);
}

/* arg: the gate's DPL, RPL << 4, CPL << 8, P=0 << 12; the form. */
static void gate(void)
{
    in_ring(ARG0 >> 8 & 3);
    through((struct call_gate){.selector = (uint16_t)(start.cs & ~3u), .dpl = ARG0 & 3, .not_present = ARG0 >> 12 & 1}, ARG0 >> 4 & 3);
}

/* arg: the code selector in the gate. */
static void code_number(void)
{
    in_user_mode();
    through((struct call_gate){.selector = (uint16_t)ARG0, .dpl = 3}, 3);
}

static void code_no_ldt(void)
{
    lldt(0);
    code_number();
}

#define OF(type, dpl, cpl) ((type) | (dpl) << 8 | (cpl) << 12)
#define NOT_PRESENT 0x10000u

/* arg: OF(type, DPL, CPL) of the code. */
static void code_with(uint32_t limit, uint16_t rpl)
{
    struct descriptor d = {
        .type = (uint8_t)ARG0, .dpl = ARG0 >> 8 & 3, .not_present = ARG0 & NOT_PRESENT, .limit = limit, .d = true, .g = limit == 0xfffff};

    in_ring(ARG0 >> 12 & 3);
    through((struct call_gate){.selector = add_descriptor("code", encode_descriptor(d)) | rpl, .dpl = 3}, 0);
}

static void code(void)
{
    code_with(0xfffff, 0);
}

/* The selector's RPL isn't part of the error code. */
static void code_rpl(void)
{
    code_with(0xfffff, 3);
}

static void limit(void)
{
    code_with(0xff, 0);
}

#define ROW(name_, form_, spec_, run_, arg0, vector_, error_, about_)                                                                            \
    {                                                                                                                                            \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .vector = vector_, .error = error_, .saved_rip = AT_FAULT, .run = run_, .arg = { \
            arg0,                                                                                                                                \
            form_                                                                                                                                \
        }                                                                                                                                        \
    }
#define CALL_SPEC "SDM 2A \"CALL-Call Procedure\"; SDM 3A \"Call Gates\""
#define JMP_SPEC "SDM 2A \"JMP-Jump\"; SDM 3A \"Call Gates\""
#define CALL_ROW(name_, run_, arg0, vector_, error_, about_) \
    ROW("call_" name_, CALL, CALL_SPEC, run_, arg0, vector_, error_, "far CALL through a gate: " about_)
#define JMP_ROW(name_, run_, arg0, vector_, error_, about_) \
    ROW("jmp_" name_, JUMP, JMP_SPEC, run_, arg0, vector_, error_, "far JMP through a gate: " about_)
#define BOTH(name_, run_, arg0, vector_, error_, about_) \
    CALL_ROW(name_, run_, arg0, vector_, error_, about_), JMP_ROW(name_, run_, arg0, vector_, error_, about_)
#define GATE(dpl, rpl, cpl) ((dpl) | (rpl) << 4 | (cpl) << 8)
VARIANTS(BOTH("gate_dpl", gate, GATE(2, 0, 3), VEC_GP, SEL_FREE, "CPL 3, its DPL is 2"),
         BOTH("gate_dpl_ring2", gate, GATE(1, 0, 2), VEC_GP, SEL_FREE, "CPL 2, its DPL is 1"),
         BOTH("gate_rpl", gate, GATE(2, 3, 0), VEC_GP, SEL_FREE, "CPL 0, RPL 3, its DPL is 2"),
         BOTH("gate_rpl1", gate, GATE(0, 1, 0), VEC_GP, SEL_FREE, "CPL 0, RPL 1, its DPL is 0"),
         BOTH("gate_not_present", gate, GATE(3, 3, 3) | 0x1000, VEC_NP, SEL_FREE, "CPL 3, it isn't present"),
         BOTH("gate_not_present_dpl", gate, GATE(2, 3, 3) | 0x1000, VEC_GP, SEL_FREE, "CPL 3, it isn't present, its DPL is 2"),
         ROW("direct_gate_dpl", CALL_DIRECT, CALL_SPEC, gate, GATE(2, 0, 3), VEC_GP, SEL_FREE,
             "far CALL with the pointer in it, CPL 3, the gate's DPL is 2"),
         ROW("direct_gate_not_present", CALL_DIRECT, CALL_SPEC, gate, GATE(3, 3, 3) | 0x1000, VEC_NP, SEL_FREE,
             "far CALL with the pointer in it, the gate isn't present"),
         BOTH("code_null", code_number, 0, VEC_GP, 0, "code selector 0"), BOTH("code_null_rpl3", code_number, 3, VEC_GP, 0, "code selector 3: null"),
         BOTH("code_beyond", code_number, (GDT_LIMIT + 1) | 3, VEC_GP, GDT_LIMIT + 1, "code selector beyond the GDT's limit"),
         BOTH("code_no_ldt", code_no_ldt, SEL_KERNEL_CODE | SELECTOR_TI | 3, VEC_GP, SEL_KERNEL_CODE | SELECTOR_TI,
              "code selector of the LDT, LDTR null"),
         BOTH("code_data", code_number, SEL_USER_DATA, VEC_GP, SELECTOR_ERROR(SEL_USER_DATA), "data for code"),
         BOTH("code_tss", code_number, SEL_TSS, VEC_GP, SEL_TSS, "the TSS for code"),
         BOTH("code_gate", code, OF(SYSTEM_CALL_GATE, 0, 3), VEC_GP, SEL_FREE, "a call gate for code"),
         BOTH("code_outer", code, OF(CODE_READABLE, 3, 0), VEC_GP, SEL_FREE, "CPL 0, code of DPL 3"),
         BOTH("code_outer_ring1", code, OF(CODE_READABLE, 2, 1), VEC_GP, SEL_FREE, "CPL 1, code of DPL 2"),
         BOTH("conforming_outer", code, OF(CODE_CONFORMING, 3, 0), VEC_GP, SEL_FREE, "CPL 0, conforming code of DPL 3"),
         JMP_ROW("code_inner", code, OF(CODE_READABLE, 0, 3), VEC_GP, SEL_FREE, "CPL 3, code of DPL 0"),
         JMP_ROW("code_inner_ring2", code, OF(CODE_READABLE, 1, 2), VEC_GP, SEL_FREE, "CPL 2, code of DPL 1"),
         BOTH("code_not_present", code, OF(CODE_READABLE, 3, 3) | NOT_PRESENT, VEC_NP, SEL_FREE, "CPL 3, code of DPL 3 that isn't present"),
         BOTH("code_not_present_rpl", code_rpl, OF(CODE_READABLE, 3, 3) | NOT_PRESENT, VEC_NP, SEL_FREE,
              "CPL 3, code of DPL 3 that isn't present, RPL 3"),
         BOTH("code_outer_rpl", code_rpl, OF(CODE_READABLE, 3, 0), VEC_GP, SEL_FREE, "CPL 0, code of DPL 3, RPL 3"),
         BOTH("data_rpl", code_rpl, OF(DATA_WRITABLE, 3, 3), VEC_GP, SEL_FREE, "CPL 3, a data segment, RPL 3"),
         CALL_ROW("code_not_present_inner", code, OF(CODE_READABLE, 0, 3) | NOT_PRESENT, VEC_NP, SEL_FREE, "CPL 3, code of DPL 0 that isn't present"),
         BOTH("code_not_present_outer", code, OF(CODE_READABLE, 3, 0) | NOT_PRESENT, VEC_GP, SEL_FREE, "CPL 0, code of DPL 3 that isn't present"),
         BOTH("conforming_not_present", code, OF(CODE_CONFORMING, 0, 3) | NOT_PRESENT, VEC_NP, SEL_FREE,
              "CPL 3, conforming code of DPL 0 that isn't present"),
         BOTH("limit", limit, OF(CODE_READABLE, 3, 3), VEC_GP, 0, "CPL 3, the offset is beyond the limit of code of DPL 3"),
         CALL_ROW("limit_inner", limit, OF(CODE_READABLE, 0, 3), VEC_GP, 0, "CPL 3, the offset is beyond the limit of code of DPL 0"),
         BOTH("limit_conforming", limit, OF(CODE_CONFORMING, 0, 3), VEC_GP, 0, "CPL 3, the offset is beyond the limit of conforming code"));
