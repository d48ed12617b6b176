/*
 * A handler without IST, interrupted at the same CPL: its RSP is aligned again. A frame without an error code leaves RSP at
 * 16m+8, so 8 bytes stay free below it; one with an error code leaves it aligned.
 */
#include <case.h>

#define LOAD "mov eax, [r12]\n" /* #PF */
#define HIGH "mov eax, [r13]\n" /* #GP(0), not canonical */

static void run_inside(unsigned vector, struct program program)
{
    start.r12 = map_page("victim", 0);
    start.r13 = NONCANONICAL;
    start.rsp -= 5;
    on_exception_run(vector, program);
}

static void plain_in_plain(void)
{
    run_inside(0x40, HANDLER(MARK(inner) "int 0x41\n" MARK(inner_after)));
    FAULT("int 0x40");
}

static void error_in_plain(void)
{
    run_inside(0x40, HANDLER(MARK(inner) HIGH));
    FAULT("int 0x40");
}

static void plain_in_error(void)
{
    run_inside(VEC_PF, HANDLER(MARK(inner) "int 0x41\n" MARK(inner_after)));
    FAULT(LOAD);
}

static void error_in_error(void)
{
    run_inside(VEC_PF, HANDLER(MARK(inner) HIGH));
    FAULT(LOAD);
}

#define SPEC "SDM 3A \"64-Bit Mode Stack Frame\""

VARIANTS({VARIANT, .name = "plain_in_plain", .about = "INT 0x41 in the handler of INT 0x40, at CPL 0", .spec = SPEC, .vector = 0x40,
          .error = NO_ERROR, .saved_rip = AFTER, .run = plain_in_plain},
         {VARIANT, .name = "error_in_plain", .about = "#GP(0) in the handler of INT 0x40, at CPL 0", .spec = SPEC, .vector = 0x40, .error = NO_ERROR,
          .saved_rip = AFTER, .run = error_in_plain},
         {VARIANT, .name = "plain_in_error", .about = "INT 0x41 in the handler of #PF, at CPL 0", .spec = SPEC, .vector = VEC_PF, .error = 0,
          .saved_rip = AT_FAULT, .run = plain_in_error},
         {VARIANT, .name = "error_in_error", .about = "#GP(0) in the handler of #PF, at CPL 0", .spec = SPEC, .vector = VEC_PF, .error = 0,
          .saved_rip = AT_FAULT, .run = error_in_error});
