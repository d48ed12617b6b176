/*
 * With an unmasked exception pending, here a division by zero, every waiting instruction raises #MF: FWAIT, all x87 instructions but
 * the FN... ones, MMX. The non-waiting ones are executed, and so is SSE.
 */
#include <case.h>

#define ALL_MASKED 0x37f
#define ZERO_DIVIDE_UNMASKED 0x37b
#define PENDING "fninit\nfldcw [rbx]\nfldz\nfld1\n" MARK(cause) "fdiv st, st(1)\nnop\n"

static void note_status(void)
{
    uint16_t status;

    __asm__ volatile("fnstsw %0" : "=a"(status));
    note("fsw", status);
}

static void set_up(void)
{
    start.rbx = map_page("operand", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    *(uint16_t *)frame_of(start.rbx) = ZERO_DIVIDE_UNMASKED;
    *(uint16_t *)((uint8_t *)frame_of(start.rbx) + 64) = ALL_MASKED;
    at_end(note_status);
}

#define BEHIND_DIVISION(name, instruction)                         \
    static void name(void)                                         \
    {                                                              \
        set_up();                                                  \
        PROGRAM(PENDING MARK(fault) instruction "\n" MARK(after)); \
    }

BEHIND_DIVISION(fadd, "fadd st, st(1)")
BEHIND_DIVISION(fnop, "fnop")
BEHIND_DIVISION(fldcw, "fldcw [rbx + 64]")
BEHIND_DIVISION(fld, "fld qword ptr [rbx + 64]")
BEHIND_DIVISION(mmx, "movq mm0, mm1")
BEHIND_DIVISION(emms, "emms")
BEHIND_DIVISION(fxch, "fxch st(1)")
BEHIND_DIVISION(fchs, "fchs")
BEHIND_DIVISION(fabs, "fabs")
BEHIND_DIVISION(ftst, "ftst")
BEHIND_DIVISION(fxam, "fxam")
BEHIND_DIVISION(fld1, "fld1")
BEHIND_DIVISION(fsqrt, "fsqrt")
BEHIND_DIVISION(fincstp, "fincstp")
BEHIND_DIVISION(fdecstp, "fdecstp")
BEHIND_DIVISION(ffree, "ffree st(1)")
BEHIND_DIVISION(fcomi, "fcomi st, st(1)")
BEHIND_DIVISION(fcmov, "fcmovb st, st(1)")
BEHIND_DIVISION(fst, "fst qword ptr [rbx + 64]")
BEHIND_DIVISION(fistp, "fistp dword ptr [rbx + 64]")
BEHIND_DIVISION(fbstp, "fbstp [rbx + 64]")
BEHIND_DIVISION(fiadd, "fiadd dword ptr [rbx + 64]")
BEHIND_DIVISION(fldenv_waiting, "fldenv [rbx + 128]")
BEHIND_DIVISION(frstor, "frstor [rbx + 128]")
BEHIND_DIVISION(fstenv, ".byte 0x9b, 0xd9, 0x73, 0x40") /* FWAIT and FNSTENV [RBX+64] */
BEHIND_DIVISION(fsave, ".byte 0x9b, 0xdd, 0x73, 0x40")
BEHIND_DIVISION(fnsave_fwait, "fnsave [rbx + 128]\nfwait")
BEHIND_DIVISION(fstsw, ".byte 0x9b, 0xdf, 0xe0") /* FWAIT and FNSTSW AX: RIP is that of FWAIT */
BEHIND_DIVISION(fnstsw, "fnstsw ax")
BEHIND_DIVISION(fnclex, "fnclex\nfwait")
BEHIND_DIVISION(fninit, "fninit\nfwait")
BEHIND_DIVISION(sse, "addps xmm0, xmm1")
BEHIND_DIVISION(cvtpi2ps, "cvtpi2ps xmm0, mm1")
BEHIND_DIVISION(cvtpi2pd, "cvtpi2pd xmm0, mm1")
BEHIND_DIVISION(cvtpi2pd_memory, "cvtpi2pd xmm0, qword ptr [rbx + 64]")
BEHIND_DIVISION(cvtps2pi, "cvtps2pi mm0, xmm1")
BEHIND_DIVISION(cvttps2pi, "cvttps2pi mm0, xmm1")
BEHIND_DIVISION(cvtpd2pi, "cvtpd2pi mm0, xmm1")
BEHIND_DIVISION(cvttpd2pi, "cvttpd2pi mm0, xmm1")
BEHIND_DIVISION(movq2dq, "movq2dq xmm0, mm1")
BEHIND_DIVISION(movdq2q, "movdq2q mm0, xmm1")
BEHIND_DIVISION(pshufw, "pshufw mm0, mm1, 0")
BEHIND_DIVISION(pmovmskb, "pmovmskb eax, mm1")
BEHIND_DIVISION(movntq, "movntq [rbx + 64], mm1")

static void fnstcw(void)
{
    set_up();
    record_memory("stored", (uint8_t *)frame_of(start.rbx) + 128, 2);
    PROGRAM(PENDING MARK(fault) "fnstcw [rbx + 128]\n" MARK(after));
}

/* FNSTENV masks all exceptions behind the store; the image has the control word of before. */
static void note_environment(void)
{
    const uint32_t *image = (const uint32_t *)((uint8_t *)frame_of(start.rbx) + 128);

    note("image_fcw", image[0] & 0xffff);
    note("image_fsw", image[1] & 0xffff);
    note("image_fip", image[3] - recorded_label("cause"));
}

static void fnstenv(void)
{
    set_up();
    at_end(note_environment);
    PROGRAM(PENDING MARK(fault) "fnstenv [rbx + 128]\n" MARK(after));
}

static void fnstenv_fwait(void)
{
    set_up();
    record_memory("control", (uint8_t *)frame_of(start.rbx) + 256, 2);
    PROGRAM(PENDING MARK(fault) "fnstenv [rbx + 128]\nfwait\nfnstcw [rbx + 256]\n" MARK(after));
}

static void note_image(void)
{
    const uint16_t *image = (const uint16_t *)((uint8_t *)frame_of(start.rbx) + 128);

    note("image_fcw", image[0]);
    note("image_fsw", image[1]);
}

static void fxsave(void)
{
    set_up();
    at_end(note_image);
    PROGRAM(PENDING MARK(fault) "fxsave [rbx + 128]\n" MARK(after));
}

/* The exception was masked when it was detected; a new control word makes it pending. */
static void unmasked_later(void)
{
    set_up();
    PROGRAM("fninit\nfldz\nfld1\nfdiv st, st(1)\nfwait\nfldcw [rbx]\n" MARK(fault) "fwait\n" MARK(after));
}

/* 28 bytes: control word, status word with ZE, tag word (all empty). */
static void fldenv(void)
{
    uint32_t *image;

    set_up();
    image = (uint32_t *)((uint8_t *)frame_of(start.rbx) + 128);
    image[0] = ZERO_DIVIDE_UNMASKED;
    image[1] = 0x4;
    image[2] = 0xffff;
    PROGRAM("fninit\nfldenv [rbx + 128]\n" MARK(fault) "fwait\n" MARK(after));
}

static void clear_and_resume(struct interrupt_frame *frame, struct capture *capture)
{
    (void)frame;
    (void)capture;
    __asm__ volatile("fnclex");
}

static void resumed(void)
{
    set_up();
    on_exception(VEC_MF, clear_and_resume);
    PROGRAM(PENDING MARK(fault) "fwait\n" MARK(after));
}

#define ROW(name_, id_, about_, ...)                                                                                    \
    {                                                                                                                   \
        VARIANT, .name = #name_, .about = about_ " with an unmasked division by zero pending", .id = id_, .run = name_, \
                 .spec = "SDM 3A \"Interrupt 16-x87 FPU Floating-Point Error (#MF)\"", __VA_ARGS__                      \
    }
#define FAULTS .vector = VEC_MF, .error = NO_ERROR, .saved_rip = AT_FAULT
#define PASSES .vector = NO_EXCEPTION

VARIANTS(ROW(fadd, "mf-next-x87-waiting", "FADD", FAULTS), ROW(fnop, "mf-fnop", "FNOP", FAULTS), ROW(fldcw, "", "FLDCW", FAULTS),
         ROW(fld, "", "FLD from memory", FAULTS), ROW(mmx, "mf-mmx", "MOVQ MM0, MM1", FAULTS), ROW(emms, "mf-emms", "EMMS", FAULTS),
         ROW(fxch, "", "FXCH", FAULTS), ROW(fchs, "", "FCHS", FAULTS), ROW(fabs, "", "FABS", FAULTS), ROW(ftst, "", "FTST", FAULTS),
         ROW(fxam, "", "FXAM", FAULTS), ROW(fld1, "", "FLD1", FAULTS), ROW(fsqrt, "", "FSQRT", FAULTS), ROW(fincstp, "", "FINCSTP", FAULTS),
         ROW(fdecstp, "", "FDECSTP", FAULTS), ROW(ffree, "", "FFREE", FAULTS), ROW(fcomi, "", "FCOMI", FAULTS), ROW(fcmov, "", "FCMOVB", FAULTS),
         ROW(fst, "", "FST to memory", FAULTS), ROW(fistp, "", "FISTP to memory", FAULTS), ROW(fbstp, "", "FBSTP to memory", FAULTS),
         ROW(fiadd, "", "FIADD from memory", FAULTS), ROW(fldenv_waiting, "", "FLDENV", FAULTS), ROW(frstor, "", "FRSTOR", FAULTS),
         ROW(fstenv, "", "FSTENV", FAULTS), ROW(fsave, "", "FSAVE", FAULTS), ROW(fnstenv_fwait, "", "FNSTENV, which masks all, then FWAIT", PASSES),
         ROW(fnsave_fwait, "", "FNSAVE, which initializes, then FWAIT", PASSES), ROW(fstsw, "mf-fstsw-waiting", "FSTSW", FAULTS),
         ROW(fnstsw, "mf-fnstsw-nonwaiting", "FNSTSW", PASSES), ROW(fnstcw, "mf-fnstcw-nonwaiting", "FNSTCW", PASSES),
         ROW(fnstenv, "mf-fnstenv-nonwaiting", "FNSTENV", PASSES), ROW(fnclex, "mf-fnclex-clears", "FNCLEX, then FWAIT", PASSES),
         ROW(fninit, "mf-fninit-clears", "FNINIT, then FWAIT", PASSES), ROW(fxsave, "mf-fxsave-ignores", "FXSAVE", PASSES),
         ROW(sse, "mf-sse-ignores", "ADDPS", PASSES), ROW(unmasked_later, "mf-fldcw-unmask", "FLDCW that unmasks a flag, then FWAIT", FAULTS),
         ROW(fldenv, "mf-fldenv-pending", "FLDENV of an image with ZE unmasked, then FWAIT", FAULTS), ROW(cvtpi2ps, "", "CVTPI2PS of MM1", FAULTS),
         ROW(cvtpi2pd, "", "CVTPI2PD of MM1", FAULTS), ROW(cvtpi2pd_memory, "", "CVTPI2PD from memory", PASSES),
         ROW(cvtps2pi, "", "CVTPS2PI", FAULTS), ROW(cvttps2pi, "", "CVTTPS2PI", FAULTS), ROW(cvtpd2pi, "", "CVTPD2PI", FAULTS),
         ROW(cvttpd2pi, "", "CVTTPD2PI", FAULTS), ROW(movq2dq, "", "MOVQ2DQ", FAULTS), ROW(movdq2q, "", "MOVDQ2Q", FAULTS),
         ROW(pshufw, "", "PSHUFW", FAULTS), ROW(pmovmskb, "", "PMOVMSKB of MM1", FAULTS), ROW(movntq, "", "MOVNTQ", FAULTS),
         ROW(resumed, "mf-resume", "FWAIT, a handler with FNCLEX and IRETQ", FAULTS, .resumes = 1));
