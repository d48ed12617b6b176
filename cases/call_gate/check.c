/*
 * What a 64-bit call gate requires: of the gate itself (its DPL, that it is present, both halves), and of the code segment it names. The error code
 * has the index of the one that is wrong. INT3 at the target shows where a processor goes that doesn't fault.
 */
#include <case.h>

enum { CALL, JUMP };

/* RPL: of the selector that the instruction names. */
static void through(struct call_gate g, unsigned rpl)
{
    bool compat = current_case->env == COMPAT32;
    struct program call = ASSEMBLE(MARK(fault) "call fword ptr [rbx]\n" MARK(after) "nop\n" MARK(target) "int3\n" MARK(reached));
    struct program jump = ASSEMBLE(MARK(fault) "jmp fword ptr [rbx]\n" MARK(after) "nop\n" MARK(target) "int3\n" MARK(reached));
    struct program call32 = ASSEMBLE32(MARK(fault) "call fword ptr [ebx]\n" MARK(after) "nop\n" MARK(target) "int3\n" MARK(reached));
    struct program jump32 = ASSEMBLE32(MARK(fault) "jmp fword ptr [ebx]\n" MARK(after) "nop\n" MARK(target) "int3\n" MARK(reached));
    struct program p = ARG1 == CALL ? (compat ? call32 : call) : compat ? jump32 : jump;
    uint8_t *pointer;

    set_gate(VEC_BP, .dpl = 3);
    if (!g.offset)
        g.offset = label_of(p, "target");
    start.rbx = map_page("pointer", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    pointer = frame_of(start.rbx);
    *(uint32_t *)pointer = 0x12345678; /* ignored: the gate says where */
    *(uint16_t *)(pointer + 4) = (uint16_t)(add_call_gate("gate", g) | rpl);
    run_program(p);
}

static void user(struct call_gate g)
{
    if (current_case->env == COMPAT32)
        in_compat_user();
    else
        in_user_mode();
    through(g, 3);
}

static void selector(void)
{
    user((struct call_gate){.selector = (uint16_t)ARG0, .dpl = 3});
}

static void code_by(struct descriptor d, uint16_t rpl)
{
    d.limit = 0xfffff;
    d.g = true;
    user((struct call_gate){.selector = add_descriptor("target", encode_descriptor(d)) | rpl, .dpl = 3});
}

static void code(struct descriptor d)
{
    code_by(d, 0);
}

enum shape { NOT_PRESENT, LONG_AND_DEFAULT, CODE_16, LONG_DATA, LONG_SYSTEM };
#define RPL3 0x100u

/* Of the only DPL that lets the instruction in: 0 for CALL, the program's own for JMP. */
static void shaped(void)
{
    static const struct descriptor shapes[] = {
        [NOT_PRESENT] = {.type = CODE_READABLE, .l = true, .not_present = true},
        [LONG_AND_DEFAULT] = {.type = CODE_READABLE, .l = true, .d = true},
        [CODE_16] = {.type = CODE_READABLE},
        [LONG_DATA] = {.type = DATA_WRITABLE, .l = true}, /* the bit that is L of code */
        [LONG_SYSTEM] = {.type = SYSTEM_TSS_BUSY, .l = true},
    };
    struct descriptor d = shapes[ARG0 & 0xff];

    d.dpl = ARG1 == JUMP ? 3 : 0;
    code_by(d, ARG0 & RPL3 ? 3 : 0);
}

/* Code of DPL 3 in a gate that CPL 0 uses: the target may not be less privileged. */
static void code_dpl3(void)
{
    if (current_case->env == COMPAT32)
        in_compat_kernel();
    through((struct call_gate){.selector = SEL_USER_CODE64}, 0);
}

static void gate_dpl(void)
{
    user((struct call_gate){.selector = SEL_KERNEL_CODE64, .dpl = (uint8_t)ARG0});
}

static void gate_rpl(void)
{
    through((struct call_gate){.selector = SEL_KERNEL_CODE64, .dpl = 2}, 3);
}

static void gate_not_present(void)
{
    user((struct call_gate){.selector = SEL_KERNEL_CODE64, .dpl = (uint8_t)ARG0, .not_present = true});
}

static void gate_high_type(void)
{
    user((struct call_gate){.selector = SEL_KERNEL_CODE64, .dpl = 3, .high_type = (uint8_t)ARG0});
}

/* The GDT's limit ends behind the gate's first half. */
static void gate_half_beyond(void)
{
    lgdt((uintptr_t)gdt, SEL_FREE + 7);
    user((struct call_gate){.selector = SEL_KERNEL_CODE64, .dpl = 3});
}

static void offset(void)
{
    user((struct call_gate){.offset = NONCANONICAL, .selector = SEL_KERNEL_CODE64, .dpl = 3});
}

static void offset_same(void)
{
    through((struct call_gate){.offset = NONCANONICAL, .selector = SEL_KERNEL_CODE64}, 0);
}

/* Code of the same level. ARG0: how far RSP is from where it is aligned. */
static void misaligned(void)
{
    in_user_mode();
    write_cr0(read_cr0() | CR0_AM);
    start.rflags |= RFLAGS_AC;
    start.rsp -= ARG0;
    through((struct call_gate){.selector = SEL_USER_CODE64, .dpl = 3}, 3);
}

/* #SS is delivered on IST1, as RSP0 is of no use. */
static void rsp0_noncanonical(void)
{
    set_gate(VEC_SS, .ist = 1);
    tss.rsp[0] = NONCANONICAL + 16;
    user((struct call_gate){.selector = SEL_KERNEL_CODE64, .dpl = 3});
}

static void rsp0_not_present(void)
{
    set_gate(VEC_PF, .ist = 1);
    tss.rsp[0] = stack_base(STACK_RSP0);
    user((struct call_gate){.selector = SEL_KERNEL_CODE64, .dpl = 3});
}

/* Code of DPL 1: RSP1 is beyond the limit, and RSP0, for the handler, is not. */
static void tss_limit(void)
{
    set_tss_limit(0xb);
    code((struct descriptor){.type = CODE_READABLE, .l = true, .dpl = 1});
}

#define AS(name_, instruction, spec_, run_, arg0, vector_, error_, id_, about_)                                                                    \
    {                                                                                                                                              \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .id = id_, .vector = vector_, .error = error_, .saved_rip = AT_FAULT, .run = run_, \
                 .arg = {                                                                                                                          \
                     arg0,                                                                                                                         \
                     instruction                                                                                                                   \
                 }                                                                                                                                 \
    }
#define COMPAT(name_, instruction, run_, arg0, vector_, error_, about_)                                                             \
    {                                                                                                                               \
        VARIANT, .env = COMPAT32, .name = "compat_" name_, .about = "out of compatibility mode through a call gate: " about_,       \
                 .spec = "SDM 3A \"Call Gates\"; SDM 2A \"CALL-Call Procedure\", \"JMP-Jump\"", .vector = vector_, .error = error_, \
                 .saved_rip = AT_FAULT, .run = run_, .arg = {                                                                       \
                     arg0,                                                                                                          \
                     instruction                                                                                                    \
                 }                                                                                                                  \
    }
#define COMPAT_BOTH(name_, run_, arg0, vector_, error_, about_)                    \
    COMPAT("call_" name_, CALL, run_, arg0, vector_, error_, "far CALL, " about_), \
        COMPAT("jmp_" name_, JUMP, run_, arg0, vector_, error_, "far JMP, " about_)
#define ROW(name_, run_, arg0, vector_, error_, id_, about_) \
    AS(name_, CALL, "SDM 2A \"CALL-Call Procedure\"; SDM 3A \"Call Gates\"", run_, arg0, vector_, error_, id_, "far CALL through a gate: " about_)
#define JMP(name_, run_, arg0, vector_, error_, id_, about_) \
    AS(name_, JUMP, "SDM 2A \"JMP-Jump\"; SDM 3A \"Call Gates\"", run_, arg0, vector_, error_, id_, "far JMP through a gate: " about_)

VARIANTS(ROW("gate_dpl", gate_dpl, 0, VEC_GP, SEL_FREE, "cgate-dpl-lt-cpl", "CPL 3, the gate's DPL is 0"),
         ROW("gate_dpl2", gate_dpl, 2, VEC_GP, SEL_FREE, "cgate-dpl-lt-cpl", "CPL 3, the gate's DPL is 2"),
         ROW("gate_rpl", gate_rpl, 0, VEC_GP, SEL_FREE, "cgate-rpl-gt-dpl", "CPL 0, RPL 3, the gate's DPL is 2"),
         ROW("gate_not_present", gate_not_present, 3, VEC_NP, SEL_FREE, "cgate-np", "the gate is not present"),
         ROW("gate_not_present_dpl", gate_not_present, 0, VEC_GP, SEL_FREE, "", "CPL 3, the gate is not present, its DPL is 0"),
         ROW("gate_high_type", gate_high_type, 1, VEC_GP, SEL_FREE, "cgate-upper-type", "the type of the gate's second half is 1"),
         ROW("gate_high_type_12", gate_high_type, 0x10, VEC_GP, SEL_FREE, "cgate-upper-type", "bit 12 of the gate's last doubleword is set"),
         ROW("gate_half_beyond", gate_half_beyond, 0, VEC_GP, SEL_FREE, "cgate-gate-half-oob", "the gate's second half is beyond the GDT's limit"),
         ROW("code_null", selector, 0, VEC_GP, 0, "cgate-cs-null", "code selector 0"),
         ROW("code_null_rpl3", selector, 3, VEC_GP, 0, "cgate-cs-null", "code selector 3: null"),
         ROW("code_beyond_gdt", selector, (GDT_LIMIT + 1) | 3, VEC_GP, GDT_LIMIT + 1, "cgate-cs-oob", "code selector beyond the GDT's limit"),
         ROW("code_data", selector, SEL_KERNEL_DATA, VEC_GP, SEL_KERNEL_DATA, "cgate-cs-data", "a data segment for code"),
         ROW("code_system", selector, SEL_TSS, VEC_GP, SEL_TSS, "", "the TSS for code"),
         ROW("code_compat", selector, SEL_KERNEL_CODE32, VEC_GP, SEL_KERNEL_CODE32, "cgate-cs-compat", "32-bit code"),
         ROW("code_l_and_d", shaped, LONG_AND_DEFAULT, VEC_GP, SEL_FREE, "cgate-cs-ld", "code with L=D=1"),
         ROW("code_not_present", shaped, NOT_PRESENT, VEC_NP, SEL_FREE, "cgate-cs-np", "code that isn't present"),
         ROW("code_code16", shaped, CODE_16, VEC_GP, SEL_FREE, "", "16-bit code"),
         ROW("code_data_long", shaped, LONG_DATA, VEC_GP, SEL_FREE, "", "a data segment with the bit set that is L of code"),
         ROW("code_not_present_rpl", shaped, NOT_PRESENT | RPL3, VEC_NP, SEL_FREE, "", "code that isn't present, RPL 3"),
         ROW("code_l_and_d_rpl", shaped, LONG_AND_DEFAULT | RPL3, VEC_GP, SEL_FREE, "", "code with L=D=1, RPL 3"),
         ROW("code_system_long", shaped, LONG_SYSTEM, VEC_GP, SEL_FREE, "", "a TSS with the bit set that is L of code"),
         JMP("jmp_code_not_present_rpl", shaped, NOT_PRESENT | RPL3, VEC_NP, SEL_FREE, "", "code that isn't present, RPL 3"),
         JMP("jmp_code_l_and_d_rpl", shaped, LONG_AND_DEFAULT | RPL3, VEC_GP, SEL_FREE, "", "code with L=D=1, RPL 3"),
         JMP("jmp_code_data_rpl", shaped, LONG_DATA | RPL3, VEC_GP, SEL_FREE, "", "a data segment with the bit set that is L of code, RPL 3"),
         JMP("jmp_code_system_long", shaped, LONG_SYSTEM, VEC_GP, SEL_FREE, "", "a TSS with the bit set that is L of code"),
         ROW("code_dpl3", code_dpl3, 0, VEC_GP, SELECTOR_ERROR(SEL_USER_CODE64), "", "CPL 0, code of DPL 3"),
         ROW("offset", offset, 0, VEC_GP, 0, "cgate-offset-noncanon", "the offset is non-canonical"),
         ROW("offset_same", offset_same, 0, VEC_GP, 0, "cgate-offset-noncanon", "without change of CPL, the offset is non-canonical"),
         ROW("rsp0_noncanonical", rsp0_noncanonical, 0, VEC_SS, 0, "cgate-rsp0-noncanon", "RSP0 is non-canonical; #SS on an IST stack"),
         ROW("rsp0_not_present", rsp0_not_present, 0, VEC_PF, PF_W, "cgate-stack-np", "the page below RSP0 is not present; #PF on an IST stack"),
         ROW("tss_limit", tss_limit, 0, VEC_TS, SEL_TSS, "cgate-tss-limit", "to DPL 1, RSP1 is beyond the TSS's limit"),
         JMP("jmp_inner", selector, SEL_KERNEL_CODE64, VEC_GP, SEL_KERNEL_CODE64, "cgate-jmp-more-priv", "CPL 3, code of DPL 0"),
         JMP("jmp_gate_dpl", gate_dpl, 0, VEC_GP, SEL_FREE, "", "CPL 3, the gate's DPL is 0"),
         JMP("jmp_gate_rpl", gate_rpl, 0, VEC_GP, SEL_FREE, "", "CPL 0, RPL 3, the gate's DPL is 2"),
         JMP("jmp_gate_not_present", gate_not_present, 3, VEC_NP, SEL_FREE, "", "the gate is not present"),
         JMP("jmp_gate_high_type", gate_high_type, 1, VEC_GP, SEL_FREE, "", "the type of the gate's second half is 1"),
         JMP("jmp_gate_high_type_12", gate_high_type, 0x10, VEC_GP, SEL_FREE, "", "bit 12 of the gate's last doubleword is set"),
         JMP("jmp_gate_half_beyond", gate_half_beyond, 0, VEC_GP, SEL_FREE, "", "the gate's second half is beyond the GDT's limit"),
         JMP("jmp_code_compat", selector, SEL_USER_CODE32, VEC_GP, SELECTOR_ERROR(SEL_USER_CODE32), "", "32-bit code"),
         JMP("jmp_code_code16", shaped, CODE_16, VEC_GP, SEL_FREE, "", "16-bit code"),
         JMP("jmp_code_l_and_d", shaped, LONG_AND_DEFAULT, VEC_GP, SEL_FREE, "", "code with L=D=1"),
         JMP("jmp_code_data_long", shaped, LONG_DATA, VEC_GP, SEL_FREE, "", "a data segment with the bit set that is L of code"),
         JMP("jmp_code_not_present", shaped, NOT_PRESENT, VEC_NP, SEL_FREE, "", "code that isn't present"),
         JMP("jmp_code_null", selector, 0, VEC_GP, 0, "", "code selector 0"),
         JMP("jmp_code_beyond_gdt", selector, (GDT_LIMIT + 1) | 3, VEC_GP, GDT_LIMIT + 1, "", "code selector beyond the GDT's limit"),
         JMP("jmp_code_system", selector, SEL_TSS, VEC_GP, SEL_TSS, "", "the TSS for code"),
         JMP("jmp_offset", offset_same, 0, VEC_GP, 0, "", "the offset is non-canonical"),
         COMPAT_BOTH("gate_dpl", gate_dpl, 2, VEC_GP, SEL_FREE, "CPL 3, the gate's DPL is 2"),
         COMPAT_BOTH("gate_not_present", gate_not_present, 3, VEC_NP, SEL_FREE, "the gate is not present"),
         COMPAT_BOTH("gate_high_type", gate_high_type, 1, VEC_GP, SEL_FREE, "the type of the gate's second half is 1"),
         COMPAT_BOTH("gate_half_beyond", gate_half_beyond, 0, VEC_GP, SEL_FREE, "the gate's second half is beyond the GDT's limit"),
         COMPAT_BOTH("code_null", selector, 0, VEC_GP, 0, "code selector 0"),
         COMPAT_BOTH("code_beyond_gdt", selector, (GDT_LIMIT + 1) | 3, VEC_GP, GDT_LIMIT + 1, "code selector beyond the GDT's limit"),
         COMPAT_BOTH("code_data", selector, SEL_KERNEL_DATA, VEC_GP, SEL_KERNEL_DATA, "a data segment for code"),
         COMPAT_BOTH("code_compat", selector, SEL_USER_CODE32, VEC_GP, SELECTOR_ERROR(SEL_USER_CODE32), "32-bit code, as the caller's"),
         COMPAT_BOTH("code_l_and_d", shaped, LONG_AND_DEFAULT, VEC_GP, SEL_FREE, "code with L=D=1"),
         COMPAT_BOTH("code_not_present", shaped, NOT_PRESENT, VEC_NP, SEL_FREE, "code that isn't present"),
         COMPAT_BOTH("code_dpl3", code_dpl3, 0, VEC_GP, SELECTOR_ERROR(SEL_USER_CODE64), "CPL 0, code of DPL 3"),
         COMPAT("call_offset", CALL, offset, 0, VEC_GP, 0, "far CALL, the offset is non-canonical"),
         COMPAT("call_rsp0", CALL, rsp0_noncanonical, 0, VEC_SS, 0, "far CALL, RSP0 is non-canonical; #SS on an IST stack"),
         COMPAT("call_tss_limit", CALL, tss_limit, 0, VEC_TS, SEL_TSS, "far CALL to DPL 1, RSP1 is beyond the TSS's limit"),
         ROW("misaligned", misaligned, 4, VEC_AC, 0, "", "CPL 3 to CPL 3 with a misaligned stack, AC=1"));
