/*
 * Near branches of 16 bits in compatibility mode: in 16-bit code, and in 32-bit code with an operand-size prefix. The target is cut to 16 bits, so
 * that it wraps at 64 KiB; CALL and RET push and pop two bytes; LOOP and JCXZ look at CX unless the address size is 32 bits. With an operand-size
 * prefix 16-bit code has all of EIP. The segment of 68 KiB is full of INT3, so that the saved EIP is the target and one.
 */
#include <case.h>

#define STACK_BYTES 16u
#define PAGES 17u /* up to 0x10fff */

#define CODE32 (1ull << 32)
#define CX_0 (1ull << 33)

/* ARG0: the branch's bytes, the lowest first. ARG1: its offset; what differs of code and ECX. */
static void run(void)
{
    struct descriptor d = {.type = CODE_READABLE, .d = (ARG1 & CODE32) != 0, .dpl = 3, .limit = PAGES * PAGE_SIZE - 1};
    uint32_t *words;

    in_compat_user();
    set_gate(VEC_BP, .dpl = 3);
    d.base = (uint32_t)map_pages("code", PAGES, PAGE_PRESENT | PAGE_USER);
    for (unsigned page = 0; page < PAGES; page++)
        fill_words((uintptr_t)frame_of(d.base + page * PAGE_SIZE), 0xcccccccccccccccc, PAGE_SIZE / 8);
    start.rip = (uint32_t)ARG1;
    for (unsigned i = 0; i < 8; i++)
        *(uint8_t *)frame_of(d.base + start.rip + i) = (uint8_t)(ARG0 >> 8 * i);
    start.cs = add_descriptor("code68k", encode_descriptor(d)) | 3;
    start.rbx = 0xabcd0050;
    start.rcx = ARG1 & CX_0 ? 0xabcd0000 : 0xabcd0002;
    start.rsi = 0x50;
    start.rdx = 0x10050;
    start.rsp -= STACK_BYTES / 2;
    words = (uint32_t *)start.rsp;
    words[0] = start.rip > 0xffff ? 0x12340050 : 0x00010050; /* what RET pops */
    record_memory("stack", (const void *)(start.rsp - 8), STACK_BYTES);
    d = (struct descriptor){.type = DATA_WRITABLE, .dpl = 3, .base = (uint32_t)map_page("data", PAGE_PRESENT | PAGE_USER), .limit = 0xffff};
    words = frame_of(d.base);
    words[0x50 / 4] = 0xabcd0050; /* what JMP and CALL read: m16, m32 behind it */
    words[0x54 / 4] = 0x10050;
    start.ds = add_descriptor("data64k", encode_descriptor(d)) | 3;
    PROGRAM("");
}

#define JMP "SDM 2A \"JMP-Jump\""
#define JCC "SDM 2A \"Jcc-Jump if Condition Is Met\""
#define LOOP "SDM 2A \"LOOP/LOOPcc-Loop According to ECX Counter\""
#define CALL "SDM 2A \"CALL-Call Procedure\""
#define RET "SDM 2B \"RET-Return from Procedure\""
#define ROW(name_, bytes, at, spec_, about_, ...)                                                                                  \
    {                                                                                                                              \
        VARIANT, .name = name_, .env = COMPAT32, .about = "16-bit code in compatibility mode: " about_, .spec = spec_, .run = run, \
                 .arg = {bytes, at}, __VA_ARGS__                                                                                   \
    }
#define ROW32(name_, bytes, at, spec_, about_)                                                                                      \
    {                                                                                                                               \
        VARIANT, .name = "o16_" name_, .env = COMPAT32, .about = "66 in 32-bit code in compatibility mode: " about_, .spec = spec_, \
                 .vector = VEC_BP, .error = NO_ERROR, .run = run, .arg = {                                                          \
                     bytes,                                                                                                         \
                     CODE32 | (at)                                                                                                  \
                 }                                                                                                                  \
    }
