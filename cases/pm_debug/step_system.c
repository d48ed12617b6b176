/*
 * With TF=1 a trap comes also behind an instruction that changes how the processor translates, fetches or is interrupted, and behind one that may
 * only wait: PAUSE, which a processor without it takes for NOP. Each does here what leaves the machine as it was.
 */
#include <case32.h>

static void step(void)
{
    start.eflags |= EFLAGS_TF;
    start.eax = start.edx = 0;
}

static void with_cr0(void)
{
    start.eax = read_cr0();
}

static void with_cr3(void)
{
    __asm__ volatile("mov %%cr3, %0" : "=r"(start.eax));
}

static void with_dr7(void)
{
    start.eax = 0x400;
}

static void with_gdtr(void)
{
    start.ebx = map_page("operand", PAGE_PRESENT | PAGE_WRITE);
    __asm__ volatile("sgdt %0" : "=m"(*(struct table_register *)frame_of(start.ebx)));
}

static void with_idtr(void)
{
    start.ebx = map_page("operand", PAGE_PRESENT | PAGE_WRITE);
    __asm__ volatile("sidt %0" : "=m"(*(struct table_register *)frame_of(start.ebx)));
}

static void with_page(void)
{
    start.esi = start.ebx = map_page("operand", PAGE_PRESENT | PAGE_WRITE);
    start.edx = 0x80;
}

static void with_selector(void)
{
    start.eax = SEL_KERNEL_DATA;
}

static void nothing(void)
{
}

#define ALL(X)                                                 \
    X(pause, "PAUSE", nothing, "pause", NULL)                  \
    X(mov_cr0, "MOV to CR0", with_cr0, "mov cr0, eax", NULL)   \
    X(mov_cr3, "MOV to CR3", with_cr3, "mov cr3, eax", NULL)   \
    X(mov_dr0, "MOV to DR0", nothing, "mov dr0, eax", NULL)    \
    X(mov_dr7, "MOV to DR7", with_dr7, "mov dr7, eax", NULL)   \
    X(mov_es, "MOV to ES", with_selector, "mov es, eax", NULL) \
    X(lmsw, "LMSW", with_cr0, "lmsw ax", NULL)                 \
    X(clts, "CLTS", nothing, "clts", NULL)                     \
    X(lgdt, "LGDT", with_gdtr, "lgdt [ebx]", NULL)             \
    X(lidt, "LIDT", with_idtr, "lidt [ebx]", NULL)             \
    X(lldt, "LLDT", nothing, "lldt ax", NULL)                  \
    X(cli, "CLI", nothing, "cli", NULL)                        \
    X(std, "STD", nothing, "std", NULL)                        \
    X(out, "OUT", with_page, "out dx, al", NULL)               \
    X(outsb, "OUTSB", with_page, "outsb", NULL)                \
    X(fwait, "FWAIT", nothing, "fwait", NULL)                  \
    X(verr, "VERR", with_selector, "verr ax", NULL)            \
    X(invlpg, "INVLPG", with_page, "invlpg [ebx]", "i486")     \
    X(wbinvd, "WBINVD", nothing, "wbinvd", "i486")

#define FUNCTION(name_, about_, set_up_, instruction_, needs_) \
    static void run_##name_(void)                              \
    {                                                          \
        step();                                                \
        set_up_();                                             \
        FAULT(instruction_);                                   \
    }
#define SPEC "SDM 3B \"Single-Step Exception Condition\""
#define ROW(name_, about_, set_up_, instruction_, needs_)                         \
    {VARIANT,           .name = #name_,     .about = "TF=1, " about_ " at CPL 0", \
     .spec = SPEC,      .needs = needs_,    .vector = VEC_DB,                     \
     .error = NO_ERROR, .saved_rip = AFTER, .run = run_##name_},
ALL(FUNCTION)

static void pause_ring(void)
{
    in_ring((unsigned)ARG0);
    step();
    FAULT("pause");
}

static void pause_vm86(void)
{
    in_vm86();
    step();
    FAULT16("pause");
}

static void pause_code16(void)
{
    in_ring(3);
    in_code16();
    step();
    FAULT16("pause");
}

#define PAUSE(name_, run_, about_, ring)                                                                                                            \
    {                                                                                                                                               \
        VARIANT, .name = name_, .about = "TF=1, PAUSE " about_, .spec = SPEC, .vector = VEC_DB, .error = NO_ERROR, .saved_rip = AFTER, .run = run_, \
                 .arg = {                                                                                                                           \
                     ring                                                                                                                           \
                 }                                                                                                                                  \
    }
VARIANTS(ALL(ROW) PAUSE("pause_ring1", pause_ring, "at CPL 1", 1), PAUSE("pause_user", pause_ring, "at CPL 3", 3),
         PAUSE("pause_vm86", pause_vm86, "in virtual-8086 mode", 0), PAUSE("pause_code16", pause_code16, "in 16-bit code", 0));
