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

void put_final(void)
{
    print("final rflags=%lx rsp=%lx" SEGMENTS, program_final.rflags, program_final.registers.rsp, SEGMENTS_OF(&final_segments));
    put_changed_gprs(&program_final.registers.rax, &start.rax);
}
