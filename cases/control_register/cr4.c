/* CR4 has bits that need a feature, a state of other registers, or another mode. Otherwise: #GP(0), and CR4 keeps its value. */
#include <case.h>

static void note_cr4(void)
{
    note("cr4", read_cr4());
}

static void set(void)
{
    start.rbx = read_cr4() | ARG0;
    at_end(note_cr4);
    FAULT("mov cr4, rbx");
}

/* CR3[11:0] holds PWT, which would be the PCID. */
static void pcide(void)
{
    write_cr3(read_cr3() | PAGE_PWT);
    set();
}

static void without_wp(void)
{
    write_cr0(read_cr0() & ~(uint64_t)CR0_WP);
    set();
}

#define MOV "SDM 2B \"MOV-Move to/from Control Registers\""
/* Of editions since 2019. */
#define LA57 "SDM 3A \"Paging-Mode Enabling\""
#define CET "SDM 3A \"Control Registers\", CR4.CET"
#define ROW(name_, run_, bit, id_, about_, spec_, ...)                                                                                \
    {                                                                                                                                 \
        VARIANT, .name = name_, .about = "MOV CR4 with " about_ ", at CPL 0", .spec = spec_, .id = id_, .vector = VEC_GP, .error = 0, \
                 .saved_rip = AT_FAULT, .run = run_, .arg = {bit}, __VA_ARGS__                                                        \
    }

VARIANTS(ROW("bit63", set, 1ull << 63, "cr-cr4-bit63", "bit 63 set", MOV),
         ROW("la57", set, CR4_LA57, "cr-cr4-la57-toggle", "LA57=1 in IA-32e mode with 4-level paging", LA57, .needs = "la57"),
         ROW("pcide", pcide, CR4_PCIDE, "cr-cr4-pcide-cr3-low", "PCIDE=1 where CR3[11:0] isn't 0", MOV, .needs = "pcid"),
         ROW("smap", set, CR4_SMAP, "cr-cr4-unsupported-smap", "SMAP=1 on a CPU without it", MOV, .needs = "!smap"),
         ROW("vmxe", set, CR4_VMXE, "cr-cr4-vmxe-no-vmx", "VMXE=1 on a CPU without VMX", MOV, .needs = "!vmx"),
         ROW("cet", without_wp, CR4_CET, "cr-cr4-cet-no-wp", "CET=1 where CR0.WP=0", CET, .needs = "cet_ss"));
