/*
 * each.h: many instructions with an operand in memory, one behind the other, and what comes of each: VEC_BP if it was executed, else its fault.
 * All have the same state, and each finds the same registers and the same memory.
 *
 * A value is the vector, and above its 8 bits the error code. What else a fault has to be is in it only where it isn't so.
 */
#include <case.h>
#include "long64/trap.h"

/* ARG0: where the operand lies. Of its two pages the second is what the state says. */
enum where { BEYOND_CANONICAL, ON_SECOND, LAST_BYTE_ON_SECOND, ALL_ON_FIRST, MISALIGNED };

#define OTHER_RIP 0x1000000 /* the saved RIP isn't the instruction's, or of the INT3 the one behind it */
#define OTHER_CR2 0x2000000 /* not the first byte on the second page */
#define REGISTERS_CHANGED 0x4000000
#define MEMORY_CHANGED 0x8000000

/* What its two bytes in front of an instruction say. */
struct form {
    uint8_t width;
    uint8_t contents; /* enum contents */
};
/* Of the operand: the address of the INT3 behind the instruction, so that a branch through it leads there; or what is in a segment register, at its
 * end. */
enum contents { ADDRESS, OF_DS, OF_ES, OF_FS, OF_GS, OF_CS };

#define AROUND 32u /* bytes in front of the operand and behind it that are looked at, too */

static const struct label *first, *now; /* the instructions; the last label is the end */
static uint32_t outcome[64];
static uintptr_t reload, second; /* what loads the registers; the second page */
static uint64_t rsp;             /* the program's */
static uint8_t expected[3 * AROUND];

static struct form form_of(const struct label *l)
{
    return *(const struct form *)(l->address - sizeof(struct form));
}

static uintptr_t operand(void)
{
    unsigned width = now[1].address ? form_of(now).width : 1;

    switch (ARG0) {
    case BEYOND_CANONICAL:
        return NONCANONICAL_57;
    case LAST_BYTE_ON_SECOND:
        return second - width + 1;
    case ALL_ON_FIRST:
        return second - width;
    case MISALIGNED:
        return second - 2 * AROUND + 1;
    default:
        return second;
    }
}

static uint8_t *memory(unsigned i)
{
    return frame_of(operand() - AROUND + i);
}

static bool has_memory(void)
{
    return ARG0 != BEYOND_CANONICAL;
}

static void put(unsigned at, uint64_t value, unsigned size)
{
    for (unsigned i = 0; i < size; i++)
        expected[AROUND + at + i] = (uint8_t)(value >> 8 * i);
}

static void fill_memory(void)
{
    const uint64_t selectors[] = {[OF_DS] = start.ds, [OF_ES] = start.es, [OF_FS] = start.fs, [OF_GS] = start.gs, [OF_CS] = start.cs};
    struct form form = form_of(now);

    for (unsigned i = 0; i < sizeof(expected); i++)
        expected[i] = (uint8_t)(0x40 + i);
    put(0, now[1].address - sizeof(struct form) - 1, 8);
    if (form.contents != ADDRESS)
        put(form.width - 2u, selectors[form.contents], 2);
    for (unsigned i = 0; i < sizeof(expected); i++)
        *memory(i) = expected[i];
}

static bool is_memory_kept(void)
{
    for (unsigned i = 0; i < sizeof(expected); i++)
        if (*memory(i) != expected[i])
            return false;
    return true;
}

static void set_registers(void)
{
    start.rax = start.rdx = 0;
    start.rcx = 1;
    start.rbx = start.rbp = start.rsi = start.rdi = operand();
}

/* By the program's own POP, of a block that lies below its stack, since a handler's action doesn't reach them. */
static void go_to(struct interrupt_frame *frame, uint64_t rip)
{
    uint64_t *block = (uint64_t *)(rsp - 256);

    set_registers();
    block[0] = start.rax, block[1] = start.rcx, block[2] = start.rdx, block[3] = start.rbx;
    block[4] = start.rbp, block[5] = start.rsi, block[6] = start.rdi, block[7] = rip;
    *frame = (struct interrupt_frame){reload, start.cs, start.rflags, rsp - 256, start.ss};
}
#define RELOAD "pop rax\npop rcx\npop rdx\npop rbx\npop rbp\npop rsi\npop rdi\nret 192\n"

static bool are_registers_kept(const struct interrupt_frame *frame, const struct capture *capture)
{
    const struct registers *r = &capture->entry.registers;
    const uint64_t *is = &r->rax, *was = &start.rax;

    for (unsigned i = 0; i < 16; i++)
        if (i != 4 && is[i] != was[i])
            return false;
    return frame->rsp == rsp && !((frame->rflags ^ start.rflags) & ~(uint64_t)RFLAGS_RF) && frame->ss == start.ss &&
           capture->segments.ds == start.ds && capture->segments.es == start.es && capture->segments.fs == start.fs &&
           capture->segments.gs == start.gs;
}

static uint32_t outcome_of(const struct interrupt_frame *frame, const struct capture *capture)
{
    unsigned vector = capture->vector;
    bool has_error = vector >= VEC_DF && vector <= VEC_PF, executed = vector == VEC_BP;
    uint32_t what = vector;

    if (has_error || vector == VEC_AC)
        what |= (uint32_t)(capture->slots[0] & 0xffff) << 8;
    if (frame->rip != (executed ? now[1].address - sizeof(struct form) : now->address))
        what |= OTHER_RIP;
    if (vector == VEC_PF && capture->cr2 != second)
        what |= OTHER_CR2;
    if (!executed && !are_registers_kept(frame, capture))
        what |= REGISTERS_CHANGED;
    if (!executed && has_memory() && !is_memory_kept())
        what |= MEMORY_CHANGED;
    return what;
}

