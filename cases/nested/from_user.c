/* The second of two stack choices depends on its own gate and on the CPL it interrupts, not on the first. */
#include <case.h>

#define SPEC "SDM 3A \"Interrupt Stack Table\""

static void run(void)
{
    in_user_mode();
    set_gate(0x40, .dpl = 3, .ist = (unsigned)ARG0);
    set_gate(0x41, .ist = (unsigned)ARG1);
    on_exception_run(0x40, HANDLER(MARK(inner) "int 0x41\n" MARK(inner_after)));
    on_exception(0x41, resume);
    FAULT("int 0x40");
}

VARIANTS({VARIANT, .name = "ist_in_rsp0", .about = "INT 0x41 on IST1 in the handler of INT 0x40 on RSP0, from CPL 3; both return", .spec = SPEC,
          .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER, .run = run, .resumes = 1, .arg = {0, 1}},
         {VARIANT, .name = "current_in_ist", .about = "INT 0x41 without IST in the handler of INT 0x40 on IST1, from CPL 3; both return",
          .spec = SPEC, .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER, .run = run, .resumes = 1, .arg = {1, 0}},
         {VARIANT, .name = "ist_in_ist", .about = "INT 0x41 on IST2 in the handler of INT 0x40 on IST1, from CPL 3; both return", .spec = SPEC,
          .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER, .run = run, .resumes = 1, .arg = {1, 2}});
