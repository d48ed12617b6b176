/*
 * CLTS, LMSW and SMSW do in real mode what they do elsewhere: MP, EM and TS of CR0 are cleared, written and read, and LMSW ignores bits 15:4. EAX is
 * all ones at the end where CR0 is what it shall be.
 */
#include <case16.h>

#define BITS (CR0_MP | CR0_EM | CR0_TS)
#define SAME "not ebx\nlea eax, [eax + ebx]\nnot ebx\n"

/* What CR0 holds before and after, besides what real mode has in it. */
static void prepare(uint32_t before, uint32_t after)
{
    start.edx = (uint32_t)read_cr0() & ~(CR0_PG | CR0_PE);
    start.ecx = (start.edx & ~BITS) | before;
    start.ebx = (start.edx & ~BITS) | after;
    start.eax = start.ebx;
}

static void clts(void)
{
    prepare((uint32_t)ARG0, (uint32_t)ARG1);
    PROGRAM("mov cr0, ecx\nclts\nmov eax, cr0\nmov cr0, edx\n" SAME);
}

static void lmsw(void)
{
    prepare((uint32_t)ARG0, (uint32_t)ARG1);
    PROGRAM("mov cr0, ecx\nlmsw ax\nmov eax, cr0\nmov cr0, edx\n" SAME);
}

static void lmsw_high(void)
{
    prepare((uint32_t)ARG0, (uint32_t)ARG1);
    start.eax ^= 0xfff0;
    PROGRAM("mov cr0, ecx\nlmsw ax\nmov eax, cr0\nmov cr0, edx\n" SAME);
}

static void lmsw_ne(void)
{
    write_cr0(read_cr0() & ~(uintptr_t)CR0_NE);
    lmsw_high();
}

static void smsw(void)
{
    prepare((uint32_t)ARG0, (uint32_t)ARG1);
    PROGRAM("mov cr0, ecx\nmov ax, 0\nsmsw ax\nmov cr0, edx\n" SAME);
}

#define ROW(name_, run_, before, after, about_)                                                                                     \
    {                                                                                                                               \
        VARIANT, .name = name_, .about = about_ ", in real mode", .spec = "SDM 3B \"Instructions Supported in Real-Address Mode\"", \
                 .vector = NO_EXCEPTION, .run = run_, .arg = {                                                                      \
                     before,                                                                                                        \
                     after                                                                                                          \
                 }                                                                                                                  \
    }
#define LMSW(name, bit)                                                           \
    ROW("lmsw_" name, lmsw, 0, bit, "LMSW with one of MP, EM, TS set, it was 0"), \
        ROW("lmsw_no_" name, lmsw, BITS, BITS & ~(bit), "LMSW with one of MP, EM, TS clear, all were 1")

VARIANTS(ROW("clts", clts, CR0_TS, 0, "CLTS where TS=1"), ROW("clts_bits", clts, BITS, BITS & ~CR0_TS, "CLTS where MP=EM=TS=1"), LMSW("mp", CR0_MP),
         LMSW("em", CR0_EM), LMSW("ts", CR0_TS), ROW("lmsw_high", lmsw_high, 0, BITS, "LMSW with bits 15:4 the other way round"),
         ROW("lmsw_ne", lmsw_ne, 0, BITS, "LMSW with bits 15:4 the other way round, NE=0"), ROW("smsw_mp", smsw, CR0_MP, CR0_MP, "SMSW where MP=1"),
         ROW("smsw_em", smsw, CR0_EM, CR0_EM, "SMSW where EM=1"), ROW("smsw_ts", smsw, CR0_TS, CR0_TS, "SMSW where TS=1"),
         ROW("smsw_none", smsw, 0, 0, "SMSW where MP=EM=TS=0"));
