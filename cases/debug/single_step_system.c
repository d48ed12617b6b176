/*
 * With TF=1 a trap comes also behind an instruction that changes how the processor translates, fetches or is interrupted, and behind one that may
 * only wait: PAUSE. Each does here what leaves the machine as it was.
 */
#include <case.h>

static void step(void)
{
    start.rflags |= RFLAGS_TF;
    start.rax = start.rcx = start.rdx = 0;
}

static void with_cr0(void)
{
    start.rax = read_cr0();
}

static void with_cr3(void)
{
    __asm__ volatile("mov %%cr3, %0" : "=r"(start.rax));
}

static void with_cr4(void)
{
    start.rax = read_cr4();
}

static void with_dr7(void)
{
    start.rax = 0x400;
}

static void with_gdtr(void)
{
    struct table_register *r;

    start.rbx = map_page("operand", PAGE_PRESENT | PAGE_WRITE);
    r = frame_of(start.rbx);
    __asm__ volatile("sgdt %0" : "=m"(*r));
}

static void with_idtr(void)
{
    struct table_register *r;

    start.rbx = map_page("operand", PAGE_PRESENT | PAGE_WRITE);
    r = frame_of(start.rbx);
    __asm__ volatile("sidt %0" : "=m"(*r));
}

static void with_xcr0(void)
{
    write_cr4(read_cr4() | CR4_OSXSAVE);
    start.rax = XCR0_X87;
}

static void with_fsgsbase(void)
{
    write_cr4(read_cr4() | CR4_FSGSBASE);
    start.rax = start.fs_base;
}

static void with_pke(void)
{
    write_cr4(read_cr4() | CR4_PKE);
}

static void with_mxcsr(void)
{
    start.rbx = map_page("operand", PAGE_PRESENT | PAGE_WRITE);
    *(uint32_t *)frame_of(start.rbx) = 0x1f80;
}

static void with_kernel_gs(void)
{
    start.rcx = 0xc0000102;
}

static void with_selector(void)
{
    start.rax = SEL_KERNEL_DATA;
}

static void with_page(void)
{
    start.rsi = start.rbx = map_page("operand", PAGE_PRESENT | PAGE_WRITE);
    start.rdx = 0x80;
}

static void nothing(void)
{
}

#define ALL(X)                                                         \
    X(pause, "PAUSE", nothing, "pause", NULL)                          \
    X(mov_cr0, "MOV to CR0", with_cr0, "mov cr0, rax", NULL)           \
    X(mov_cr3, "MOV to CR3", with_cr3, "mov cr3, rax", NULL)           \
    X(mov_cr4, "MOV to CR4", with_cr4, "mov cr4, rax", NULL)           \
    X(mov_cr8, "MOV to CR8", nothing, "mov cr8, rax", NULL)            \
    X(mov_dr0, "MOV to DR0", nothing, "mov dr0, rax", NULL)            \
    X(mov_dr7, "MOV to DR7", with_dr7, "mov dr7, rax", NULL)           \
    X(lmsw, "LMSW", with_cr0, "lmsw ax", NULL)                         \
    X(clts, "CLTS", nothing, "clts", NULL)                             \
    X(lgdt, "LGDT", with_gdtr, "lgdt [rbx]", NULL)                     \
    X(lidt, "LIDT", with_idtr, "lidt [rbx]", NULL)                     \
    X(lldt, "LLDT", nothing, "lldt ax", NULL)                          \
    X(wbinvd, "WBINVD", nothing, "wbinvd", NULL)                       \
    X(rdmsr, "RDMSR", with_kernel_gs, "rdmsr", NULL)                   \
    X(xsetbv, "XSETBV", with_xcr0, "xsetbv", "xsave")                  \
    X(wrfsbase, "WRFSBASE", with_fsgsbase, "wrfsbase rax", "fsgsbase") \
    X(wrpkru, "WRPKRU", with_pke, "wrpkru", "pku")                     \
    X(stac, "STAC", nothing, "stac", "smap")                           \
    X(clac, "CLAC", nothing, "clac", "smap")                           \
    X(cli, "CLI", nothing, "cli", NULL)                                \
    X(std, "STD", nothing, "std", NULL)                                \
    X(fwait, "FWAIT", nothing, "fwait", NULL)                          \
    X(fninit, "FNINIT", nothing, "fninit", NULL)                       \
    X(ldmxcsr, "LDMXCSR", with_mxcsr, "ldmxcsr [rbx]", NULL)           \
    X(verr, "VERR", with_selector, "verr ax", NULL)                    \
    X(mov_fs, "MOV to FS", nothing, "mov fs, eax", NULL)               \
    X(outsb, "OUTSB", with_page, "outsb", NULL)                        \
    X(out, "OUT", with_page, "out dx, al", NULL)                       \
    X(mfence, "MFENCE", nothing, "mfence", NULL)                       \
    X(prefetch, "PREFETCHT0", with_page, "prefetcht0 [rbx]", NULL)

#define FUNCTION(name_, about_, set_up_, instruction_, needs_) \
    static void run_##name_(void)                              \
    {                                                          \
        step();                                                \
        set_up_();                                             \
        FAULT(instruction_);                                   \
    }
#define ROW(name_, about_, set_up_, instruction_, needs_)  \
    {VARIANT,                                              \
     .name = #name_,                                       \
     .about = "TF=1, " about_ " at CPL 0",                 \
     .spec = "SDM 3B \"Single-Step Exception Condition\"", \
     .needs = needs_,                                      \
     .vector = VEC_DB,                                     \
     .error = NO_ERROR,                                    \
     .saved_rip = AFTER,                                   \
     .run = run_##name_},

ALL(FUNCTION)

static void pause_user(void)
{
    in_user_mode();
    step();
    FAULT("pause");
}

static void pause_compat(void)
{
    in_compat_user();
    step();
    FAULT32("pause");
}

/* Behind IRETQ with RF=1 and TF=1. */
static void pause_rf(void)
{
    start.rflags |= RFLAGS_RF;
    step();
    FAULT("pause");
}

#define PAUSE(name_, about_, ...)                                                                                                        \
    {                                                                                                                                    \
        VARIANT, .name = #name_, .about = "TF=1, PAUSE " about_, .spec = "SDM 3B \"Single-Step Exception Condition\"", .vector = VEC_DB, \
                 .error = NO_ERROR, .saved_rip = AFTER, .run = name_, __VA_ARGS__                                                        \
    }
VARIANTS(ALL(ROW) PAUSE(pause_user, "at CPL 3"), PAUSE(pause_compat, "in compatibility mode", .env = COMPAT32), PAUSE(pause_rf, "with RF=1"));
