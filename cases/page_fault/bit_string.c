/*
 * BT, BTS, BTR and BTC of memory with a register: the operand lies in the word that the bit offset, signed and of the operand's size, leads to from
 * the address; of it CR2 has the first byte. The address wraps at 64 bits.
 */
#include <case.h>

/* ARG0: the bit offset, ARG1: the distance of the word that it leads to. */
static void missing(void)
{
    start.rbx = map_page("victim", 0) + 0x800 - ARG1;
    start.rcx = ARG0;
}

static void present(void)
{
    uintptr_t page = map_page("there", PAGE_PRESENT | PAGE_WRITE);

    start.rbx = page + 0x800 - ARG1;
    start.rcx = ARG0;
    record_memory("there", (uint8_t *)frame_of(page) + 0x7f8, 16);
}

#define INSTRUCTIONS(X) X(bt, "bt") X(bts, "bts") X(btr, "btr") X(btc, "btc") X(lock_bts, "lock bts") X(lock_btc, "lock btc")
#define FUNCTIONS(name, text)      \
    static void name##_16(void)    \
    {                              \
        missing();                 \
        FAULT(text " [rbx], cx");  \
    }                              \
    static void name##_32(void)    \
    {                              \
        missing();                 \
        FAULT(text " [rbx], ecx"); \
    }                              \
    static void name##_64(void)    \
    {                              \
        missing();                 \
        FAULT(text " [rbx], rcx"); \
    }
INSTRUCTIONS(FUNCTIONS)

#define PRESENT(size, reg)         \
    static void there_##size(void) \
    {                              \
        present();                 \
        FAULT("btc [rbx], " reg);  \
    }
PRESENT(16, "cx")
PRESENT(32, "ecx")
PRESENT(64, "rcx")

#define SPEC "SDM 2A \"BT-Bit Test\"; SDM 1 \"Bit and Byte Instructions\""
#define ROW(name_, run_, offset, distance, about_, ...)                                                           \
    {                                                                                                             \
        VARIANT, .name = name_, .about = about_ " of memory with bit offset " #offset, .spec = SPEC, .run = run_, \
                 .arg = {offset, (uint64_t)(distance)}, __VA_ARGS__                                               \
    }
/* The lowest and the highest of each size; what lies above the size is no part of it. */
#define OFFSETS(X, ...)                                                                                                     \
    X(16, up, 0x12345678abcd7fff, 0xffe, __VA_ARGS__), X(16, down, 0x12345678abcd8000, -0x1000ll, __VA_ARGS__),             \
        X(32, up, 0x123456787fffffff, 0xffffffc, __VA_ARGS__), X(32, down, 0x1234567880000000, -0x10000000ll, __VA_ARGS__), \
        X(64, up, 0x7fffffffffffffff, 0xffffffffffffff8, __VA_ARGS__), X(64, down, 0x8000000000000000, -0x1000000000000000ll, __VA_ARGS__)
#define MISSING(size, way, offset, distance, name, what, error_) \
    ROW(#name "_" #size "_" #way, name##_##size, offset, distance, what, .vector = VEC_PF, .error = error_, .saved_rip = AT_FAULT)
#define THERE(size, way, offset, distance, name) ROW("there_" #size "_" #way, there_##size, offset, distance, "BTC", .vector = NO_EXCEPTION)

VARIANTS(OFFSETS(MISSING, bt, "BT", 0), OFFSETS(MISSING, bts, "BTS", PF_W), OFFSETS(MISSING, btr, "BTR", PF_W), OFFSETS(MISSING, btc, "BTC", PF_W),
         OFFSETS(MISSING, lock_bts, "LOCK BTS", PF_W), OFFSETS(MISSING, lock_btc, "LOCK BTC", PF_W), OFFSETS(THERE, ));
