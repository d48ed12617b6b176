/*
 * Every check of a descriptor, where it lies in the LDT: TI is in the error code, and the limit is the LDT's own. The GDT has a good code segment at
 * the index of the one that is wrong.
 */
#include <case.h>

#include "returns.h"

#define ENTRY (SEL_KERNEL_CODE64 / 8)
#define BAD (ENTRY * 8 | SELECTOR_TI)
#define GATE_ENTRY 4u
#define LIMIT 0x3fu

static uint64_t table[16];

/* What is wrong with a segment that is good otherwise; its DPL is for who can be told so. */
enum defect { NONE, NOT_PRESENT, DPL0, DPL3, CONFORMING3, L_AND_D, CODE32, BEYOND };

static void load(void)
{
    set_gate(VEC_BP, .dpl = 3);
    lldt(add_system_descriptor("ldt", encode_descriptor((struct descriptor){.type = SYSTEM_LDT, .base = (uint32_t)(uintptr_t)table, .limit = LIMIT}),
                               0));
}

static uint64_t code_or_data(uint8_t type, unsigned dpl, enum defect defect)
{
    struct descriptor d = {.type = type, .dpl = (uint8_t)dpl, .limit = 0xfffff, .g = true, .l = type == CODE_READABLE, .d = type != CODE_READABLE};

    switch (defect) {
    case NOT_PRESENT:
        d.not_present = true;
        break;
    case DPL0:
        d.dpl = 0;
        break;
    case DPL3:
        d.dpl = 3;
        break;
    case CONFORMING3:
        d.dpl = 3;
        d.type = CODE_CONFORMING;
        break;
    case L_AND_D:
        d.d = true;
        break;
    case CODE32:
        d.l = false;
        d.d = true;
        break;
    default:
        break;
    }
    return encode_descriptor(d);
}

/* A selector of such a segment, or of one behind the LDT's limit, where the table still goes on and the GDT has one. */
static uint16_t selector(uint8_t type, unsigned dpl)
{
    unsigned entry = ARG0 == BEYOND ? (LIMIT + 1) / 8 : ENTRY;

    table[entry] = code_or_data(type, dpl, (enum defect)ARG0);
    load();
    return (uint16_t)(entry * 8 | SELECTOR_TI);
}

static void far(struct program p, uint16_t to)
{
    uint8_t *pointer = frame_of(start.rbx = map_page("pointer", PAGE_PRESENT | PAGE_WRITE | PAGE_USER));

    *(uint32_t *)pointer = (uint32_t)label_of(p, "target");
    *(uint16_t *)(pointer + 4) = to;
    run_program(p);
}

#define JMP ASSEMBLE(MARK(fault) "jmp fword ptr [rbx]\n" MARK(after) "nop\n" MARK(target) "int3\n")
#define CALL ASSEMBLE(MARK(fault) "call fword ptr [rbx]\n" MARK(after) "nop\n" MARK(target) "int3\n")

static void jmp(void)
{
    far(JMP, selector(CODE_READABLE, 0));
}

static void call(void)
{
    far(CALL, selector(CODE_READABLE, 0));
}

static void jmp_user(void)
{
    in_user_mode();
    far(JMP, selector(CODE_READABLE, 3) | 3);
}

static void call_user(void)
{
    in_user_mode();
    far(CALL, selector(CODE_READABLE, 3) | 3);
}

/* The gate lies in the LDT, and so does the code segment that it names. */
static void gate(struct program p, struct call_gate g)
{
    in_user_mode();
    g.offset = label_of(p, "target");
    g.dpl = g.dpl ? 0 : 3;
    g.selector = selector(CODE_READABLE, 0);
    table[GATE_ENTRY] = call_gate_low(g);
    table[GATE_ENTRY + 1] = call_gate_high(g);
    far(p, GATE_ENTRY * 8 | SELECTOR_TI | 3);
}

static void gate_code(void)
{
    gate(CALL, (struct call_gate){0});
}

static void gate_dpl(void)
{
    gate(CALL, (struct call_gate){.dpl = 1});
}

static void gate_not_present(void)
{
    gate(CALL, (struct call_gate){.not_present = true});
}

