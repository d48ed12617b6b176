/* INT n from each ring to CPL 0 and to the ring's own level: what is pushed, and on which stack. */
#include <case32.h>

#define VECTOR 0x40u

static void to_kernel(void)
{
    in_ring(ARG0);
    set_gate(VECTOR, .dpl = 3);
    FAULT("int 0x40");
}

static void resumed(void)
{
    on_exception(VECTOR, resume);
    to_kernel();
}

/* The handler at CPL 1 or 2: ESPn and SSn of the TSS. */
static void to_ring(void)
{
    in_ring(3);
    set_gate(VECTOR, .dpl = 3, .selector = ARG0 == 1 ? SEL_RING1_CODE : SEL_RING2_CODE);
    if (ARG1)
        on_exception(VECTOR, resume);
    FAULT("int 0x40");
}

/* Conforming code of DPL 0 runs at the CPL of who was interrupted: no change of stack. */
static void conforming(void)
{
    struct descriptor d = {.type = CODE_CONFORMING, .limit = 0xfffff, .g = true, .d = true};

    in_ring(ARG0);
    set_gate(VECTOR, .dpl = 3, .selector = add_descriptor("conforming", encode_descriptor(d)));
    if (ARG1)
        on_exception(VECTOR, resume);
    FAULT("int 0x40");
}

static void dpl(void)
{
    in_ring(ARG0);
    set_gate(VECTOR, .dpl = ARG0 - 1);
    FAULT("int 0x40");
}

static void odd_stack(void)
{
    start.esp -= 3;
    FAULT("int 0x40");
}

#define STACKS "SDM 3A \"Stack Usage on Transfers to Interrupt and Exception-Handling Routines\""
#define ROW(name_, run_, arg0_, arg1_, vector_, error_, rip_, resumes_, id_, about_)                                               \
    {                                                                                                                              \
        VARIANT, .name = name_, .about = about_, .spec = STACKS, .id = id_, .vector = vector_, .error = error_, .saved_rip = rip_, \
                 .resumes = resumes_, .run = run_, .arg = {                                                                        \
                     arg0_,                                                                                                        \
                     arg1_                                                                                                         \
                 }                                                                                                                 \
    }
#define INT(name_, run_, arg0_, resumes_, id_, about_) ROW(name_, run_, arg0_, resumes_, VECTOR, NO_ERROR, AFTER, resumes_, id_, about_)
VARIANTS(INT("ring0", to_kernel, 0, 0, "pm-frame-same-cpl", "INT n at CPL 0"), INT("ring1", to_kernel, 1, 0, "", "INT n at CPL 1"),
         INT("ring2", to_kernel, 2, 0, "", "INT n at CPL 2"), INT("ring3", to_kernel, 3, 0, "pm-frame-inter", "INT n at CPL 3"),
         INT("ring0_resumed", resumed, 0, 1, "resume-pm32-roundtrip", "INT n at CPL 0, whose handler returns"),
         INT("ring1_resumed", resumed, 1, 1, "", "INT n at CPL 1, whose handler returns"),
         INT("ring3_resumed", resumed, 3, 1, "", "INT n at CPL 3, whose handler returns"),
         INT("to_ring1", to_ring, 1, 0, "", "INT n at CPL 3 to a handler at CPL 1"),
         INT("to_ring2", to_ring, 2, 0, "", "INT n at CPL 3 to a handler at CPL 2"),
         INT("to_ring1_resumed", to_ring, 1, 1, "", "INT n at CPL 3 to a handler at CPL 1, which returns"),
         INT("conforming", conforming, 3, 0, "pm-conforming-handler", "INT n at CPL 3 to conforming code"),
         INT("conforming_resumed", conforming, 3, 1, "", "INT n at CPL 3 to conforming code, which returns"),
         INT("conforming_ring2", conforming, 2, 0, "", "INT n at CPL 2 to conforming code"),
         INT("odd_stack", odd_stack, 0, 0, "pm-frame-no-realign", "INT n with ESP 3 below a multiple of 4"),
         ROW("dpl2", dpl, 3, 0, VEC_GP, IDT_ERROR(VECTOR), AT_FAULT, 0, "pm-dpl", "INT n at CPL 3, the gate's DPL is 2"),
         ROW("dpl0", dpl, 1, 0, VEC_GP, IDT_ERROR(VECTOR), AT_FAULT, 0, "", "INT n at CPL 1, the gate's DPL is 0"));
