/*
 * Outside IA-32e mode L of a code segment's descriptor means nothing: code whose L is 1 runs as D says, from its base on and within its limit, and
 * L and D may both be 1. INT3 at the target shows that it was reached.
 */
#include <case32.h>

static uint32_t target(struct program p)
{
    return label_of(p, "target") - p.entry;
}

/* ARG0: the target lies behind the limit. */
static uint16_t long_code(struct program p, unsigned dpl)
{
    struct descriptor d = {.type = CODE_READABLE, .base = p.entry, .l = true, .d = true, .dpl = (uint8_t)dpl};

    d.limit = ARG0 ? target(p) - 1 : 0xfff;
    return add_descriptor("long_code", encode_descriptor(d));
}

#define TARGET MARK(after) "nop\n" MARK(target) "int3\n" MARK(reached)

static void far(struct program p)
{
    uint32_t *pointer = frame_of(start.ebx = map_page("pointer", PAGE_PRESENT));

    pointer[0] = target(p);
    pointer[1] = long_code(p, 0);
    run_program(p);
}

static void jmp(void)
{
    far(ASSEMBLE(MARK(fault) "jmp fword ptr [ebx]\n" TARGET));
}

static void call(void)
{
    far(ASSEMBLE(MARK(fault) "call fword ptr [ebx]\n" TARGET));
}

static void retf(void)
{
    struct program p = ASSEMBLE(MARK(fault) "retf\n" TARGET);
    uint32_t *words = (uint32_t *)(start.esp -= 8);

    words[0] = target(p);
    words[1] = long_code(p, 0);
    run_program(p);
}

static void iretd(void)
{
    struct program p = ASSEMBLE(MARK(fault) "iretd\n" TARGET);

    push_image((struct interrupt_frame){target(p), long_code(p, 0), start.eflags, 0, 0}, false);
    run_program(p);
}

/* To CPL 1, where 64-bit mode alone allows a NULL selector in SS. */
static void retf_null(void)
{
    struct program p = ASSEMBLE(MARK(fault) "retf\n" TARGET);
    uint32_t *words = (uint32_t *)(start.esp -= 16);

    words[0] = target(p);
    words[1] = long_code(p, 1) | 1u;
    words[2] = start.esp;
    words[3] = 1;
    run_program(p);
}

static void gate(void)
{
    struct program p = ASSEMBLE(MARK(fault) "int 0x40\n" TARGET);

    *gate_of(0x40) = make_gate(target(p), long_code(p, 0), GATE_INTERRUPT, 0, true);
    run_program(p);
}

#define L "SDM 3A \"Segment Descriptors\""
#define RUNS(name_, spec_, about_)                                                                                                       \
    {                                                                                                                                    \
        VARIANT, .name = #name_, .about = about_ " to code with L=1 and D=1", .spec = L "; " spec_, .vector = VEC_BP, .error = NO_ERROR, \
                 .saved_rip = "reached", .run = name_                                                                                    \
    }
#define REFUSED(name_, run_, beyond_, spec_, about_)                                                                                              \
    {                                                                                                                                             \
        VARIANT, .name = name_, .about = about_, .spec = L "; " spec_, .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT, .run = run_, .arg = { \
            beyond_                                                                                                                               \
        }                                                                                                                                         \
    }
#define JMP "SDM 2A \"JMP-Jump\""
#define CALL "SDM 2A \"CALL-Call Procedure\""
#define RET "SDM 2B \"RET-Return from Procedure\""
#define IRET "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\""
VARIANTS(RUNS(jmp, JMP, "far JMP"), RUNS(call, CALL, "far CALL"), RUNS(retf, RET, "far RET"), RUNS(iretd, IRET, "IRETD"),
         RUNS(gate, "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\"", "INT 0x40"),
         REFUSED("jmp_beyond", jmp, 1, JMP, "far JMP behind the limit of code with L=1"),
         REFUSED("retf_beyond", retf, 1, RET, "far RET behind the limit of code with L=1"),
         REFUSED("retf_null", retf_null, 0, RET, "far RET to code with L=1 at CPL 1, SS is NULL"));
