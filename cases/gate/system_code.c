/*
 * What a gate, a call gate and a return take for code has S=1. A system descriptor whose four bits of type are those of code, and whose L bit is set
 * besides, is none, and neither is data with L=1: #GP with its selector. So is code whose L and D are 1.
 */
#include <case.h>

/* ARG0: the type. */
static uint16_t target(void)
{
    uint64_t d = encode_descriptor(
        (struct descriptor){.type = (uint8_t)ARG0, .limit = 0xfffff, .g = true, .l = true, .d = ARG0 == CODE_READABLE, .dpl = (uint8_t)(ARG1 & 3)});

    return (uint16_t)(add_system_descriptor("target", d, 0) | (ARG1 & 3));
}

static void int_n(void)
{
    set_gate(0x40);
    gate_of(0x40)->selector = target();
    FAULT("int 0x40");
}

static void ud(void)
{
    set_gate(VEC_UD);
    gate_of(VEC_UD)->selector = target();
    FAULT("ud2");
}

static void through_gate(struct program p)
{
    uint8_t *pointer = frame_of(start.rbx = map_page("pointer", PAGE_PRESENT));
    uint16_t code = target();

    *(uint16_t *)(pointer + 4) = add_call_gate("gate", (struct call_gate){.offset = 0x1000, .selector = code});
    run_program(p);
}

static void call_gate(void)
{
    through_gate(ASSEMBLE(MARK(fault) "call fword ptr [rbx]\n" MARK(after)));
}

static void jmp_gate(void)
{
    through_gate(ASSEMBLE(MARK(fault) "jmp fword ptr [rbx]\n" MARK(after)));
}

static void retf(void)
{
    uint64_t *words = (uint64_t *)(start.rsp -= 32);

    words[0] = 0x1000;
    words[1] = target();
    words[2] = stack_top(STACK_USER);
    words[3] = SEL_USER_DATA;
    FAULT(".byte 0x48, 0xcb");
}

static void iretq(void)
{
    push_image((struct interrupt_frame){0x1000, target(), start.rflags, stack_top(STACK_USER), SEL_USER_DATA});
    FAULT("iretq");
}

#define ROW(name_, run_, type_, rpl_, ext_, about_, spec_)                                                                                        \
    {                                                                                                                                             \
        VARIANT, .name = name_, .about = about_ ", with L=1", .spec = spec_, .vector = VEC_GP, .error = SEL_FREE | (ext_), .saved_rip = AT_FAULT, \
                 .run = run_, .arg = {                                                                                                            \
                     type_,                                                                                                                       \
                     rpl_                                                                                                                         \
                 }                                                                                                                                \
    }
#define TYPES(name, run, rpl, ext, about, spec)                                                      \
    ROW(name "_tss", run, SYSTEM_TSS_AVAILABLE, rpl, ext, about "a TSS", spec),                      \
        ROW(name "_busy", run, SYSTEM_TSS_BUSY, rpl, ext, about "a busy TSS", spec),                 \
        ROW(name "_reserved", run, 0xa, rpl, ext, about "a descriptor of type 10", spec),            \
        ROW(name "_call_gate", run, 0xc, rpl, ext, about "a call gate", spec),                       \
        ROW(name "_interrupt_gate", run, GATE_INTERRUPT, rpl, ext, about "an interrupt gate", spec), \
        ROW(name "_trap_gate", run, GATE_TRAP, rpl, ext, about "a trap gate", spec),                 \
        ROW(name "_data", run, DATA_WRITABLE, rpl, ext, about "data", spec),                         \
        ROW(name "_read_only", run, DATA_READ_ONLY, rpl, ext, about "read-only data", spec),         \
        ROW(name "_down", run, DATA_EXPAND_DOWN, rpl, ext, about "expand-down data", spec)
#define INT "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\""
VARIANTS(ROW("call_l_and_d", call_gate, CODE_READABLE, 0, 0, "far CALL, the gate names code with D=1", "SDM 2A \"CALL-Call Procedure\""),
         ROW("jmp_l_and_d", jmp_gate, CODE_READABLE, 0, 0, "far JMP, the gate names code with D=1", "SDM 2A \"JMP-Jump\""),
         TYPES("int", int_n, 0, 0, "INT n, its gate names ", INT), TYPES("ud", ud, 0, ERROR_EXT, "#UD, its gate names ", INT),
         TYPES("call", call_gate, 0, 0, "far CALL, the gate names ", "SDM 2A \"CALL-Call Procedure\""),
         TYPES("jmp", jmp_gate, 0, 0, "far JMP, the gate names ", "SDM 2A \"JMP-Jump\""),
         TYPES("retf", retf, 0, 0, "far RET to ", "SDM 2B \"RET-Return from Procedure\""),
         TYPES("retf_outer", retf, 3, 0, "far RET to CPL 3, to ", "SDM 2B \"RET-Return from Procedure\""),
         TYPES("iretq", iretq, 0, 0, "IRETQ to ", "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\""),
         TYPES("iretq_outer", iretq, 3, 0, "IRETQ to CPL 3, to ", "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\""));
