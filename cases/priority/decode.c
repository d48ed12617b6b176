/* Faults from decoding (#UD, #NM) come before the faults of execution: CPL, I/O permission, operands. */
#include <case.h>

#define TO_LINEAR start.rbx = map_page("victim", 0)

static void lock_hlt(void)
{
    in_user_mode();
    FAULT(".byte 0xf0, 0xf4"); /* LOCK HLT */
}

static void cr1(void)
{
    in_user_mode();
    FAULT(".byte 0x0f, 0x20, 0xc8"); /* MOV RAX, CR1 */
}

static void cr9(void)
{
    in_user_mode();
    FAULT(".byte 0x44, 0x0f, 0x20, 0xc8"); /* MOV RAX, CR9 */
}

static void xsetbv(void)
{
    in_user_mode();
    start.rcx = start.rdx = 0;
    start.rax = XCR0_X87;
    FAULT("xsetbv");
}

static void nm_page_fault(void)
{
    TO_LINEAR;
    write_cr0(read_cr0() | CR0_TS);
    FAULT("fld dword ptr [rbx]");
}

static void nm_alignment(void)
{
    start.rbx = map_page("victim", PAGE_PRESENT) + 8;
    write_cr0(read_cr0() | CR0_TS);
    FAULT("movaps xmm0, [rbx]");
}

static void nm_x87_pending(void)
{
    static const uint16_t unmask_zero_divide = 0x37b;

    __asm__ volatile("fninit\nfldcw %0\nfldz\nfld1\nfdiv %%st(1), %%st" : : "m"(unmask_zero_divide)); /* an exception pends */
    write_cr0(read_cr0() | CR0_TS | CR0_MP);
    FAULT("fwait");
}

static void ud_em(void)
{
    write_cr0(read_cr0() | CR0_EM | CR0_TS);
    FAULT("addps xmm0, xmm1");
}

static void ud_vex(void)
{
    write_cr0(read_cr0() | CR0_TS);
    FAULT("vaddps xmm0, xmm1, xmm2");
}

#define DECODE(name_, vector_)                                                                                                                 \
    VARIANT, .name = #name_, .spec = "SDM 3A \"Priority Among Simultaneous Exceptions and Interrupts\"", .vector = vector_, .error = NO_ERROR, \
             .saved_rip = AT_FAULT, .run = name_

VARIANTS({DECODE(lock_hlt, VEC_UD), .about = "LOCK HLT at CPL 3: #UD, not #GP", .id = "pri-ud-over-gp-lock-hlt"},
         {DECODE(cr1, VEC_UD), .about = "MOV from CR1 at CPL 3: #UD, not #GP", .id = "pri-ud-over-gp-cr1"},
         {DECODE(cr9, VEC_UD), .about = "MOV from CR9 at CPL 3: #UD, not #GP", .id = "pri-ud-over-gp-cr9"},
         {DECODE(xsetbv, VEC_UD), .about = "XSETBV at CPL 3 with CR4.OSXSAVE=0: #UD, not #GP", .id = "pri-ud-over-gp-osxsave", .needs = "xsave"},
         {DECODE(nm_page_fault, VEC_NM), .about = "FLD with CR0.TS=1 from a page that isn't present: #NM, not #PF", .id = "pri-nm-over-pf"},
         {DECODE(nm_alignment, VEC_NM), .about = "MOVAPS with CR0.TS=1 from a misaligned address: #NM, not #GP", .id = "pri-nm-over-gp-align"},
         {DECODE(nm_x87_pending, VEC_NM), .about = "FWAIT with CR0.TS=MP=1 and an x87 exception pending: #NM, not #MF", .id = "pri-nm-over-mf"},
         {DECODE(ud_em, VEC_UD), .about = "ADDPS with CR0.EM=TS=1: #UD, not #NM", .id = "pri-ud-em-over-nm"},
         {DECODE(ud_vex, VEC_UD), .about = "VADDPS with CR4.OSXSAVE=0 and CR0.TS=1: #UD, not #NM", .id = "pri-ud-over-nm-vex", .needs = "avx"});
