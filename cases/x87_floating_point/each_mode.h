/*
 * each_mode.h: x87 instructions of a group one behind the other, in 32-bit protected, virtual-8086 and real mode. Each runs twice, with the exception
 * that its operands raise unmasked, and with all masked; FWAIT behind it raises #MF or not. ST(0) and ST(1) are of the row, the others empty; TOP is
 * 4 and C1 is 1 before. A file defines RUNS(size, point): its programs for one code size.
 */
#include "numbers.h"

enum { PER_GROUP = 7, RUN_COUNT = 2 * PER_GROUP, TOP_4_C1 = 4 << 11 | 0x200 };

/* Of FNSAVE with 32-bit operand size; where the fields lie that are used here is the same in each mode (SDM 1 figures 8-9 and 8-10). */
struct image {
    uint32_t control, status, tags, pointers[4];
    uint8_t st[8][10];
};
_Static_assert(sizeof(struct image) == 108, "SDM 1 figure 8-9, and the registers");

/* For each run, upwards from DS:EBX. */
struct run {
    uint8_t operand[16];
    uint16_t status; /* before FWAIT */
    uint16_t fault;  /* of FWAIT: 0 none, 1 #MF with its own EIP, 2 with another one */
    uint8_t unused[12];
    struct image before;
    uint8_t unused_too[4];
    struct image after; /* of FWAIT */
    uint8_t unused_at_end[4];
};
_Static_assert(offsetof(struct run, before) == 32 && offsetof(struct run, after) == 144 && sizeof(struct run) == 256, "ONE_RUN");

struct instruction {
    const char *names[2][4]; /* of the values: unmasked, masked */
    uint8_t unmasked, operands[2], memory;
};

static struct run *runs;
static const struct instruction *group;
static uint8_t operands[RUN_COUNT][16]; /* what is in memory behind it */

static void put(uint8_t *to, enum number number, unsigned more)
{
    uint64_t low = numbers[number].low + more;

    __builtin_memcpy(to, &low, 8);
    __builtin_memcpy(to + 8, &numbers[number].high, 2);
}

static void note_run(const struct run *run, const char *const *names)
{
    unsigned top = run->after.status >> 11 & 7;
    bool is_empty = (run->after.tags >> 2 * top & 3) == 3;
    uint64_t low;
    uint16_t high;

    __builtin_memcpy(&low, run->after.st[0], 8);
    __builtin_memcpy(&high, run->after.st[0] + 8, 2);
    note(names[0], run->status | (uint32_t)run->fault << 16);
    note(names[1], run->after.tags & 0xffff);
    note(names[2], is_empty ? 0 : low);
    note(names[3], is_empty ? 0 : high);
}

static void note_runs(void)
{
    for (unsigned n = 0; n < RUN_COUNT; n++) {
        note_run(&runs[n], group[n / 2].names[n % 2]);
        __builtin_memcpy(operands[n], runs[n].operand, sizeof(operands[n]));
    }
}

/* `memory` has a page's size. */
static void set_up_runs(void *memory, const struct instruction *instructions)
{
    runs = memory;
    group = instructions;
    for (unsigned n = 0; n < RUN_COUNT; n++) {
        const struct instruction *one = &instructions[n / 2];
        struct image *image = &runs[n].before;
        bool is_full = one->operands[1] == FULL;

        put(runs[n].operand, one->memory, 0);
        image->control = ALL_MASKED & ~(n % 2 ? 0u : one->unmasked);
        image->status = TOP_4_C1;
        image->tags = is_full ? 0 : 0xffffu & ~(one->operands[0] != NONE ? 3u << 8 : 0) & ~(one->operands[1] != NONE ? 3u << 10 : 0);
        for (unsigned i = 0; i < 8; i++)
            put(image->st[i], i < 2 ? one->operands[i] : is_full ? FULL : NONE, i < 2 ? 0 : i);
    }
    record_memory("operands", operands, sizeof(operands));
    at_end(note_runs);
}

/* `size` makes the operand size of FRSTOR and FNSAVE 32 bits, `point` loads EDI with where 1: is; the handler of #MF sets ESI. */
#define ONE_RUN(size, point, instruction)                                                                                                   \
    size "frstor [ebx + 32]\n" instruction "\nfnstsw [ebx + 16]\nmov esi, 0\n" point "1: fwait\nmov [ebx + 18], si\n" size "fnsave [ebx + " \
         "144]\nlea ebx, [ebx + 256]\n"
