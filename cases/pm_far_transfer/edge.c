/*
 * The last offset that a far transfer may go to is the limit of its code segment: INT3, one byte, lies there and runs, and what it saves is the
 * offset behind it. Where the limit is one less, it is #GP(0): of JMP, CALL, RET and IRET at the instruction, with ESP as it was.
 */
#include <case32.h>

#define TARGET "\n" MARK(after) "nop\n" MARK(target) "int3\n" MARK(reached)

/* arg: where the limit is; the ring that is left, and the one that is gone to. */
enum { AT_LIMIT, BEYOND_BY_ONE, CONFORMING, OWN = 4 }; /* the conforming code's DPL is 0, or with OWN the ring's */
#define RINGS(from, to) ((from) | (to) << 4)

static uint32_t target(struct program p)
{
    return label_of(p, "target") - p.entry;
}

static uint16_t code(struct program p, unsigned ring)
{
    unsigned dpl = (ARG0 & (CONFORMING | OWN)) == CONFORMING ? 0 : ring;
    struct descriptor d = {.type = ARG0 & CONFORMING ? CODE_CONFORMING : CODE_READABLE, .d = true, .dpl = (uint8_t)dpl, .base = p.entry};

    d.limit = target(p) - (ARG0 & BEYOND_BY_ONE);
    return add_descriptor("code", encode_descriptor(d));
}

static uint16_t code_of_ring(struct program p)
{
    unsigned to = ARG1 >> 4;

    return (uint16_t)(code(p, to) | to);
}

static void begin(void)
{
    in_ring(ARG1 & 3);
    user_may_run_program();
    set_gate(VEC_BP, .dpl = 3);
}

static void by_pointer(struct program p, uint8_t *pointer, bool word)
{
    uint32_t offset = target(p);

    *(uint16_t *)pointer = (uint16_t)offset;
    *(uint16_t *)(pointer + 2) = word ? code_of_ring(p) : (uint16_t)(offset >> 16);
    if (!word)
        *(uint16_t *)(pointer + 4) = code_of_ring(p);
    run_program(p);
}

#define FAR(name, instruction, word)                                                     \
    static void name(void)                                                               \
    {                                                                                    \
        begin();                                                                         \
        start.ebx = map_page("pointer", PAGE_PRESENT | PAGE_USER);                       \
        by_pointer(ASSEMBLE(MARK(fault) instruction TARGET), frame_of(start.ebx), word); \
    }
FAR(jmp, "jmp fword ptr [ebx]", false)
FAR(call, "call fword ptr [ebx]", false)
FAR(jmp16, ".byte 0x66, 0xff, 0x2b", true)
FAR(call16, ".byte 0x66, 0xff, 0x1b", true)

#define DIRECT(name, bytes, at, word)                                   \
    static void name(void)                                              \
    {                                                                   \
        struct program p = ASSEMBLE(MARK(fault) ".byte " bytes TARGET); \
                                                                        \
        begin();                                                        \
        by_pointer(p, (uint8_t *)label_of(p, "fault") + (at), word);    \
    }
DIRECT(jmp_direct, "0xea, 0, 0, 0, 0, 0, 0", 1, false)
DIRECT(call_direct, "0x9a, 0, 0, 0, 0, 0, 0", 1, false)
DIRECT(jmp16_direct, "0x66, 0xea, 0, 0, 0, 0", 2, true)
DIRECT(call16_direct, "0x66, 0x9a, 0, 0, 0, 0", 2, true)

static void through(struct program p)
{
    begin();
    start.ebx = map_page("pointer", PAGE_PRESENT | PAGE_USER);
    ((uint16_t *)frame_of(start.ebx))[2] =
        (uint16_t)(add_call_gate("gate", (struct call_gate){.offset = target(p), .selector = code(p, ARG1 >> 4), .dpl = 3}) | (ARG1 & 3));
    run_program(p);
}

static void jmp_gate(void)
{
    through(ASSEMBLE(MARK(fault) "jmp fword ptr [ebx]" TARGET));
}

static void call_gate(void)
{
    through(ASSEMBLE(MARK(fault) "call fword ptr [ebx]" TARGET));
}

/* To an outer ring the image has ESP and SS, too. */
static bool is_outer(void)
{
    return (ARG1 & 3) != ARG1 >> 4;
}

static uint16_t stack_of_ring(void)
{
    unsigned to = ARG1 >> 4;

    return to ? (uint16_t)(add_descriptor("stack", encode_descriptor((struct descriptor){
                                                       .type = DATA_WRITABLE, .d = true, .g = true, .limit = 0xfffff, .dpl = (uint8_t)to})) |
                           to)
              : SEL_KERNEL_DATA;
}

static void ret(struct program p)
{
    uint32_t *words;

    begin();
    words = (uint32_t *)(start.esp -= 16);
    words[0] = target(p);
    words[1] = code_of_ring(p);
    words[2] = stack_top(STACK_USER);
    words[3] = stack_of_ring();
    run_program(p);
}

static void retf(void)
{
    ret(ASSEMBLE(MARK(fault) "retf" TARGET));
}

static void retf16(void)
{
    struct program p = ASSEMBLE(MARK(fault) ".byte 0x66, 0xcb" TARGET);
    uint16_t *words;

    begin();
    words = (uint16_t *)(start.esp -= 4);
    words[0] = (uint16_t)target(p);
    words[1] = code_of_ring(p);
    run_program(p);
}

