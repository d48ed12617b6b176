/* INT n goes through gate n, whatever n is, up to the last one of the IDT; RIP is behind it. */
#include <case.h>

#define SPEC "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\""
#define INT(n)                \
    static void int_##n(void) \
    {                         \
        FAULT("int 0x" #n);   \
    }
#define ROW(n, id_)                                                                                                                     \
    {                                                                                                                                   \
        VARIANT, .name = #n, .about = "INT 0x" #n " at CPL 0, gate DPL 0", .spec = SPEC, .id = id_, .vector = 0x##n, .error = NO_ERROR, \
                 .saved_rip = AFTER, .run = int_##n                                                                                     \
    }

INT(20)
INT(40)
INT(7f)
INT(80)
INT(ff)

VARIANTS(ROW(20, ""), ROW(40, "int-0x40 int-cpl0-dpl0-ok"), ROW(7f, ""), ROW(80, ""), ROW(ff, "int-0xff"));