#define TWO_RUNS(size, point, instruction) ONE_RUN(size, point, instruction) ONE_RUN(size, point, instruction)
#define PATTERNS_AGAIN "lea ebx, [ebx - 0xe00]\nmov esi, 0xb6b6b6b6\nmov edi, 0xb7b7b7b7\n"
#define RUNS_OF_32(name, unmasked, st0, st1, memory, instruction) TWO_RUNS("", ".byte 0xbf\n.long 1f\n", instruction)
#define RUNS_OF_16(name, unmasked, st0, st1, memory, instruction) TWO_RUNS(".byte 0x66\n", ".byte 0x66, 0xbf\n.long 1f - 0x8000\n", instruction)

/* Through a 32-bit gate: ESI says whether the saved EIP is EDI, and FWAIT is behind. */
#define SKIP_FWAIT "fnclex\nmov esi, 1\ncmp [esp], edi\nje 2f\nmov esi, 2\n2: lea edi, [edi + 1]\nmov [esp], edi\niretd\n"
/* In real mode. */
#define SKIP_FWAIT_16 \
    "fnclex\nmov esi, 1\npush bp\nmov bp, sp\ncmp [bp + 2], di\nje 2f\nmov esi, 2\n2: lea edi, [edi + 1]\nmov [bp + 2], di\npop bp\niret\n"

#define STACK(X)                                                    \
    X(fadd, IE, PLUS_ONE, NONE, NONE, "fadd st, st(1)")             \
    X(fcomp, IE, NONE, PLUS_ONE, NONE, "fcomp st(1)")               \
    X(fxch, IE, PLUS_ONE, NONE, NONE, "fxch st(1)")                 \
    X(fstp80, IE, NONE, PLUS_ONE, STORED, "fstp tbyte ptr [ebx]")   \
    X(fistp32, IE, NONE, PLUS_ONE, STORED, "fistp dword ptr [ebx]") \
    X(fld_overflow, IE, PLUS_ONE, FULL, NONE, "fld st(0)")          \
    X(fild32, IE, PLUS_ONE, FULL, INTEGER_1, "fild dword ptr [ebx]")
#define INVALID(X)                                                              \
    X(fadd32, IE, PLUS_ONE, NONE, SINGLE_SIGNALING_NAN, "fadd dword ptr [ebx]") \
    X(fsub, IE, PLUS_INFINITY, PLUS_INFINITY, NONE, "fsub st, st(1)")           \
    X(fmul, IE, PLUS_ZERO, PLUS_INFINITY, NONE, "fmul st, st(1)")               \
    X(fdiv, IE, PLUS_ZERO, PLUS_ZERO, NONE, "fdiv st, st(1)")                   \
    X(fsqrt, IE, MINUS_ONE, PLUS_ONE, NONE, "fsqrt")                            \
    X(fprem, IE, PLUS_ONE, PLUS_ZERO, NONE, "fprem")                            \
    X(fist16, IE, TWO_TO_63, PLUS_ONE, STORED, "fist word ptr [ebx]")
#define DENORMAL_OPERAND(X)                                           \
    X(fadd, DE, PLUS_ZERO, DENORMAL, NONE, "fadd st, st(1)")          \
    X(fmul, DE, PLUS_ONE, DENORMAL, NONE, "fmul st, st(1)")           \
    X(fdiv64, DE, PLUS_ZERO, NONE, INTEGER_1, "fdiv qword ptr [ebx]") \
    X(fsqrt, DE, DENORMAL, PLUS_ONE, NONE, "fsqrt")                   \
    X(fprem, DE, DENORMAL, PLUS_ONE, NONE, "fprem")                   \
    X(fcom, DE, PLUS_ONE, DENORMAL, NONE, "fcom st(1)")               \
    X(ficom16, DE, DENORMAL, NONE, INTEGER_1, "ficom word ptr [ebx]")
#define ZERO_DIVIDE(X)                                                    \
    X(fdiv, ZE, PLUS_ONE, PLUS_ZERO, NONE, "fdiv st, st(1)")              \
    X(fdivp, ZE, PLUS_ZERO, MINUS_ONE, NONE, "fdivp st(1), st")           \
    X(fdiv32, ZE, PLUS_ONE, NONE, ZEROS, "fdiv dword ptr [ebx]")          \
    X(fidiv16, ZE, MINUS_ONE, NONE, ZEROS, "fidiv word ptr [ebx]")        \
    X(fdivr, ZE, PLUS_ZERO, PLUS_ONE, NONE, "fdivr st, st(1)")            \
    X(fidivr32, ZE, PLUS_ZERO, NONE, INTEGER_1, "fidivr dword ptr [ebx]") \
    X(fyl2x, ZE, PLUS_ZERO, PLUS_ONE, NONE, "fyl2x")
