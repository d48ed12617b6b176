/* The same from CPL 3: vectors whose exceptions push an error code get none from INT n. */
#include <case.h>

static void run(void)
{
    struct program program = ASSEMBLE(MARK(fault) ".byte 0xcd, 0\n" MARK(after));

    in_user_mode();
    ((uint8_t *)label_of(program, "fault"))[1] = (uint8_t)current_case->vector;
    set_gate((unsigned)current_case->vector, .dpl = 3);
    run_program(program);
}

#define INT(n)                                                                                                                             \
    {                                                                                                                                      \
        VARIANT, .name = #n, .about = "INT " #n " (CD ib) at CPL 3, gate DPL 3: five words", .spec = "SDM 3A \"Error Code\"", .vector = n, \
                 .error = NO_ERROR, .saved_rip = AFTER, .run = run                                                                         \
    }

VARIANTS(INT(8), INT(10), INT(11), INT(12), INT(13), INT(14), INT(17), INT(21), INT(30));
