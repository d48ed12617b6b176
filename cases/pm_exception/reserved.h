/* Reserved opcodes, reserved forms of opcodes that have others, and instructions of another mode: X(name, what, CPL, bytes). */
#define RESERVED(X)                                                          \
    X(8f_1, "8F /1 of a register", 0, 0x8f, 0xc8)                            \
    X(8f_1_memory, "8F /1 of memory", 0, 0x8f, 0x0b)                         \
    X(8f_4, "8F /4 of a register", 0, 0x8f, 0xe0)                            \
    X(8f_7_memory, "8F /7 of memory", 0, 0x8f, 0x3b)                         \
    X(c6_1, "C6 /1 of a register", 0, 0xc6, 0xc8, 0x00)                      \
    X(c6_2_memory, "C6 /2 of memory", 0, 0xc6, 0x13, 0x00)                   \
    X(c6_6, "C6 /6 of a register", 0, 0xc6, 0xf0, 0x00)                      \
    X(c6_7_memory, "C6 /7 of memory", 0, 0xc6, 0x3b, 0x00)                   \
    X(c7_1, "C7 /1 of a register", 0, 0xc7, 0xc8, 0x00, 0x00, 0x00, 0x00)    \
    X(c7_4_memory, "C7 /4 of memory", 0, 0xc7, 0x23, 0x00, 0x00, 0x00, 0x00) \
    X(c7_6, "C7 /6 of a register", 0, 0xc7, 0xf0, 0x00, 0x00, 0x00, 0x00)    \
    X(c7_7_memory, "C7 /7 of memory", 0, 0xc7, 0x3b, 0x00, 0x00, 0x00, 0x00) \
    X(fe_3, "FE /3 of a register", 0, 0xfe, 0xd8)                            \
    X(fe_4_memory, "FE /4 of memory", 0, 0xfe, 0x23)                         \
    X(fe_5, "FE /5 of a register", 0, 0xfe, 0xe8)                            \
    X(fe_6_memory, "FE /6 of memory", 0, 0xfe, 0x33)                         \
    X(fe_7, "FE /7 of a register", 0, 0xfe, 0xf8)                            \
    X(ff_7_memory, "FF /7 of memory", 0, 0xff, 0x3b)                         \
    X(0f00_6, "0F 00 /6 of a register", 0, 0x0f, 0x00, 0xf0)                 \
    X(0f00_6_memory, "0F 00 /6 of memory", 0, 0x0f, 0x00, 0x33)              \
    X(0f00_7, "0F 00 /7 of a register", 0, 0x0f, 0x00, 0xf8)                 \
    X(0f00_7_memory, "0F 00 /7 of memory", 0, 0x0f, 0x00, 0x3b)              \
    X(0f01_5_memory, "0F 01 /5 of memory", 0, 0x0f, 0x01, 0x2b)              \
    X(0f01_c7, "0F 01 C7", 0, 0x0f, 0x01, 0xc7)                              \
    X(0f01_d2, "0F 01 D2", 0, 0x0f, 0x01, 0xd2)                              \
    X(0f01_d3, "0F 01 D3", 0, 0x0f, 0x01, 0xd3)                              \
    X(monitor_user, "MONITOR at CPL 3", 3, 0x0f, 0x01, 0xc8)                 \
    X(mwait_user, "MWAIT at CPL 3", 3, 0x0f, 0x01, 0xc9)                     \
    X(clac_user, "CLAC at CPL 3", 3, 0x0f, 0x01, 0xca)                       \
    X(stac_user, "STAC at CPL 3", 3, 0x0f, 0x01, 0xcb)                       \
    X(swapgs, "SWAPGS outside 64-bit mode", 0, 0x0f, 0x01, 0xf8)             \
    X(0f04, "0F 04", 0, 0x0f, 0x04)                                          \
    X(0f0a, "0F 0A", 0, 0x0f, 0x0a)                                          \
    X(0f0c, "0F 0C", 0, 0x0f, 0x0c)                                          \
    X(0f25, "0F 25", 0, 0x0f, 0x25, 0xc0)                                    \
    X(0f36, "0F 36", 0, 0x0f, 0x36)                                          \
    X(0f39, "0F 39", 0, 0x0f, 0x39)                                          \
    X(0f3b, "0F 3B", 0, 0x0f, 0x3b)                                          \
    X(ud0, "UD0", 0, 0x0f, 0xff, 0xc1)                                       \
    X(ud1, "UD1", 0, 0x0f, 0xb9, 0xc1)                                       \
    X(ud2_user, "UD2 at CPL 3, behind 66 and F3", 3, 0x66, 0xf3, 0x0f, 0x0b) \
    X(rsm, "RSM outside SMM", 0, 0x0f, 0xaa)                                 \
    X(3dnow, "3DNow! with a suffix that is none", 0, 0x0f, 0x0f, 0xc0, 0x00)

