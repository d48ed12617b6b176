/*
 * each.h: many instructions one behind the other, and what comes of each: the vector of its fault, or of the INT3 behind it, which
 * says that it was executed. The state that a case is about holds for all of them, and none changes it.
 */
#include <case.h>

enum { TS = 1, EM = 2, NO_OSFXSR = 4, NO_OSXSAVE = 8, AVX = 16, NO_YMM = 32, PENDING = 64, USER = 128 };

#define ELSEWHERE 0x100 /* the saved RIP is neither the instruction's nor the one behind its INT3 */

static const struct label *first, *now; /* the instructions; the last label is the end */
static uint16_t outcome[64];

static void come(struct interrupt_frame *frame, unsigned vector)
{
    uint64_t expected = vector == VEC_BP ? now[1].address : now->address;

    if (!now[1].address)
        return; /* behind the last one nothing may come: again, until the time limit */
    outcome[now - first] = (uint16_t)(vector | (frame->rip == expected ? 0 : ELSEWHERE));
    now++;
    frame->rip = now->address;
    frame->rflags = start.rflags;
}

#define HANDLER_OF(name, vector)                                                         \
    __attribute__((interrupt)) static void come_by_##name(struct interrupt_frame *frame) \
    {                                                                                    \
        come(frame, vector);                                                             \
    }
HANDLER_OF(breakpoint, VEC_BP)
HANDLER_OF(invalid_opcode, VEC_UD)
HANDLER_OF(device_not_available, VEC_NM)
HANDLER_OF(x87_floating_point, VEC_MF)

static void note_outcomes(void)
{
    for (const struct label *l = first; l[1].address; l++)
        note(l->name, outcome[l - first]);
}

/* An unmasked division by zero. */
static void leave_exception_pending(void)
{
    uint16_t control = 0x37b;

    __asm__ volatile("fninit\n\tfldcw %0\n\tfldz\n\tfld1\n\tfdiv %%st(1), %%st" : : "m"(control));
}

static void enter_state(void)
{
    if (ARG0 & PENDING)
        leave_exception_pending();
    if (ARG0 & (AVX | NO_YMM)) {
        write_cr4(read_cr4() | CR4_OSXSAVE);
        write_xcr0(XCR0_X87 | XCR0_SSE | (ARG0 & AVX ? XCR0_AVX : 0));
    }
    if (ARG0 & NO_OSXSAVE)
        write_cr4(read_cr4() & ~CR4_OSXSAVE);
    if (ARG0 & NO_OSFXSR)
        write_cr4(read_cr4() & ~CR4_OSFXSR);
    write_cr0(read_cr0() | (ARG0 & TS ? CR0_TS : 0) | (ARG0 & EM ? CR0_EM : 0));
}

static void each(struct program program)
{
    first = now = (const struct label *)program.labels;
    at_end(note_outcomes);
    set_handler(&idt.breakpoint, come_by_breakpoint, .dpl = 3);
    set_handler(&idt.invalid_opcode, come_by_invalid_opcode);
    set_handler(&idt.device_not_available, come_by_device_not_available);
    set_handler(&idt.x87_floating_point, come_by_x87_floating_point);
    start.rbx = start.rdi = map_page("operand", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    ((uint32_t *)frame_of(start.rbx))[16] = 0x1f80; /* MXCSR, all masked */
    if (ARG0 & USER)
        in_user_mode();
    enter_state();
    run_program(program);
}

/*
 * The text has macros of the assembler: "op name, instruction" marks one, "ops \"operands\", paddb, paddw" those that are alike,
 * "ops_as _256, ..." with this behind the name. The results of some are in EAX and ECX.
 */
#define MACROS                                                                                                                     \
    ".macro op_as name, suffix, instruction:vararg\n771:\n.pushsection .labels, \"a\"\n.long 771b, 0\n.asciz \"\\name\\suffix\"\n" \
    ".balign 32\n.popsection\n\\instruction\nint3\n.endm\n"                                                                        \
    ".macro op name, instruction:vararg\nop_as \\name, , \\instruction\n.endm\n"                                                   \
    ".macro ops_as suffix, operands, list:vararg\n.irp one, \\list\nop_as \\one, \\suffix, \\one \\operands\n.endr\n.endm\n"       \
    ".macro ops operands, list:vararg\nops_as , \"\\operands\", \\list\n.endm\n"
#define END MARK(end) "mov eax, 0\nmov ecx, 0\n.purgem op_as\n.purgem op\n.purgem ops_as\n.purgem ops\n"
#define EACH(instructions) each(ASSEMBLE(MACROS instructions END))

#define ROW(name_, group, state, about_, spec_, needs_)                                                                                             \
    {                                                                                                                                               \
        VARIANT, .name = name_, .about = about_ ": vectors, 0x3 if executed", .spec = spec_, .needs = needs_, .run = group, .vector = NO_EXCEPTION, \
                 .arg = {                                                                                                                           \
                     state                                                                                                                          \
                 }                                                                                                                                  \
    }
#define NM "SDM 3A \"Interrupt 7-Device Not Available Exception (#NM)\""
