/* Each reserved bit of IA32_EFER: #GP(0), and the register keeps its value. */
#include <bits.h>
#include <case.h>

static uint64_t before;

static void look(void)
{
    note("kept", read_msr(MSR_EFER) == before);
}

/* ARG0: the bit. */
static void run(void)
{
    uint64_t value = (before = read_msr(MSR_EFER)) | 1ull << ARG0;

    start.rcx = MSR_EFER;
    start.rax = (uint32_t)value;
    start.rdx = value >> 32;
    at_end(look);
    FAULT("wrmsr");
}

#define ROW(bit, ...)                                                                                                                          \
    {                                                                                                                                          \
        VARIANT, .name = #bit, .about = "WRMSR of IA32_EFER with bit " #bit " set, at CPL 0",                                                  \
                 .spec = "SDM 2D \"WRMSR-Write to Model Specific Register\"", .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT, .run = run, \
                 .arg = {bit}, __VA_ARGS__                                                                                                     \
    }
#define RESERVED(bit) ROW(bit, )

/* Bit 12 is AMD's SVME, bit 14 FFXSR. Not here: bits 7:1, which APM 2 lets be, and bits 13, 15, 17, 18, 20 and 21, which newer ones have. */
VARIANTS(ROW(12, .needs = "!svm"), ROW(14, .needs = "!ffxsr"), RESERVED(16), RESERVED(19), RESERVED(22), RESERVED(23), RESERVED(24), RESERVED(25),
         RESERVED(26), RESERVED(27), RESERVED(28), RESERVED(29), RESERVED(30), RESERVED(31), RESERVED(32), BITS_33_TO_63(RESERVED));
