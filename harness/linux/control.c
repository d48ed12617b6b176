/* control.c: what a case does to CR0 and CR4 before its program runs. */
#include <asm/sigcontext.h>
#include "hosted.h"

#define CR0_MUST (CR0_PE | CR0_MP | CR0_NE | CR0_WP | CR0_AM | CR0_PG) /* Linux sets them, and no others, once for all */
#define CR0_ET 0x10u
#define CR0_HERE (CR0_MUST | CR0_ET)
#define CR4_HERE (CR4_PAE | CR4_OSFXSR | CR4_OSXMMEXCPT | CR4_FSGSBASE) /* of those that are certain */
#define OSXSAVE (1u << 27)                                              /* SDM 2A "CPUID", leaf 1, ECX */
#define OSPKE (1u << 4)                                                 /* leaf 7, ECX */

static uint64_t value_of(unsigned cr)
{
    uint64_t cr4 = CR4_HERE;

    if (cr == 0)
        return CR0_HERE;
    if (cpuid(1, 0).ecx & OSXSAVE)
        cr4 |= CR4_OSXSAVE;
    if (cpuid(0, 0).eax >= 7 && cpuid(7, 0).ecx & OSPKE)
        cr4 |= CR4_PKE;
    return cr4;
}

static uint64_t *register_of(struct sigcontext *at, unsigned number)
{
    __u64 *low[8] = {&at->rax, &at->rcx, &at->rdx, &at->rbx, &at->rsp, &at->rbp, &at->rsi, &at->rdi};
    __u64 *high[8] = {&at->r8, &at->r9, &at->r10, &at->r11, &at->r12, &at->r13, &at->r14, &at->r15};

    return (uint64_t *)(number < 8 ? low[number] : high[number - 8]);
}

/* XSETBV, 0F 01 D1, of XCR0: that Linux has more state set than a case asks for changes nothing for what it asks for. AVX's isn't read here. */
static unsigned emulate_xsetbv(struct sigcontext *at)
{
    const uint8_t *code = (const uint8_t *)at->rip;
    const uint32_t known = XCR0_X87 | XCR0_SSE | XCR0_AVX;
    uint32_t wanted = (uint32_t)at->rax & ~(uint32_t)XCR0_AVX512, low, high;

    if (code[0] != 0x0f || code[1] != 0x01 || code[2] != 0xd1)
        return 0;
    __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    if (watched.avx || (uint32_t)at->rcx != 0 || (uint32_t)at->rdx != 0 || wanted != (low & known) || (uint32_t)at->rax & ~low)
        unsupported("xcr0");
    return 3;
}

/* MOV r64, CRn is 0F 20 /r, MOV CRn, r64 is 0F 22 /r, with REX.B (41) for R8 to R15. */
unsigned emulate_control(struct sigcontext *at)
{
    const uint8_t *code = (const uint8_t *)at->rip;
    unsigned rex = *code == 0x41, cr;
    uint64_t *gpr;

    code += rex;
    if (code[0] != 0x0f || (code[1] != 0x20 && code[1] != 0x22))
        return rex ? 0 : emulate_xsetbv(at);
    cr = code[2] >> 3 & 7;
    if (cr != 0 && cr != 4)
        return 0;
    gpr = register_of(at, (code[2] & 7u) + 8 * rex);
    if (code[1] == 0x20)
        *gpr = value_of(cr);
    else if (*gpr != value_of(cr))
        unsupported(cr ? "cr4" : "cr0");
    return 3 + rex;
}

/* 0F 00 /0 and /1, 0F 01 /0, /1 and /4, behind CS, an operand size prefix or REX (SDM 2B, each one's page). 0F 01 with two registers is another. */
bool stores_table_register(const uint8_t *code)
{
    unsigned number;

    while (*code == 0x2e || *code == 0x66)
        code++;
    if ((*code & 0xf0) == 0x40)
        code++;
    number = code[2] >> 3 & 7;
    if (code[0] != 0x0f)
        return false;
    return (code[1] == 0 && number <= 1) || (code[1] == 1 && (number == 4 || (number <= 1 && code[2] < 0xc0)));
}
