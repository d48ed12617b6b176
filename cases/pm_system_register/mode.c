/*
 * Bits of CR0, CR4 and IA32_EFER that don't go together. IA-32e mode isn't entered with paging on, without CR4.PAE, from a code segment with L=1, or
 * with a 16-bit TSS in TR: #GP(0), and nothing has changed. CR4.PAE with paging on loads the PDPTEs. Bits that the processor lacks are reserved.
 */
#include <case32.h>

#define NO_PAGING "mov cr0, edi\n"
/* No flag changes. */
#define LME "mov ecx, 0xc0000080\nmov eax, 0x100\nmov edx, 0\n"
#define SET_LME LME "wrmsr\n"
#define SET_PAE "mov edx, cr4\nlea edx, [edx+0x20]\nmov cr4, edx\n"

static void note_state(void)
{
    note("pg", read_cr0() >> 31);
    note("pae", read_cr4() >> 5 & 1);
    note("lme", read_msr(MSR_EFER) >> 8 & 1);
    note("lma", read_msr(MSR_EFER) >> 10 & 1);
}

/* ESI is CR0, EDI the same without PG; the registers that the program needs are its own. */
static void run(struct program p)
{
    start.esi = read_cr0();
    start.edi = start.esi & ~CR0_PG;
    start.eax = start.ecx = start.edx = 0;
    at_end(note_state);
    run_program(p);
}

static void lme_with_paging(void)
{
    run(ASSEMBLE(LME MARK(fault) "wrmsr\n" MARK(after)));
}

static void lme_without_pae(void)
{
    run(ASSEMBLE(NO_PAGING SET_LME MARK(fault) "mov cr0, esi\n" MARK(after)));
}

static struct tss16 small;

static void lme_tss16(void)
{
    struct descriptor d = {.base = (uintptr_t)&small, .limit = sizeof(small) - 1, .type = SYSTEM_TSS16_AVAILABLE};

    __asm__ volatile("ltr %w0" : : "r"(add_descriptor("small", encode_descriptor(d))) : "memory");
    run(ASSEMBLE(NO_PAGING SET_PAE SET_LME MARK(fault) "mov cr0, esi\n" MARK(after)));
}

/* Outside IA-32e mode L is ignored, and D=0 makes it 16-bit code. */
static void lme_long_code(void)
{
    struct descriptor d = {.limit = 0xfffff, .g = true, .l = true, .type = CODE_READABLE};
    struct program p = ASSEMBLE(NO_PAGING SET_PAE SET_LME "jmp fword ptr [ebx]\n" MARK(there) MARK(fault) ".byte 0x0f, 0x22, 0xc6\n" MARK(after));
    static uint32_t pointer[2];

    pointer[0] = label_of(p, "there");
    pointer[1] = add_descriptor("long_code", encode_descriptor(d));
    start.ebx = (uintptr_t)pointer;
    run(p);
}

/* The directory is the table of PDPTEs then, and its first one has bits that are reserved there. */
static void pae_with_paging(void)
{
    start.ebx = read_cr4() | CR4_PAE;
    run(ASSEMBLE(MARK(fault) "mov cr4, ebx\n" MARK(after)));
}

static void pae_without_paging(void)
{
    start.ebx = read_cr4() | CR4_PAE;
    start.ebp = read_cr4();
    run(ASSEMBLE(NO_PAGING "mov cr4, ebx\nmov cr4, ebp\nmov cr0, esi\n"));
}

/* To PAE paging, with the PDPTEs of a table that has been left: MOV CR0 loads them. */
static void paging_with_bad_pointers(void)
{
    start.ebx = read_cr4() | CR4_PAE;
    run(ASSEMBLE(NO_PAGING "mov cr4, ebx\n" MARK(fault) "mov cr0, esi\n" MARK(after)));
}

/* arg: bits of CR4 to set. */
static void cr4(void)
{
    start.ebx = read_cr4() | (uint32_t)ARG0;
    FAULT("mov cr4, ebx");
}

/* arg: bits of CR0 to set, to clear; EDX is CR0 then. */
static void cr0(void)
{
    start.ebx = (read_cr0() | (uint32_t)ARG0) & ~(uint32_t)ARG1;
    FAULT("mov cr0, ebx\nmov edx, cr0");
}

static void cr3_low_bits(void)
{
    start.ebx = read_cr3() | 0xfe7;
    FAULT("mov cr3, ebx");
}

