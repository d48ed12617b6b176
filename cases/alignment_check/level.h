/*
 * What both widths have: handlers, and call gates. Alignment is checked at CPL 3 only, and there from the first instruction on; AC stays 1 as the
 * program goes from one level to another. CR0.AM is 1 throughout.
 */
#include <wide.h>

#define POINTER REGISTER("bx")

#define LOAD "mov eax, [" POINTER "]\n"

static void set_up(void)
{
    start.R(bx) = map_page("operand", PAGE_PRESENT | PAGE_WRITE | PAGE_USER) + 2;
    write_cr0(read_cr0() | CR0_AM);
    start.R(flags) |= RFLAGS_AC;
    user_may_run_program();
}

/* To CPL 0, where the load passes, and back by IRET, behind which it doesn't. */
#define BY_HANDLER(name, vector, set_up_, first)                       \
    static void name(void)                                             \
    {                                                                  \
        in_user_mode();                                                \
        set_up();                                                      \
        set_up_;                                                       \
        on_exception_run(vector, HANDLER(MARK(inner) LOAD));           \
        PROGRAM(first MARK(after) "nop\n" MARK(again) LOAD MARK(end)); \
    }
BY_HANDLER(int_n, 0x40, set_gate(0x40, .dpl = 3), "int 0x40\n")
BY_HANDLER(int3, VEC_BP, set_gate(VEC_BP, .dpl = 3), "int3\n")

static void pend(void)
{
    enable_apic();
    send_self(0x60);
    start.R(flags) = (start.R(flags) & ~(uintptr_t)RFLAGS_IF) | RFLAGS_IOPL(3);
}
BY_HANDLER(interrupt, 0x60, pend(), "sti\n" MARK(fault) "nop\n")

/* The handler goes on behind the instruction, which has two bytes. */
static void exception(void)
{
    in_user_mode();
    set_up();
    on_exception_run(VEC_UD, HANDLER(MARK(inner) LOAD "add " FIRST_WORD ", 2\n"));
    PROGRAM(MARK(fault) "ud2\n" MARK(after) "nop\n" MARK(again) LOAD MARK(end));
}

/* The program, which is at CPL 3, calls its label `target` in this code segment through the far pointer at (R/E)DI. */
static void run_to_gate(struct program p, uint16_t code)
{
    uint8_t *pointer;

    set_up();
    start.R(di) = map_page("pointer", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    pointer = frame_of(start.R(di));
    *(uint16_t *)(pointer + 4) =
        (uint16_t)(add_call_gate("gate", (struct call_gate){.offset = label_of(p, "target"), .selector = code, .dpl = 3}) | 3);
    run_program(p);
}
