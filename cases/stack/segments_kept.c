/* Delivery loads CS and SS only: no SWAPGS, no NULL in the data segments, none of them loaded. */
#include <case.h>

static void look(struct interrupt_frame *frame, struct capture *capture)
{
    (void)frame;
    (void)capture;
    note("kernel_gs_base", read_msr(MSR_KERNEL_GS_BASE));
}

static void run(void)
{
    in_user_mode();
    set_gate(0x40, .dpl = 3);
    write_msr(MSR_KERNEL_GS_BASE, 0x5ab05e0000);
    if (ARG0)
        start.ds = start.es = start.fs = start.gs = ARG0 - 1;
    on_exception(0x40, look);
    FAULT("int 0x40");
}

VARIANTS({VARIANT, .name = "all_different", .about = "INT 0x40 at CPL 3, all data segments and bases different", .vector = 0x40,
          .spec = "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\"", .id = "frame-ds-es-unchanged frame-fsgs-base-unchanged",
          .error = NO_ERROR, .saved_rip = AFTER, .run = run, .resumes = 1},
         {VARIANT, .name = "user_data", .about = "INT 0x40 at CPL 3, DS to GS as SS", .vector = 0x40,
          .spec = "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\"", .error = NO_ERROR, .saved_rip = AFTER, .run = run, .resumes = 1,
          .arg = {1 + SEL_USER_DATA}},
         {VARIANT, .name = "null", .about = "INT 0x40 at CPL 3, DS to GS NULL", .vector = 0x40,
          .spec = "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\"", .error = NO_ERROR, .saved_rip = AFTER, .run = run, .resumes = 1,
          .arg = {1 + 0}});
