/*
 * Data breakpoints on operands: words that tables of pm_debug, vm86 and real_mode share.
 *
 * mode.h and debug_mode.h, one a mode, include it and define set_up(): EBX and ESI lead to `in_ds`, EDI to `in_es`, and STACK_AWAY to `on_stack`.
 * AT(text) is an operand with EBX or BX, RUN() the mode's PROGRAM(). OVER is the displacement of a CALL over one byte, of the file's own.
 */
static uintptr_t in_ds, in_es, on_stack; /* linear addresses */

/* Away from what the harness's IRET pops. */
#define STACK_AWAY "lea esp, [esp - 0x200]\n"

#define D(offset) (in_ds + (uintptr_t)(offset))
#define E(offset) (in_es + (uintptr_t)(offset))
#define S(offset) (on_stack + (uintptr_t)(offset))

/* Name, needs, state, range's address, its length, type, what is before the instruction, instruction, about, HIT or MISS: arguments of each X. */
#define DEFINE(...) DEFINE_OF(__VA_ARGS__)
#define DEFINE_OF(name, needs, state, address, length, type, before, instruction, ...) \
    static void name##_case(void)                                                      \
    {                                                                                  \
        set_up();                                                                      \
        state;                                                                         \
        set_breakpoint(0, address, type, length);                                      \
        RUN(before MARK(fault) instruction "\n" MARK(after) "nop\n");                  \
    }
#define HIT .vector = VEC_DB, .error = NO_ERROR, .saved_rip = AFTER
#define MISS .vector = NO_EXCEPTION
#define SPEC "SDM 3B \"Data Memory and I/O Breakpoint Exception Conditions\", \"Breakpoint Field Recognition\""
#define ROW(...) ROW_OF(__VA_ARGS__)
#define ROW_OF(name_, needs_, state, address, length, type, before, instruction, about_, ...) \
    {VARIANT, .name = #name_, .about = "data breakpoint: " about_, .spec = SPEC, .needs = needs_, .run = name_##_case, __VA_ARGS__},
