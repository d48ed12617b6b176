/*
 * CMPXCHG8B, and in 64-bit mode CMPXCHG16B: equal, ECX:EBX is stored and EDX:EAX stays; else EDX:EAX is loaded and memory stays; of the flags ZF
 * alone changes. Halves that aren't operands stay, but for those of registers that are loaded.
 */
#include <wide.h>

enum difference { NONE, LOW, HIGH };

/* ARG0: where EDX:EAX differs from memory. ARG1: an operand's bytes. */
static void set_up(void)
{
    uint32_t *operand;

    in_user_mode();
    start.R(si) = map_page("operand", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    operand = frame_of(start.R(si));
    for (unsigned i = 0; i < 4; i++)
        operand[i] = 0x12345678u + 0x11111111u * i;
    record_memory("operand", (uint8_t *)operand, 16);
    if (ARG1 == sizeof(uint32_t)) {
        start.R(ax) = (start.R(ax) & ~(uintptr_t)UINT32_MAX) | (operand[0] ^ (ARG0 == LOW));
        start.R(dx) = (start.R(dx) & ~(uintptr_t)UINT32_MAX) | (operand[1] ^ (uint32_t)(ARG0 == HIGH) << 31);
    }
#ifdef __x86_64__
    if (ARG1 == sizeof(uint64_t)) {
        start.rax = (operand[0] | (uint64_t)operand[1] << 32) ^ (ARG0 == LOW);
        start.rdx = (operand[2] | (uint64_t)operand[3] << 32) ^ (uint64_t)(ARG0 == HIGH) << 63;
    }
#endif
    start.R(flags) = (start.R(flags) & ~(uintptr_t)RFLAGS_ZF) | (ARG0 == NONE ? 0 : RFLAGS_ZF);
}

#define COMPARE(name, instruction) \
    static void name(void)         \
    {                              \
        set_up();                  \
        FAULT(instruction);        \
    }
#define SPEC "SDM 2A \"CMPXCHG8B/CMPXCHG16B-Compare and Exchange Bytes\""
#define ROW(name_, run_, difference, bytes, needs_, about_)                                                                                     \
    {                                                                                                                                           \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .run = run_, .arg = {difference, bytes}, .needs = needs_, .vector = NO_EXCEPTION \
    }
#define EACH(run, bytes, needs, instruction)                                                        \
    ROW(#run "_equal", run, NONE, bytes, needs, "CPL-3 " instruction ", equal"),                    \
        ROW(#run "_low", run, LOW, bytes, needs, "CPL-3 " instruction ", the lower halves differ"), \
        ROW(#run "_high", run, HIGH, bytes, needs, "CPL-3 " instruction ", the upper halves differ")
COMPARE(cmpxchg8b, "cmpxchg8b [" REGISTER("si") "]")
COMPARE(lock_cmpxchg8b, "lock cmpxchg8b [" REGISTER("si") "]")
