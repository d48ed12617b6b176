/*
 * The status flags that the instruction right before an event computed are in the frame in real mode. All are set before.
 */
#include <case16.h>

#include "../pm_flags/computed.h"

#define RUN(name, about, text, eax_, ecx_, event)                                         \
    static void event##_##name(void)                                                      \
    {                                                                                     \
        struct program p = ASSEMBLE(text "\n" MARK(fault) TEXT_##event "\n" MARK(after)); \
        start.eax = eax_;                                                                 \
        start.ecx = ecx_;                                                                 \
        before_##event(p);                                                                \
        run_program(p);                                                                   \
    }
EACH(RUN, NOTHING, int_n)
EACH(RUN, NOTHING, int3)
EACH(RUN, NOTHING, ud2)
EACH(RUN, NOTHING, divide)
EACH(RUN, NOTHING, step)

#define ROW(name_, about_, text, eax_, ecx_, event, what, vector_, rip)                                                               \
    {                                                                                                                                 \
        VARIANT, .name = #event "_" #name_, .about = about_ ", then " what,                                                           \
                 .spec = "SDM 3B \"Interrupt and Exception Handling\"; SDM 1 \"Status Flags\"", .vector = vector_, .error = NO_ERROR, \
                 .saved_rip = rip, .run = event##_##name_                                                                             \
    }

VARIANTS(EACH(ROW, COMMA, int_n, "INT 0x40", 0x40, AFTER), EACH(ROW, COMMA, int3, "INT3", VEC_BP, AFTER),
         EACH(ROW, COMMA, ud2, "UD2", VEC_UD, AT_FAULT), EACH(ROW, COMMA, divide, "a division by 0", VEC_DE, AT_FAULT),
         EACH(ROW, COMMA, step, "its single-step trap", VEC_DB, AT_FAULT));
