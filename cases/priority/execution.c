/* Two conditions met by the execution of one instruction. Which comes first is open where the operation doesn't need the one to get to the other. */
#include <case.h>

#define NOT_PRESENT map_page("victim", 0)

static void x87_pending(void)
{
    static const uint16_t unmask_zero_divide = 0x37b;

    __asm__ volatile("fninit\nfldcw %0\nfldz\nfld1\nfdiv %%st(1), %%st" : : "m"(unmask_zero_divide));
    start.rbx = NOT_PRESENT;
    FAULT("fld dword ptr [rbx]");
}

/* The quotient of this dividend is too large for any divisor. */
static void divide(void)
{
    start.rbx = NOT_PRESENT;
    start.rax = start.rdx = 0xffffffff;
    FAULT("div dword ptr [rbx]");
}

static void check_alignment(void)
{
    in_user_mode();
    start.rflags |= RFLAGS_AC;
    write_cr0(read_cr0() | CR0_AM);
}

static void noncanonical_alignment(void)
{
    check_alignment();
    start.rbx = NONCANONICAL + 1;
    FAULT("mov eax, [rbx]");
}

static void alignment_page(void)
{
    check_alignment();
    start.rbx = NOT_PRESENT + 1;
    FAULT("mov eax, [rbx]");
}

static void movaps_page(void)
{
    start.rbx = NOT_PRESENT + 8;
    FAULT("movaps xmm0, [rbx]");
}

/* The segment's limit is 0xfff; there is no linear address to translate before it is checked. */
static void limit_page(void)
{
    struct descriptor d = {.type = DATA_WRITABLE, .dpl = 3, .d = true, .limit = 0xfff};

    in_compat_user();
    start.ss = add_descriptor("short_stack", encode_descriptor(d)) | 3u;
    start.rbp = NOT_PRESENT;
    FAULT32("mov eax, [ebp]");
}

static void report_mxcsr(void)
{
    uint32_t mxcsr;

    __asm__ volatile("stmxcsr %0" : "=m"(mxcsr));
    note("mxcsr", mxcsr);
}

/* There is nothing to divide by before the operand has been read. */
static void simd_page(void)
{
    static const uint32_t unmask_zero_divide = 0x1d80;

    __asm__ volatile("ldmxcsr %0" : : "m"(unmask_zero_divide));
    start.rbx = NOT_PRESENT;
    at_end(report_mxcsr);
    FAULT("divps xmm0, [rbx]");
}

/* IOPL is 0 and the TSS has no bitmap: no port may be read or written. */
static void insb_page(void)
{
    in_user_mode();
    start.rdi = NOT_PRESENT;
    FAULT("insb");
}

static void outsb_page(void)
{
    in_user_mode();
    start.rsi = NOT_PRESENT;
    FAULT("outsb");
}

static void wrmsr_user(void)
{
    in_user_mode();
    start.rcx = 0xdeadbeef;
    FAULT("wrmsr");
}

/* The DPL is 3, and the segment isn't present. */
static void far_jump(void)
{
    struct descriptor d = {.type = CODE_READABLE, .l = true, .dpl = 3, .not_present = true};
    static struct __attribute__((packed)) {
        uint32_t offset;
        uint16_t selector;
    } target;

    target.selector = add_descriptor("target", encode_descriptor(d));
    start.rbx = (uintptr_t)&target;
    FAULT("jmp fword ptr [rbx]");
}

#define EXECUTION(name_, vector_, error_)                                                                                                    \
    VARIANT, .name = #name_, .spec = "SDM 3A \"Priority Among Simultaneous Exceptions and Interrupts\"", .vector = vector_, .error = error_, \
             .saved_rip = AT_FAULT, .run = name_

VARIANTS({EXECUTION(x87_pending, VEC_MF, NO_ERROR), .about = "FLD from a page that isn't present, an x87 exception pending", .id = "pri-mf-over-pf"},
         {EXECUTION(divide, VEC_PF, 0), .about = "DIV, the divisor on a page that isn't present, any quotient overflows", .id = "pri-pf-over-de"},
         {EXECUTION(noncanonical_alignment, VEC_GP, 0), .about = "MOV at CPL 3 from a misaligned non-canonical address with AM=AC=1",
          .id = "pri-gp-noncanon-over-ac"},
         {EXECUTION(alignment_page, VEC_AC, 0), .about = "MOV at CPL 3 from a misaligned address with AM=AC=1, the page not present",
          .id = "pri-ac-over-pf"},
         {EXECUTION(movaps_page, VEC_GP, 0), .about = "MOVAPS from a misaligned address, the page not present", .id = "pri-gp-align-over-pf"},
         {EXECUTION(limit_page, VEC_SS, 0), .about = "MOV from the stack beyond its limit, the page not present", .id = "pri-ss-limit-over-pf",
          .env = COMPAT32},
         {EXECUTION(simd_page, VEC_PF, 0), .about = "DIVPS with ZM=0, the divisors on a page that isn't present", .id = "pri-xm-after-pf"},
         {EXECUTION(insb_page, VEC_GP, 0), .about = "INSB at CPL 3 without permission, the page not present", .id = "pri-io-gp-over-pf"},
         {EXECUTION(outsb_page, VEC_GP, 0), .about = "OUTSB at CPL 3 without permission, the page not present", .id = "pri-outs-io-vs-pf"},
         {EXECUTION(wrmsr_user, VEC_GP, 0), .about = "WRMSR at CPL 3 of an MSR that doesn't exist", .id = "pri-gp-wrmsr-reserved-over-user"},
         {EXECUTION(far_jump, VEC_GP, SEL_FREE), .about = "far JMP at CPL 0 to a segment with DPL 3 that isn't present",
          .id = "pri-np-vs-gp-dpl-code"});
