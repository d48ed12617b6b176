/* An instruction breakpoint behind MOV SS or POP SS is suppressed, as if RF were 1; behind LSS it isn't. */
#include <case.h>

static void mov_ss(void)
{
    struct program program = ASSEMBLE("mov ss, eax\n" MARK(fault) "nop\n" MARK(after));

    start.rax = SEL_KERNEL_DATA;
    set_breakpoint(0, label_of(program, "fault"), BREAK_EXECUTE, LENGTH_1);
    run_program(program);
}

static void mov_ss_second(void)
{
    struct program program = ASSEMBLE("mov ss, eax\nnop\n" MARK(fault) "nop\n" MARK(after));

    start.rax = SEL_KERNEL_DATA;
    set_breakpoint(0, label_of(program, "fault"), BREAK_EXECUTE, LENGTH_1);
    run_program(program);
}

static void mov_ds(void)
{
    struct program program = ASSEMBLE("mov ds, eax\n" MARK(fault) "nop\n" MARK(after));

    start.rax = SEL_USER_DATA;
    set_breakpoint(0, label_of(program, "fault"), BREAK_EXECUTE, LENGTH_1);
    run_program(program);
}

static void pop_ss(void)
{
    struct program program = ASSEMBLE32("pop ss\n" MARK(fault) "nop\n" MARK(after));

    in_compat_user();
    start.rsp -= 4;
    *(uint32_t *)start.rsp = SEL_USER_DATA;
    set_breakpoint(0, label_of(program, "fault"), BREAK_EXECUTE, LENGTH_1);
    run_program(program);
}

static void lss(void)
{
    struct program program = ASSEMBLE("lss esp, [rbx]\n" MARK(fault) "nop\n" MARK(after));

    start.rbx = map_page("pointer", PAGE_PRESENT);
    ((uint32_t *)frame_of(start.rbx))[0] = (uint32_t)stack_top(STACK_RSP1);
    ((uint32_t *)frame_of(start.rbx))[1] = SEL_KERNEL_DATA;
    set_breakpoint(0, label_of(program, "fault"), BREAK_EXECUTE, LENGTH_1);
    run_program(program);
}

/* STI's shadow is for interrupts only. */
static void sti(void)
{
    struct program program = ASSEMBLE("sti\n" MARK(fault) "nop\n" MARK(after));

    start.rflags &= ~(uint64_t)RFLAGS_IF;
    set_breakpoint(0, label_of(program, "fault"), BREAK_EXECUTE, LENGTH_1);
    run_program(program);
}

#define SWITCHING "SDM 3A \"Masking Exceptions and Interrupts When Switching Stacks\""
#define HIT(n, what, ids)                                                                                                                      \
    {                                                                                                                                          \
        VARIANT, .name = #n, .about = what, .spec = SWITCHING, .id = ids, .vector = VEC_DB, .error = NO_ERROR, .saved_rip = AT_FAULT, .run = n \
    }

VARIANTS({VARIANT, .name = "mov_ss", .about = "MOV SS, NOP with a breakpoint: suppressed", .spec = SWITCHING, .id = "db-exec-after-movss",
          .vector = NO_EXCEPTION, .run = mov_ss},
         HIT(mov_ss_second, "MOV SS, NOP, NOP with a breakpoint", ""), HIT(mov_ds, "MOV DS, NOP with a breakpoint", ""),
         {VARIANT, .name = "pop_ss", .about = "POP SS in compatibility mode, NOP with a breakpoint: suppressed", .spec = SWITCHING, .env = COMPAT32,
          .vector = NO_EXCEPTION, .run = pop_ss},
         HIT(lss, "LSS, NOP with a breakpoint", ""), HIT(sti, "STI, NOP with a breakpoint", ""));
