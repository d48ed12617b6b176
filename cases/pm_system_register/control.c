/*
 * What MOV to the control registers refuses: CR0 with PG and without PE, or with NW and without CD, a reserved bit of CR4, PCIDE outside IA-32e mode:
 * #GP(0). CR1 and CR5 to CR7 are none: #UD. Reserved bits of CR0 are ignored; LMSW sets MP, EM, TS and PE, and clears all but PE. EDX is then CR0.
 */
#include <case32.h>

/* arg: bits to set, bits to clear. */
static void cr0(void)
{
    start.ebx = (uint32_t)((read_cr0() | ARG0) & ~ARG1);
    FAULT("mov cr0, ebx\nmov edx, cr0");
}

static void cr4(void)
{
    start.ebx = (uint32_t)(read_cr4() | ARG0);
    FAULT("mov cr4, ebx");
}

/* arg: the machine status word; bits of CR0 that are set before. */
static void lmsw(void)
{
    write_cr0(read_cr0() | ARG1);
    start.ebx = ARG0;
    FAULT("lmsw bx\nmov edx, cr0");
}

static void lmsw_ne(void)
{
    write_cr0(read_cr0() & ~(uintptr_t)CR0_NE);
    lmsw();
}

static void lmsw_memory(void)
{
    start.ebx = map_page("operand", PAGE_PRESENT);
    *(uint32_t *)frame_of(start.ebx) = ARG0;
    FAULT("lmsw word ptr [ebx]\nmov edx, cr0");
}

static void clts(void)
{
    write_cr0(read_cr0() | CR0_TS);
    FAULT("clts\nmov edx, cr0");
}

#define PLAIN(name, instruction) \
    static void name(void)       \
    {                            \
        FAULT(instruction);      \
    }
PLAIN(from_cr0, "mov ebx, cr0")
PLAIN(from_cr0_any_mod, ".byte 0x0f, 0x20, 0x03")
PLAIN(from_cr0_size16, ".byte 0x66, 0x0f, 0x20, 0xc3")
PLAIN(smsw16, "smsw bx")
PLAIN(to_cr1, ".byte 0x0f, 0x22, 0xcb")
PLAIN(from_cr1, ".byte 0x0f, 0x20, 0xcb")
PLAIN(to_cr5, ".byte 0x0f, 0x22, 0xeb")
PLAIN(from_cr6, ".byte 0x0f, 0x20, 0xf3")
PLAIN(to_cr7, ".byte 0x0f, 0x22, 0xfb")

static void dr4_with_de(void)
{
    write_cr4(read_cr4() | CR4_DE);
    FAULT(".byte 0x0f, 0x21, 0xe3");
}

static void dr4_without_de(void)
{
    FAULT(".byte 0x0f, 0x21, 0xe3");
}

/* With a 16-bit operand size the base has 24 bits. */
static void look_at_gdtr(void)
{
    struct table_register gdtr;

    __asm__ volatile("sgdt %0" : "=m"(gdtr));
    note("base", gdtr.base == (uintptr_t)gdt);
    note("limit", gdtr.limit);
}

static void table(uint8_t top)
{
    struct table_register *operand;

    start.ebx = map_page("operand", PAGE_PRESENT);
    operand = frame_of(start.ebx);
    operand->limit = GDT_LIMIT + 1;
    operand->base = (uintptr_t)gdt | (uint32_t)top << 24;
    at_end(look_at_gdtr);
}

static void lgdt16(void)
{
    table(0x12);
    FAULT(".byte 0x66, 0x0f, 0x01, 0x13");
}

static void lgdt32(void)
{
    table(0);
    FAULT("lgdt [ebx]");
}

#define MOV "SDM 2B \"MOV-Move to/from Control Registers\""
#define ROW(name_, run_, arg0, arg1, vector_, error_, rip_, needs_, spec_, id_, about_)                                                            \
    {                                                                                                                                              \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .id = id_, .vector = vector_, .error = error_, .saved_rip = rip_, .needs = needs_, \
                 .run = run_, .arg = {                                                                                                             \
                     arg0,                                                                                                                         \
                     arg1                                                                                                                          \
                 }                                                                                                                                 \
    }
