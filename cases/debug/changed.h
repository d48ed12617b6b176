/*
 * Debug registers that change while they are in use: what MOV DRn and MOV DR7 load counts from the next instruction on, for code that was executed
 * and data that was stored before as well, and what they take away counts no longer. The same by a handler, from its IRET on.
 */
#ifndef DEBUG_CHANGED_H
#define DEBUG_CHANGED_H

#include <wide.h>

#define N ((unsigned)ARG0)
#define ENABLE (ARG1 ? DR7_G(N) : DR7_L(N))

/* MOV DR7 and MOV DRn leave the status flags undefined: CMP defines them where nothing is raised. */
#define NEXT MARK(fault) "cmp eax, eax\n" MARK(after) "nop\n"

/* EDX or RDX is loaded into DR7. */
static void run_with(struct program p, uintptr_t dr7)
{
    start.R(dx) = dr7;
    run_program(p);
}

static void code_on(void)
{
    struct program p = ASSEMBLE("mov dr7, " REGISTER("dx") "\n" NEXT);

    write_breakpoint(N, label_of(p, "fault"));
    run_with(p, DR7_START | ENABLE);
}

static void code_off(void)
{
    struct program p = ASSEMBLE("mov dr7, " REGISTER("dx") "\n" NEXT);

    write_breakpoint(N, label_of(p, "fault"));
    start.dr7 |= ENABLE;
    run_with(p, DR7_START);
}

/* L0 and G0 before; ARG1 says which one stays. */
static void code_one_left(void)
{
    struct program p = ASSEMBLE("mov dr7, " REGISTER("dx") "\n" NEXT);

    write_breakpoint(N, label_of(p, "fault"));
    start.dr7 |= DR7_L(N) | DR7_G(N);
    run_with(p, DR7_START | ENABLE);
}

static void code_becomes_data(void)
{
    struct program p = ASSEMBLE("mov dr7, " REGISTER("dx") "\n" NEXT);

    write_breakpoint(N, label_of(p, "fault"));
    start.dr7 |= ENABLE;
    run_with(p, DR7_START | ENABLE | DR7_RW(N, BREAK_WRITE));
}

static void data_becomes_code(void)
{
    struct program p = ASSEMBLE("mov dr7, " REGISTER("dx") "\n" NEXT);

    write_breakpoint(N, label_of(p, "fault"));
    start.dr7 |= ENABLE | DR7_RW(N, BREAK_WRITE);
    run_with(p, DR7_START | ENABLE);
}

/* The address changes, from or to that of the next instruction. */
static void move(struct program p, bool to)
{
    uintptr_t next = label_of(p, "fault"), elsewhere = map_page("elsewhere", PAGE_PRESENT);

    write_breakpoint(N, to ? elsewhere : next);
    start.dr7 |= DR7_L(N);
    start.R(cx) = to ? next : elsewhere;
    run_program(p);
}

