/*
 * The status flags that the instruction right before an event computed are in the frame: in 16-bit code of protected mode, and in virtual-8086
 * mode. All are set before.
 */
#include <case32.h>

#include "computed.h"

#define TEXT_segment "mov fs, si"

static void in_mode_16(void)
{
    in_ring(3);
    in_code16();
    set_gate(0x40, .dpl = 3);
    set_gate(VEC_BP, .dpl = 3);
}

static void in_mode_vm86(void)
{
    in_vm86();
    start.eflags |= EFLAGS_IOPL(3);
    set_gate(0x40, .dpl = 3);
    set_gate(VEC_BP, .dpl = 3);
}

#define RUN(name, about, text, eax_, ecx_, event, mode, size)                                   \
    static void event##_##mode##_##name(void)                                                   \
    {                                                                                           \
        struct program p = ASSEMBLE##size(text "\n" MARK(fault) TEXT_##event "\n" MARK(after)); \
        start.eax = eax_;                                                                       \
        start.ecx = ecx_;                                                                       \
        in_mode_##mode();                                                                       \
        before_##event(p);                                                                      \
        run_program(p);                                                                         \
    }
EACH(RUN, NOTHING, int_n, 16, 16)
EACH(RUN, NOTHING, ud2, 16, 16)
EACH(RUN, NOTHING, segment, 16, 16)
EACH(RUN, NOTHING, step, 16, 16)
EACH(RUN, NOTHING, int_n, vm86, 16)
EACH(RUN, NOTHING, int3, vm86, 16)
EACH(RUN, NOTHING, ud2, vm86, 16)
EACH(RUN, NOTHING, step, vm86, 16)

#define ROW(name_, about_, text, eax_, ecx_, event, mode, where, what, vector_, error_, rip)                                              \
    {                                                                                                                                     \
        VARIANT, .name = #event "_" #mode "_" #name_, .about = about_ ", then " what where,                                               \
                 .spec = "SDM 3A \"Flag Usage By Exception- or Interrupt-Handler Procedure\"; SDM 1 \"Status Flags\"", .vector = vector_, \
                 .error = error_, .saved_rip = rip, .run = event##_##mode##_##name_                                                       \
    }
#define IN16 ", in 16-bit code at CPL 3"
#define INVM ", in virtual-8086 mode"

VARIANTS(EACH(ROW, COMMA, int_n, 16, IN16, "INT 0x40", 0x40, NO_ERROR, AFTER), EACH(ROW, COMMA, ud2, 16, IN16, "UD2", VEC_UD, NO_ERROR, AT_FAULT),
         EACH(ROW, COMMA, segment, 16, IN16, "a selector beyond the GDT's limit into FS", VEC_GP, GDT_LIMIT + 1, AT_FAULT),
         EACH(ROW, COMMA, step, 16, IN16, "its single-step trap", VEC_DB, NO_ERROR, AT_FAULT),
         EACH(ROW, COMMA, int_n, vm86, INVM, "INT 0x40", 0x40, NO_ERROR, AFTER), EACH(ROW, COMMA, int3, vm86, INVM, "INT3", VEC_BP, NO_ERROR, AFTER),
         EACH(ROW, COMMA, ud2, vm86, INVM, "UD2", VEC_UD, NO_ERROR, AT_FAULT),
         EACH(ROW, COMMA, step, vm86, INVM, "its single-step trap", VEC_DB, NO_ERROR, AT_FAULT));