#define GP(name_, run_, set_, clear_, needs_, id_, about_) ROW(name_, run_, set_, clear_, VEC_GP, 0, AT_FAULT, needs_, MOV, id_, about_)
#define UD(name_, run_, about_) ROW(name_, run_, 0, 0, VEC_UD, NO_ERROR, AT_FAULT, "", MOV, "", about_)
#define OK(name_, run_, arg0, arg1, spec_, about_) ROW(name_, run_, arg0, arg1, NO_EXCEPTION, 0, NULL, "", spec_, "", about_)
VARIANTS(GP("cr0_pg_without_pe", cr0, 0, CR0_PE, "", "cr-pm32-pg-no-pe", "MOV CR0 with PG=1 and PE=0"),
         GP("cr0_nw_without_cd", cr0, CR0_NW, CR0_CD, "i486", "", "MOV CR0 with NW=1 and CD=0"),
         OK("cr0_reserved", cr0, 0x1ffaffc0, 0, MOV, "MOV CR0 with all reserved bits set"), OK("cr0_et", cr0, 0, 0x10, MOV, "MOV CR0 with ET=0"),
         OK("cr0_ts", cr0, CR0_TS, 0, MOV, "MOV CR0 with TS=1"),
         GP("cr4_bit31", cr4, 1u << 31, 0, "cpuid", "cr-pm32-cr4-reserved", "MOV CR4 with bit 31 set"),
         GP("cr4_pcide", cr4, CR4_PCIDE, 0, "pcid", "cr-pm32-pcide-nolma", "MOV CR4 with PCIDE=1 outside IA-32e mode"),
         UD("to_cr1", to_cr1, "MOV to CR1"), UD("from_cr1", from_cr1, "MOV from CR1"), UD("to_cr5", to_cr5, "MOV to CR5"),
         UD("from_cr6", from_cr6, "MOV from CR6"), UD("to_cr7", to_cr7, "MOV to CR7"), OK("from_cr0", from_cr0, 0, 0, MOV, "MOV from CR0"),
         OK("from_cr0_any_mod", from_cr0_any_mod, 0, 0, MOV, "MOV from CR0, the ModR/M byte as if of a memory operand"),
         OK("from_cr0_size16", from_cr0_size16, 0, 0, MOV, "MOV from CR0 with a 16-bit operand size: 32 bits"),
         OK("smsw", smsw16, 0, 0, "SDM 2B \"SMSW-Store Machine Status Word\"", "SMSW r16"),
         OK("lmsw_pe", lmsw, 0, 0, "SDM 2A \"LMSW-Load Machine Status Word\"", "LMSW with PE=0: PE stays, MP is cleared"),
         OK("lmsw_high", lmsw, 0xfff3, 0, "SDM 2A \"LMSW-Load Machine Status Word\"", "LMSW with bits 15:4 set: they are ignored"),
         OK("lmsw_ne", lmsw_ne, 0xfff3, 0, "SDM 2A \"LMSW-Load Machine Status Word\"", "LMSW with bits 15:4 set where NE=0: it stays"),
         OK("lmsw_ts", lmsw, 0xb, 0, "SDM 2A \"LMSW-Load Machine Status Word\"", "LMSW with TS=1"),
         OK("lmsw_clears_ts", lmsw, 3, CR0_TS, "SDM 2A \"LMSW-Load Machine Status Word\"", "LMSW with TS=0, it was 1"),
         OK("lmsw_memory", lmsw_memory, 0xffff0009, 0, "SDM 2A \"LMSW-Load Machine Status Word\"", "LMSW of memory"),
         OK("clts", clts, 0, 0, "SDM 2A \"CLTS-Clear Task-Switched Flag in CR0\"", "CLTS"),
         ROW("dr4_with_de", dr4_with_de, 0, 0, VEC_UD, NO_ERROR, AT_FAULT, "de", "SDM 2B \"MOV-Move to/from Debug Registers\"", "",
             "MOV from DR4, CR4.DE=1"),
         OK("dr4_without_de", dr4_without_de, 0, 0, "SDM 2B \"MOV-Move to/from Debug Registers\"", "MOV from DR4, CR4.DE=0: it is DR6"),
         OK("lgdt", lgdt32, 0, 0, "SDM 2A \"LGDT/LIDT-Load Global/Interrupt Descriptor Table Register\"", "LGDT"),
         OK("lgdt_size16", lgdt16, 0, 0, "SDM 2A \"LGDT/LIDT-Load Global/Interrupt Descriptor Table Register\"",
            "LGDT with a 16-bit operand size: bits 31:24 of the base aren't loaded"));
