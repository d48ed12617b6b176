/* What a delivery without change of privilege does with a stack segment that isn't flat: its base, its limit, and SP in place of ESP where B is 0. */
#include <case32.h>

static void use_stack(struct descriptor d, uint32_t esp)
{
    d.type = d.type ? d.type : DATA_WRITABLE;
    start.ss = add_descriptor("stack", encode_descriptor(d));
    start.esp = esp;
}

static void base(void)
{
    use_stack((struct descriptor){.base = stack_base(STACK_KERNEL), .limit = 0xfff, .d = true}, 0xfc0);
    FAULT("int 0x40");
}

static void small(void)
{
    use_stack((struct descriptor){.base = stack_base(STACK_KERNEL), .limit = 0xffff}, 0xabcd0fc0);
    FAULT("int 0x40");
}

static void expand_down(void)
{
    use_stack((struct descriptor){.base = stack_base(STACK_KERNEL), .limit = 0x7ff, .d = true, .type = DATA_EXPAND_DOWN}, 0xfc0);
    FAULT("int 0x40");
}

static void resumed(void)
{
    on_exception(0x40, resume);
    base();
}

/* Room for two words of three: #SS can't be delivered on this stack either, nor #DF; its task has one of its own. */
static void no_room(void)
{
    set_task_gate(VEC_DF, add_task("handler"));
    use_stack((struct descriptor){.base = stack_base(STACK_KERNEL), .limit = 0xfff, .d = true}, 8);
    FAULT("int 0x40");
}

#define ROW(name_, run_, vector_, error_, rip_, resumes_, id_, about_)                                                                          \
    {                                                                                                                                           \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A \"Exception- or Interrupt-Handler Procedures\"", .id = id_, .vector = vector_, \
                 .error = error_, .saved_rip = rip_, .resumes = resumes_, .run = run_                                                           \
    }
VARIANTS(ROW("base", base, 0x40, NO_ERROR, AFTER, 0, "", "SS with a base and a limit"),
         ROW("small", small, 0x40, NO_ERROR, AFTER, 0, "", "SS with B=0: the upper half of ESP is kept"),
         ROW("expand_down", expand_down, 0x40, NO_ERROR, AFTER, 0, "", "SS that expands down"),
         ROW("resumed", resumed, 0x40, NO_ERROR, AFTER, 1, "", "SS with a base and a limit; the handler returns"),
         ROW("no_room", no_room, VEC_DF, 0, UNDEFINED, 0, "pm-stack-limit-same", "room for two of three words above SS's offset 0"));
