/*
 * Instructions that only CPL 0 may execute, at CPL 3, 1 and 2; CLI and STI too, where IOPL is below CPL. All operands are ones that CPL 0 could
 * use. In IA-32e mode AMD knows no SYSEXIT: #UD.
 */
#include <case.h>

#include "in_ring.h"

/* ARG0: the CPL, or 0 for CPL 3. */
static void set_up(void)
{
    if (ARG0)
        in_ring((uint8_t)ARG0);
    else
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

/* The rest needs nothing but its operands; the last argument prepares what isn't there yet. */
#define INSTRUCTION(name, text, ...) \
    static void name(void)           \
    {                                \
        set_up();                    \
        __VA_ARGS__;                 \
        FAULT(text);                 \
    }

INSTRUCTION(sti, "sti", start.rflags &= ~(uint64_t)RFLAGS_IF)
INSTRUCTION(lidt_, "lidt [rbx]", *(struct table_register *)frame_of(start.rbx) = (struct table_register){sizeof(idt) - 1, (uintptr_t)&idt})
INSTRUCTION(lldt_, "lldt ax", start.rax = 0)
INSTRUCTION(lmsw, "lmsw ax", start.rax = read_cr0() & 0xffff)
INSTRUCTION(mov_from_cr0, "mov rax, cr0")
INSTRUCTION(mov_from_cr2, "mov rax, cr2")
INSTRUCTION(mov_to_cr2, "mov cr2, rax")
INSTRUCTION(mov_to_cr3, "mov cr3, rax", start.rax = read_cr3())
INSTRUCTION(mov_from_cr4, "mov rax, cr4")
INSTRUCTION(mov_to_cr4, "mov cr4, rax", start.rax = read_cr4())
INSTRUCTION(mov_from_cr8, "mov rax, cr8")
INSTRUCTION(mov_to_cr8, "mov cr8, rax", start.rax = 0)
INSTRUCTION(mov_from_dr0, "mov rax, dr0")
INSTRUCTION(mov_to_dr0, "mov dr0, rax")
INSTRUCTION(mov_to_dr7, "mov dr7, rax", start.rax = DR7_START)
INSTRUCTION(invd, "invd")
INSTRUCTION(wbinvd, "wbinvd")
INSTRUCTION(invpcid, "invpcid rax, [rbx]", start.rax = 2)
INSTRUCTION(swapgs, "swapgs")
INSTRUCTION(xsetbv, "xsetbv", write_cr4(read_cr4() | CR4_OSXSAVE); start.rcx = 0; start.rdx = 0; start.rax = XCR0_X87)
INSTRUCTION(rdpmc, "rdpmc", start.rcx = 0)
INSTRUCTION(rdtsc, "rdtsc", write_cr4(read_cr4() | CR4_TSD))
INSTRUCTION(rdtscp, "rdtscp", write_cr4(read_cr4() | CR4_TSD))
INSTRUCTION(sgdt, "sgdt [rbx]", write_cr4(read_cr4() | CR4_UMIP))
INSTRUCTION(sidt, "sidt [rbx]", write_cr4(read_cr4() | CR4_UMIP))
INSTRUCTION(sldt, "sldt eax", write_cr4(read_cr4() | CR4_UMIP))
INSTRUCTION(smsw, "smsw eax", write_cr4(read_cr4() | CR4_UMIP))
INSTRUCTION(str, "str eax", write_cr4(read_cr4() | CR4_UMIP))
INSTRUCTION(in_byte, "in al, 0x80")
INSTRUCTION(out_byte, "out 0x80, al")

static void ltr(void)
{
    set_up();
    start.rax = add_system_descriptor(
        "tss", encode_descriptor((struct descriptor){.type = SYSTEM_TSS_AVAILABLE, .base = (uint32_t)(uintptr_t)&tss, .limit = sizeof(tss) - 1}), 0);
    FAULT("ltr ax");
}

/* Its return address and flags are those of a program at CPL 3. */
static void prepare_sysret(void)
{
    set_up();
    write_msr(MSR_EFER, read_msr(MSR_EFER) | EFER_SCE);
    write_msr(MSR_STAR, (uint64_t)SEL_USER_CODE32 << 48);
    start.rcx = start.rbx;
    start.r11 = start.rflags;
}

static void sysretq(void)
{
    prepare_sysret();
    FAULT("sysretq");
}

static void sysretd(void)
{
    prepare_sysret();
    FAULT(".byte 0x0f, 0x07");
}

static void prepare_sysexit(void)
{
    set_up();
    write_msr(MSR_SYSENTER_CS, SEL_KERNEL_CODE64);
    start.rdx = start.rbx;
    start.rcx = stack_top(STACK_USER);
}

static void sysexit(void)
{
    prepare_sysexit();
    FAULT(".byte 0x0f, 0x35");
}

static void sysexitq(void)
{
    prepare_sysexit();
    FAULT(".byte 0x48, 0x0f, 0x35");
}

#define CONTROL "SDM 2B \"MOV-Move to/from Control Registers\""
#define DEBUG "SDM 2B \"MOV-Move to/from Debug Registers\""
#define AT(name_, run_, id_, about_, spec_, ring, ...)                                                                                       \
    {                                                                                                                                        \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .id = id_, .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT, .run = run_, \
                 .arg = {ring}, __VA_ARGS__                                                                                                  \
    }
#define INNER(name_, run_, about_, spec_, ...) /* elsewhere at CPL 3 */ \
    AT(name_ "_ring1", run_, "", about_ " at CPL 1", spec_, 1, __VA_ARGS__), AT(name_ "_ring2", run_, "", about_ " at CPL 2", spec_, 2, __VA_ARGS__)
#define ROW(name_, run_, id_, about_, spec_, ...) \
    AT(name_, run_, id_, about_ " at CPL 3", spec_, 0, __VA_ARGS__), INNER(name_, run_, about_, spec_, __VA_ARGS__)

VARIANTS(ROW("hlt", hlt, "gp-priv-hlt", "HLT", "SDM 2A \"HLT-Halt\""),
         ROW("cli", cli, "gp-priv-cli", "CLI with IOPL=0", "SDM 2A \"CLI-Clear Interrupt Flag\""),
         ROW("clts", clts, "gp-priv-clts", "CLTS", "SDM 2A \"CLTS-Clear Task-Switched Flag in CR0\""),
         ROW("lgdt", lgdt_, "gp-priv-lgdt", "LGDT", "SDM 2A \"LGDT/LIDT-Load Global/Interrupt Descriptor Table Register\""),
         ROW("mov_to_cr0", mov_to_cr0, "gp-priv-mov-to-cr0", "MOV CR0, RAX of the value in it", "SDM 2B \"MOV-Move to/from Control Registers\""),
         ROW("mov_from_cr3", mov_from_cr3, "gp-priv-mov-from-cr3", "MOV RAX, CR3", "SDM 2B \"MOV-Move to/from Control Registers\""),
         ROW("mov_from_dr7", mov_from_dr7, "gp-priv-mov-from-dr7", "MOV RAX, DR7", "SDM 2B \"MOV-Move to/from Debug Registers\""),
         ROW("rdmsr", rdmsr, "gp-priv-rdmsr", "RDMSR of EFER", "SDM 2B \"RDMSR-Read from Model Specific Register\""),
         ROW("wrmsr", wrmsr, "gp-priv-wrmsr", "WRMSR of FS_BASE", "SDM 2D \"WRMSR-Write to Model Specific Register\""),
         ROW("invlpg", invlpg, "gp-priv-invlpg", "INVLPG", "SDM 2A \"INVLPG-Invalidate TLB Entries\""),
         ROW("sti", sti, "gp-priv-sti", "STI with IOPL=0, IF=0", "SDM 2B \"STI-Set Interrupt Flag\""),
         ROW("lidt", lidt_, "gp-priv-lidt", "LIDT", "SDM 2A \"LGDT/LIDT-Load Global/Interrupt Descriptor Table Register\""),
         ROW("lldt", lldt_, "gp-priv-lldt", "LLDT of the null selector", "SDM 2A \"LLDT-Load Local Descriptor Table Register\""),
         ROW("ltr", ltr, "gp-priv-ltr", "LTR of an available TSS", "SDM 2A \"LTR-Load Task Register\""),
         ROW("lmsw", lmsw, "gp-priv-lmsw", "LMSW of the value in CR0", "SDM 2A \"LMSW-Load Machine Status Word\""),
         ROW("mov_from_cr0", mov_from_cr0, "gp-priv-mov-from-cr0", "MOV RAX, CR0", CONTROL),
         ROW("mov_from_cr2", mov_from_cr2, "gp-priv-mov-from-cr2", "MOV RAX, CR2", CONTROL),
         ROW("mov_to_cr2", mov_to_cr2, "gp-priv-mov-to-cr2", "MOV CR2, RAX", CONTROL),
         ROW("mov_to_cr3", mov_to_cr3, "gp-priv-mov-to-cr3", "MOV CR3, RAX of the value in it", CONTROL),
         ROW("mov_from_cr4", mov_from_cr4, "gp-priv-mov-from-cr4", "MOV RAX, CR4", CONTROL),
         ROW("mov_to_cr4", mov_to_cr4, "gp-priv-mov-to-cr4", "MOV CR4, RAX of the value in it", CONTROL),
         ROW("mov_from_cr8", mov_from_cr8, "gp-priv-mov-from-cr8", "MOV RAX, CR8", CONTROL),
         ROW("mov_to_cr8", mov_to_cr8, "gp-priv-mov-to-cr8", "MOV CR8, RAX of 0", CONTROL),
         ROW("mov_from_dr0", mov_from_dr0, "gp-priv-mov-from-dr0", "MOV RAX, DR0", DEBUG),
         ROW("mov_to_dr0", mov_to_dr0, "gp-priv-mov-to-dr0", "MOV DR0, RAX", DEBUG),
         ROW("mov_to_dr7", mov_to_dr7, "gp-priv-mov-to-dr7", "MOV DR7, RAX of the value in it", DEBUG),
         ROW("invd", invd, "gp-priv-invd", "INVD", "SDM 2A \"INVD-Invalidate Internal Caches\""),
         ROW("wbinvd", wbinvd, "gp-priv-wbinvd", "WBINVD", "SDM 2D \"WBINVD-Write Back and Invalidate Cache\""),
         ROW("invpcid", invpcid, "gp-priv-invpcid", "INVPCID of all contexts", "SDM 2A \"INVPCID-Invalidate Process-Context Identifier\"",
             .needs = "invpcid"),
         ROW("swapgs", swapgs, "gp-priv-swapgs", "SWAPGS", "SDM 2B \"SWAPGS-Swap GS Base Register\""),
         ROW("sysretq", sysretq, "gp-priv-sysretq", "SYSRETQ", "SDM 2B \"SYSRET-Return From Fast System Call\""),
         ROW("sysretd", sysretd, "", "SYSRET to compatibility mode", "SDM 2B \"SYSRET-Return From Fast System Call\""),
         ROW("sysexit", sysexit, "gp-priv-sysexit", "SYSEXIT", "SDM 2B \"SYSEXIT-Fast Return from Fast System Call\"", .needs = "sysenter"),
         ROW("sysexitq", sysexitq, "", "SYSEXIT to 64-bit mode", "SDM 2B \"SYSEXIT-Fast Return from Fast System Call\"", .needs = "sysenter"),
         ROW("xsetbv", xsetbv, "gp-priv-xsetbv", "XSETBV of a value that CPL 0 may write", "SDM 2D \"XSETBV-Set Extended Control Register\"",
             .needs = "xsave"),
         ROW("rdpmc", rdpmc, "gp-priv-rdpmc", "RDPMC with CR4.PCE=0", "SDM 2B \"RDPMC-Read Performance-Monitoring Counters\""),
         INNER("rdtsc", rdtsc, "RDTSC with CR4.TSD=1", "SDM 2B \"RDTSC-Read Time-Stamp Counter\""),
         INNER("rdtscp", rdtscp, "RDTSCP with CR4.TSD=1", "SDM 2B \"RDTSCP-Read Time-Stamp Counter and Processor ID\"", .needs = "rdtscp"),
         INNER("sgdt", sgdt, "SGDT with CR4.UMIP=1", "SDM 2B \"SGDT-Store Global Descriptor Table Register\"", .needs = "umip"),
         INNER("sidt", sidt, "SIDT with CR4.UMIP=1", "SDM 2B \"SIDT-Store Interrupt Descriptor Table Register\"", .needs = "umip"),
         INNER("sldt", sldt, "SLDT with CR4.UMIP=1", "SDM 2B \"SLDT-Store Local Descriptor Table Register\"", .needs = "umip"),
         INNER("smsw", smsw, "SMSW with CR4.UMIP=1", "SDM 2B \"SMSW-Store Machine Status Word\"", .needs = "umip"),
         INNER("str", str, "STR with CR4.UMIP=1", "SDM 2B \"STR-Store Task Register\"", .needs = "umip"),
         INNER("in", in_byte, "IN AL, 0x80 with IOPL=0, no I/O map", "SDM 2A \"IN-Input from Port\""),
         INNER("out", out_byte, "OUT 0x80, AL with IOPL=0, no I/O map", "SDM 2B \"OUT-Output to Port\""));
