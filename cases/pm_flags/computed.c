/*
 * The status flags that the instruction right before an event computed are in the frame, at each operand size. All are set before.
 */
#include <case32.h>

#include "computed.h"

static void before_page(struct program p)
{
    (void)p;
    start.ebx = map_page("victim", 0);
}

static void before_breakpoint(struct program p)
{
    set_breakpoint(0, label_of(p, "fault"), BREAK_EXECUTE, LENGTH_1);
}

static void before_task(struct program p)
{
    (void)p;
    set_task_gate(0x40, add_task("handler"), .dpl = 3);
}

#define TEXT_page "mov [ebx], edx"
#define TEXT_segment "mov fs, si"
#define TEXT_breakpoint "nop"
#define TEXT_task "int 0x40"

static void in_mode_32(void)
{
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
EACH(RUN, NOTHING, int_n, 32, 32)
EACH(RUN, NOTHING, int3, 32, 32)
EACH(RUN, NOTHING, ud2, 32, 32)
EACH(RUN, NOTHING, page, 32, 32)
EACH(RUN, NOTHING, divide, 32, 32)
EACH(RUN, NOTHING, segment, 32, 32)
EACH(RUN, NOTHING, step, 32, 32)
EACH(RUN, NOTHING, breakpoint, 32, 32)
EACH(RUN, NOTHING, task, 32, 32)

#define ROW(name_, about_, text, eax_, ecx_, event, mode, where, what, vector_, error_, rip)                                              \
    {                                                                                                                                     \
        VARIANT, .name = #event "_" #name_, .about = about_ ", then " what where,                                                         \
                 .spec = "SDM 3A \"Flag Usage By Exception- or Interrupt-Handler Procedure\"; SDM 1 \"Status Flags\"", .vector = vector_, \
                 .error = error_, .saved_rip = rip, .run = event##_##mode##_##name_                                                       \
    }
#define IN32 ", 32-bit code"

VARIANTS(EACH(ROW, COMMA, int_n, 32, IN32, "INT 0x40", 0x40, NO_ERROR, AFTER), EACH(ROW, COMMA, int3, 32, IN32, "INT3", VEC_BP, NO_ERROR, AFTER),
         EACH(ROW, COMMA, ud2, 32, IN32, "UD2", VEC_UD, NO_ERROR, AT_FAULT),
         EACH(ROW, COMMA, page, 32, IN32, "a store to a missing page", VEC_PF, PF_W, AT_FAULT),
         EACH(ROW, COMMA, divide, 32, IN32, "a division by 0", VEC_DE, NO_ERROR, AT_FAULT),
         EACH(ROW, COMMA, segment, 32, IN32, "a selector beyond the GDT's limit into FS", VEC_GP, GDT_LIMIT + 1, AT_FAULT),
         EACH(ROW, COMMA, step, 32, IN32, "its single-step trap", VEC_DB, NO_ERROR, AT_FAULT),
         EACH(ROW, COMMA, breakpoint, 32, IN32, "an instruction breakpoint", VEC_DB, NO_ERROR, AT_FAULT),
         EACH(ROW, COMMA, task, 32, IN32, "INT 0x40 to a task", 0x40, NO_ERROR, AFTER));