/* arg: bits of IA32_EFER to set. */
static void efer(void)
{
    uint64_t value = read_msr(MSR_EFER) | ARG0;

    start.eax = (uint32_t)value;
    start.edx = (uint32_t)(value >> 32);
    start.ecx = MSR_EFER;
    FAULT("wrmsr");
}

#define ROW(name_, run_, arg0, arg1, needs_, spec_, about_, ...)                                                               \
    {                                                                                                                          \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .needs = needs_, .run = run_, .arg = {arg0, arg1}, __VA_ARGS__ \
    }
#define GP(name, run, arg0, needs, spec, about) ROW(name, run, arg0, 0, needs, spec, about, .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT)
#define OK(name, run, arg0, arg1, needs, spec, about) ROW(name, run, arg0, arg1, needs, spec, about, .vector = NO_EXCEPTION)
#define IA32E "SDM 3A \"Initializing IA-32e Mode\""
#define CR "SDM 2B \"MOV-Move to/from Control Registers\""
#define PDPTE "SDM 3A \"PDPTE Registers\""
#define CR4(name, bit, needs, about) GP(name, cr4, bit, needs, CR, about)
VARIANTS(GP("lme_with_paging", lme_with_paging, 0, "lm", IA32E, "WRMSR sets EFER.LME where CR0.PG=1"),
         GP("lme_without_pae", lme_without_pae, 0, "lm", IA32E, "MOV CR0 sets PG where EFER.LME=1, CR4.PAE=0"),
         GP("lme_tss16", lme_tss16, 0, "lm", IA32E, "MOV CR0 sets PG where EFER.LME=1, CR4.PAE=1, TR has a 16-bit TSS"),
         GP("lme_long_code", lme_long_code, 0, "lm", IA32E, "MOV CR0 sets PG where EFER.LME=1, CR4.PAE=1, L of CS is 1"),
         GP("pae_with_paging", pae_with_paging, 0, "pae msr", PDPTE, "MOV CR4 sets PAE where CR0.PG=1: reserved bits of a PDPTE"),
         GP("paging_with_bad_pointers", paging_with_bad_pointers, 0, "pae msr", PDPTE, "MOV CR0 sets PG where CR4.PAE=1: reserved bits of a PDPTE"),
         OK("pae_without_paging", pae_without_paging, 0, 0, "pae msr", PDPTE, "MOV CR4 sets and clears PAE where CR0.PG=0"),
         OK("cr4_la57", cr4, CR4_LA57, 0, "la57", CR, "MOV CR4 sets LA57 outside IA-32e mode"),
         CR4("cr4_la57_absent", CR4_LA57, "cpuid !la57", "MOV CR4 sets LA57 on a CPU without it"),
         CR4("cr4_pke_absent", CR4_PKE, "cpuid !pku", "MOV CR4 sets PKE on a CPU without it"),
         CR4("cr4_smep_absent", CR4_SMEP, "cpuid !smep", "MOV CR4 sets SMEP on a CPU without it"),
         CR4("cr4_umip_absent", CR4_UMIP, "cpuid !umip", "MOV CR4 sets UMIP on a CPU without it"),
         OK("cr0_cache_off", cr0, CR0_CD | CR0_NW, 0, "i486", CR, "MOV CR0 sets CD and NW"),
         OK("cr0_cd", cr0, CR0_CD, 0, "i486", CR, "MOV CR0 sets CD alone"),
         OK("cr0_em", cr0, CR0_EM | CR0_MP, 0, "i486", CR, "MOV CR0 sets EM and MP"), OK("cr0_am", cr0, CR0_AM, 0, "i486", CR, "MOV CR0 sets AM"),
         OK("cr0_wp", cr0, 0, CR0_WP, "i486", CR, "MOV CR0 clears WP"),
         OK("cr3_low_bits", cr3_low_bits, 0, 0, "", CR, "MOV CR3 sets bits 2:0 and 11:5: they are ignored, or those of caching"),
         GP("efer_bit7", efer, 1u << 7, "lm", "SDM 2D \"WRMSR-Write to Model Specific Register\"", "WRMSR sets bit 7 of EFER"),
         GP("efer_bit40", efer, 1ull << 40, "lm", "SDM 2D \"WRMSR-Write to Model Specific Register\"", "WRMSR sets bit 40 of EFER"),
         GP("efer_nxe_absent", efer, EFER_NXE, "lm !nx", "SDM 2D \"WRMSR-Write to Model Specific Register\"", "WRMSR sets NXE on a CPU without it"));
