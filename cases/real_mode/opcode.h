/* Reserved opcodes in 16-bit code, of real mode and of virtual-8086 mode, which the file's enter() goes to. */

#include "../invalid_opcode/opcode_bytes.h"

#define SPEC "SDM 3A \"Interrupt 6-Invalid Opcode Exception (#UD)\", SDM 2D \"Opcode Map\", SDM 2A \"LOCK-Assert LOCK# Signal Prefix\""
#define SEGMENT ((REAL_FREE >> 4) - 1) /* the offset isn't 0, which would be the program's own */

/* arg: the bytes, 0xcc behind them, which is INT3. */
static void run(void)
{
    enter();
    name_place("code", REAL_FREE, 64);
    for (unsigned i = 0; i < 64; i++)
        ((volatile uint8_t *)REAL_FREE)[i] = i < 8 ? (uint8_t)(ARG0 >> 8 * i) : 0xcc;
    start.cs = SEGMENT;
    start.eip = REAL_FREE - 16 * SEGMENT;
    PROGRAM16("");
}

#define UD(name, about, ...) RAISES_UD(name, about, OPCODE(__VA_ARGS__))

VARIANTS(
    UD("8f_1", "8F /1 of a register", 0x8f, 0xc8), UD("8f_1_memory", "8F /1 of memory", 0x8f, 0x0b), UD("8f_4", "8F /4 of a register", 0x8f, 0xe0),
    UD("8f_7_memory", "8F /7 of memory", 0x8f, 0x3b), UD("c6_2_memory", "C6 /2 of memory", 0xc6, 0x13, 0x00),
    UD("c6_6", "C6 /6 of a register", 0xc6, 0xf0, 0x00), UD("c6_7_memory", "C6 /7 of memory", 0xc6, 0x3b, 0x00),
    UD("c7_1", "C7 /1 of a register", 0xc7, 0xc8, 0x00, 0x00, 0x00, 0x00), UD("c7_4_memory", "C7 /4 of memory", 0xc7, 0x23, 0x00, 0x00, 0x00, 0x00),
    UD("c7_6", "C7 /6 of a register", 0xc7, 0xf0, 0x00, 0x00, 0x00, 0x00), UD("c7_7_memory", "C7 /7 of memory", 0xc7, 0x3b, 0x00, 0x00, 0x00, 0x00),
    UD("fe_3", "FE /3 of a register", 0xfe, 0xd8), UD("fe_4_memory", "FE /4 of memory", 0xfe, 0x23), UD("fe_5", "FE /5 of a register", 0xfe, 0xe8),
    UD("fe_6_memory", "FE /6 of memory", 0xfe, 0x33), UD("fe_7", "FE /7 of a register", 0xfe, 0xf8), UD("ff_7_memory", "FF /7 of memory", 0xff, 0x3b),
    UD("0f00_6", "0F 00 /6 of a register", 0x0f, 0x00, 0xf0), UD("0f00_6_memory", "0F 00 /6 of memory", 0x0f, 0x00, 0x33),
    UD("0f00_7", "0F 00 /7 of a register", 0x0f, 0x00, 0xf8), UD("0f00_7_memory", "0F 00 /7 of memory", 0x0f, 0x00, 0x3b),
    UD("0f01_5_memory", "0F 01 /5 of memory", 0x0f, 0x01, 0x2b), UD("0f01_c7", "0F 01 C7", 0x0f, 0x01, 0xc7),
    UD("0f01_d2", "0F 01 D2", 0x0f, 0x01, 0xd2), UD("vmcall", "VMCALL outside VMX operation", 0x0f, 0x01, 0xc1),
    UD("vmlaunch", "VMLAUNCH outside VMX operation", 0x0f, 0x01, 0xc2), UD("vmxoff", "VMXOFF outside VMX operation", 0x0f, 0x01, 0xc4),
    UD("xgetbv", "XGETBV with CR4.OSXSAVE=0", 0x0f, 0x01, 0xd0), UD("rdpkru", "RDPKRU with CR4.PKE=0", 0x0f, 0x01, 0xee),
    UD("0f04", "0F 04", 0x0f, 0x04), UD("0f0a", "0F 0A", 0x0f, 0x0a), UD("0f25", "0F 25", 0x0f, 0x25, 0xc0), UD("0f36", "0F 36", 0x0f, 0x36),
    UD("getsec", "GETSEC with CR4.SMXE=0", 0x0f, 0x37), UD("0f39", "0F 39", 0x0f, 0x39),
    UD("3dnow", "3DNow! with a suffix that is none", 0x0f, 0x0f, 0xc0, 0x00), UD("0f38_ff", "0F 38 FF", 0x0f, 0x38, 0xff, 0xc0),
    UD("0f3a_ff", "0F 3A FF", 0x0f, 0x3a, 0xff, 0xc0, 0x00), UD("0f71_1", "0F 71 /1", 0x0f, 0x71, 0xc8, 0x00),
    UD("0f72_7", "0F 72 /7", 0x0f, 0x72, 0xf8, 0x00), UD("0f73_3", "0F 73 /3 without 66", 0x0f, 0x73, 0xd8, 0x00),
    UD("0f71_2_memory", "0F 71 /2 of memory", 0x0f, 0x71, 0x13, 0x00), UD("0fba_1_memory", "0F BA /1 of memory", 0x0f, 0xba, 0x0b, 0x00),
    UD("0fba_2", "0F BA /2 of a register", 0x0f, 0xba, 0xd0, 0x00), UD("0fba_3_memory", "0F BA /3 of memory", 0x0f, 0xba, 0x1b, 0x00),
    UD("0fb8", "0F B8 without F3", 0x0f, 0xb8, 0xc0), UD("0fc7_0", "0F C7 /0 of a register", 0x0f, 0xc7, 0xc0),
    UD("0fc7_0_memory", "0F C7 /0 of memory", 0x0f, 0xc7, 0x03), UD("0fc7_2_memory", "0F C7 /2 of memory", 0x0f, 0xc7, 0x13),
    UD("vmread", "VMREAD outside VMX operation", 0x0f, 0x78, 0xc0), UD("vmwrite", "VMWRITE outside VMX operation", 0x0f, 0x79, 0xc0),
    UD("0fae_0", "0F AE /0 of a register", 0x0f, 0xae, 0xc0), UD("xsave", "XSAVE with CR4.OSXSAVE=0", 0x0f, 0xae, 0x23),
    UD("mov_from_segment_7", "MOV from segment register 7", 0x8c, 0xf8), UD("mov_segment_7", "MOV to segment register 7", 0x8e, 0xf8),
    UD("mov_cs_memory", "MOV to CS from memory", 0x8e, 0x0b), UD("lea", "LEA of a register", 0x8d, 0xc0),
    UD("lfs", "LFS of a register", 0x0f, 0xb4, 0xc0), UD("lgs", "LGS of a register", 0x0f, 0xb5, 0xc0),
    UD("invpcid", "INVPCID of a register", 0x66, 0x0f, 0x38, 0x82, 0xc0), UD("movnti", "MOVNTI to a register", 0x0f, 0xc3, 0xc0),
    UD("movntq", "MOVNTQ to a register", 0x0f, 0xe7, 0xc0), UD("maskmovq", "MASKMOVQ with memory", 0x0f, 0xf7, 0x03),
    UD("pmovmskb", "PMOVMSKB of memory", 0x0f, 0xd7, 0x03), UD("d9_d1", "D9 D1", 0xd9, 0xd1), UD("d9_e2", "D9 E2", 0xd9, 0xe2),
    UD("d9_ef", "D9 EF", 0xd9, 0xef), UD("d9_1_memory", "D9 /1 of memory", 0xd9, 0x0b), UD("da_e0", "DA E0", 0xda, 0xe0),
    UD("da_f8", "DA F8", 0xda, 0xf8), UD("db_4_memory", "DB /4 of memory", 0xdb, 0x23), UD("db_f8", "DB F8", 0xdb, 0xf8),
    UD("dd_f0", "DD F0", 0xdd, 0xf0), UD("dd_5_memory", "DD /5 of memory", 0xdd, 0x2b), UD("de_d8", "DE D8", 0xde, 0xd8),
    UD("df_f8", "DF F8", 0xdf, 0xf8), UD("lock_or_register", "LOCK OR of registers", 0xf0, 0x09, 0xc0),
    UD("lock_inc_register", "LOCK INC of a register, FF /0", 0xf0, 0xff, 0xc0), UD("lock_neg_register", "LOCK NEG of a register", 0xf0, 0xf7, 0xd8),
    UD("lock_xchg_register", "LOCK XCHG of registers", 0xf0, 0x87, 0xc9), UD("lock_xadd_register", "LOCK XADD of registers", 0xf0, 0x0f, 0xc1, 0xc0),
    UD("lock_bts_register", "LOCK BTS of registers", 0xf0, 0x0f, 0xab, 0xc0), UD("lock_xor_load", "LOCK XOR with a memory source", 0xf0, 0x33, 0x03),
    UD("lock_test", "LOCK TEST of memory", 0xf0, 0x85, 0x03), UD("lock_bt_immediate", "LOCK BT of memory and imm8", 0xf0, 0x0f, 0xba, 0x23, 0x00),
    UD("lock_mov_segment", "LOCK MOV to DS", 0xf0, 0x8e, 0xd8), UD("lock_pop_memory", "LOCK POP to memory", 0xf0, 0x8f, 0x03),
    UD("lock_pusha", "LOCK PUSHAD", 0xf0, 0x60), UD("lock_popf", "LOCK POPFD", 0xf0, 0x9d),
    UD("lock_call", "LOCK CALL", 0xf0, 0xe8, 0x00, 0x00, 0x00, 0x00), UD("lock_jmp", "LOCK JMP", 0xf0, 0xeb, 0x00),
    UD("lock_jz", "LOCK JZ", 0xf0, 0x74, 0x00), UD("lock_loop", "LOCK LOOP", 0xf0, 0xe2, 0x00), UD("lock_pause", "LOCK PAUSE", 0xf0, 0xf3, 0x90),
    UD("lock_lahf", "LOCK LAHF", 0xf0, 0x9f), UD("lock_mul", "LOCK MUL of memory", 0xf0, 0xf7, 0x23),
    UD("lock_shl", "LOCK SHL of memory", 0xf0, 0xd1, 0x23), UD("lock_setz", "LOCK SETZ of memory", 0xf0, 0x0f, 0x94, 0x03),
    UD("lock_lea", "LOCK LEA", 0xf0, 0x8d, 0x03), UD("lock_enter", "LOCK ENTER", 0xf0, 0xc8, 0x00, 0x00, 0x00),
    UD("lock_aam", "LOCK AAM", 0xf0, 0xd4, 0x0a), UD("lock_xlat", "LOCK XLAT", 0xf0, 0xd7), UD("lock_movs", "LOCK MOVS", 0xf0, 0xa5),
    UD("lock_out", "LOCK OUT", 0xf0, 0xee), UD("lock_fld1", "LOCK FLD1", 0xf0, 0xd9, 0xe8));
