/* registers.c: the lines of a record that tell registers, whatever the case runs on. */
#include "long64/registers.h"
#include "common/line.h"
#include "long64/trap.h"

static const char *const gpr_names[16] = {"rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi",
                                          "r8",  "r9",  "r10", "r11", "r12", "r13", "r14", "r15"};
#define RSP_NUMBER 4u

void put_changed_gprs(const uint64_t *gpr, const uint64_t *expected)
{
    for (unsigned i = 0; i < 16; i++)
        if (i != RSP_NUMBER && gpr[i] != expected[i])
            print(" %s=%lx", gpr_names[i], gpr[i]);
    put('\n');
}

void put_start_gprs(void)
{
    uint64_t pattern[16];

    for (unsigned i = 0; i < 16; i++)
        pattern[i] = start_gpr(i);
    put_changed_gprs(&start.rax, pattern);
}

static void put_sse(void)
{
    bool kept = true;
    const uint64_t *before = (const uint64_t *)(const void *)sse_start.image, *after = (const uint64_t *)(const void *)sse_final.image;

    print("sse");
    if ((uint32_t)before[3] != (uint32_t)after[3]) { /* MXCSR, byte 24 */
        print(" mxcsr=%lx", after[3] & 0xffffffff);
        kept = false;
    }
    for (unsigned i = 0; i < 32; i++)
        if (before[20 + i] != after[20 + i]) {
            print(" xmm%u.%s=%lx", i / 2, i % 2 ? "high" : "low", after[20 + i]);
            kept = false;
        }
    print(kept ? " kept\n" : "\n");
}

void put_final(void)
{
    print("final rflags=%lx rsp=%lx" SEGMENTS, program_final.rflags, program_final.registers.rsp, SEGMENTS_OF(&final_segments));
    put_changed_gprs(&program_final.registers.rax, &start.rax);
    if (sse_watched)
        put_sse();
}
