/* An IST pointer is aligned like any other new RSP. */
#include <case.h>

static void run(void)
{
    tss.ist[0] = stack_top(STACK_IST1) - 16 + ARG0;
    set_gate((unsigned)current_case->vector, .ist = 1);
    if (current_case->vector == 0x40)
        FAULT("int 0x40");
    start.rbx = map_page("victim", 0);
    FAULT("mov eax, [rbx]");
}

#define IST(k)                                                                                                                       \
    {                                                                                                                                \
        VARIANT, .name = #k, .about = "INT 0x40 at CPL 0, gate IST=1, IST1 = 16m+" #k, .spec = "SDM 3A \"64-Bit Mode Stack Frame\"", \
                 .id = "frame-ist-misaligned-" #k, .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER, .run = run, .arg = {       \
                     k                                                                                                               \
                 }                                                                                                                   \
    }

VARIANTS(IST(1), IST(8), IST(15),
         {VARIANT, .name = "error_8", .about = "load from a not-present page at CPL 0, gate IST=1, IST1 = 16m+8",
          .spec = "SDM 3A \"64-Bit Mode Stack Frame\"", .vector = VEC_PF, .error = 0, .saved_rip = AT_FAULT, .run = run, .arg = {8}},
         {VARIANT, .name = "error_15", .about = "load from a not-present page at CPL 0, gate IST=1, IST1 = 16m+15",
          .spec = "SDM 3A \"64-Bit Mode Stack Frame\"", .vector = VEC_PF, .error = 0, .saved_rip = AT_FAULT, .run = run, .arg = {15}});