#define MOVE(n)                                                           \
    static void moves_to_##n(void)                                        \
    {                                                                     \
        move(ASSEMBLE("mov dr" #n ", " REGISTER("cx") "\n" NEXT), true);  \
    }                                                                     \
    static void moves_away_##n(void)                                      \
    {                                                                     \
        move(ASSEMBLE("mov dr" #n ", " REGISTER("cx") "\n" NEXT), false); \
    }
MOVE(0)
MOVE(1)
MOVE(2)
MOVE(3)

#define STORED(place) "mov [" REGISTER("bx") place "], " REGISTER("ax") "\n"

/* The same of data. Other bytes of its page were stored to before: an emulator knows it as one without a breakpoint, or with one. */
static void move_data(struct program p, bool to)
{
    uintptr_t elsewhere = map_page("elsewhere", PAGE_PRESENT);

    start.R(bx) = map_page("data", PAGE_PRESENT | PAGE_WRITE);
    write_breakpoint(N, to ? elsewhere : start.R(bx));
    start.dr7 |= DR7_L(N) | DR7_RW(N, BREAK_WRITE);
    start.R(cx) = to ? start.R(bx) : elsewhere;
    run_program(p);
}

#define THEN_STORE(n) ASSEMBLE(STORED("+ 16") "mov dr" #n ", " REGISTER("cx") "\n" MARK(fault) STORED("") MARK(after) "cmp eax, eax\n")
#define MOVE_DATA(n)                      \
    static void data_moves_to_##n(void)   \
    {                                     \
        move_data(THEN_STORE(n), true);   \
    }                                     \
    static void data_moves_away_##n(void) \
    {                                     \
        move_data(THEN_STORE(n), false);  \
    }
MOVE_DATA(0)
MOVE_DATA(1)
MOVE_DATA(2)
MOVE_DATA(3)

/* A routine that was executed before its first instruction has a breakpoint. */
static void code_again(void)
{
    struct program p =
        ASSEMBLE("jmp 2f\n1:\n" MARK(fault) "inc " REGISTER("ax") "\nret\n2:\ncall 1b\nmov dr7, " REGISTER("dx") "\ncall 1b\n" MARK(after) "nop\n");

    write_breakpoint(N, label_of(p, "fault"));
    run_with(p, DR7_START | ENABLE);
}

static void store_again(void)
{
    struct program p = ASSEMBLE("jmp 2f\n1:\n" MARK(fault) "mov [" REGISTER("bx") "], " REGISTER("ax") "\n" MARK(
        after) "ret\n2:\ncall 1b\nmov dr7, " REGISTER("dx") "\ncall 1b\n");

    start.R(bx) = map_page("data", PAGE_PRESENT | PAGE_WRITE);
    write_breakpoint(N, start.R(bx));
    run_with(p, DR7_START | ENABLE | DR7_RW(N, BREAK_WRITE));
}

/* DR7's fields of the breakpoint before and behind the MOV. */
static void data(uint32_t before, uint32_t behind, struct program p)
{
    start.R(bx) = map_page("data", PAGE_PRESENT | PAGE_WRITE);
    write_breakpoint(N, start.R(bx));
    start.dr7 |= before;
    run_with(p, DR7_START | behind);
}

#define STORE ASSEMBLE("mov dr7, " REGISTER("dx") "\n" MARK(fault) "mov [" REGISTER("bx") "], " REGISTER("ax") "\n" MARK(after) "cmp eax, eax\n")
#define STORE_3 ASSEMBLE("mov dr7, " REGISTER("dx") "\n" MARK(fault) "mov byte ptr [" REGISTER("bx") " + 3], 1\n" MARK(after) "cmp eax, eax\n")
#define LOAD ASSEMBLE("mov dr7, " REGISTER("dx") "\n" MARK(fault) "mov " REGISTER("ax") ", [" REGISTER("bx") "]\n" MARK(after) "cmp eax, eax\n")
#define WRITES (ENABLE | DR7_RW(N, BREAK_WRITE))
#define ACCESSES (ENABLE | DR7_RW(N, BREAK_ACCESS))
#define FOUR DR7_LEN(N, LENGTH_4)

static void store_on(void)
{
    data(0, WRITES, STORE);
}

static void store_off(void)
{
    data(WRITES, 0, STORE);
}

static void wider(void)
{
    data(WRITES, WRITES | FOUR, STORE_3);
}

static void narrower(void)
{
    data(WRITES | FOUR, WRITES, STORE_3);
}

static void load_too(void)
{
    data(WRITES, ACCESSES, LOAD);
}

static void store_only(void)
{
    data(ACCESSES, WRITES, LOAD);
}

/* The first #DB's handler; RF=0 in the image, so that a breakpoint that is still there would be met again. */
static void disable(struct interrupt_frame *frame, struct capture *capture)
{
    write_dr7(DR7_START);
    frame->R(flags) &= ~(uintptr_t)RFLAGS_RF;
    resume(frame, capture);
}

static void move_on(struct interrupt_frame *frame, struct capture *capture)
{
    write_breakpoint(N, recorded_label("after"));
    frame->R(flags) &= ~(uintptr_t)RFLAGS_RF;
    on_exception(VEC_DB, NULL);
    resume(frame, capture);
}

static void run_handled(action *act)
{
    struct program p = ASSEMBLE(MARK(fault) "inc " REGISTER("ax") "\n" MARK(after) "nop\n");

    set_breakpoint(N, label_of(p, "fault"), BREAK_EXECUTE, LENGTH_1);
    on_exception(VEC_DB, act);
    run_program(p);
}

static void handler_disables(void)
{
    run_handled(disable);
}

static void handler_moves(void)
{
    run_handled(move_on);
}

/* INT3's handler enables the breakpoint at the instruction that it returns to. */
static void enable(struct interrupt_frame *frame, struct capture *capture)
{
    write_breakpoint(N, recorded_label("after"));
    write_dr7(DR7_START | ENABLE);
    resume(frame, capture);
}

static void handler_enables(void)
{
    on_exception(VEC_BP, enable);
    PROGRAM(MARK(fault) "int3\n" MARK(after) "inc " REGISTER("ax") "\n");
}

/* The instruction behind INT3 was executed before. */
static void handler_enables_again(void)
{
    on_exception(VEC_BP, enable);
    PROGRAM("jmp 2f\n1:\n" MARK(fault) "int3\n" MARK(after) "inc " REGISTER("ax") "\nret\n2:\ncall 1b + 1\ncall 1b\n");
}

#define CONTROL "SDM 3B \"Debug Control Register (DR7)\""
#define SPEC_CODE "SDM 3B \"Instruction-Breakpoint Exception Condition\"; " CONTROL
#define SPEC_DATA "SDM 3B \"Data Memory and I/O Breakpoint Exception Conditions\"; " CONTROL
#define ROW(name_, run_, n, global, spec_, about_, ...)                                                      \
    {                                                                                                        \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .run = run_, .arg = {n, global}, __VA_ARGS__ \
    }
#define PASSES .vector = NO_EXCEPTION
#define AT .vector = VEC_DB, .error = NO_ERROR, .saved_rip = AT_FAULT
#define BEHIND .vector = VEC_DB, .error = NO_ERROR, .saved_rip = AFTER
#define LG(X, n) X(n, l, 0), X(n, g, 1)
#define EACH(X) LG(X, 0), LG(X, 1), LG(X, 2), LG(X, 3)
#define CODE_ON(n, letter, global) \
    ROW("code_on_" #letter #n, code_on, n, global, SPEC_CODE, "MOV DR7 that enables, by DR" #n ", a breakpoint at the next instruction", AT)
#define CODE_OFF(n, letter, global) \
    ROW("code_off_" #letter #n, code_off, n, global, SPEC_CODE, "MOV DR7 that disables the breakpoint of DR" #n " at the next instruction", PASSES)
#define LEFT(n, letter, global) \
    ROW("left_" #letter #n, code_one_left, n, global, SPEC_CODE, "MOV DR7 that clears one of two enable bits of DR" #n, AT)
#define STORE_ON(n, letter, global) \
    ROW("store_on_" #letter #n, store_on, n, global, SPEC_DATA, "MOV DR7 that enables a write breakpoint by DR" #n ", then the store", BEHIND)
#define STORE_OFF(n, letter, global) \
    ROW("store_off_" #letter #n, store_off, n, global, SPEC_DATA, "MOV DR7 that disables a write breakpoint of DR" #n ", then the store", PASSES)
#define OF(n)                                                                                                                                    \
    ROW("to_code_" #n, data_becomes_code, n, 0, SPEC_CODE, "MOV DR7: R/W" #n " from 1 to 0, the address is that of the next instruction", AT),   \
        ROW("from_code_" #n, code_becomes_data, n, 0, SPEC_CODE, "MOV DR7: R/W" #n " from 0 to 1, the address is that of the next instruction",  \
            PASSES),                                                                                                                             \
        ROW("moves_to_" #n, moves_to_##n, n, 0, SPEC_CODE, "MOV DR" #n " of the next instruction's address", AT),                                \
        ROW("moves_away_" #n, moves_away_##n, n, 0, SPEC_CODE, "MOV DR" #n " of another address than the next instruction's", PASSES),           \
        ROW("data_moves_to_" #n, data_moves_to_##n, n, 0, SPEC_DATA, "MOV DR" #n " of the address that the next instruction stores to", BEHIND), \
        ROW("data_moves_away_" #n, data_moves_away_##n, n, 0, SPEC_DATA, "MOV DR" #n " of another address than the next instruction stores to",  \
            PASSES),                                                                                                                             \
        ROW("again_" #n, code_again, n, 0, SPEC_CODE, "a routine is called, gets a breakpoint by DR" #n ", is called again", AT),                \
        ROW("store_again_" #n, store_again, n, 0, SPEC_DATA, "a store is executed, its address gets a breakpoint by DR" #n ", executed again",   \
            BEHIND),                                                                                                                             \
        ROW("wider_" #n, wider, n, 0, SPEC_DATA, "MOV DR7: LEN" #n " from 1 byte to 4, then a store of the fourth", BEHIND),                     \
        ROW("narrower_" #n, narrower, n, 0, SPEC_DATA, "MOV DR7: LEN" #n " from 4 bytes to 1, then a store of the fourth", PASSES),              \
        ROW("load_too_" #n, load_too, n, 0, SPEC_DATA, "MOV DR7: R/W" #n " from 1 to 3, then a load", BEHIND),                                   \
        ROW("store_only_" #n, store_only, n, 0, SPEC_DATA, "MOV DR7: R/W" #n " from 3 to 1, then a load", PASSES),                               \
        ROW("handler_moves_" #n, handler_moves, n, 0, SPEC_CODE, "#DB's handler moves DR" #n " to the instruction behind", AT),                  \
        ROW("handler_enables_" #n, handler_enables, n, 0, SPEC_CODE, "INT3's handler enables, by DR" #n ", a breakpoint where it returns to",    \
            .vector = VEC_BP, .error = NO_ERROR, .saved_rip = AFTER)
#define CHANGED                                                                                                                                  \
    EACH(CODE_ON), EACH(CODE_OFF), EACH(LEFT), EACH(STORE_ON), EACH(STORE_OFF), OF(0), OF(1), OF(2), OF(3),                                      \
        ROW("handler_disables", handler_disables, 0, 0, SPEC_CODE, "#DB's handler clears L0, and RF in the image", AT, .resumes = 1),            \
        ROW("handler_enables_again", handler_enables_again, 0, 0, SPEC_CODE,                                                                     \
            "INT3's handler enables a breakpoint where it returns to, at an instruction that was executed", .vector = VEC_BP, .error = NO_ERROR, \
            .saved_rip = AFTER)

#endif
