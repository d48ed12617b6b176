/*
 * An interrupt inside a handler that runs on an IST stack. On another IST both frames stay; on the same one the
 * stack starts again at its top, and the inner frame overwrites the outer one.
 */
#include <case.h>

static void run(void)
{
    set_gate(0x40, .ist = 1);
    set_gate(0x41, .ist = (unsigned)ARG0);
    on_exception_run(0x40, HANDLER(MARK(inner) "int 0x41\n" MARK(inner_after)));
    FAULT("int 0x40");
}

VARIANTS({VARIANT, .name = "other", .about = "INT 0x41 on IST2 inside the handler of INT 0x40 on IST1", .spec = "SDM 3A \"Interrupt Stack Table\"",
          .id = "ist-different-nested", .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER, .run = run, .arg = {2}},
         {VARIANT, .name = "same", .about = "INT 0x41 on IST1 inside the handler of INT 0x40 on IST1", .spec = "SDM 3A \"Interrupt Stack Table\"",
          .id = "ist-reuse-overwrites", .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER, .run = run, .arg = {1}});
