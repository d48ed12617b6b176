/* Reserved opcodes, and reserved forms of opcodes that have others: #UD in 64-bit mode. */
#include <case.h>

#include "opcode_run.h"

#define SPEC "SDM 3A \"Interrupt 6-Invalid Opcode Exception (#UD)\", SDM 2D \"Opcode Map\", SDM 2A \"LOCK-Assert LOCK# Signal Prefix\""

VARIANTS(UD("8f_1", "8F /1 of a register", 0x8f, 0xc8), UD("8f_1_memory", "8F /1 of memory", 0x8f, 0x0b),
         UD("8f_4", "8F /4 of a register", 0x8f, 0xe0), UD("8f_7_memory", "8F /7 of memory", 0x8f, 0x3b),
         UD("c6_2_memory", "C6 /2 of memory", 0xc6, 0x13, 0x00), UD("c6_6", "C6 /6 of a register", 0xc6, 0xf0, 0x00),
         UD("c6_7_memory", "C6 /7 of memory", 0xc6, 0x3b, 0x00), UD("c7_1", "C7 /1 of a register", 0xc7, 0xc8, 0x00, 0x00, 0x00, 0x00),
         UD("c7_4_memory", "C7 /4 of memory", 0xc7, 0x23, 0x00, 0x00, 0x00, 0x00),
         UD("c7_6", "C7 /6 of a register", 0xc7, 0xf0, 0x00, 0x00, 0x00, 0x00),
         UD("c7_7_memory", "C7 /7 of memory", 0xc7, 0x3b, 0x00, 0x00, 0x00, 0x00), UD("fe_3", "FE /3 of a register", 0xfe, 0xd8),
         UD("fe_4_memory", "FE /4 of memory", 0xfe, 0x23), UD("fe_5", "FE /5 of a register", 0xfe, 0xe8),
         UD("fe_6_memory", "FE /6 of memory", 0xfe, 0x33), UD("fe_7", "FE /7 of a register", 0xfe, 0xf8),
         UD("ff_7_memory", "FF /7 of memory", 0xff, 0x3b), UD("0f00_6_memory", "0F 00 /6 of memory", 0x0f, 0x00, 0x33),
         UD("0f00_7", "0F 00 /7 of a register", 0x0f, 0x00, 0xf8), UD("0f00_7_memory", "0F 00 /7 of memory", 0x0f, 0x00, 0x3b),
         UD("0f01_5_memory", "0F 01 /5 of memory", 0x0f, 0x01, 0x2b), UD("0f01_c7", "0F 01 C7", 0x0f, 0x01, 0xc7),
         UD("0f01_d2", "0F 01 D2", 0x0f, 0x01, 0xd2), UD("0f01_d3", "0F 01 D3", 0x0f, 0x01, 0xd3),
         UD("vmlaunch", "VMLAUNCH outside VMX operation", 0x0f, 0x01, 0xc2), UD("vmxoff", "VMXOFF outside VMX operation", 0x0f, 0x01, 0xc4),
         UD("0f04", "0F 04", 0x0f, 0x04), UD("0f0a", "0F 0A", 0x0f, 0x0a), UD("0f0c", "0F 0C", 0x0f, 0x0c), UD("0f25", "0F 25", 0x0f, 0x25, 0xc0),
         UD("0f36", "0F 36", 0x0f, 0x36), UD("0f39", "0F 39", 0x0f, 0x39), UD("0f3b", "0F 3B", 0x0f, 0x3b),
         UD("3dnow", "3DNow! with a suffix that is none", 0x0f, 0x0f, 0xc0, 0x00), UD("0f38_ff", "0F 38 FF", 0x0f, 0x38, 0xff, 0xc0),
         UD("0f3a_ff", "0F 3A FF", 0x0f, 0x3a, 0xff, 0xc0, 0x00), UD("0f71_1", "0F 71 /1", 0x0f, 0x71, 0xc8, 0x00),
         UD("0f72_7", "0F 72 /7", 0x0f, 0x72, 0xf8, 0x00), UD("0f73_3", "0F 73 /3 without 66", 0x0f, 0x73, 0xd8, 0x00),
         UD("0f71_2_memory", "0F 71 /2 of memory", 0x0f, 0x71, 0x13, 0x00), UD("0fba_0", "0F BA /0 of a register", 0x0f, 0xba, 0xc0, 0x00),
         UD("0fba_1_memory", "0F BA /1 of memory", 0x0f, 0xba, 0x0b, 0x00), UD("0fba_2", "0F BA /2 of a register", 0x0f, 0xba, 0xd0, 0x00),
         UD("0fba_3_memory", "0F BA /3 of memory", 0x0f, 0xba, 0x1b, 0x00), UD("0fb8", "0F B8 without F3", 0x0f, 0xb8, 0xc0),
         UD("0fc7_0", "0F C7 /0 of a register", 0x0f, 0xc7, 0xc0), UD("0fc7_0_memory", "0F C7 /0 of memory", 0x0f, 0xc7, 0x03),
         UD("0fc7_2_memory", "0F C7 /2 of memory", 0x0f, 0xc7, 0x13), UD("vmread", "VMREAD outside VMX operation", 0x0f, 0x78, 0xc0),
         UD("vmwrite", "VMWRITE outside VMX operation", 0x0f, 0x79, 0xc0), UD("0fae_0", "0F AE /0 of a register", 0x0f, 0xae, 0xc0),
         UD("mov_cs_memory", "MOV to CS from memory", 0x8e, 0x0b), UD("lfs", "LFS of a register", 0x0f, 0xb4, 0xc0),
         UD("lgs", "LGS of a register", 0x0f, 0xb5, 0xc0), UD("movnti", "MOVNTI to a register", 0x0f, 0xc3, 0xc0),
         UD("movntq", "MOVNTQ to a register", 0x0f, 0xe7, 0xc0), UD("maskmovq", "MASKMOVQ with memory", 0x0f, 0xf7, 0x03),
         UD("pmovmskb", "PMOVMSKB of memory", 0x0f, 0xd7, 0x03), UD("d9_d1", "D9 D1", 0xd9, 0xd1), UD("d9_e2", "D9 E2", 0xd9, 0xe2),
         UD("d9_ef", "D9 EF", 0xd9, 0xef), UD("d9_1_memory", "D9 /1 of memory", 0xd9, 0x0b), UD("da_e0", "DA E0", 0xda, 0xe0),
         UD("da_f8", "DA F8", 0xda, 0xf8), UD("db_4_memory", "DB /4 of memory", 0xdb, 0x23), UD("db_f8", "DB F8", 0xdb, 0xf8),
         UD("dd_f0", "DD F0", 0xdd, 0xf0), UD("dd_5_memory", "DD /5 of memory", 0xdd, 0x2b), UD("de_d8", "DE D8", 0xde, 0xd8),
         UD("df_f8", "DF F8", 0xdf, 0xf8));
