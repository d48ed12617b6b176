/* CR3 holds a physical address: bits from MAXPHYADDR on are reserved. So is bit 63, which means something only where CR4.PCIDE=1. */
#include <case.h>

static uint64_t before;

static void note_cr3(void)
{
    note("kept", read_cr3() == before);
}

static void write(uint64_t bit)
{
    before = read_cr3();
    start.rbx = before | bit;
    at_end(note_cr3);
    FAULT("mov cr3, rbx");
}

static void reserved(void)
{
    write(1ull << (cpuid(0x80000008, 0).eax & 0xff));
}

static void bit63(void)
{
    write(1ull << 63);
}

#define ROW(run_, id_, about_, needs_)                                                                                                             \
    {                                                                                                                                              \
        VARIANT, .name = #run_, .about = about_ ", at CPL 0", .spec = "SDM 2B \"MOV-Move to/from Control Registers\"", .id = id_, .needs = needs_, \
                 .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT, .run = run_                                                                  \
    }

VARIANTS(ROW(reserved, "cr-cr3-reserved-high", "MOV CR3 with bit MAXPHYADDR set", "reserved_address_bits"),
         ROW(bit63, "cr-cr3-bit63-no-pcide", "MOV CR3 with bit 63 set where CR4.PCIDE=0", "pcid"));
