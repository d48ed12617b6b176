/* Instructions that only CPL 0 may execute; CLI too, where IOPL is below CPL. All operands are ones that CPL 0 could use. */
#include <case.h>

static void set_up(void)
{
    in_user_mode();
    start.rbx = map_page("operand", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
}

static void hlt(void)
{
    set_up();
    FAULT("hlt");
}

static void cli(void)
{
    set_up();
    FAULT("cli");
}

static void clts(void)
{
    set_up();
    FAULT("clts");
}

static void lgdt_(void)
{
    set_up();
    *(struct table_register *)frame_of(start.rbx) = (struct table_register){.limit = GDT_LIMIT, .base = (uintptr_t)gdt};
    FAULT("lgdt [rbx]");
}

static void mov_to_cr0(void)
{
    set_up();
    start.rax = read_cr0();
    FAULT("mov cr0, rax");
}

static void mov_from_cr3(void)
{
    set_up();
    FAULT("mov rax, cr3");
}

static void mov_from_dr7(void)
{
    set_up();
    FAULT("mov rax, dr7");
}

static void rdmsr(void)
{
    set_up();
    start.rcx = MSR_EFER;
    FAULT("rdmsr");
}

static void wrmsr(void)
{
    set_up();
    start.rcx = MSR_FS_BASE;
    start.rdx = 0;
    FAULT("wrmsr");
}

static void invlpg(void)
{
    set_up();
    FAULT("invlpg [rbx]");
}

#define ROW(name_, run_, id_, about_, spec_)                                                                                                \
    {                                                                                                                                       \
        VARIANT, .name = name_, .about = about_ " at CPL 3", .spec = spec_, .id = id_, .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT, \
                 .run = run_                                                                                                                \
    }

VARIANTS(ROW("hlt", hlt, "gp-priv-hlt", "HLT", "SDM 2A \"HLT-Halt\""),
         ROW("cli", cli, "gp-priv-cli", "CLI with IOPL=0", "SDM 2A \"CLI-Clear Interrupt Flag\""),
         ROW("clts", clts, "gp-priv-clts", "CLTS", "SDM 2A \"CLTS-Clear Task-Switched Flag in CR0\""),
         ROW("lgdt", lgdt_, "gp-priv-lgdt", "LGDT", "SDM 2A \"LGDT/LIDT-Load Global/Interrupt Descriptor Table Register\""),
         ROW("mov_to_cr0", mov_to_cr0, "gp-priv-mov-to-cr0", "MOV CR0, RAX of the value in it", "SDM 2B \"MOV-Move to/from Control Registers\""),
         ROW("mov_from_cr3", mov_from_cr3, "gp-priv-mov-from-cr3", "MOV RAX, CR3", "SDM 2B \"MOV-Move to/from Control Registers\""),
         ROW("mov_from_dr7", mov_from_dr7, "gp-priv-mov-from-dr7", "MOV RAX, DR7", "SDM 2B \"MOV-Move to/from Debug Registers\""),
         ROW("rdmsr", rdmsr, "gp-priv-rdmsr", "RDMSR of EFER", "SDM 2B \"RDMSR-Read from Model Specific Register\""),
         ROW("wrmsr", wrmsr, "gp-priv-wrmsr", "WRMSR of FS_BASE", "SDM 2D \"WRMSR-Write to Model Specific Register\""),
         ROW("invlpg", invlpg, "gp-priv-invlpg", "INVLPG", "SDM 2A \"INVLPG-Invalidate TLB Entries\""));
