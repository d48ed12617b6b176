/*
 * The status flags that the instruction right before an event computed are in the frame, whatever the event, and at each operand size: an
 * emulator that works them out when somebody asks has to do it here. The flags are those of the page of each instruction; all are set before.
 */
#include <case.h>

#include "computed.h"

static void before_page(struct program p)
{
    (void)p;
    start.rbx = map_page("victim", 0);
}

static void before_non_canonical(struct program p)
{
    (void)p;
    start.rdi = NONCANONICAL;
}

static void before_device(struct program p)
{
    (void)p;
    write_cr0(read_cr0() | CR0_TS);
}

static void before_breakpoint(struct program p)
{
    set_breakpoint(0, label_of(p, "fault"), BREAK_EXECUTE, LENGTH_1);
}

static void before_interrupt(struct program p)
{
    (void)p;
    enable_apic();
    start.rflags &= ~(uint64_t)RFLAGS_IF;
    send_self(0x60);
}

#define TEXT_page "mov [rbx], edx"
#define TEXT_non_canonical "mov edx, [rdi]"
#define TEXT_device "fnop"
#define TEXT_segment "mov fs, esi"
#define TEXT_breakpoint "nop"
#define TEXT_interrupt "sti\nnop"

/* The instruction, its operands RAX and RCX. */
#define EACH(X, BETWEEN, ...)                                                                     \
    X(add64, "ADD RAX, RCX", "add rax, rcx", 0x7fffffffffffffff, 1, __VA_ARGS__)                  \
    BETWEEN()                                                                                     \
    X(sub32, "SUB EAX, ECX", "sub eax, ecx", 0x123456780fffffff, 0x8765432110000000, __VA_ARGS__) \
    BETWEEN()                                                                                     \
    X(inc16, "INC AX", "inc ax", 0x7fff, 0, __VA_ARGS__)                                          \
    BETWEEN()                                                                                     \
    X(dec8, "DEC AL", "dec al", 0x101, 0, __VA_ARGS__)                                            \
    BETWEEN()                                                                                     \
    X(adc64, "ADC RAX, RCX with CF=1", "adc rax, rcx", 0x7ffffffffffffffe, 1, __VA_ARGS__)        \
    BETWEEN()                                                                                     \
    X(sbb32, "SBB EAX, ECX with CF=1", "sbb eax, ecx", 0x80000010, 0xf, __VA_ARGS__)              \
    BETWEEN()                                                                                     \
    X(neg64, "NEG RAX", "neg rax", 0x8000000000000000, 0, __VA_ARGS__)                            \
    BETWEEN()                                                                                     \
    X(cmp8, "CMP AH, CL", "cmp ah, cl", 0x4200, 0x42, __VA_ARGS__)

#define RUN(name, about, text, rax_, rcx_, event)                                         \
    static void event##_##name(void)                                                      \
    {                                                                                     \
        struct program p = ASSEMBLE(text "\n" MARK(fault) TEXT_##event "\n" MARK(after)); \
        start.rax = rax_;                                                                 \
        start.rcx = rcx_;                                                                 \
        before_##event(p);                                                                \
        run_program(p);                                                                   \
    }
EACH(RUN, NOTHING, int_n)
EACH(RUN, NOTHING, int3)
EACH(RUN, NOTHING, ud2)
EACH(RUN, NOTHING, page)
EACH(RUN, NOTHING, non_canonical)
EACH(RUN, NOTHING, divide)
EACH(RUN, NOTHING, device)
EACH(RUN, NOTHING, segment)
EACH(RUN, NOTHING, step)
EACH(RUN, NOTHING, breakpoint)
EACH(RUN, NOTHING, interrupt)

#define ROW(name_, about_, text, rax_, rcx_, event, what, vector_, error_, rip)                                                           \
    {                                                                                                                                     \
        VARIANT, .name = #event "_" #name_, .about = about_ ", then " what,                                                               \
                 .spec = "SDM 3A \"Flag Usage By Exception- or Interrupt-Handler Procedure\"; SDM 1 \"Status Flags\"", .vector = vector_, \
                 .error = error_, .saved_rip = rip, .run = event##_##name_                                                                \
    }

VARIANTS(EACH(ROW, COMMA, int_n, "INT 0x40", 0x40, NO_ERROR, AFTER), EACH(ROW, COMMA, int3, "INT3", VEC_BP, NO_ERROR, AFTER),
         EACH(ROW, COMMA, ud2, "UD2", VEC_UD, NO_ERROR, AT_FAULT), EACH(ROW, COMMA, page, "a store to a missing page", VEC_PF, PF_W, AT_FAULT),
         EACH(ROW, COMMA, non_canonical, "a load from a non-canonical address", VEC_GP, 0, AT_FAULT),
         EACH(ROW, COMMA, divide, "a division by 0", VEC_DE, NO_ERROR, AT_FAULT),
         EACH(ROW, COMMA, device, "FNOP with CR0.TS=1", VEC_NM, NO_ERROR, AT_FAULT),
         EACH(ROW, COMMA, segment, "a selector beyond the GDT's limit into FS", VEC_GP, GDT_LIMIT + 1, AT_FAULT),
         EACH(ROW, COMMA, step, "its single-step trap", VEC_DB, NO_ERROR, AT_FAULT),
         EACH(ROW, COMMA, breakpoint, "an instruction breakpoint", VEC_DB, NO_ERROR, AT_FAULT),
         EACH(ROW, COMMA, interrupt, "STI that lets an interrupt in", 0x60, NO_ERROR, AFTER));
