/*
 * Encodings that the opcode maps and the tables of opcode extensions leave empty or reserve, memory where an instruction takes a register
 * only, and a register where it takes memory only. Memory is there, and nothing changes.
 */
#include <case.h>

#define ENCODING(name, ...)                                      \
    static void name(void)                                       \
    {                                                            \
        start.rbx = map_page("area", PAGE_PRESENT | PAGE_WRITE); \
        record_memory("area", frame_of(start.rbx), 16);          \
        FAULT(".byte " __VA_ARGS__);                             \
    }

ENCODING(op_0f04, "0x0f, 0x04")
ENCODING(op_0f0a, "0x0f, 0x0a")
ENCODING(op_0f0c, "0x0f, 0x0c")
ENCODING(op_0f24, "0x0f, 0x24, 0xc0")
ENCODING(op_0f26, "0x0f, 0x26, 0xc0")
ENCODING(op_0f36, "0x0f, 0x36")
ENCODING(op_0f39, "0x0f, 0x39")
ENCODING(op_0f3b, "0x0f, 0x3b")
ENCODING(op_0f7a, "0x0f, 0x7a, 0x03")
ENCODING(op_0fa6, "0x0f, 0xa6, 0xc0")
ENCODING(op_0fa7, "0x0f, 0xa7, 0xc0")
ENCODING(group6_7, "0x0f, 0x00, 0x3b")
ENCODING(group8_0, "0x0f, 0xba, 0x03, 0x00")
ENCODING(group8_3, "0x0f, 0xba, 0x1b, 0x00")
ENCODING(group9_0, "0x0f, 0xc7, 0x03")
ENCODING(group9_2, "0x0f, 0xc7, 0x13")
ENCODING(group4_7, "0xfe, 0x3b")
ENCODING(group11_c7, "0xc7, 0x0b, 0, 0, 0, 0")
ENCODING(group12_0, "0x0f, 0x71, 0xc0, 0x00")
ENCODING(group12_memory, "0x0f, 0x71, 0x13, 0x00")
ENCODING(group13_3, "0x0f, 0x72, 0xd8, 0x00")
ENCODING(group13_memory, "0x66, 0x0f, 0x72, 0x13, 0x00")
ENCODING(group14_7, "0x0f, 0x73, 0xf8, 0x00")
ENCODING(group14_memory, "0x66, 0x0f, 0x73, 0x3b, 0x00")
ENCODING(fxsave_register, "0x0f, 0xae, 0xc0")
ENCODING(ldmxcsr_register, "0x0f, 0xae, 0xd0")
ENCODING(xsave_register, "0x0f, 0xae, 0xe0")
ENCODING(movntps_register, "0x0f, 0x2b, 0xc0")
ENCODING(movntq_register, "0x0f, 0xe7, 0xc0")
ENCODING(movnti_register, "0x0f, 0xc3, 0xc0")
ENCODING(movlps_register, "0x0f, 0x13, 0xc0")
ENCODING(movhps_register, "0x0f, 0x17, 0xc0")
ENCODING(lddqu_register, "0xf2, 0x0f, 0xf0, 0xc0")
ENCODING(movntdqa_register, "0x66, 0x0f, 0x38, 0x2a, 0xc0")
ENCODING(movmskps_memory, "0x0f, 0x50, 0x03")
ENCODING(pmovmskb_memory, "0x66, 0x0f, 0xd7, 0x03")
ENCODING(pextrw_memory, "0x66, 0x0f, 0xc5, 0x03, 0x00")
ENCODING(maskmovdqu_memory, "0x66, 0x0f, 0xf7, 0x03")
ENCODING(fpu_d9d1, "0xd9, 0xd1")
ENCODING(fpu_d9e2, "0xd9, 0xe2")
ENCODING(fpu_d9_1, "0xd9, 0x0b")
ENCODING(fpu_dae0, "0xda, 0xe0")
ENCODING(fpu_dbf8, "0xdb, 0xf8")
ENCODING(fpu_db_4, "0xdb, 0x23")
ENCODING(fpu_ddf0, "0xdd, 0xf0")
ENCODING(fpu_dd_5, "0xdd, 0x2b")
ENCODING(fpu_ded8, "0xde, 0xd8")
ENCODING(fpu_dff8, "0xdf, 0xf8")

#define ROW(name_, about_, spec_)                                                                                                         \
    {                                                                                                                                     \
        VARIANT, .name = #name_, .about = about_, .spec = spec_, .vector = VEC_UD, .error = NO_ERROR, .saved_rip = AT_FAULT, .run = name_ \
    }
#define MAP(name, about) ROW(name, about, "SDM 2D \"Opcode Map\"")
#define GROUP(name, about) ROW(name, about, "SDM 2D \"Opcode Extensions For One-Byte And Two-byte Opcodes\"")
#define FPU(name, about) ROW(name, about, "SDM 2D \"Escape Opcode Instructions\"")

VARIANTS(MAP(op_0f04, "0F 04"), MAP(op_0f0a, "0F 0A"), MAP(op_0f0c, "0F 0C"), MAP(op_0f24, "0F 24, once MOV from a test register"),
         MAP(op_0f26, "0F 26, once MOV to a test register"), MAP(op_0f36, "0F 36"), MAP(op_0f39, "0F 39"), MAP(op_0f3b, "0F 3B"),
         MAP(op_0f7a, "0F 7A"), MAP(op_0fa6, "0F A6"), MAP(op_0fa7, "0F A7"), GROUP(group6_7, "0F 00 /7"), GROUP(group8_0, "0F BA /0"),
         GROUP(group8_3, "0F BA /3"), GROUP(group9_0, "0F C7 /0"), GROUP(group9_2, "0F C7 /2"), GROUP(group4_7, "FE /7"), GROUP(group11_c7, "C7 /1"),
         GROUP(group12_0, "0F 71 /0"), GROUP(group12_memory, "PSRLW of memory by an immediate"), GROUP(group13_3, "0F 72 /3"),
         GROUP(group13_memory, "PSRLD of memory by an immediate"), GROUP(group14_7, "0F 73 /7 without 66"), GROUP(group14_memory, "PSLLDQ of memory"),
         GROUP(fxsave_register, "FXSAVE of a register"), GROUP(ldmxcsr_register, "LDMXCSR of a register"),
         GROUP(xsave_register, "XSAVE of a register"), MAP(movntps_register, "MOVNTPS to a register"), MAP(movntq_register, "MOVNTQ to a register"),
         MAP(movnti_register, "MOVNTI to a register"), MAP(movlps_register, "MOVLPS, the store, to a register"),
         MAP(movhps_register, "MOVHPS, the store, to a register"), MAP(lddqu_register, "LDDQU of a register"),
         MAP(movntdqa_register, "MOVNTDQA of a register"), MAP(movmskps_memory, "MOVMSKPS of memory"), MAP(pmovmskb_memory, "PMOVMSKB of memory"),
         MAP(pextrw_memory, "PEXTRW EAX of memory"), MAP(maskmovdqu_memory, "MASKMOVDQU with memory"), FPU(fpu_d9d1, "D9 D1"), FPU(fpu_d9e2, "D9 E2"),
         FPU(fpu_d9_1, "D9 /1 with memory"), FPU(fpu_dae0, "DA E0"), FPU(fpu_dbf8, "DB F8"), FPU(fpu_db_4, "DB /4 with memory"),
         FPU(fpu_ddf0, "DD F0"), FPU(fpu_dd_5, "DD /5 with memory"), FPU(fpu_ded8, "DE D8"), FPU(fpu_dff8, "DF F8"));
