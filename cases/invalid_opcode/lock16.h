/*
 * lock16.h: LOCK in 16-bit code of real and virtual-8086 mode: before an instruction that may not be locked, or whose destination isn't memory, it is
 * #UD, else the instruction is executed. Each leaves 0 where it was executed, 1 where it is #UD with its own IP, 2 with another one.
 */
#define REFUSED(X)                             \
    X(or_register, "0x09, 0xc0")               \
    X(adc_register, "0x11, 0xc0")              \
    X(sbb_register, "0x19, 0xc0")              \
    X(and_register, "0x21, 0xc0")              \
    X(sub_register, "0x29, 0xc0")              \
    X(xor_register, "0x31, 0xc0")              \
    X(add_accumulator, "0x04, 0x01")           \
    X(xor_immediate, "0x83, 0xf0, 0x01")       \
    X(inc_register, "0xff, 0xc0")              \
    X(inc_short, "0x40")                       \
    X(dec_register, "0xfe, 0xc8")              \
    X(dec_short, "0x48")                       \
    X(not_register, "0xf7, 0xd0")              \
    X(neg_register, "0xf7, 0xd8")              \
    X(xchg_register, "0x87, 0xc2")             \
    X(xchg_short, "0x92")                      \
    X(xadd_register, "0x0f, 0xc1, 0xc2")       \
    X(cmpxchg_register, "0x0f, 0xb1, 0xc2")    \
    X(bts_register, "0x0f, 0xab, 0xc2")        \
    X(btr_register, "0x0f, 0xb3, 0xc2")        \
    X(btc_register, "0x0f, 0xbb, 0xc2")        \
    X(bts_immediate, "0x0f, 0xba, 0xea, 0x00") \
    X(or_dword, "0x66, 0x09, 0xc0")            \
    X(add_load, "0x03, 0x07")                  \
    X(cmp_immediate, "0x83, 0x3f, 0x00")       \
    X(cmp_store, "0x39, 0x07")                 \
    X(test, "0x85, 0x07")                      \
    X(bt, "0x0f, 0xa3, 0x07")                  \
    X(bt_immediate, "0x0f, 0xba, 0x27, 0x00")  \
    X(mov_load, "0x8b, 0x07")                  \
    X(mov_store, "0x89, 0x07")                 \
    X(mov_immediate, "0xc7, 0x07, 0x00, 0x00") \
    X(mov_from_segment, "0x8c, 0xd8")          \
    X(push, "0x50")                            \
    X(pop, "0x58")                             \
    X(pushf, "0x9c")                           \
    X(popf, "0x9d")                            \
    X(jmp, "0xeb, 0x00")                       \
    X(jz, "0x74, 0x00")                        \
    X(loop, "0xe2, 0x00")                      \
    X(nop, "0x90")                             \
    X(pause, "0xf3, 0x90")                     \
    X(cld, "0xfc")                             \
    X(cmc, "0xf5")                             \
    X(lahf, "0x9f")                            \
    X(cbw, "0x98")                             \
    X(mul, "0xf7, 0x27")                       \
    X(imul, "0x0f, 0xaf, 0x07")                \
    X(shl, "0xd1, 0x27")                       \
    X(shld, "0x0f, 0xa4, 0x07, 0x01")          \
    X(setz, "0x0f, 0x94, 0x07")                \
    X(movzx, "0x0f, 0xb6, 0x07")               \
    X(bsf, "0x0f, 0xbc, 0x07")                 \
    X(lea, "0x8d, 0x07")                       \
    X(aam, "0xd4, 0x0a")                       \
    X(daa, "0x27")                             \
    X(xlat, "0xd7")                            \
    X(fld1, "0xd9, 0xe8")                      \
    X(fwait, "0x9b")                           \
    X(smsw, "0x0f, 0x01, 0xe0")                \
    X(ud2, "0x0f, 0x0b")
#define ALLOWED(X)                       \
    X(add, "0x01, 0x07")                 \
    X(or_byte, "0x08, 0x07")             \
    X(adc_dword, "0x66, 0x11, 0x07")     \
    X(sbb_immediate, "0x83, 0x1f, 0x01") \
    X(and, "0x21, 0x07")                 \
    X(sub, "0x29, 0x07")                 \
    X(xor, "0x31, 0x07")                 \
    X(inc, "0xff, 0x07")                 \
    X(dec_byte, "0xfe, 0x0f")            \
    X(not, "0xf7, 0x17")                 \
    X(neg, "0xf7, 0x1f")                 \
    X(bts, "0x0f, 0xba, 0x2f, 0x01")     \
    X(btr, "0x0f, 0xba, 0x37, 0x01")     \
    X(btc, "0x0f, 0xba, 0x3f, 0x01")     \
    X(xchg, "0x87, 0x07")                \
    X(xadd, "0x0f, 0xc1, 0x07")          \
    X(cmpxchg, "0x0f, 0xb1, 0x07")

/* EDI: where the instruction is, ECX: where the next one is. DS:BX is its memory operand, and ESI is stored there behind it. */
#define TRY(name, bytes)                                                                                                                      \
    ".byte 0x66, 0xbf\n.long 1f - 0x8000\n.byte 0x66, 0xb9\n.long 2f - 0x8000\nmov esi, 0\n1: .byte 0xf0, " bytes "\n2: mov [ebx], esi\nlea " \
    "ebx, [ebx + 4]\n"
#define CLEAR "mov eax, 0\nmov ebx, 0\nmov edx, 0\nmov esi, 0\nmov edi, 0\nmov ecx, 0\n"

#define NAME(name, bytes) #name,
static const char *const refused_names[] = {REFUSED(NAME)}, *const allowed_names[] = {ALLOWED(NAME)};

static void note_outcomes(void)
{
    const uint32_t *outcome = (const uint32_t *)(16 * REAL_DS);
    unsigned count = ARG0 ? sizeof(allowed_names) / sizeof(char *) : sizeof(refused_names) / sizeof(char *);

    for (unsigned i = 0; i < count; i++)
        note(ARG0 ? allowed_names[i] : refused_names[i], outcome[i]);
}

#define SPEC "SDM 2A \"LOCK-Assert LOCK# Signal Prefix\""
#define ROWS                                                                                                                                 \
    {VARIANT,      .name = "refused",      .about = "LOCK before what may not be locked: 1 where it is #UD",                                 \
     .spec = SPEC, .vector = NO_EXCEPTION, .run = refused},                                                                                  \
    {                                                                                                                                        \
        VARIANT, .name = "allowed", .about = "LOCK before what may be locked: 0 where it is executed", .spec = SPEC, .vector = NO_EXCEPTION, \
                 .run = allowed, .needs = "i486", .arg = {                                                                                   \
                     1                                                                                                                       \
                 }                                                                                                                           \
    }
