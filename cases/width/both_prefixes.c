/* With REX.W prefix 66 is ignored: operands have 8 bytes, immediates 4, where 66 alone would make both 2. */
#include <case.h>

#define BEFORE() (start.rax = start.rcx = 0, start.rflags &= ~RFLAGS_DF)

/* The second execution is one byte further, as are RSI and RDI. */
#define ALL(X)                                                                      \
    X(mov, NULL, 8, 0, ".byte 0x66, 0x48, 0x8b, 0x0b")                              \
    X(mov_store, NULL, 8, PF_W, ".byte 0x66, 0x48, 0x89, 0x03")                     \
    X(mov_immediate, NULL, 8, PF_W, ".byte 0x66, 0x48, 0xc7, 0x03, 0, 0, 0, 0")     \
    X(cmp, NULL, 8, 0, ".byte 0x66, 0x48, 0x3b, 0x0b")                              \
    X(cmp_immediate, NULL, 8, 0, ".byte 0x66, 0x48, 0x81, 0x3b, 0, 0, 0, 0")        \
    X(cmp_immediate8, NULL, 8, 0, ".byte 0x66, 0x48, 0x83, 0x3b, 0")                \
    X(movzx8, NULL, 1, 0, ".byte 0x66, 0x48, 0x0f, 0xb6, 0x0b")                     \
    X(movzx16, NULL, 2, 0, ".byte 0x66, 0x48, 0x0f, 0xb7, 0x0b")                    \
    X(movsxd, NULL, 4, 0, ".byte 0x66, 0x48, 0x63, 0x0b")                           \
    X(cmovz, NULL, 8, 0, ".byte 0x66, 0x48, 0x0f, 0x44, 0x0b")                      \
    X(imul, NULL, 8, 0, ".byte 0x66, 0x48, 0x0f, 0xaf, 0x0b")                       \
    X(imul_immediate, NULL, 8, 0, ".byte 0x66, 0x48, 0x69, 0x0b, 0, 0, 0, 0")       \
    X(bt, NULL, 8, 0, ".byte 0x66, 0x48, 0x0f, 0xa3, 0x03")                         \
    X(bt_immediate, NULL, 8, 0, ".byte 0x66, 0x48, 0x0f, 0xba, 0x23, 0")            \
    X(push, NULL, 8, 0, ".byte 0x66, 0x48, 0xff, 0x33")                             \
    X(pop, NULL, 8, PF_W, ".byte 0x66, 0x48, 0x8f, 0x03")                           \
    X(popcnt, "popcnt", 8, 0, ".byte 0x66, 0xf3, 0x48, 0x0f, 0xb8, 0x0b")           \
    X(popcnt_f3_66, "popcnt", 8, 0, ".byte 0xf3, 0x66, 0x48, 0x0f, 0xb8, 0x0b")     \
    X(movbe, "movbe", 8, 0, ".byte 0x66, 0x48, 0x0f, 0x38, 0xf0, 0x0b")             \
    X(movbe_store, "movbe", 8, PF_W, ".byte 0x66, 0x48, 0x0f, 0x38, 0xf1, 0x0b")    \
    X(crc32, "sse42", 8, 0, ".byte 0x66, 0xf2, 0x48, 0x0f, 0x38, 0xf1, 0x0b")       \
    X(crc32_f2_66, "sse42", 8, 0, ".byte 0xf2, 0x66, 0x48, 0x0f, 0x38, 0xf1, 0x0b") \
    X(crc32_8, "sse42", 1, 0, ".byte 0x66, 0xf2, 0x48, 0x0f, 0x38, 0xf0, 0x0b")     \
    X(mov_from_ds, NULL, 2, PF_W, ".byte 0x66, 0x48, 0x8c, 0x1b")                   \
    X(mov_to_ds, NULL, 2, 0, ".byte 0x66, 0x48, 0x8e, 0x1b")

#include "width.h"
