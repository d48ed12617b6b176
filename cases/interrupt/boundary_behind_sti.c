/*
 * Behind STI one more instruction is executed, whatever it is, and an interrupt that waits comes behind that one: also where it changes how the
 * processor translates or fetches, or may only wait.
 */
#include <case.h>

static void pend(void)
{
    enable_apic();
    send_self(0x40);
    start.rflags &= ~RFLAGS_IF;
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

static void with_table(void)
{
    start.rbx = map_page("operand", PAGE_PRESENT | PAGE_WRITE);
    __asm__ volatile("sgdt %0" : "=m"(*(struct table_register *)frame_of(start.rbx)));
}

static void with_page(void)
{
    start.rsi = start.rbx = map_page("operand", PAGE_PRESENT | PAGE_WRITE);
    start.rdx = 0x80;
}

static void with_kernel_gs(void)
{
    start.rcx = 0xc0000102;
}

static void nothing(void)
{
}

#define ALL(X)                                         \
    X(pause, "PAUSE", nothing, "pause")                \
    X(mov_cr0, "MOV to CR0", with_cr0, "mov cr0, rax") \
    X(mov_cr3, "MOV to CR3", with_cr3, "mov cr3, rax") \
    X(mov_cr4, "MOV to CR4", with_cr4, "mov cr4, rax") \
    X(mov_dr0, "MOV to DR0", nothing, "mov dr0, rax")  \
    X(mov_ds, "MOV to DS", nothing, "mov ds, eax")     \
    X(mov_fs, "MOV to FS", nothing, "mov fs, eax")     \
    X(lmsw, "LMSW", with_cr0, "lmsw ax")               \
    X(clts, "CLTS", nothing, "clts")                   \
    X(lgdt, "LGDT", with_table, "lgdt [rbx]")          \
    X(lldt, "LLDT", nothing, "lldt ax")                \
    X(invlpg, "INVLPG", with_page, "invlpg [rbx]")     \
    X(wbinvd, "WBINVD", nothing, "wbinvd")             \
    X(rdmsr, "RDMSR", with_kernel_gs, "rdmsr")         \
    X(swapgs, "SWAPGS", nothing, "swapgs")             \
    X(out, "OUT", with_page, "out dx, al")             \
    X(outsb, "OUTSB", with_page, "outsb")              \
    X(fwait, "FWAIT", nothing, "fwait")                \
    X(std, "STD", nothing, "std")                      \
    X(jmp, "a JMP to the next instruction", nothing, "jmp 1f\n1:")

#define FUNCTION(name_, about_, set_up_, instruction_)                      \
    static void run_##name_(void)                                           \
    {                                                                       \
        pend();                                                             \
        set_up_();                                                          \
        PROGRAM("sti\n" MARK(fault) instruction_ "\n" MARK(after) "nop\n"); \
    }
#define ROW(name_, about_, set_up_, instruction_)              \
    {VARIANT,                                                  \
     .name = #name_,                                           \
     .about = "STI, then " about_ ": an interrupt that waits", \
     .spec = "SDM 2B \"STI-Set Interrupt Flag\"",              \
     .vector = 0x40,                                           \
     .error = NO_ERROR,                                        \
     .saved_rip = AFTER,                                       \
     .run = run_##name_},
ALL(FUNCTION)

VARIANTS(ALL(ROW));
