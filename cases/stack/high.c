/*
 * RSP in use is 64 bits wide in 64-bit mode whatever the operand size is: what pushes and pops words of 16 and 32 bits on a stack above 4 GiB reaches
 * them there, and keeps the upper half. Below 4 GiB, where a processor that cuts RSP would look, there is nothing.
 */
#include <case.h>

#define TOP 0x123456800ull
#define TARGET "\n" MARK(after) "nop\n" MARK(target) "int3\n" MARK(reached)

static void begin(void)
{
    in_user_mode();
    set_gate(VEC_BP, .dpl = 3);
    map_page_at("stack", TOP & ~(uint64_t)(PAGE_SIZE - 1), PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    start.rsp = TOP;
}

/* What 16 bits can reach: UD2. */
static uint64_t low_code(void)
{
    uintptr_t page = map_page_at("low", 0x6000, PAGE_PRESENT | PAGE_USER);

    *(uint16_t *)frame_of(page) = 0x0b0f;
    return page;
}

static uint64_t target(struct program p)
{
    return ARG0 == 2 ? low_code() : label_of(p, "target");
}

static struct program of_size(struct program wide, struct program middle, struct program narrow)
{
    return ARG0 == 8 ? wide : ARG0 == 4 ? middle : narrow;
}

/* arg: the size of a word, and whether IRET pops flags, RSP and SS, too. */
static void returns(struct program p, bool is_iret)
{
    uint64_t words[5] = {target(p), SEL_USER_CODE64, start.rflags, 0x5678, SEL_USER_DATA};
    unsigned count = is_iret ? 5 : 2;
    uint8_t *at;

    begin();
    at = frame_of(TOP);
    for (unsigned i = 0; i < count; i++)
        for (unsigned byte = 0; byte < ARG0; byte++)
            at[i * (unsigned)ARG0 + byte] = (uint8_t)(words[i] >> 8 * byte);
    run_program(p);
}

static void retf(void)
{
    struct program wide = ASSEMBLE(MARK(fault) ".byte 0x48, 0xcb" TARGET), narrow = ASSEMBLE(MARK(fault) ".byte 0x66, 0xcb" TARGET),
                   middle = ASSEMBLE(MARK(fault) ".byte 0xcb" TARGET);

    returns(of_size(wide, middle, narrow), false);
}

static void retf_n(void)
{
    struct program wide = ASSEMBLE(MARK(fault) ".byte 0x48, 0xca, 0x20, 0" TARGET), narrow = ASSEMBLE(MARK(fault) ".byte 0x66, 0xca, 0x20, 0" TARGET),
                   middle = ASSEMBLE(MARK(fault) ".byte 0xca, 0x20, 0" TARGET);

    returns(of_size(wide, middle, narrow), false);
}

static void iret(void)
{
    struct program wide = ASSEMBLE(MARK(fault) ".byte 0x48, 0xcf" TARGET), narrow = ASSEMBLE(MARK(fault) ".byte 0x66, 0xcf" TARGET),
                   middle = ASSEMBLE(MARK(fault) ".byte 0xcf" TARGET);

    returns(of_size(wide, middle, narrow), true);
}

static void look(void)
{
    note("cs_is_pushed", *(volatile uint16_t *)((uint8_t *)frame_of(TOP) - (ARG1 ? 8 : ARG0)) == SEL_USER_CODE64);
}

/* arg: the size; through a gate, whose words are of 64 bits. */
static void call(void)
{
    struct program wide = ASSEMBLE(MARK(fault) ".byte 0x48, 0xff, 0x1b" TARGET), narrow = ASSEMBLE(MARK(fault) ".byte 0x66, 0xff, 0x1b" TARGET),
                   middle = ASSEMBLE(MARK(fault) ".byte 0xff, 0x1b" TARGET), p = of_size(wide, middle, narrow);
    uint8_t *pointer;

    begin();
    pointer = frame_of(start.rbx = map_page("pointer", PAGE_PRESENT | PAGE_USER));
    *(uint64_t *)pointer = target(p);
    *(uint16_t *)(pointer + ARG0) =
        ARG1 ? add_call_gate("gate", (struct call_gate){.offset = label_of(p, "target"), .selector = SEL_USER_CODE64, .dpl = 3}) | 3
             : SEL_USER_CODE64;
    at_end(look);
    run_program(p);
}

/* Of one instruction, and of what undoes it. */
#define HERE(name, text)                                        \
    static void name(void)                                      \
    {                                                           \
        begin();                                                \
        start.rax = 0x1122334455667788;                         \
        start.rbp = TOP - 64;                                   \
        PROGRAM(text MARK(fault) "int3\n" MARK(after) "nop\n"); \
    }
HERE(push_word, "push ax\n")
HERE(pop_word, "pop cx\n")
HERE(pushf_word, "pushfw\n")
HERE(popf_word, "pushfw\npopfw\n")
HERE(enter_word, ".byte 0x66, 0xc8, 8, 0, 0\n")
HERE(leave_word, ".byte 0x66, 0xc9\n")
HERE(enter, "enter 8, 0\n")
HERE(leave, "leave\n")
HERE(push_fs, "push fs\n")
HERE(push_immediate_word, ".byte 0x66, 0x6a, 0x7f\n")

#define ROW(name_, run_, size_, gate_, vector_, rip_, spec_, about_)                                                                               \
    {                                                                                                                                              \
        VARIANT, .name = name_, .about = about_ " on a stack above 4 GiB", .spec = spec_, .vector = vector_, .error = NO_ERROR, .saved_rip = rip_, \
                 .run = run_, .arg = {                                                                                                             \
                     size_,                                                                                                                        \
                     gate_                                                                                                                         \
                 }                                                                                                                                 \
    }
#define SIZES(name, run, gate, spec, about)                                                    \
    ROW(name "64", run, 8, gate, VEC_BP, "reached", spec, about " with words of 64 bits"),     \
        ROW(name "32", run, 4, gate, VEC_BP, "reached", spec, about " with words of 32 bits"), \
        ROW(name "16", run, 2, gate, VEC_UD, "low", spec, about " with words of 16 bits")
#define PLAIN(run, about) ROW(#run, run, 0, 0, VEC_BP, AFTER, "SDM 1 \"Address-Size Attribute for Stack\"", about)
VARIANTS(SIZES("retf", retf, 0, "SDM 2B \"RET-Return from Procedure\"", "far RET"),
         SIZES("retf_n", retf_n, 0, "SDM 2B \"RET-Return from Procedure\"", "far RET 32"),
         SIZES("iret", iret, 0, "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"", "IRET"),
         SIZES("call", call, 0, "SDM 2A \"CALL-Call Procedure\"", "far CALL"),
         ROW("call_gate", call, 4, 1, VEC_BP, "reached", "SDM 2A \"CALL-Call Procedure\"", "far CALL through a gate to the same level"),
         PLAIN(push_word, "PUSH AX"), PLAIN(pop_word, "POP CX"), PLAIN(pushf_word, "PUSHF"), PLAIN(popf_word, "PUSHF, POPF"),
         PLAIN(enter_word, "ENTER with a 16-bit operand size"), PLAIN(leave_word, "LEAVE with a 16-bit operand size"), PLAIN(enter, "ENTER"),
         PLAIN(leave, "LEAVE"), PLAIN(push_fs, "PUSH FS"), PLAIN(push_immediate_word, "PUSH of a word of the instruction"));