static void next(struct interrupt_frame *frame)
{
    if (now[1].address && has_memory())
        fill_memory();
    go_to(frame, now->address);
}

static void come(struct interrupt_frame *frame, struct capture *capture)
{
    capture_count--; /* told by a value, not by a frame */
    if (!now) {
        now = first;
    } else if (now[1].address) {
        outcome[now - first] = outcome_of(frame, capture);
        now++;
    } /* behind the last one nothing may come: again, until the time limit */
    next(frame);
}

static void note_outcomes(void)
{
    for (const struct label *l = first; l[1].address; l++)
        note(l->name, outcome[l - first]);
}

/* ARG1: the second page. */
static void each(struct program program)
{
    static const uint8_t vectors[] = {VEC_DE, VEC_BP, VEC_OF, VEC_BR, VEC_UD, VEC_NM, VEC_TS, VEC_NP, VEC_SS, VEC_GP, VEC_PF, VEC_AC};

    first = (const struct label *)program.labels;
    reload = program.entry + 1;
    at_end(note_outcomes);
    for (unsigned i = 0; i < sizeof(vectors); i++)
        on_exception(vectors[i], come);
    set_gate(VEC_BP, .dpl = 3);
    in_user_mode();
    second = map_pages("operand", 2, PAGE_PRESENT | PAGE_WRITE | PAGE_USER) + PAGE_SIZE;
    change_page(second, PAGE_PRESENT | PAGE_WRITE | PAGE_USER, ARG1);
    if (ARG0 == MISALIGNED) {
        write_cr0(read_cr0() | CR0_AM);
        start.rflags |= RFLAGS_AC;
    }
    rsp = start.rsp;
    now = first;
    while (now[1].address)
        now++;
    set_registers(); /* as they are at the end */
    now = NULL;
    run_program(program);
}

/*
 * The text has macros of the assembler: "op name, width, instruction", "op_of contents, name, width, instruction". The program begins with INT3,
 * so that the first of them starts as all do.
 */
#define MACROS                                                                                                                                     \
    ".macro op_of contents, name, width, instruction:vararg\n.byte \\width, \\contents\n771:\n.pushsection .labels, \"a\"\n.long 771b, 0\n.asciz " \
    "\"\\name\"\n.balign 32\n.popsection\n\\instruction\nint3\n.endm\n"                                                                            \
    ".macro op name, width, instruction:vararg\nop_of 0, \\name, \\width, \\instruction\n.endm\n"                                                  \
    "int3\n" RELOAD
#define END ".byte 0, 0\n" MARK(end) ".purgem op_of\n.purgem op\n"
#define EACH(instructions) each(ASSEMBLE(MACROS instructions END))

#define PRESENT_USER (PAGE_PRESENT | PAGE_USER)
#define ROW(name_, group, where, page, about_, spec_, needs_)                                                                                      \
    {                                                                                                                                              \
        VARIANT, .name = name_, .about = "CPL-3 " about_ ": vector and error code, 0x3 if executed", .spec = spec_, .needs = needs_, .run = group, \
                 .vector = NO_EXCEPTION, .arg = {                                                                                                  \
                     where,                                                                                                                        \
                     page                                                                                                                          \
                 }                                                                                                                                 \
    }
#define IN_MEMORY(name, group, about, needs)                                                                                                     \
    ROW(name "_missing", group, ON_SECOND, PAGE_USER | PAGE_WRITE, about " of a page that isn't present", PF, needs),                            \
        ROW(name "_last_byte", group, LAST_BYTE_ON_SECOND, PAGE_USER | PAGE_WRITE, about " whose last byte is on a page that isn't present", PF, \
            needs),                                                                                                                              \
        ROW(name "_before", group, ALL_ON_FIRST, PAGE_USER | PAGE_WRITE, about " that ends in front of a page that isn't present", PF, needs),   \
        ROW(name "_read_only", group, ON_SECOND, PRESENT_USER, about " of a read-only page", RIGHTS, needs),                                     \
        ROW(name "_supervisor", group, ON_SECOND, PAGE_PRESENT | PAGE_WRITE, about " of a supervisor page", RIGHTS, needs),                      \
        ROW(name "_misaligned", group, MISALIGNED, PRESENT_USER | PAGE_WRITE, about " at an odd address with AM=1 and AC=1", AC, needs)
#define CANONICAL "SDM 3A \"Interrupt 13-General Protection Exception (#GP)\"; SDM 1 \"Canonical Addressing\""
#define CANONICAL_STACK "SDM 3A \"Interrupt 12-Stack Fault Exception (#SS)\"; SDM 1 \"Canonical Addressing\""
#define PF "SDM 3A \"Interrupt 14-Page-Fault Exception (#PF)\""
#define RIGHTS "SDM 3A \"Determination of Access Rights\"; " PF
#define AC "SDM 3A \"Interrupt 17-Alignment Check Exception (#AC)\""
#define IN_EACH_STATE(name, group, about, needs)                                                                 \
    IN_MEMORY(name, group##_data, about, needs),                                                                 \
        ROW(name "_noncanonical", group##_data, BEYOND_CANONICAL, PAGE_USER, about " by RBX", CANONICAL, needs), \
        ROW(name "_noncanonical_stack", group##_stack, BEYOND_CANONICAL, PAGE_USER, about " by RBP", CANONICAL_STACK, needs)
/* The same instructions by RBX and by RBP. */
#define BY_BOTH(group, INSTRUCTIONS) \
    static void group##_data(void)   \
    {                                \
        EACH(INSTRUCTIONS("[rbx]")); \
    }                                \
    static void group##_stack(void)  \
    {                                \
        EACH(INSTRUCTIONS("[rbp]")); \
    }