static void gate_high_type(void)
{
    gate(CALL, (struct call_gate){.high_type = 1});
}

/* The LDT ends behind the gate's first half. */
static void gate_half(void)
{
    struct program p = CALL;
    struct call_gate g = {.offset = label_of(p, "target"), .dpl = 3, .selector = SEL_KERNEL_CODE64};

    in_user_mode();
    table[(LIMIT + 1) / 8 - 1] = call_gate_low(g);
    table[(LIMIT + 1) / 8] = call_gate_high(g);
    load();
    far(p, (uint16_t)(LIMIT - 7) | SELECTOR_TI | 3);
}

/* ARG1: RPL */
static void iretq_cs(void)
{
    iretq(selector(CODE_READABLE, (unsigned)ARG1) | ARG1, ARG1 ? SEL_USER_DATA : SEL_KERNEL_DATA, stack_top(STACK_USER));
}

static void retfq_cs(void)
{
    retfq(selector(CODE_READABLE, (unsigned)ARG1) | ARG1, ARG1 ? SEL_USER_DATA : SEL_KERNEL_DATA, stack_top(STACK_USER));
}

static void iretq_ss(void)
{
    iretq(SEL_USER_CODE64, selector(DATA_WRITABLE, 3) | ARG1, stack_top(STACK_USER));
}

static void retfq_ss(void)
{
    retfq(SEL_USER_CODE64, selector(DATA_WRITABLE, 3) | ARG1, stack_top(STACK_USER));
}

static void int_n(void)
{
    set_gate(0x40);
    gate_of(0x40)->selector = selector(CODE_READABLE, 0);
    FAULT("int 0x40");
}

static void ud2(void)
{
    gate_of(VEC_UD)->selector = selector(CODE_READABLE, 0);
    FAULT("ud2");
}

/* ARG1: RPL */
static void ds(void)
{
    start.rcx = selector(DATA_WRITABLE, 0) | ARG1;
    FAULT("mov ds, ecx");
}

static void ds_user(void)
{
    in_user_mode();
    start.rcx = selector(DATA_WRITABLE, 3) | 3;
    FAULT("mov ds, ecx");
}

static void ss(void)
{
    start.rcx = selector(DATA_WRITABLE, 0) | ARG1;
    FAULT("mov ss, ecx");
}

static void ss_user(void)
{
    in_user_mode();
    start.rcx = selector(DATA_WRITABLE, 3) | 3;
    FAULT("mov ss, ecx");
}

static void pop_gs(void)
{
    start.rsp -= 8;
    *(uint64_t *)start.rsp = selector(DATA_WRITABLE, 0) | ARG1;
    FAULT("pop gs");
}

static void lss(void)
{
    uint8_t *pointer = frame_of(start.rbx = map_page("pointer", PAGE_PRESENT | PAGE_WRITE));

    *(uint32_t *)pointer = 0x12345678;
    *(uint16_t *)(pointer + 4) = (uint16_t)(selector(DATA_WRITABLE, 0) | ARG1);
    FAULT("lss esp, [rbx]");
}

static void lfs(void)
{
    uint8_t *pointer = frame_of(start.rbx = map_page("pointer", PAGE_PRESENT | PAGE_WRITE));

    *(uint32_t *)pointer = 0x12345678;
    *(uint16_t *)(pointer + 4) = (uint16_t)(selector(DATA_WRITABLE, 0) | ARG1);
    FAULT("lfs eax, [rbx]");
}

/* ZF and the destination say what VERR, VERW, LAR and LSL of it have found. */
#define LOOK(name, text)                            \
    static void name(void)                          \
    {                                               \
        in_user_mode();                             \
        start.rcx = selector(DATA_WRITABLE, 3) | 3; \
        PROGRAM(text);                              \
    }
LOOK(verr, "verr cx")
LOOK(verw, "verw cx")
LOOK(lar, "lar eax, ecx")
LOOK(lsl, "lsl eax, ecx")