static void iretd(void)
{
    struct program p = ASSEMBLE(MARK(fault) "iretd" TARGET);

    begin();
    push_image((struct interrupt_frame){target(p), code_of_ring(p), start.eflags, stack_top(STACK_USER), stack_of_ring()}, is_outer());
    run_program(p);
}

#define ROW(name_, run_, limit_, rings_, vector_, error_, rip_, spec_, about_)                                                               \
    {                                                                                                                                        \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .vector = vector_, .error = error_, .saved_rip = rip_, .run = run_, .arg = { \
            limit_,                                                                                                                          \
            rings_                                                                                                                           \
        }                                                                                                                                    \
    }
#define EDGE(name, run, kind, from, to, spec, about)                                                                                          \
    ROW(name "_at_limit", run, AT_LIMIT | (kind), RINGS(from, to), VEC_BP, NO_ERROR, "reached", spec, about " the last byte of its segment"), \
        ROW(name "_beyond", run, BEYOND_BY_ONE | (kind), RINGS(from, to), VEC_GP, 0, AT_FAULT, spec, about " the byte behind its segment")
#define JMP "SDM 2A \"JMP-Jump\""
#define CALL "SDM 2A \"CALL-Call Procedure\""
#define RET "SDM 2B \"RET-Return from Procedure\""
#define IRET "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\""
VARIANTS(EDGE("jmp", jmp, 0, 0, 0, JMP, "far JMP to"), EDGE("call", call, 0, 0, 0, CALL, "far CALL to"),
         EDGE("jmp_user", jmp, 0, 3, 3, JMP, "far JMP at CPL 3 to"), EDGE("call_user", call, 0, 3, 3, CALL, "far CALL at CPL 3 to"),
         EDGE("jmp_conforming", jmp, CONFORMING, 3, 3, JMP, "far JMP at CPL 3 into conforming code of DPL 0, to"),
         EDGE("call_conforming", call, CONFORMING, 3, 3, CALL, "far CALL at CPL 3 into conforming code of DPL 0, to"),
         EDGE("jmp16", jmp16, 0, 0, 0, JMP, "far JMP with a 16-bit operand size to"),
         EDGE("call16", call16, 0, 0, 0, CALL, "far CALL with a 16-bit operand size to"),
         EDGE("jmp_direct", jmp_direct, 0, 0, 0, JMP, "far JMP with the pointer in it to"),
         EDGE("call_direct", call_direct, 0, 0, 0, CALL, "far CALL with the pointer in it to"),
         EDGE("jmp16_direct", jmp16_direct, 0, 0, 0, JMP, "far JMP with 16-bit operand size and the pointer in it to"),
         EDGE("call16_direct", call16_direct, 0, 0, 0, CALL, "far CALL with 16-bit operand size and the pointer in it to"),
         EDGE("jmp_gate", jmp_gate, 0, 3, 3, JMP, "far JMP through a gate to"),
         EDGE("call_gate", call_gate, 0, 3, 3, CALL, "far CALL through a gate to"),
         EDGE("call_gate_inner", call_gate, 0, 3, 0, CALL, "far CALL through a gate to ring 0, to"),
         EDGE("call_gate_conforming", call_gate, CONFORMING, 3, 3, CALL, "far CALL through a gate into conforming code of DPL 0, to"),
         EDGE("jmp_gate_conforming", jmp_gate, CONFORMING, 3, 3, JMP, "far JMP through a gate into conforming code of DPL 0, to"),
         EDGE("jmp_own", jmp, CONFORMING | OWN, 3, 3, JMP, "far JMP at CPL 3 into conforming code of DPL 3, to"),
         EDGE("call_gate_own", call_gate, CONFORMING | OWN, 3, 3, CALL, "far CALL through a gate at CPL 3 into conforming code of DPL 3, to"),
         EDGE("jmp_gate_own", jmp_gate, CONFORMING | OWN, 3, 3, JMP, "far JMP through a gate at CPL 3 into conforming code of DPL 3, to"),
         EDGE("jmp_gate_ring0", jmp_gate, CONFORMING, 0, 0, JMP, "far JMP through a gate at CPL 0 into conforming code of DPL 0, to"),
         EDGE("retf_own", retf, CONFORMING | OWN, 0, 3, RET, "far RET to conforming code of DPL 3 at CPL 3, to"),
         EDGE("retf", retf, 0, 0, 0, RET, "far RET to"), EDGE("retf_outer", retf, 0, 0, 3, RET, "far RET to CPL 3, to"),
         EDGE("retf_conforming", retf, CONFORMING, 0, 3, RET, "far RET to conforming code at CPL 3, to"),
         EDGE("retf16", retf16, 0, 0, 0, RET, "far RET with a 16-bit operand size to"), EDGE("iretd", iretd, 0, 0, 0, IRET, "IRETD to"),
         EDGE("iretd_outer", iretd, 0, 0, 3, IRET, "IRETD to CPL 3, to"), EDGE("iretd_ring1", iretd, 0, 0, 1, IRET, "IRETD to CPL 1, to"),
         EDGE("iretd_conforming", iretd, CONFORMING, 0, 3, IRET, "IRETD to conforming code at CPL 3, to"));
