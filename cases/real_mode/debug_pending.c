/* vm86/debug_pending.c in real mode. */
#include <case16.h>

static void set_up(void)
{
    *(uint16_t *)(16 * REAL_DS) = REAL_STACK;
    set_breakpoint(0, 16 * REAL_DS, BREAK_ACCESS, LENGTH_2);
}

static void int_n(void)
{
    set_up();
    name_place("handler", 16 * REAL_CODE + ivt[0x40].offset, 16);
    on_exception(VEC_DB, resume);
    PROGRAM("mov ss, [0]\n" MARK(fault) "int 0x40\n" MARK(after) "nop\n");
}

static void undefined(void)
{
    set_up();
    PROGRAM("mov ss, [0]\n" MARK(fault) "ud2\n" MARK(after) "nop\n");
}

#define ROW(name_, vector_, place, about_)                                                                                       \
    {                                                                                                                            \
        VARIANT, .name = #name_, .about = "MOV SS from a watched word in real mode, " about_, .run = name_, .vector = vector_,   \
                 .spec = "SDM 3B \"Data Memory and I/O Breakpoint Exception Conditions\"", .error = NO_ERROR, .saved_rip = place \
    }
VARIANTS(ROW(int_n, VEC_DB, "handler", "INT 0x40: #DB in the handler"), ROW(undefined, VEC_UD, AT_FAULT, "UD2: the breakpoint is lost"));
