/*
 * The forms of ModR/M and SIB that mean something else by their number: 4 for a SIB byte or no index, 5 for no base. REX.B doesn't change what
 * chooses the form, REX.X makes an index of 4. CR2 shows the address.
 */
#include <case.h>

/* ARG0: the bytes of an instruction that reads a doubleword or less. Each register is a part of the address only where the form names it. */
static void run(void)
{
    uintptr_t code = map_page_at("code", 0x50000000, PAGE_PRESENT | PAGE_USER);

    map_page_at("victim", 0x50001000, 0);
    *(uint64_t *)frame_of(code) = ARG0;
    start.rbx = 0x50001000;
    start.r12 = start.r13 = 0x50001000 + ARG1;
    start.rbp = 0x28000000 + 0x800;
    start.rcx = 8;
    in_user_mode();
    start.rip = code;
    PROGRAM("");
}

#define BYTES(a, b, c, d, e, f, g, h, ...)                                                                                        \
    ((uint64_t)(a) | (uint64_t)(b) << 8 | (uint64_t)(c) << 16 | (uint64_t)(d) << 24 | (uint64_t)(e) << 32 | (uint64_t)(f) << 40 | \
     (uint64_t)(g) << 48 | (uint64_t)(h) << 56)
#define CODE(...) BYTES(__VA_ARGS__, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc)
#define ROW(name_, about_, offset, ...)                                                                                                \
    {                                                                                                                                  \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 2A \"ModR/M and SIB Bytes\"; SDM 2A \"REX Prefixes\"", .vector = VEC_PF, \
                 .error = PF_U, .saved_rip = "code", .run = run, .arg = {                                                              \
                     CODE(__VA_ARGS__),                                                                                                \
                     offset                                                                                                            \
                 }                                                                                                                     \
    }

VARIANTS(ROW("no_index", "SIB with index 4: [RBX]", 0, 0x8b, 0x04, 0x23),
         ROW("no_index_scaled", "SIB with index 4, scale 8: [RBX]", 0, 0x8b, 0x04, 0xe3),
         ROW("index_r12", "SIB with index 4 and REX.X: [R12 * 1 + 0x10]", 0, 0x42, 0x8b, 0x04, 0x25, 0x10, 0, 0, 0),
         ROW("base_r12", "ModR/M 4 with REX.B: [R12]", 0, 0x41, 0x8b, 0x04, 0x24),
         ROW("base_r13", "ModR/M 5 with REX.B and a displacement: [R13 + 0x10]", 0, 0x41, 0x8b, 0x45, 0x10),
         ROW("base_r13_sib", "SIB with base 5, REX.B and a displacement: [R13 + RCX * 2 + 0x10]", 0, 0x41, 0x8b, 0x44, 0x4d, 0x10),
         ROW("no_base", "SIB with base 5: [RBP * 2 + 4]", 0, 0x8b, 0x04, 0x6d, 4, 0, 0, 0),
         ROW("no_base_rex", "SIB with base 5 and REX.B: [RBP * 2 + 4], no R13", 0, 0x41, 0x8b, 0x04, 0x6d, 4, 0, 0, 0),
         ROW("absolute", "SIB with base 5 and index 4: [0x50001010]", 0, 0x8b, 0x04, 0x25, 0x10, 0x10, 0, 0x50),
         ROW("relative", "ModR/M 5: [RIP + 0x1010]", 0, 0x8b, 0x05, 0x10, 0x10, 0, 0),
         ROW("relative_rex", "ModR/M 5 with REX.B: [RIP + 0x1010], no R13", 0, 0x41, 0x8b, 0x05, 0x10, 0x10, 0, 0),
         ROW("relative_immediate8", "CMP byte ptr [RIP + 0x1010], an immediate behind it", 0, 0x80, 0x3d, 0x10, 0x10, 0, 0, 0x12),
         ROW("relative_immediate16", "CMP word ptr [RIP + 0x1010] by 8 bits behind 66", 0, 0x66, 0x83, 0x3d, 0x10, 0x10, 0, 0, 0x12),
         ROW("relative_a32", "67: [EIP + 0x1010]", 0, 0x67, 0x8b, 0x05, 0x10, 0x10, 0, 0),
         ROW("negative8", "[R12 - 0x10]", 0x20, 0x41, 0x8b, 0x44, 0x24, 0xf0),
         ROW("negative32", "[R13 - 0x100]", 0x200, 0x41, 0x8b, 0x85, 0x00, 0xff, 0xff, 0xff));
