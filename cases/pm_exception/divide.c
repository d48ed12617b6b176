/*
 * #DE: DIV, IDIV and AAM by 0, and quotients that have no room, at each operand size. A fault: EIP is the first prefix's, and
 * registers are as before.
 */
#include <case32.h>

#define SPEC "SDM 3A \"Interrupt 0-Divide Error Exception (#DE)\"; SDM 2A \"DIV-Unsigned Divide\", \"IDIV-Signed Divide\""

/* ECX divides EDX:EAX; ARG0 is EAX, ARG1 ECX. */
#define DIVIDE(name, text)                            \
    static void name(void)                            \
    {                                                 \
        start.eax = (uint32_t)ARG0;                   \
        start.edx = start.eax >> 31 ? 0xffffffff : 0; \
        start.ecx = (uint32_t)ARG1;                   \
        FAULT(text);                                  \
    }

DIVIDE(div8, "div cl")
DIVIDE(div16, "div cx")
DIVIDE(div32, "div ecx")
DIVIDE(idiv8, "idiv cl")
DIVIDE(idiv16, "idiv cx")
DIVIDE(idiv32, "idiv ecx")
DIVIDE(prefixed, ".byte 0x3e, 0x26, 0x66\ndiv ecx")

/* The least dividend: its quotient by -1 has no room in twice the width either. */
#define LEAST(name, text, high, low) \
    static void name(void)           \
    {                                \
        start.edx = high;            \
        start.eax = low;             \
        start.ecx = 0xffffffff;      \
        FAULT(text);                 \
    }
LEAST(idiv8_least, "idiv cl", 0, 0x8000)
LEAST(idiv16_least, "idiv cx", 0x8000, 0)
LEAST(idiv32_least, "idiv ecx", 0x80000000, 0)

static void idiv32_user(void)
{
    in_user_mode();
    idiv32();
}

static void div32_ring1(void)
{
    in_ring(1);
    div32();
}

/* EDX:EAX is 0x100000000. */
static void div32_high(void)
{
    start.edx = 1;
    start.eax = 0;
    start.ecx = (uint32_t)ARG1;
    FAULT("div ecx");
}

static void memory(void)
{
    start.ebx = map_page("divisor", PAGE_PRESENT);
    FAULT("div dword ptr [ebx]");
}

/* The page fault comes first: no divisor is there to look at. */
static void missing(void)
{
    start.ebx = map_page("divisor", 0);
    FAULT("div dword ptr [ebx]");
}

static void aam(void)
{
    FAULT("aam 0");
}

static void aam_user(void)
{
    in_user_mode();
    aam();
}

static void aam_one(void)
{
    FAULT("aam 1");
}

static void code16(void)
{
    in_code16();
    start.eax = start.edx = 0;
    start.ecx = 0xffff0000;
    FAULT16("div cx");
}

static void code16_dword(void)
{
    in_code16();
    start.eax = start.edx = start.ecx = 0;
    FAULT16("div ecx");
}

static void code16_aam(void)
{
    in_ring(3);
    in_code16();
    FAULT16("aam 0");
}

#define ROW(name_, about_, id_, eax, ecx, run_, ...)                                                                  \
    {                                                                                                                 \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .id = id_, .run = run_, .arg = {eax, ecx}, __VA_ARGS__ \
    }
#define DE(name, about, id, eax, ecx, run) ROW(name, about, id, eax, ecx, run, .vector = VEC_DE, .error = NO_ERROR, .saved_rip = AT_FAULT)
#define PASSES .vector = NO_EXCEPTION

VARIANTS(DE("div8", "DIV CL by 0", "", 0x1234, 0xffffff00, div8), DE("div16", "DIV CX by 0", "", 0x1234, 0xffff0000, div16),
         DE("div32", "DIV ECX by 0", "de-pm32-div32", 0x1234, 0, div32), DE("div32_ring1", "DIV ECX by 0 at CPL 1", "", 0x1234, 0, div32_ring1),
         DE("idiv8", "IDIV CL by 0", "", 0x1234, 0xffffff00, idiv8), DE("idiv16", "IDIV CX by 0", "", 0x1234, 0xffff0000, idiv16),
         DE("idiv32", "IDIV ECX by 0", "", 0x1234, 0, idiv32), DE("div8_overflow", "DIV CL, quotient 0x100", "", 0x1200, 0x12, div8),
         DE("idiv8_overflow", "IDIV CL, quotient 0x80", "", 0x100, 2, idiv8),
         DE("idiv16_overflow", "IDIV CX of -0x8000 by -1", "", 0xffff8000, 0xffff, idiv16),
         DE("idiv32_overflow", "IDIV ECX of -0x80000000 by -1", "", 0x80000000, 0xffffffff, idiv32),
         DE("idiv8_least", "IDIV CL of -0x8000 by -1", "", 0, 0, idiv8_least),
         DE("idiv16_least", "IDIV CX of -0x80000000 by -1", "", 0, 0, idiv16_least),
         DE("idiv32_least", "IDIV ECX of -0x8000000000000000 by -1", "", 0, 0, idiv32_least),
         DE("idiv32_user", "IDIV ECX of -0x80000000 by -1 at CPL 3", "de-pm32-user", 0x80000000, 0xffffffff, idiv32_user),
         DE("div32_overflow", "DIV ECX of 0x100000000 by 1", "", 0, 1, div32_high),
         DE("prefixed", "DIV by 0 behind three prefixes", "", 0, 0xffff0000, prefixed), DE("memory", "DIV by 0 in memory", "", 0, 0, memory),
         DE("aam", "AAM 0", "de-pm32-aam0", 0, 0, aam), DE("aam_user", "AAM 0 at CPL 3", "", 0, 0, aam_user),
         DE("code16", "DIV CX by 0 in 16-bit code", "", 0, 0, code16), DE("code16_dword", "DIV ECX by 0 in 16-bit code", "", 0, 0, code16_dword),
         DE("code16_aam", "AAM 0 in 16-bit code at CPL 3", "", 0, 0, code16_aam),
         ROW("missing", "DIV by a number on a page that isn't present", "", 0, 0, missing, .vector = VEC_PF, .error = 0, .saved_rip = AT_FAULT),
         ROW("idiv8_fits", "IDIV CL, quotient -0x80", "", 0xffffff00, 2, idiv8, PASSES),
         ROW("idiv32_fits", "IDIV ECX of -0x80000000 by 1", "", 0x80000000, 1, idiv32, PASSES), ROW("aam_one", "AAM 1", "", 0, 0, aam_one, PASSES));