#define OVERFLOW(X)                                                 \
    X(fadd, OE, GREATEST, GREATEST, NONE, "fadd st, st(1)")         \
    X(fsubp, OE, MINUS_GREATEST, GREATEST, NONE, "fsubp st(1), st") \
    X(fmul32, OE, GREATEST, NONE, SINGLE_2, "fmul dword ptr [ebx]") \
    X(fdiv, OE, GREATEST, HALF, NONE, "fdiv st, st(1)")             \
    X(fscale, OE, GREATEST, PLUS_ONE, NONE, "fscale")               \
    X(fst32, OE, GREATEST, PLUS_ONE, STORED, "fst dword ptr [ebx]") \
    X(fstp64, OE, MINUS_GREATEST, PLUS_ONE, STORED, "fstp qword ptr [ebx]")
#define UNDERFLOW(X)                                                    \
    X(fadd_tiny, UE, LEAST, MINUS_1_5_LEAST, NONE, "fadd st, st(1)")    \
    X(fmul_tiny, UE, LEAST, HALF, NONE, "fmul st, st(1)")               \
    X(fidiv16_tiny, UE, LEAST, NONE, INTEGER_2, "fidiv word ptr [ebx]") \
    X(fdiv32_tiny, UE, LEAST, NONE, SINGLE_2, "fdiv dword ptr [ebx]")   \
    X(fscale_tiny, UE, LEAST, MINUS_ONE, NONE, "fscale")                \
    X(fst32_tiny, UE, LEAST, PLUS_ONE, STORED, "fst dword ptr [ebx]")   \
    X(fstp64_tiny, UE, LEAST, PLUS_ONE, STORED, "fstp qword ptr [ebx]")
#define INEXACT(X)                                                   \
    X(fadd, PE, PLUS_ONE, TINY, NONE, "fadd st, st(1)")              \
    X(faddp, PE, PLUS_ONE, TINY, NONE, "faddp st(1), st")            \
    X(fmul, PE, NEXT_TO_ONE, NEXT_TO_ONE, NONE, "fmul st, st(1)")    \
    X(fidivr16, PE, THREE, NONE, INTEGER_1, "fidivr word ptr [ebx]") \
    X(fsqrt, PE, TWO, PLUS_ONE, NONE, "fsqrt")                       \
    X(frndint, PE, TWO_AND_A_HALF, PLUS_ONE, NONE, "frndint")        \
    X(fistp64, PE, TWO_AND_A_HALF, PLUS_ONE, STORED, "fistp qword ptr [ebx]")
#define GROUPS(X)                                         \
    X(stack, STACK, "an empty register, or no empty one") \
    X(invalid, INVALID, "an invalid operand")             \
    X(denormal, DENORMAL_OPERAND, "a denormal operand")   \
    X(zero_divide, ZERO_DIVIDE, "a division by 0")        \
    X(overflow, OVERFLOW, "a result that is too large")   \
    X(underflow, UNDERFLOW, "a result that is too small") \
    X(inexact, INEXACT, "an inexact result")

#define NAMES_OF(name)                                          \
    {                                                           \
        name "_fsw", name "_ftw", name "_st0", name "_st0_high" \
    }
#define INSTRUCTION(name, unmasked_, st0, st1, memory_, instruction) {{NAMES_OF(#name), NAMES_OF(#name "_masked")}, unmasked_, {st0, st1}, memory_},
#define TABLE(name, group_, about_)                                                \
    static const struct instruction name##_instructions[] = {group_(INSTRUCTION)}; \
    _Static_assert(sizeof(name##_instructions) == PER_GROUP * sizeof(struct instruction), #name);
GROUPS(TABLE)

#define SPEC "SDM 2 \"Floating-Point Exceptions\" of the instruction; SDM 3A \"Interrupt 16-x87 FPU Floating-Point Error (#MF)\""
#define ROW(name_, run_, arg0, about_)                                                                                                \
    {VARIANT,      .name = name_,          .about = "seven x87 instructions with " about_ ", unmasked and masked; FWAIT behind each", \
     .spec = SPEC, .vector = NO_EXCEPTION, .run = run_,                                                                               \
     .arg = {arg0}},
