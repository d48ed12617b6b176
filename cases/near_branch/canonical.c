/*
 * A near branch to a non-canonical address is #GP(0) at the branch: nothing is pushed, popped or counted (SDM 2A "JMP-Jump", "CALL-Call Procedure",
 * "LOOP/LOOPcc-Loop According to ECX Counter"; SDM 2B "RET-Return from Procedure"). One that isn't taken has no target. Code that comes to the end of
 * the lower half by itself faults at the next fetch; what is saved of an instruction that ends there is the first address beyond.
 */
#include <case.h>

#define LOWER 0x7ffffffff000u /* the last page of the lower half */
#define UPPER 0xffff800000000000u
#define BEYOND 0x800000000000u
#define INT3 0xcc

struct form {
    uint64_t page;
    uint16_t at; /* in the page */
    uint8_t cpl, size;
    uint8_t rcx;
    bool not_zero; /* ZF=0 */
    uint8_t code[8];
};

/* Of the words on the stack, and of those that RBX and RSI lead to, the branch takes its target. */
static void run(void)
{
    const struct form *form = (const struct form *)ARG0;
    bool user = form->cpl == 3;
    uintptr_t page = map_page_at("code", form->page, PAGE_PRESENT | (user ? PAGE_USER : 0));
    uintptr_t pointer = map_page("pointer", PAGE_PRESENT | (user ? PAGE_USER : 0));
    uint8_t *bytes = frame_of(page);

    if (user)
        in_user_mode();
    set_gate(VEC_BP, .dpl = 3);
    set_gate(0x40, .dpl = 3);
    for (unsigned i = 0; i < PAGE_SIZE; i++)
        bytes[i] = INT3;
    for (unsigned i = 0; i < form->size; i++)
        bytes[form->at + i] = form->code[i];
    *(uint64_t *)frame_of(pointer) = BEYOND;
    start.rbx = BEYOND;
    start.rsi = pointer;
    start.rcx = form->rcx;
    start.rflags &= ~(form->not_zero ? (uint64_t)RFLAGS_ZF : 0);
    start.rsp -= 8;
    ((uint64_t *)start.rsp)[0] = BEYOND;
    ((uint64_t *)start.rsp)[-1] = 0x1122334455667788;
    if (user)
        record_memory("stack", (const void *)(start.rsp - 8), 16);
    start.rip = page + form->at;
    PROGRAM("");
}

#define CODE(page_, at_, cpl_, rcx_, ...)                                                                                         \
    {                                                                                                                             \
        (uintptr_t) & (const struct form)                                                                                         \
        {                                                                                                                         \
            .page = page_, .at = at_, .cpl = cpl_, .rcx = rcx_, .size = sizeof((uint8_t[]){__VA_ARGS__}), .code = { __VA_ARGS__ } \
        }                                                                                                                         \
    }
#define ROW(name_, about_, spec_, vector_, error_, ...)                                                                                  \
    {                                                                                                                                    \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .vector = vector_, .error = error_, .run = run, .arg = CODE(__VA_ARGS__) \
    }
#define CODE_NOT_ZERO(page_, at_, cpl_, rcx_, ...)                                                                                                  \
    {                                                                                                                                               \
        (uintptr_t) & (const struct form)                                                                                                           \
        {                                                                                                                                           \
            .page = page_, .at = at_, .cpl = cpl_, .rcx = rcx_, .not_zero = true, .size = sizeof((uint8_t[]){__VA_ARGS__}), .code = { __VA_ARGS__ } \
        }                                                                                                                                           \
    }
#define LOOPNE(name_, about_, ...)                                                                       \
    {                                                                                                    \
        VARIANT, .name = name_, .about = about_, .spec = LOOP, .vector = VEC_GP, .error = 0, .run = run, \
                 .arg = CODE_NOT_ZERO(LOWER, 0xff0, __VA_ARGS__)                                         \
    }
#define REFUSED(name, about, spec, ...) ROW(name, about, spec, VEC_GP, 0, LOWER, 0xff0, __VA_ARGS__)
#define BACKWARDS(name, about, spec, ...) ROW(name, about, spec, VEC_GP, 0, UPPER, 0, __VA_ARGS__)
#define GOES_ON(name, about, spec, ...) ROW(name, about, spec, VEC_BP, NO_ERROR, LOWER, 0xff0, __VA_ARGS__)
#define AT_END(name, about, vector, error, at, ...) ROW(name, about, SPEC_FETCH, vector, error, LOWER, at, __VA_ARGS__)

#define JMP "SDM 2A \"JMP-Jump\""
#define JCC "SDM 2A \"Jcc-Jump if Condition Is Met\""
#define CALL "SDM 2A \"CALL-Call Procedure\""
#define LOOP "SDM 2A \"LOOP/LOOPcc-Loop According to ECX Counter\""
#define RET "SDM 2B \"RET-Return from Procedure\""
#define SPEC_FETCH "SDM 3A \"Interrupt 13-General Protection Exception (#GP)\"; SDM 1 \"Canonical Addressing\""

