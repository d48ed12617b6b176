/*
 * A repeated string instruction traps behind the iteration that meets the breakpoint, RIP at the instruction and RF=1
 * unless it was the last. Fast-string operation, under conditions of the implementation's own, may bring the trap some iterations late.
 */
#include <case.h>

static void stos(void)
{
    uintptr_t buffer = map_page("buffer", PAGE_PRESENT | PAGE_WRITE);

    start.rcx = 8;
    start.rdi = buffer;
    record_memory("buffer", frame_of(buffer), 8);
    if (ARG1) {
        start.rdi = buffer + 7;
        start.rflags |= RFLAGS_DF;
    }
    set_breakpoint(0, buffer + ARG0, BREAK_WRITE, LENGTH_1);
    FAULT("rep stosb");
}

static void stos_resumed(void)
{
    on_exception(VEC_DB, resume);
    stos();
}

#define STRING "SDM 3B \"Data Memory and I/O Breakpoint Exception Conditions\", \"Instruction-Breakpoint Exception Condition\""
#define AT_FIFTH 3 /* from above */

VARIANTS({VARIANT, .name = "ascending", .about = "REP STOSB with RCX=8, a breakpoint at the fourth byte", .spec = STRING, .id = "db-rep-stosb-mid",
          .vector = VEC_DB, .error = NO_ERROR, .saved_rip = AT_FAULT, .run = stos, .arg = {3}},
         {VARIANT, .name = "ascending_last", .about = "REP STOSB with RCX=8, a breakpoint at the last byte", .spec = STRING, .vector = VEC_DB,
          .error = NO_ERROR, .saved_rip = AFTER, .run = stos, .arg = {7}},
         {VARIANT, .name = "descending", .about = "REP STOSB with RCX=8 and DF=1, a breakpoint at the fifth byte", .spec = STRING, .vector = VEC_DB,
          .error = NO_ERROR, .saved_rip = AT_FAULT, .run = stos, .arg = {AT_FIFTH, 1}},
         {VARIANT, .name = "descending_resumed", .about = "the same, resumed: one #DB, and the rest is stored", .spec = STRING, .vector = VEC_DB,
          .error = NO_ERROR, .saved_rip = AT_FAULT, .run = stos_resumed, .resumes = 1, .arg = {AT_FIFTH, 1}},
         {VARIANT, .name = "descending_last", .about = "REP STOSB with RCX=8 and DF=1, a breakpoint at the last byte", .spec = STRING,
          .vector = VEC_DB, .error = NO_ERROR, .saved_rip = AFTER, .run = stos, .arg = {0, 1}});
