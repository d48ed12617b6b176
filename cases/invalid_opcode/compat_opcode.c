/* Opcodes and forms that 32-bit mode hasn't, in compatibility mode; see ../pm_exception/opcode.c. */
#define COMPAT
#include "../operand/each.h"

#define CODE_OF(name, ...) "op " #name ", 8, .byte " #__VA_ARGS__ "\n"
#define SPEC "SDM 3A \"Interrupt 6-Invalid Opcode Exception (#UD)\", SDM 2D \"Opcode Map\""

#define ONE                                                     \
    CODE_OF(ud_8f_1, 0x8f, 0xc8)                                \
    CODE_OF(ud_8f_1_memory, 0x8f, 0x0b)                         \
    CODE_OF(ud_8f_4, 0x8f, 0xe0)                                \
    CODE_OF(ud_8f_7_memory, 0x8f, 0x3b)                         \
    CODE_OF(ud_c6_1, 0xc6, 0xc8, 0x00)                          \
    CODE_OF(ud_c6_2_memory, 0xc6, 0x13, 0x00)                   \
    CODE_OF(ud_c6_6, 0xc6, 0xf0, 0x00)                          \
    CODE_OF(ud_c6_7_memory, 0xc6, 0x3b, 0x00)                   \
    CODE_OF(ud_c7_1, 0xc7, 0xc8, 0x00, 0x00, 0x00, 0x00)        \
    CODE_OF(ud_c7_4_memory, 0xc7, 0x23, 0x00, 0x00, 0x00, 0x00) \
    CODE_OF(ud_c7_6, 0xc7, 0xf0, 0x00, 0x00, 0x00, 0x00)        \
    CODE_OF(ud_c7_7_memory, 0xc7, 0x3b, 0x00, 0x00, 0x00, 0x00) \
    CODE_OF(ud_fe_3, 0xfe, 0xd8)                                \
    CODE_OF(ud_fe_4_memory, 0xfe, 0x23)                         \
    CODE_OF(ud_fe_5, 0xfe, 0xe8)                                \
    CODE_OF(ud_fe_6_memory, 0xfe, 0x33)                         \
    CODE_OF(ud_fe_7, 0xfe, 0xf8)                                \
    CODE_OF(ud_ff_7_memory, 0xff, 0x3b)                         \
    CODE_OF(ud_0f00_6, 0x0f, 0x00, 0xf0)                        \
    CODE_OF(ud_0f00_6_memory, 0x0f, 0x00, 0x33)                 \
    CODE_OF(ud_0f00_7, 0x0f, 0x00, 0xf8)                        \
    CODE_OF(ud_0f00_7_memory, 0x0f, 0x00, 0x3b)                 \
    CODE_OF(ud_0f01_5_memory, 0x0f, 0x01, 0x2b)                 \
    CODE_OF(ud_0f01_c7, 0x0f, 0x01, 0xc7)                       \
    CODE_OF(ud_0f01_d2, 0x0f, 0x01, 0xd2)                       \
    CODE_OF(ud_0f01_d3, 0x0f, 0x01, 0xd3)                       \
    CODE_OF(ud_monitor_user, 0x0f, 0x01, 0xc8)                  \
    CODE_OF(ud_mwait_user, 0x0f, 0x01, 0xc9)                    \
    CODE_OF(ud_clac_user, 0x0f, 0x01, 0xca)                     \
    CODE_OF(ud_stac_user, 0x0f, 0x01, 0xcb)                     \
    CODE_OF(ud_swapgs, 0x0f, 0x01, 0xf8)                        \
    CODE_OF(ud_0f04, 0x0f, 0x04)                                \
    CODE_OF(ud_0f0a, 0x0f, 0x0a)                                \
    CODE_OF(ud_0f0c, 0x0f, 0x0c)                                \
    CODE_OF(ud_0f25, 0x0f, 0x25, 0xc0)                          \
    CODE_OF(ud_0f36, 0x0f, 0x36)                                \
    CODE_OF(ud_0f39, 0x0f, 0x39)                                \
    CODE_OF(ud_0f3b, 0x0f, 0x3b)                                \
    CODE_OF(ud_ud0, 0x0f, 0xff, 0xc1)                           \
    CODE_OF(ud_ud1, 0x0f, 0xb9, 0xc1)                           \
    CODE_OF(ud_ud2_user, 0x66, 0xf3, 0x0f, 0x0b)                \
    CODE_OF(ud_rsm, 0x0f, 0xaa)                                 \
    CODE_OF(ud_3dnow, 0x0f, 0x0f, 0xc0, 0x00)
