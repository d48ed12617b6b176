/*
 * PCIDE can be set only where CR3[11:0] is 0: each bit of it, those that are ignored without PCIDE, too (SDM 3A "Process-Context
 * Identifiers (PCIDs)"). What lies beyond bit 11 is the address, and no obstacle.
 */
#include <case.h>

static void look(void)
{
    note("cr4", read_cr4());
}

/* ARG0: what is set in CR3[11:0]. */
static void run(void)
{
    write_cr3(read_cr3() | ARG0);
    start.rbx = read_cr4() | CR4_PCIDE;
    at_end(look);
    FAULT("mov cr4, rbx");
}

#define ROW(name_, bits, about_, ...)                                                                                                                \
    {                                                                                                                                                \
        VARIANT, .name = name_, .about = "MOV CR4 with PCIDE=1 where " about_ ", at CPL 0", .spec = "SDM 2B \"MOV-Move to/from Control Registers\"", \
                 .needs = "pcid", .run = run, .arg = {bits}, __VA_ARGS__                                                                             \
    }
#define BIT(bit) ROW(#bit, 1ull << bit, "bit " #bit " of CR3 is set", .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT)

VARIANTS(BIT(0), BIT(1), BIT(2), BIT(3), BIT(4), BIT(5), BIT(6), BIT(7), BIT(8), BIT(9), BIT(10), BIT(11),
         ROW("none", 0, "CR3[11:0] is 0", .vector = NO_EXCEPTION));
