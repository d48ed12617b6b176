/* What is written to DR6's reserved bits isn't what is read: bit 12 is 0, and bits 4 to 10, 13 to 15 and 17 to 31 have one value each. ARG0: EBX. */

static void run(void)
{
    start.ebx = (uint32_t)ARG0;
    PROGRAM(MARK(fault) "mov dr6, ebx\n" MARK(after) "mov ecx, dr6\n");
}

#define ROW(name_, value, about_)                                                                                                               \
    {                                                                                                                                           \
        VARIANT, .name = name_, .about = "MOV DR6 of " about_ MODE ", read back", .spec = "SDM 3B \"Debug Registers\"", .vector = NO_EXCEPTION, \
                 .run = run, .needs = "cpuid", .arg = {                                                                                         \
                     value                                                                                                                      \
                 }                                                                                                                              \
    }
VARIANTS(ROW("zero", 0, "0"), ROW("ones", 0xffffffff, "ones"), ROW("bit_12", DR6_START | 1u << 12, "bit 12"),
         ROW("bit_12_alone", 1u << 12, "bit 12 alone"), ROW("conditions", DR6_START | 0xe00f, "B0 to B3, BD, BS and BT"));