VARIANTS(
    ROW("jmp_short_up", 0xcccccccccccc20eb, 0xfff0, JMP, "JMP, rel8, beyond 0xffff", .vector = VEC_BP, .error = NO_ERROR),
    ROW("jmp_near_up", 0xcccccccccc0020e9, 0xfff0, JMP, "JMP, rel16, beyond 0xffff", .vector = VEC_BP, .error = NO_ERROR),
    ROW("jmp_short_down", 0xcccccccccccce0eb, 0x10, JMP, "JMP, rel8, below 0", .vector = VEC_BP, .error = NO_ERROR),
    ROW("jmp_near_down", 0xccccccccccffe0e9, 0x10, JMP, "JMP, rel16, below 0", .vector = VEC_BP, .error = NO_ERROR),
    ROW("jmp_short_cut", 0xcccccccccccc0eeb, 0x10040, JMP, "JMP, rel8, from 0x10040", .vector = VEC_BP, .error = NO_ERROR),
    ROW("jmp_near_cut", 0xcccccccccc000de9, 0x10040, JMP, "JMP, rel16, from 0x10040", .vector = VEC_BP, .error = NO_ERROR),
    ROW("jmp_short_up_o32", 0xcccccccccc20eb66, 0xfff0, JMP, "66 JMP, rel8, beyond 0xffff: EIP has 32 bits", .vector = VEC_BP, .error = NO_ERROR),
    ROW("jmp_near_up_o32", 0xcccc00000020e966, 0xfff0, JMP, "66 JMP, rel32, beyond 0xffff: EIP has 32 bits", .vector = VEC_BP, .error = NO_ERROR),
    ROW("jmp_short_down_o32", 0xcccccccccce0eb66, 0x10, JMP, "66 JMP, rel8, below 0: beyond the limit", .vector = VEC_GP, .error = 0),
    ROW("jmp_near_down_o32", 0xccccffffffe0e966, 0x10, JMP, "66 JMP, rel32, below 0: beyond the limit", .vector = VEC_GP, .error = 0),
    ROW("jz_short_up", 0xcccccccccccc2074, 0xfff0, JCC, "JZ, taken, rel8, beyond 0xffff", .vector = VEC_BP, .error = NO_ERROR),
    ROW("jz_near_up", 0xcccccccc0020840f, 0xfff0, JCC, "JZ, taken, rel16, beyond 0xffff", .vector = VEC_BP, .error = NO_ERROR),
    ROW("jz_short_down", 0xcccccccccccce074, 0x10, JCC, "JZ, taken, rel8, below 0", .vector = VEC_BP, .error = NO_ERROR),
    ROW("jz_near_down", 0xccccccccffe0840f, 0x10, JCC, "JZ, taken, rel16, below 0", .vector = VEC_BP, .error = NO_ERROR),
    ROW("jz_short_cut", 0xcccccccccccc0e74, 0x10040, JCC, "JZ, taken, rel8, from 0x10040", .vector = VEC_BP, .error = NO_ERROR),
    ROW("jz_near_cut", 0xcccccccc000d840f, 0x10040, JCC, "JZ, taken, rel16, from 0x10040", .vector = VEC_BP, .error = NO_ERROR),
    ROW("jz_short_up_o32", 0xcccccccccc207466, 0xfff0, JCC, "66 JZ, taken, rel8, beyond 0xffff: EIP has 32 bits", .vector = VEC_BP,
        .error = NO_ERROR),
    ROW("jz_near_up_o32", 0xcc00000020840f66, 0xfff0, JCC, "66 JZ, taken, rel32, beyond 0xffff: EIP has 32 bits", .vector = VEC_BP,
        .error = NO_ERROR),
    ROW("jz_short_down_o32", 0xcccccccccce07466, 0x10, JCC, "66 JZ, taken, rel8, below 0: beyond the limit", .vector = VEC_GP, .error = 0),
    ROW("jz_near_down_o32", 0xccffffffe0840f66, 0x10, JCC, "66 JZ, taken, rel32, below 0: beyond the limit", .vector = VEC_GP, .error = 0),
    ROW("loop_up", 0xcccccccccccc20e2, 0xfff0, LOOP, "LOOP with ECX=0xabcd0002, beyond 0xffff: it counts CX", .vector = VEC_BP, .error = NO_ERROR),
    ROW("loop_down", 0xcccccccccccce0e2, 0x10, LOOP, "LOOP with ECX=0xabcd0002, below 0", .vector = VEC_BP, .error = NO_ERROR),
    ROW("loop_cut", 0xcccccccccccc0ee2, 0x10040, LOOP, "LOOP from 0x10040", .vector = VEC_BP, .error = NO_ERROR),
    ROW("loop_o32", 0xcccccccccc20e266, 0xfff0, LOOP, "66 LOOP, beyond 0xffff: EIP has 32 bits, CX counts", .vector = VEC_BP, .error = NO_ERROR),
    ROW("loop_o32_down", 0xcccccccccce0e266, 0x10, LOOP, "66 LOOP, below 0: beyond the limit", .vector = VEC_GP, .error = 0),
    ROW("loop_a32", 0xcccccccccc0de267, 0x10040, LOOP, "67 LOOP, which counts ECX", .vector = VEC_BP, .error = NO_ERROR),
    ROW("loop_both", 0xcccccccc20e26766, 0xfff0, LOOP, "66 67 LOOP: EIP has 32 bits, ECX counts", .vector = VEC_BP, .error = NO_ERROR),
    ROW("loope_up", 0xcccccccccccc20e1, 0xfff0, LOOP, "LOOPE with ZF=1, beyond 0xffff", .vector = VEC_BP, .error = NO_ERROR),
    ROW("loopne_not_taken", 0xcccccccccccc20e0, 0xfff0, LOOP, "LOOPNE with ZF=1: not taken, CX is counted", .vector = VEC_BP, .error = NO_ERROR),
    ROW("jcxz_up", 0xcccccccccccc20e3, 0xfff0 | CX_0, JCC, "JCXZ with ECX=0xabcd0000, beyond 0xffff", .vector = VEC_BP, .error = NO_ERROR),
    ROW("jcxz_down", 0xcccccccccccce0e3, 0x10 | CX_0, JCC, "JCXZ with ECX=0xabcd0000, below 0", .vector = VEC_BP, .error = NO_ERROR),
    ROW("jcxz_o32", 0xcccccccccc20e366, 0xfff0 | CX_0, JCC, "66 JCXZ, beyond 0xffff: EIP has 32 bits", .vector = VEC_BP, .error = NO_ERROR),
    ROW("jcxz_o32_down", 0xcccccccccce0e366, 0x10 | CX_0, JCC, "66 JCXZ, below 0: beyond the limit", .vector = VEC_GP, .error = 0),
    ROW("jecxz_not_taken", 0xcccccccccc20e367, 0xfff0 | CX_0, JCC, "JECXZ with ECX=0xabcd0000: not taken", .vector = VEC_BP, .error = NO_ERROR),
    ROW("jmp_register", 0xcccccccccccce3ff, 0x10040, JMP, "JMP r16", .vector = VEC_BP, .error = NO_ERROR),
    ROW("jmp_memory", 0xcccccccccccc27ff, 0x10040, JMP, "JMP m16", .vector = VEC_BP, .error = NO_ERROR),
    ROW("jmp_register_o32", 0xcccccccccce2ff66, 0x40, JMP, "JMP r32 from 16-bit code", .vector = VEC_BP, .error = NO_ERROR),
    ROW("jmp_memory_o32", 0xcccccccc0467ff66, 0x40, JMP, "JMP m32 from 16-bit code", .vector = VEC_BP, .error = NO_ERROR),
    ROW("call_up", 0xcccccccccc0020e8, 0xfff0, CALL, "CALL rel16, beyond 0xffff", .vector = VEC_BP, .error = NO_ERROR),
    ROW("call_down", 0xccccccccccffe0e8, 0x10, CALL, "CALL rel16, below 0", .vector = VEC_BP, .error = NO_ERROR),
    ROW("call_cut", 0xcccccccccc000de8, 0x10040, CALL, "CALL rel16 from 0x10040: IP alone is pushed", .vector = VEC_BP, .error = NO_ERROR),
    ROW("call_last", 0xcccccccccc0053e8, 0xfffd, CALL, "CALL rel16 that ends at 0xffff: it pushes 0", .vector = VEC_BP, .error = NO_ERROR),
    ROW("call_register", 0xccccccccccccd3ff, 0x10040, CALL, "CALL r16", .vector = VEC_BP, .error = NO_ERROR),
    ROW("call_memory", 0xcccccccccccc17ff, 0x10040, CALL, "CALL m16", .vector = VEC_BP, .error = NO_ERROR),
    ROW("call_up_o32", 0xcccc00000020e866, 0xfff0, CALL, "CALL rel32, beyond 0xffff: EIP has 32 bits, four bytes are pushed", .vector = VEC_BP,
        .error = NO_ERROR),
    ROW("call_down_o32", 0xccccffffffe0e866, 0x10, CALL, "CALL rel32, below 0: beyond the limit, nothing is pushed", .vector = VEC_GP, .error = 0),
    ROW("call_last_o32", 0xcccc00000050e866, 0xfffa, CALL, "CALL rel32 that ends at 0xffff: it pushes 0x10000", .vector = VEC_BP, .error = NO_ERROR),
    ROW("call_register_o32", 0xccccccccccd2ff66, 0x40, CALL, "CALL r32 from 16-bit code", .vector = VEC_BP, .error = NO_ERROR),
    ROW("call_memory_o32", 0xcccccccc0457ff66, 0x40, CALL, "CALL m32 from 16-bit code", .vector = VEC_BP, .error = NO_ERROR),
    ROW("ret", 0xccccccccccccccc3, 0x10040, RET, "RET: two bytes are popped", .vector = VEC_BP, .error = NO_ERROR),
    ROW("ret_n", 0xcccccccccc0006c2, 0x10040, RET, "RET 6", .vector = VEC_BP, .error = NO_ERROR),
    ROW("ret_o32", 0xccccccccccccc366, 0x40, RET, "66 RET: four bytes are popped", .vector = VEC_BP, .error = NO_ERROR),
    ROW("ret_n_o32", 0xcccccccc0006c266, 0x40, RET, "66 RET 6", .vector = VEC_BP, .error = NO_ERROR),
    ROW32("jmp_short", 0xcccccccccc0deb66, 0x10040, JMP, "JMP rel8"), ROW32("jmp_near", 0xcccccccc000ce966, 0x10040, JMP, "JMP rel16"),
    ROW32("jmp_short_up", 0xcccccccccc20eb66, 0xfff0, JMP, "JMP rel8, beyond 0xffff"),
    ROW32("jmp_short_down", 0xcccccccccce0eb66, 0x10, JMP, "JMP rel8, below 0"),
    ROW32("jmp_near_down", 0xccccccccffe0e966, 0x10, JMP, "JMP rel16, below 0"), ROW32("jmp_register", 0xcccccccccce3ff66, 0x10040, JMP, "JMP r16"),
    ROW32("jmp_memory", 0xcccccccccc26ff66, 0x10040, JMP, "JMP m16"), ROW32("jz_short", 0xcccccccccc0d7466, 0x10040, JCC, "JZ rel8, taken"),
    ROW32("jz_near", 0xcccccc000b840f66, 0x10040, JCC, "JZ rel16, taken"),
    ROW32("jnz_not_taken", 0xcccccccccc0d7566, 0x10040, JCC, "JNZ, not taken: EIP keeps its upper half"),
    ROW32("jcxz", 0xcccccccc0ce36766, 0x10040 | CX_0, JCC, "JCXZ, which looks at CX alone"),
    ROW32("loop", 0xcccccccccc0de266, 0x10040, LOOP, "LOOP, which counts ECX"),
    ROW32("loop_short_address", 0xcccccccc0ce26766, 0x10040, LOOP, "LOOP with 16-bit addressing, which counts CX"),
    ROW32("call", 0xcccccccc000ce866, 0x10040, CALL, "CALL rel16: two bytes are pushed"),
    ROW32("call_register", 0xccccccccccd3ff66, 0x10040, CALL, "CALL r16"), ROW32("call_memory", 0xcccccccccc16ff66, 0x10040, CALL, "CALL m16"),
    ROW32("ret", 0xccccccccccccc366, 0x10040, RET, "RET: two bytes are popped"), ROW32("ret_n", 0xcccccccc0006c266, 0x10040, RET, "RET 6"));
