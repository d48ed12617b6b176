/*
 * A breakpoint that MOV to SS has met in virtual-8086 mode waits for the software interrupt behind it, and comes in its handler, at CPL 0; a fault of
 * the next instruction loses it.
 */
#include <case32.h>

static void set_up(void)
{
    in_vm86();
    *(uint16_t *)(16 * REAL_DS) = REAL_STACK;
    set_breakpoint(0, 16 * REAL_DS, BREAK_ACCESS, LENGTH_2);
    start.eflags |= EFLAGS_IOPL(3);
}

static void interrupt(unsigned vector)
{
    const struct gate *gate = gate_of(vector);

    set_up();
    name_place("handler", gate->offset_15_0 | (uintptr_t)gate->offset_31_16 << 16, 16);
    set_gate(vector, .dpl = 3);
    on_exception(VEC_DB, resume);
}

static void int3(void)
{
    interrupt(VEC_BP);
    PROGRAM16("mov ss, [0]\n" MARK(fault) "int3\n" MARK(after) "nop\n");
}

static void int_n(void)
{
    interrupt(0x40);
    PROGRAM16("mov ss, [0]\n" MARK(fault) "int 0x40\n" MARK(after) "nop\n");
}

static void undefined(void)
{
    set_up();
    PROGRAM16("mov ss, [0]\n" MARK(fault) "ud2\n" MARK(after) "nop\n");
}

#define ROW(name_, vector_, place, about_)                                                                                             \
    {                                                                                                                                  \
        VARIANT, .name = #name_, .about = "MOV SS from a watched word in virtual-8086 mode, " about_, .run = name_, .vector = vector_, \
                 .spec = "SDM 3B \"Data Memory and I/O Breakpoint Exception Conditions\"", .error = NO_ERROR, .saved_rip = place       \
    }
VARIANTS(ROW(int3, VEC_DB, "handler", "INT3: #DB in the handler"), ROW(int_n, VEC_DB, "handler", "INT 0x40: #DB in the handler"),
         ROW(undefined, VEC_UD, AT_FAULT, "UD2: the breakpoint is lost"));
