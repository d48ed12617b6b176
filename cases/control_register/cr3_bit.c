/*
 * Bits of CR3 beyond 51 are reserved: #GP(0), and CR3 keeps its value. Bit 63 says, where CR4.PCIDE=1, that the TLB is kept, and isn't stored.
 * What lies below bit 12 is no part of the address.
 */
#include <case.h>

static uint64_t before;

static void look(void)
{
    note("kept", read_cr3() == before);
}

/* ARG0: what is set in it. */
static void run(void)
{
    before = read_cr3();
    start.rbx = before | ARG0;
    at_end(look);
    FAULT("mov cr3, rbx");
}

static void with_pcid(void)
{
    write_cr4(read_cr4() | CR4_PCIDE);
    run();
}

#define ROW(name_, run_, bits, about_, ...)                                                                                                         \
    {                                                                                                                                               \
        VARIANT, .name = name_, .about = "MOV CR3 with " about_ ", at CPL 0", .spec = "SDM 2B \"MOV-Move to/from Control Registers\"", .run = run_, \
                 .arg = {bits}, __VA_ARGS__                                                                                                         \
    }
#define RESERVED_IF(bit, run, low, pcide, ...) \
    ROW(#low #bit, run, 1ull << bit, "bit " #bit " set, CR4.PCIDE=" #pcide, .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT, __VA_ARGS__)
#define RESERVED(bit) RESERVED_IF(bit, run, , 0, )
#define RESERVED_PCID(bit) RESERVED_IF(bit, with_pcid, pcid_, 1, .needs = "pcid")
#define PCID(name, bits, about) ROW("pcid_" name, with_pcid, bits, about ", CR4.PCIDE=1", .vector = NO_EXCEPTION, .needs = "pcid")

/* Not here: bits 62:61, which newer processors have. */
VARIANTS(RESERVED(52), RESERVED(60), RESERVED_PCID(52), PCID("keep", 1ull << 63, "bit 63 set"), PCID("one", 1, "PCID 1"),
         PCID("all", 0xfff, "PCID 0xfff"));