#define ABOUT_NONE "which has no fault of its own"
#define ABOUT_NOT_PRESENT "not present"
#define ABOUT_DPL0 "DPL 0"
#define ABOUT_DPL3 "DPL 3"
#define ABOUT_CONFORMING3 "conforming code of DPL 3"
#define ABOUT_L_AND_D "L=1 and D=1"
#define ABOUT_CODE32 "32-bit code"
#define ABOUT_BEYOND "behind the LDT's limit"
#define ERROR_OF(defect) (defect == BEYOND ? (LIMIT + 1) | SELECTOR_TI : BAD)
#define SPEC "SDM 3A \"Local Descriptor Table Register (LDTR)\"; SDM 3A \"Error Code\""
#define ROW(name_, run_, defect_, arg1_, vector_, error_, about_)                                                                               \
    {                                                                                                                                           \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .vector = vector_, .error = error_, .saved_rip = AT_FAULT, .run = run_, .arg = { \
            defect_,                                                                                                                            \
            arg1_                                                                                                                               \
        }                                                                                                                                       \
    }
#define BY(run, low, defect, vector, arg1, about) \
    ROW(#run "_" #low, run, defect, arg1, vector, ERROR_OF(defect), about ": a descriptor of the LDT, " ABOUT_##defect)
#define OK(run_, low, defect_, about_)                                                                                                        \
    {                                                                                                                                         \
        VARIANT, .name = #run_ "_" #low, .about = about_ ": a descriptor of the LDT, " ABOUT_##defect_, .spec = SPEC, .vector = NO_EXCEPTION, \
                 .run = run_, .arg = {                                                                                                        \
                     defect_,                                                                                                                 \
                     3                                                                                                                        \
                 }                                                                                                                            \
    }
#define GP VEC_GP

#define TRANSFER(run, about)                                                                                                                 \
    BY(run, not_present, NOT_PRESENT, VEC_NP, 0, about), BY(run, dpl3, DPL3, GP, 0, about), BY(run, conforming3, CONFORMING3, GP, 0, about), \
        BY(run, l_and_d, L_AND_D, GP, 0, about), BY(run, beyond, BEYOND, GP, 0, about)
#define TRANSFER_USER(run, about)                                                                                                    \
    BY(run, not_present, NOT_PRESENT, VEC_NP, 0, about), BY(run, dpl0, DPL0, GP, 0, about), BY(run, l_and_d, L_AND_D, GP, 0, about), \
        BY(run, beyond, BEYOND, GP, 0, about)
#define RETURN(run, about)                                                                                                                 \
    BY(run, not_present, NOT_PRESENT, VEC_NP, 0, about), BY(run, outer_not_present, NOT_PRESENT, VEC_NP, 3, about " to CPL 3"),            \
        BY(run, dpl3, DPL3, GP, 0, about), BY(run, dpl0, DPL0, GP, 3, about " to CPL 3"), BY(run, conforming3, CONFORMING3, GP, 0, about), \
        BY(run, l_and_d, L_AND_D, GP, 0, about), BY(run, outer_l_and_d, L_AND_D, GP, 3, about " to CPL 3"), BY(run, beyond, BEYOND, GP, 0, about)
#define RETURN_SS(run, about)                                                                                                                \
    BY(run, not_present, NOT_PRESENT, VEC_SS, 3, about), BY(run, dpl0, DPL0, GP, 3, about), BY(run, rpl0, NONE, GP, 0, about " with RPL 0"), \
        BY(run, beyond, BEYOND, GP, 3, about)
#define DELIVERY(run, about, ext)                                                                                                              \
    ROW(#run "_not_present", run, NOT_PRESENT, 0, VEC_NP, BAD | (ext), about ": the handler's code segment in the LDT, not present"),          \
        ROW(#run "_dpl3", run, DPL3, 0, GP, BAD | (ext), about ": the handler's code segment in the LDT, DPL 3"),                              \
        ROW(#run "_conforming3", run, CONFORMING3, 0, GP, BAD | (ext), about ": the handler's code segment in the LDT, conforming, of DPL 3"), \
        ROW(#run "_l_and_d", run, L_AND_D, 0, GP, BAD | (ext), about ": the handler's code segment in the LDT, L=1 and D=1"),                  \
        ROW(#run "_code32", run, CODE32, 0, GP, BAD | (ext), about ": the handler's code segment in the LDT, 32-bit"),                         \
        ROW(#run "_beyond", run, BEYOND, 0, GP, (LIMIT + 1) | SELECTOR_TI | (ext), about ": the handler's code segment behind the LDT's limit")
#define LOOKS(run, about) \
    OK(run, good, NONE, about), OK(run, not_present, NOT_PRESENT, about), OK(run, dpl0, DPL0, about), OK(run, beyond, BEYOND, about)

VARIANTS(
    TRANSFER(jmp, "far JMP"), TRANSFER(call, "far CALL"), TRANSFER_USER(jmp_user, "far JMP at CPL 3"), TRANSFER_USER(call_user, "far CALL at CPL 3"),
    BY(gate_code, not_present, NOT_PRESENT, VEC_NP, 0, "CALL through a gate of the LDT"),
    BY(gate_code, l_and_d, L_AND_D, GP, 0, "CALL through a gate of the LDT"), BY(gate_code, code32, CODE32, GP, 0, "CALL through a gate of the LDT"),
    BY(gate_code, beyond, BEYOND, GP, 0, "CALL through a gate of the LDT"),
    ROW("gate_dpl", gate_dpl, NONE, 0, GP, GATE_ENTRY * 8 | SELECTOR_TI, "CALL at CPL 3 through a call gate of the LDT of DPL 0"),
    ROW("gate_not_present", gate_not_present, NONE, 0, VEC_NP, GATE_ENTRY * 8 | SELECTOR_TI,
        "CALL through a call gate of the LDT that isn't present"),
    ROW("gate_high_type", gate_high_type, NONE, 0, GP, GATE_ENTRY * 8 | SELECTOR_TI,
        "CALL through a call gate of the LDT whose second half has a type"),
    ROW("gate_half", gate_half, NONE, 0, GP, (LIMIT - 7) | SELECTOR_TI, "CALL through a call gate whose second half lies behind the LDT's limit"),
    RETURN(iretq_cs, "CS of IRETQ"), RETURN(retfq_cs, "CS of RETFQ"), RETURN_SS(iretq_ss, "SS of IRETQ to CPL 3"),
    RETURN_SS(retfq_ss, "SS of RETFQ to CPL 3"), DELIVERY(int_n, "INT 0x40", 0), DELIVERY(ud2, "#UD", ERROR_EXT),
    BY(ds, not_present, NOT_PRESENT, VEC_NP, 0, "MOV DS"), BY(ds, rpl3, NONE, GP, 3, "MOV DS with RPL 3"), BY(ds, beyond, BEYOND, GP, 0, "MOV DS"),
    BY(ds_user, dpl0, DPL0, GP, 0, "MOV DS at CPL 3"), BY(ss, not_present, NOT_PRESENT, VEC_SS, 0, "MOV SS"), BY(ss, dpl3, DPL3, GP, 0, "MOV SS"),
    BY(ss, rpl3, NONE, GP, 3, "MOV SS with RPL 3"), BY(ss, beyond, BEYOND, GP, 0, "MOV SS"), BY(ss_user, dpl0, DPL0, GP, 0, "MOV SS at CPL 3"),
    BY(pop_gs, not_present, NOT_PRESENT, VEC_NP, 0, "POP GS"), BY(pop_gs, rpl3, NONE, GP, 3, "POP GS with RPL 3"),
    BY(pop_gs, beyond, BEYOND, GP, 0, "POP GS"), BY(lss, not_present, NOT_PRESENT, VEC_SS, 0, "LSS"), BY(lss, dpl3, DPL3, GP, 0, "LSS"),
    BY(lss, rpl3, NONE, GP, 3, "LSS with RPL 3"), BY(lss, beyond, BEYOND, GP, 0, "LSS"), BY(lfs, not_present, NOT_PRESENT, VEC_NP, 0, "LFS"),
    BY(lfs, beyond, BEYOND, GP, 0, "LFS"), LOOKS(verr, "VERR at CPL 3"), LOOKS(verw, "VERW at CPL 3"), LOOKS(lar, "LAR at CPL 3"),
    LOOKS(lsl, "LSL at CPL 3"));
