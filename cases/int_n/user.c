/* At CPL 3 the gate's DPL says whether software may call it. If not, it is a #GP with the gate's index, EXT=0. */
#include <case.h>

#define SPEC "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\""

static void run(void)
{
    in_user_mode();
    set_gate(0x40, .dpl = (unsigned)ARG0);
    FAULT("int 0x40");
}

#define REFUSED(n, id_)                                                                                                                              \
    {                                                                                                                                                \
        VARIANT, .name = "dpl_" #n, .about = "INT 0x40 at CPL 3, gate DPL " #n, .spec = SPEC, .id = id_, .vector = VEC_GP, .error = IDT_ERROR(0x40), \
                 .saved_rip = AT_FAULT, .run = run, .arg = {                                                                                         \
                     n                                                                                                                               \
                 }                                                                                                                                   \
    }

VARIANTS(REFUSED(0, "int-user-dpl0"), REFUSED(1, ""), REFUSED(2, "int-user-dpl2"),
         {VARIANT, .name = "dpl_3", .about = "INT 0x40 at CPL 3, gate DPL 3", .spec = SPEC, .id = "int-0x40-user", .vector = 0x40, .error = NO_ERROR,
          .saved_rip = AFTER, .run = run, .arg = {3}});
