/*
 * Virtual-8086 mode runs at CPL 3 whatever IOPL is: instructions that want CPL 0 are #GP(0), those of protected mode #UD, as in real mode; the other
 * ones are executed. What has CMOV has RDPMC (pm_privilege/privileged.c).
 */
#include <case32.h>

static void set_up(void)
{
    in_vm86();
    start.eflags |= EFLAGS_IOPL(3);
    start.ebx = 0;
    start.eax = (uint32_t)read_cr0();
    start.ecx = MSR_SYSENTER_CS;
}

static void set_cr4(uint32_t clear, uint32_t set)
{
    write_cr4((read_cr4() & ~(uintptr_t)clear) | set);
}

#define GP VEC_GP, 0
#define UD VEC_UD, NO_ERROR
#define PASSES NO_EXCEPTION, 0
#define INSTRUCTIONS(X)                                                                     \
    X(hlt, "", , "HLT", "hlt", GP, "vm86-hlt")                                              \
    X(lgdt, "", , "LGDT", "lgdt [bx]", GP, "vm86-lgdt")                                     \
    X(lidt, "", , "LIDT", "lidt [bx]", GP, "")                                              \
    X(lmsw, "", , "LMSW", "lmsw ax", GP, "")                                                \
    X(mov_from_cr0, "", , "MOV EAX, CR0", "mov eax, cr0", GP, "vm86-mov-cr0")               \
    X(mov_to_cr0, "", , "MOV CR0, EAX", "mov cr0, eax", GP, "")                             \
    X(mov_from_cr2, "", , "MOV EAX, CR2", "mov eax, cr2", GP, "")                           \
    X(mov_from_cr3, "", , "MOV EAX, CR3", "mov eax, cr3", GP, "")                           \
    X(mov_to_cr4, "", , "MOV CR4, EAX", "mov cr4, eax", GP, "")                             \
    X(mov_from_dr7, "", , "MOV EAX, DR7", "mov eax, dr7", GP, "vm86-mov-dr7")               \
    X(mov_to_dr0, "", , "MOV DR0, EAX", "mov dr0, eax", GP, "")                             \
    X(clts, "", , "CLTS", "clts", GP, "vm86-clts")                                          \
    X(invd, "i486", , "INVD", "invd", GP, "")                                               \
    X(wbinvd, "i486", , "WBINVD", "wbinvd", GP, "")                                         \
    X(invlpg, "i486", , "INVLPG", "invlpg [bx]", GP, "")                                    \
    X(rdmsr, "msr", , "RDMSR", "rdmsr", GP, "vm86-rdmsr")                                   \
    X(wrmsr, "msr", , "WRMSR", "wrmsr", GP, "")                                             \
    X(sysexit, "sysenter", , "SYSEXIT", "sysexit", GP, "")                                  \
    X(rdtsc_disabled, "tsc", set_cr4(0, CR4_TSD), "RDTSC with CR4.TSD=1", "rdtsc", GP, "")  \
    X(rdpmc_disabled, "cmov", , "RDPMC with CR4.PCE=0", "rdpmc", GP, "")                    \
    X(sgdt_umip, "umip", set_cr4(0, CR4_UMIP), "SGDT with CR4.UMIP=1", "sgdt [bx]", GP, "") \
    X(sidt_umip, "umip", set_cr4(0, CR4_UMIP), "SIDT with CR4.UMIP=1", "sidt [bx]", GP, "") \
    X(smsw_umip, "umip", set_cr4(0, CR4_UMIP), "SMSW with CR4.UMIP=1", "smsw ax", GP, "")   \
    X(sldt_umip, "umip", set_cr4(0, CR4_UMIP), "SLDT with CR4.UMIP=1", "sldt ax", UD, "")   \
    X(lldt, "", , "LLDT AX", "lldt ax", UD, "vm86-lldt-ud")                                 \
    X(ltr, "", , "LTR AX", "ltr ax", UD, "")                                                \
    X(sldt, "", , "SLDT AX", "sldt ax", UD, "")                                             \
    X(str, "", , "STR AX", "str ax", UD, "")                                                \
    X(verr, "", , "VERR AX", "verr ax", UD, "")                                             \
    X(verw, "", , "VERW AX", "verw ax", UD, "")                                             \
    X(lar, "", , "LAR AX, BX", "lar ax, bx", UD, "vm86-lar-ud")                             \
    X(lsl, "", , "LSL AX, BX", "lsl ax, bx", UD, "")                                        \
    X(arpl, "", , "ARPL AX, BX", "arpl ax, bx", UD, "vm86-arpl-ud")                         \
    X(arpl_memory, "", , "ARPL m16, BX", "arpl [bx], bx", UD, "")                           \
    X(syscall, "", , "SYSCALL", ".byte 0x0f, 0x05", UD, "")                                 \
    X(vex, "avx", , "VMOVAPS XMM0, XMM0", ".byte 0xc5, 0xf8, 0x28, 0xc0", UD, "")           \
    X(mov_cs, "", start.eax = REAL_CODE, "MOV CS, AX", ".byte 0x8e, 0xc8", UD, "")          \
    X(lock_nop, "", , "LOCK NOP", ".byte 0xf0, 0x90", UD, "")                               \
    X(lock_cli, "", , "LOCK CLI", ".byte 0xf0, 0xfa", UD, "")                               \
    X(sgdt, "", set_cr4(CR4_UMIP, 0), "SGDT, SIDT, SMSW", "sgdt [bx]\nsidt [bx+8]\nsmsw [bx+16]", PASSES, "")

#define DEFINE(name, needs, state, about, instruction, ...) \
    static void name##_case(void)                           \
    {                                                       \
        set_up();                                           \
        state;                                              \
        FAULT16(instruction);                               \
    }
INSTRUCTIONS(DEFINE)

#define SPEC                                                                                                                                     \
    "SDM 3A \"Privileged Instructions\"; SDM 3B \"Instructions Supported in Real-Address Mode\"; SDM 2 \"Virtual-8086 Mode Exceptions\" of the " \
    "instruction"
#define ROW(name, needs, state, about, instruction, ...) ROW_OF(name, needs, about, __VA_ARGS__)
#define ROW_OF(name_, needs_, about_, vector_, error_, id_)                                                                                    \
    {VARIANT,           .name = #name_,  .about = about_ " in virtual-8086 mode with IOPL 3",  .spec = SPEC,       .id = id_, .needs = needs_, \
     .vector = vector_, .error = error_, .saved_rip = vector_ == NO_EXCEPTION ? "" : AT_FAULT, .run = name_##_case},
VARIANTS(INSTRUCTIONS(ROW));