#define EACH(cpl, suffix, at_cpl)                                                                                                                   \
    REFUSED("jmp8" suffix, "JMP rel8" at_cpl, JMP, cpl, 0, 0xeb, 0x7f), REFUSED("jmp32" suffix, "JMP rel32" at_cpl, JMP, cpl, 0, 0xe9, 0, 1, 0, 0), \
        REFUSED("jmp_register" suffix, "JMP RBX" at_cpl, JMP, cpl, 0, 0xff, 0xe3),                                                                  \
        REFUSED("jmp_memory" suffix, "JMP [RSI]" at_cpl, JMP, cpl, 0, 0xff, 0x26),                                                                  \
        REFUSED("jz8" suffix, "JZ rel8, ZF=1" at_cpl, JCC, cpl, 0, 0x74, 0x7f),                                                                     \
        REFUSED("jz32" suffix, "JZ rel32, ZF=1" at_cpl, JCC, cpl, 0, 0x0f, 0x84, 0, 1, 0, 0),                                                       \
        REFUSED("jrcxz" suffix, "JRCXZ, RCX=0" at_cpl, JCC, cpl, 0, 0xe3, 0x7f),                                                                    \
        REFUSED("jecxz" suffix, "JECXZ, ECX=0" at_cpl, JCC, cpl, 0, 0x67, 0xe3, 0x7f),                                                              \
        REFUSED("loop" suffix, "LOOP, RCX=5" at_cpl, LOOP, cpl, 5, 0xe2, 0x7f),                                                                     \
        REFUSED("loop_a32" suffix, "LOOP, ECX=5, address size 32" at_cpl, LOOP, cpl, 5, 0x67, 0xe2, 0x7f),                                          \
        REFUSED("loope" suffix, "LOOPE, RCX=5, ZF=1" at_cpl, LOOP, cpl, 5, 0xe1, 0x7f),                                                             \
        REFUSED("loope_a32" suffix, "LOOPE, ECX=5, ZF=1, address size 32" at_cpl, LOOP, cpl, 5, 0x67, 0xe1, 0x7f),                                  \
        LOOPNE("loopne" suffix, "LOOPNE, RCX=5, ZF=0" at_cpl, cpl, 5, 0xe0, 0x7f),                                                                  \
        LOOPNE("loopne_a32" suffix, "LOOPNE, ECX=5, ZF=0, address size 32" at_cpl, cpl, 5, 0x67, 0xe0, 0x7f),                                       \
        REFUSED("call32" suffix, "CALL rel32" at_cpl, CALL, cpl, 0, 0xe8, 0, 1, 0, 0),                                                              \
        REFUSED("call_register" suffix, "CALL RBX" at_cpl, CALL, cpl, 0, 0xff, 0xd3),                                                               \
        REFUSED("call_memory" suffix, "CALL [RSI]" at_cpl, CALL, cpl, 0, 0xff, 0x16), REFUSED("ret" suffix, "RET" at_cpl, RET, cpl, 0, 0xc3),       \
        REFUSED("ret_n" suffix, "RET imm16" at_cpl, RET, cpl, 0, 0xc2, 8, 0),                                                                       \
        BACKWARDS("jmp8_back" suffix, "JMP rel8 below the upper half" at_cpl, JMP, cpl, 0, 0xeb, 0x80),                                             \
        BACKWARDS("jmp32_back" suffix, "JMP rel32 below the upper half" at_cpl, JMP, cpl, 0, 0xe9, 0, 0xff, 0xff, 0xff),                            \
        BACKWARDS("jz8_back" suffix, "JZ rel8 below the upper half" at_cpl, JCC, cpl, 0, 0x74, 0x80),                                               \
        BACKWARDS("loop_back" suffix, "LOOP below the upper half" at_cpl, LOOP, cpl, 5, 0xe2, 0x80),                                                \
        BACKWARDS("call32_back" suffix, "CALL rel32 below the upper half" at_cpl, CALL, cpl, 0, 0xe8, 0, 0xff, 0xff, 0xff)

VARIANTS(EACH(3, "_user", " at CPL 3"), EACH(0, "", " at CPL 0"), GOES_ON("jnz8", "JNZ rel8, ZF=1: not taken", JCC, 3, 0, 0x75, 0x7f),
         GOES_ON("jnz32", "JNZ rel32, ZF=1: not taken", JCC, 3, 0, 0x0f, 0x85, 0, 1, 0, 0),
         GOES_ON("jrcxz_not", "JRCXZ, RCX=5: not taken", JCC, 3, 5, 0xe3, 0x7f),
         GOES_ON("loop_ends", "LOOP, RCX=1: not taken", LOOP, 3, 1, 0xe2, 0x7f),
         GOES_ON("loopne_ends", "LOOPNE, RCX=5, ZF=1: not taken", LOOP, 3, 5, 0xe0, 0x7f),
         AT_END("fetch", "NOP as the last byte of the lower half, the next fetch", VEC_GP, 0, 0xfff, 3, 0, 0x90),
         AT_END("fetch_kernel", "NOP as the last byte of the lower half, the next fetch, at CPL 0", VEC_GP, 0, 0xfff, 0, 0, 0x90),
         AT_END("fetch_across", "the first byte of 0F A2 as the last of the lower half", VEC_GP, 0, 0xfff, 3, 0, 0x0f),
         AT_END("fetch_prefix", "prefix 66 as the last byte of the lower half", VEC_GP, 0, 0xfff, 3, 0, 0x66),
         AT_END("fetch_immediate", "B0 as the last byte of the lower half, its immediate beyond", VEC_GP, 0, 0xfff, 3, 0, 0xb0),
         AT_END("int3", "INT3 as the last byte of the lower half", VEC_BP, NO_ERROR, 0xfff, 3, 0, 0xcc),
         AT_END("int_n", "INT 0x40 as the last bytes of the lower half", 0x40, NO_ERROR, 0xffe, 3, 0, 0xcd, 0x40),
         AT_END("int1", "INT1 as the last byte of the lower half", VEC_DB, NO_ERROR, 0xfff, 3, 0, 0xf1),
         AT_END("undefined", "UD2 as the last bytes of the lower half", VEC_UD, NO_ERROR, 0xffe, 3, 0, 0x0f, 0x0b));
