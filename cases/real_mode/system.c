/* System instructions in real mode: CPL is 0, so that all that real mode knows may be executed; what a register can't hold is #GP. */
#include <case16.h>

/* CR0 as real mode has it. */
static uint32_t real_cr0(void)
{
    return (uint32_t)read_cr0() & ~(CR0_PG | CR0_PE);
}

/* EAX: what to load, EBX: what was there, so that the program can load that again. */
static void cr0(uint32_t clear, uint32_t set)
{
    start.ebx = real_cr0();
    start.eax = (start.ebx & ~clear) | set;
}

static void cr4(uint32_t set)
{
    start.ebx = (uint32_t)read_cr4();
    start.eax = start.ebx | set;
}

/* Name, needs, registers, about, instructions, vector, id. */
#define SYSTEM(X)                                                                                                                         \
    X(cr0_pg, "", cr0(0, CR0_PG), "MOV CR0 with PG=1, PE=0", "mov cr0, eax", VEC_GP, "cr-rm-pg-no-pe")                                    \
    X(cr0_nw, "", cr0(CR0_CD, CR0_NW), "MOV CR0 with NW=1, CD=0", "mov cr0, eax", VEC_GP, "")                                             \
    X(cr0_cd, "", cr0(0, CR0_CD), "MOV CR0 with CD=1, and back", "mov cr0, eax\nmov cr0, ebx", NO_EXCEPTION, "")                          \
    X(cr0_pe, "", cr0(0, CR0_PE), "MOV CR0 with PE=1, and back", "cli\nmov cr0, eax\nmov cr0, ebx", NO_EXCEPTION, "rm-lmsw-pe")           \
    X(lmsw_pe, "", cr0(0, CR0_PE), "LMSW with PE=1, MOV CR0 with PE=0", "cli\nlmsw ax\nmov cr0, ebx", NO_EXCEPTION, "rm-lmsw-pe")         \
    X(cr4_reserved, "cpuid", cr4(0x80000000), "MOV CR4 with bit 31", "mov cr4, eax", VEC_GP, "cr-rm-cr4-reserved")                        \
    X(cr4_pae, "pae", cr4(CR4_PAE), "MOV CR4 with PAE=1, and back", "mov cr4, eax\nmov cr4, ebx", NO_EXCEPTION, "")                       \
    X(cr4_vme, "vme", cr4(CR4_VME | CR4_PVI), "MOV CR4 with VME=PVI=1", "mov cr4, eax\nmov cr4, ebx", NO_EXCEPTION, "")                   \
    X(cr2, "", start.eax = 0x12345678, "MOV CR2", "mov cr2, eax\nmov ebx, cr2", NO_EXCEPTION, "")                                         \
    X(cr3, "", start.eax = (uint32_t)read_cr3(), "MOV CR3", "mov cr3, eax", NO_EXCEPTION, "")                                             \
    X(debug_registers, "", start.eax = 0x12345678, "MOV DR0", "mov dr0, eax\nmov ebx, dr0", NO_EXCEPTION, "")                             \
    X(flags, "", , "CLI, STI", "cli\nsti", NO_EXCEPTION, "rm-priv-allowed")                                                               \
    X(clts, "", , "CLTS", "clts", NO_EXCEPTION, "rm-priv-allowed")                                                                        \
    X(io, "", , "IN AL, 0x80; OUT 0x80, AL", "in al, 0x80\nout 0x80, al\nmov eax, 0", NO_EXCEPTION, "rm-priv-allowed")                    \
    X(lgdt, "", , "SGDT, LGDT", ".byte 0x66, 0x0f, 0x01, 0x06, 0, 0, 0x66, 0x0f, 0x01, 0x16, 0, 0", NO_EXCEPTION, "rm-priv-allowed")      \
    X(lidt, "", , "SIDT, LIDT", ".byte 0x66, 0x0f, 0x01, 0x0e, 0, 0, 0x66, 0x0f, 0x01, 0x1e, 0, 0", NO_EXCEPTION, "rm-priv-allowed")      \
    X(wbinvd, "i486", , "WBINVD", "wbinvd", NO_EXCEPTION, "rm-priv-allowed")                                                              \
    X(invlpg, "i486", start.ebx = 0, "INVLPG", "invlpg [bx]", NO_EXCEPTION, "rm-priv-allowed")                                            \
    X(wrmsr, "sysenter", (start.ecx = MSR_SYSENTER_CS, start.eax = 0, start.edx = 0), "WRMSR of IA32_SYSENTER_CS", "wrmsr", NO_EXCEPTION, \
      "rm-priv-allowed")                                                                                                                  \
    X(rdmsr_unknown, "msr", start.ecx = 0x40000fff, "RDMSR of an MSR that isn't there", "rdmsr", VEC_GP, "")                              \
    X(wrmsr_unknown, "msr", start.ecx = 0x40000fff, "WRMSR of an MSR that isn't there", "wrmsr", VEC_GP, "")                              \
    X(rdtsc, "tsc", write_cr4(read_cr4() | CR4_TSD), "RDTSC with CR4.TSD=1", "rdtsc\nmov eax, 0\nmov edx, 0", NO_EXCEPTION, "")           \
    X(smsw_umip, "umip", write_cr4(read_cr4() | CR4_UMIP), "SMSW, SGDT with CR4.UMIP=1", "sgdt [0]\nsmsw [8]", NO_EXCEPTION, "")

#define DEFINE(name, needs, registers, about, text, vector, id) \
    static void name##_case(void)                               \
    {                                                           \
        registers;                                              \
        FAULT(text);                                            \
    }
SYSTEM(DEFINE)

#define SPEC "SDM 3B \"Instructions Supported in Real-Address Mode\"; SDM 2 \"Real-Address Mode Exceptions\" of the instruction"
#define ROW(name_, needs_, registers, about_, text, vector_, id_) \
    {VARIANT,                                                     \
     .name = #name_,                                              \
     .about = about_,                                             \
     .spec = SPEC,                                                \
     .id = id_,                                                   \
     .needs = needs_,                                             \
     .vector = vector_,                                           \
     .error = NO_ERROR,                                           \
     .saved_rip = vector_ == NO_EXCEPTION ? "" : AT_FAULT,        \
     .run = name_##_case},
VARIANTS(SYSTEM(ROW));