#define MORE_RESERVED(X)                                                   \
    X(0f38_ff, "0F 38 FF", 0, 0x0f, 0x38, 0xff, 0xc0)                      \
    X(0f3a_ff, "0F 3A FF", 0, 0x0f, 0x3a, 0xff, 0xc0, 0x00)                \
    X(0f71_1, "0F 71 /1", 0, 0x0f, 0x71, 0xc8, 0x00)                       \
    X(0f72_7, "0F 72 /7", 0, 0x0f, 0x72, 0xf8, 0x00)                       \
    X(0f73_3, "0F 73 /3 without 66", 0, 0x0f, 0x73, 0xd8, 0x00)            \
    X(0f71_2_memory, "0F 71 /2 of memory", 0, 0x0f, 0x71, 0x13, 0x00)      \
    X(0fba_0, "0F BA /0 of a register", 0, 0x0f, 0xba, 0xc0, 0x00)         \
    X(0fba_1_memory, "0F BA /1 of memory", 0, 0x0f, 0xba, 0x0b, 0x00)      \
    X(0fba_2, "0F BA /2 of a register", 0, 0x0f, 0xba, 0xd0, 0x00)         \
    X(0fba_3_memory, "0F BA /3 of memory", 0, 0x0f, 0xba, 0x1b, 0x00)      \
    X(0fb8, "0F B8 without F3", 0, 0x0f, 0xb8, 0xc0)                       \
    X(0fc7_0, "0F C7 /0 of a register", 0, 0x0f, 0xc7, 0xc0)               \
    X(0fc7_0_memory, "0F C7 /0 of memory", 0, 0x0f, 0xc7, 0x03)            \
    X(cmpxchg8b, "CMPXCHG8B of a register", 0, 0x0f, 0xc7, 0xc8)           \
    X(0fc7_2_memory, "0F C7 /2 of memory", 0, 0x0f, 0xc7, 0x13)            \
    X(rdfsbase, "RDFSBASE outside 64-bit mode", 0, 0xf3, 0x0f, 0xae, 0xc0) \
    X(wrgsbase, "WRGSBASE outside 64-bit mode", 0, 0xf3, 0x0f, 0xae, 0xd8) \
    X(0fae_0, "0F AE /0 of a register", 0, 0x0f, 0xae, 0xc0)               \
    X(mov_from_segment_6, "MOV from segment register 6", 0, 0x8c, 0xf0)    \
    X(mov_from_segment_7, "MOV from segment register 7", 0, 0x8c, 0xf8)    \
    X(mov_segment_7, "MOV to segment register 7", 0, 0x8e, 0xf8)           \
    X(mov_cs_memory, "MOV to CS from memory", 0, 0x8e, 0x0b)               \
    X(lea, "LEA of a register", 0, 0x8d, 0xc0)                             \
    X(lss, "LSS of a register", 0, 0x0f, 0xb2, 0xc0)                       \
    X(lfs, "LFS of a register", 0, 0x0f, 0xb4, 0xc0)                       \
    X(lgs, "LGS of a register", 0, 0x0f, 0xb5, 0xc0)                       \
    X(invpcid, "INVPCID of a register", 0, 0x66, 0x0f, 0x38, 0x82, 0xc0)   \
    X(movnti, "MOVNTI to a register", 0, 0x0f, 0xc3, 0xc0)                 \
    X(movntq, "MOVNTQ to a register", 0, 0x0f, 0xe7, 0xc0)                 \
    X(maskmovq, "MASKMOVQ with memory", 0, 0x0f, 0xf7, 0x03)               \
    X(pmovmskb, "PMOVMSKB of memory", 0, 0x0f, 0xd7, 0x03)                 \
    X(d9_d1, "D9 D1", 0, 0xd9, 0xd1)                                       \
    X(d9_e2, "D9 E2", 0, 0xd9, 0xe2)                                       \
    X(d9_ef, "D9 EF", 0, 0xd9, 0xef)                                       \
    X(d9_1_memory, "D9 /1 of memory", 0, 0xd9, 0x0b)                       \
    X(da_e0, "DA E0", 0, 0xda, 0xe0)                                       \
    X(da_f8, "DA F8", 0, 0xda, 0xf8)                                       \
    X(db_4_memory, "DB /4 of memory", 0, 0xdb, 0x23)                       \
    X(db_f8, "DB F8", 0, 0xdb, 0xf8)                                       \
    X(dd_f0, "DD F0", 0, 0xdd, 0xf0)                                       \
    X(dd_5_memory, "DD /5 of memory", 0, 0xdd, 0x2b)                       \
    X(de_d8, "DE D8", 0, 0xde, 0xd8)                                       \
    X(df_f8, "DF F8", 0, 0xdf, 0xf8)
