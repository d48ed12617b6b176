/* IRETQ takes what stands in the frame, not what was interrupted. */
#include <case.h>

#define SPEC "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\""

static void change_three(struct interrupt_frame *frame, struct capture *capture)
{
    (void)capture;
    frame->rip = recorded_label("elsewhere");
    frame->rsp -= 0x123;
    frame->rflags &= ~RFLAGS_CF;
}

static void three_words(void)
{
    on_exception(0x40, change_three);
    PROGRAM(MARK(fault) "int 0x40\n" MARK(after) "ud2\n" MARK(elsewhere) "setc al\n");
}

static void set_if(struct interrupt_frame *frame, struct capture *capture)
{
    (void)capture;
    frame->rflags |= RFLAGS_IF;
}

static void interrupt_flag(void)
{
    start.rflags &= ~RFLAGS_IF;
    on_exception(0x40, set_if);
    FAULT("int 0x40");
}

VARIANTS({VARIANT, .name = "rip_rsp_cf", .about = "INT 0x40 at CPL 0; the handler changes RIP, RSP and CF in the frame", .spec = SPEC,
          .id = "resume-handler-modifies-frame", .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER, .run = three_words, .resumes = 1},
         {VARIANT, .name = "if", .about = "INT 0x40 at CPL 0 with IF=0; the handler sets IF in the frame", .spec = SPEC,
          .id = "resume-handler-changes-if", .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER, .run = interrupt_flag, .resumes = 1});