BY(one, ONE)

#define OTHER                                         \
    CODE_OF(ud_0f38_ff, 0x0f, 0x38, 0xff, 0xc0)       \
    CODE_OF(ud_0f3a_ff, 0x0f, 0x3a, 0xff, 0xc0, 0x00) \
    CODE_OF(ud_0f71_1, 0x0f, 0x71, 0xc8, 0x00)        \
    CODE_OF(ud_0f72_7, 0x0f, 0x72, 0xf8, 0x00)        \
    CODE_OF(ud_0f73_3, 0x0f, 0x73, 0xd8, 0x00)        \
    CODE_OF(ud_0f71_2_memory, 0x0f, 0x71, 0x13, 0x00) \
    CODE_OF(ud_0fba_0, 0x0f, 0xba, 0xc0, 0x00)        \
    CODE_OF(ud_0fba_1_memory, 0x0f, 0xba, 0x0b, 0x00) \
    CODE_OF(ud_0fba_2, 0x0f, 0xba, 0xd0, 0x00)        \
    CODE_OF(ud_0fba_3_memory, 0x0f, 0xba, 0x1b, 0x00) \
    CODE_OF(ud_0fb8, 0x0f, 0xb8, 0xc0)                \
    CODE_OF(ud_0fc7_0, 0x0f, 0xc7, 0xc0)              \
    CODE_OF(ud_0fc7_0_memory, 0x0f, 0xc7, 0x03)       \
    CODE_OF(ud_cmpxchg8b, 0x0f, 0xc7, 0xc8)           \
    CODE_OF(ud_0fc7_2_memory, 0x0f, 0xc7, 0x13)       \
    CODE_OF(ud_rdfsbase, 0xf3, 0x0f, 0xae, 0xc0)      \
    CODE_OF(ud_wrgsbase, 0xf3, 0x0f, 0xae, 0xd8)      \
    CODE_OF(ud_0fae_0, 0x0f, 0xae, 0xc0)              \
    CODE_OF(ud_mov_from_segment_6, 0x8c, 0xf0)        \
    CODE_OF(ud_mov_from_segment_7, 0x8c, 0xf8)        \
    CODE_OF(ud_mov_segment_7, 0x8e, 0xf8)             \
    CODE_OF(ud_mov_cs_memory, 0x8e, 0x0b)             \
    CODE_OF(ud_lea, 0x8d, 0xc0)                       \
    CODE_OF(ud_lss, 0x0f, 0xb2, 0xc0)                 \
    CODE_OF(ud_lfs, 0x0f, 0xb4, 0xc0)                 \
    CODE_OF(ud_lgs, 0x0f, 0xb5, 0xc0)                 \
    CODE_OF(ud_invpcid, 0x66, 0x0f, 0x38, 0x82, 0xc0) \
    CODE_OF(ud_movnti, 0x0f, 0xc3, 0xc0)              \
    CODE_OF(ud_movntq, 0x0f, 0xe7, 0xc0)              \
    CODE_OF(ud_maskmovq, 0x0f, 0xf7, 0x03)            \
    CODE_OF(ud_pmovmskb, 0x0f, 0xd7, 0x03)            \
    CODE_OF(ud_d9_d1, 0xd9, 0xd1)                     \
    CODE_OF(ud_d9_e2, 0xd9, 0xe2)                     \
    CODE_OF(ud_d9_ef, 0xd9, 0xef)                     \
    CODE_OF(ud_d9_1_memory, 0xd9, 0x0b)               \
    CODE_OF(ud_da_e0, 0xda, 0xe0)                     \
    CODE_OF(ud_da_f8, 0xda, 0xf8)                     \
    CODE_OF(ud_db_4_memory, 0xdb, 0x23)               \
    CODE_OF(ud_db_f8, 0xdb, 0xf8)                     \
    CODE_OF(ud_dd_f0, 0xdd, 0xf0)                     \
    CODE_OF(ud_dd_5_memory, 0xdd, 0x2b)               \
    CODE_OF(ud_de_d8, 0xde, 0xd8)                     \
    CODE_OF(ud_df_f8, 0xdf, 0xf8)
BY(other, OTHER)

VARIANTS(ROW("one", one, ON_SECOND, FLAT, USER_PAGE, "reserved opcodes and forms, one half", SPEC, NULL),
         ROW("other", other, ON_SECOND, FLAT, USER_PAGE, "reserved opcodes and forms, other half", SPEC, NULL));
