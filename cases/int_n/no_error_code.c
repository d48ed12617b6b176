/*
 * INT n pushes no error code, not even to vectors whose exceptions push one. The frame's length shows in the alignment of
 * the handler's RSP. INT 2 is no NMI, INT 1 no debug exception, INT 14 no page fault: DR6 and CR2 stay.
 */
#include <case.h>

#define SPEC "SDM 3A \"Error Code\""

static void run(void)
{
    struct program program = ASSEMBLE(MARK(fault) ".byte 0xcd, 0\n" MARK(after));

    ((uint8_t *)label_of(program, "fault"))[1] = (uint8_t)current_case->vector;
    set_gate((unsigned)current_case->vector, .ist = 0);
    run_program(program);
}

#define INT(n, id_)                                                                                                                       \
    {                                                                                                                                     \
        VARIANT, .name = #n, .about = "INT " #n " (CD ib) at CPL 0: five words", .spec = SPEC, .id = id_, .vector = n, .error = NO_ERROR, \
                 .saved_rip = AFTER, .run = run                                                                                           \
    }
#define ROW(n) INT(n, "int-n-" #n "-no-error-code")

VARIANTS(ROW(0), INT(1, ""), INT(2, ""), INT(3, ""), INT(4, ""), INT(5, ""), ROW(6), ROW(7), ROW(8), ROW(9), ROW(10), ROW(11), ROW(12), ROW(13),
         ROW(14), INT(15, ""), ROW(16), ROW(17), ROW(18), ROW(19), ROW(20), ROW(21), INT(22, ""), ROW(28), ROW(29), ROW(30), ROW(31));
