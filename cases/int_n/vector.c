/* INT n goes through gate n, whatever n is, up to the last one of the IDT; RIP is behind it. */
#include <case.h>

#define SPEC "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\""

static void run(void)
{
    struct program program = ASSEMBLE(MARK(fault) ".byte 0xcd, 0\n" MARK(after));

    ((uint8_t *)label_of(program, "fault"))[1] = (uint8_t)current_case->vector;
    run_program(program);
}

#define INT(n, id_)                                                                                                                     \
    {                                                                                                                                   \
        VARIANT, .name = #n, .about = "INT 0x" #n " at CPL 0, gate DPL 0", .spec = SPEC, .id = id_, .vector = 0x##n, .error = NO_ERROR, \
                 .saved_rip = AFTER, .run = run                                                                                         \
    }

VARIANTS(INT(20, ""), INT(40, "int-0x40 int-cpl0-dpl0-ok"), INT(7f, ""), INT(80, ""), INT(ff, "int-0xff"));
