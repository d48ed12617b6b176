/* LOCK before what it is not for: #UD in 64-bit mode. */
#include <case.h>

/* arg: the bytes, 0xcc behind them, which is INT3. RBX is a page that may be written. */
static void run(void)
{
    uintptr_t page = map_page("code", PAGE_PRESENT);

    start.rbx = map_page("operand", PAGE_PRESENT | PAGE_WRITE);
    fill_words((uintptr_t)frame_of(page), 0xcccccccccccccccc, PAGE_SIZE / 8);
    *(uint64_t *)frame_of(page) = ARG0;
    start.rip = page;
    PROGRAM("");
}

/* Byte by byte, as many as there are up to eight. */
#define BYTES(a, b, c, d, e, f, g, h, ...)                                                                                        \
    ((uint64_t)(a) | (uint64_t)(b) << 8 | (uint64_t)(c) << 16 | (uint64_t)(d) << 24 | (uint64_t)(e) << 32 | (uint64_t)(f) << 40 | \
     (uint64_t)(g) << 48 | (uint64_t)(h) << 56)
#define OPCODE(...) BYTES(__VA_ARGS__, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc)
#define SPEC "SDM 3A \"Interrupt 6-Invalid Opcode Exception (#UD)\", SDM 2D \"Opcode Map\", SDM 2A \"LOCK-Assert LOCK# Signal Prefix\""
#define UD(name_, about_, ...)                                                                                                                \
    {                                                                                                                                         \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .vector = VEC_UD, .error = NO_ERROR, .saved_rip = "code", .run = run, .arg = { \
            OPCODE(__VA_ARGS__)                                                                                                               \
        }                                                                                                                                     \
    }

VARIANTS(UD("or_register", "LOCK OR of registers", 0xf0, 0x09, 0xc0), UD("adc_register", "LOCK ADC of registers", 0xf0, 0x11, 0xc0),
         UD("sbb_register", "LOCK SBB of registers", 0xf0, 0x19, 0xc0), UD("and_register", "LOCK AND of registers", 0xf0, 0x21, 0xc0),
         UD("sub_register", "LOCK SUB of registers", 0xf0, 0x29, 0xc0), UD("xor_register", "LOCK XOR of registers", 0xf0, 0x31, 0xc0),
         UD("add_immediate", "LOCK ADD AL, imm8", 0xf0, 0x04, 0x01), UD("xor_immediate", "LOCK XOR of a register and imm8", 0xf0, 0x83, 0xf0, 0x01),
         UD("dec_register", "LOCK DEC of a register, FE /1", 0xf0, 0xfe, 0xc8), UD("not_register", "LOCK NOT of a register", 0xf0, 0xf7, 0xd0),
         UD("neg_register", "LOCK NEG of a register", 0xf0, 0xf7, 0xd8), UD("xchg_short", "LOCK XCHG with EAX, 91", 0xf0, 0x91),
         UD("xadd_register", "LOCK XADD of registers", 0xf0, 0x0f, 0xc1, 0xc0),
         UD("cmpxchg_register", "LOCK CMPXCHG of registers", 0xf0, 0x0f, 0xb1, 0xc0),
         UD("bts_register", "LOCK BTS of registers", 0xf0, 0x0f, 0xab, 0xc0), UD("btr_register", "LOCK BTR of registers", 0xf0, 0x0f, 0xb3, 0xc0),
         UD("btc_register", "LOCK BTC of registers", 0xf0, 0x0f, 0xbb, 0xc0),
         UD("bts_immediate_register", "LOCK BTS of a register and imm8", 0xf0, 0x0f, 0xba, 0xe8, 0x00),
         UD("xor_load", "LOCK XOR with a memory source", 0xf0, 0x33, 0x03), UD("sub_load", "LOCK SUB with a memory source", 0xf0, 0x2b, 0x03),
         UD("cmp_load", "LOCK CMP with a memory source", 0xf0, 0x3b, 0x03), UD("test", "LOCK TEST of memory", 0xf0, 0x85, 0x03),
         UD("bt_immediate", "LOCK BT of memory and imm8", 0xf0, 0x0f, 0xba, 0x23, 0x00), UD("mov_load", "LOCK MOV from memory", 0xf0, 0x8b, 0x03),
         UD("mov_segment", "LOCK MOV to DS", 0xf0, 0x8e, 0xd8), UD("mov_dr", "LOCK MOV to DR0", 0xf0, 0x0f, 0x23, 0xc0),
         UD("push_memory", "LOCK PUSH of memory", 0xf0, 0xff, 0x33), UD("pop", "LOCK POP", 0xf0, 0x58),
         UD("pop_memory", "LOCK POP to memory", 0xf0, 0x8f, 0x03), UD("call", "LOCK CALL", 0xf0, 0xe8, 0x00, 0x00, 0x00, 0x00),
         UD("call_memory", "LOCK CALL through memory", 0xf0, 0xff, 0x13), UD("jmp_far", "LOCK far JMP through memory", 0xf0, 0xff, 0x2b),
         UD("jz", "LOCK JZ", 0xf0, 0x74, 0x00), UD("loop", "LOCK LOOP", 0xf0, 0xe2, 0x00), UD("retf", "LOCK far RET", 0xf0, 0xcb),
         UD("pause", "LOCK PAUSE", 0xf0, 0xf3, 0x90), UD("sti", "LOCK STI", 0xf0, 0xfb), UD("cld", "LOCK CLD", 0xf0, 0xfc),
         UD("cmc", "LOCK CMC", 0xf0, 0xf5), UD("lahf", "LOCK LAHF", 0xf0, 0x9f), UD("cbw", "LOCK CWDE", 0xf0, 0x98),
         UD("mul", "LOCK MUL of memory", 0xf0, 0xf7, 0x23), UD("imul", "LOCK IMUL of memory", 0xf0, 0x0f, 0xaf, 0x03),
         UD("shl", "LOCK SHL of memory", 0xf0, 0xd1, 0x23), UD("shld", "LOCK SHLD of memory", 0xf0, 0x0f, 0xa4, 0x03, 0x01),
         UD("setz", "LOCK SETZ of memory", 0xf0, 0x0f, 0x94, 0x03), UD("movzx", "LOCK MOVZX of memory", 0xf0, 0x0f, 0xb6, 0x03),
         UD("bsf", "LOCK BSF of memory", 0xf0, 0x0f, 0xbc, 0x03), UD("bswap", "LOCK BSWAP", 0xf0, 0x0f, 0xc8),
         UD("lea", "LOCK LEA", 0xf0, 0x8d, 0x03), UD("enter", "LOCK ENTER", 0xf0, 0xc8, 0x00, 0x00, 0x00), UD("leave", "LOCK LEAVE", 0xf0, 0xc9),
         UD("xlat", "LOCK XLAT", 0xf0, 0xd7), UD("movs", "LOCK MOVS", 0xf0, 0xa5), UD("stos", "LOCK STOS", 0xf0, 0xab),
         UD("cmps", "LOCK CMPS", 0xf0, 0xa7), UD("rep_movs", "LOCK REP MOVS", 0xf0, 0xf3, 0xa5), UD("out", "LOCK OUT", 0xf0, 0xee),
         UD("fld1", "LOCK FLD1", 0xf0, 0xd9, 0xe8), UD("fwait", "LOCK FWAIT", 0xf0, 0x9b), UD("cpuid", "LOCK CPUID", 0xf0, 0x0f, 0xa2),
         UD("rdtsc", "LOCK RDTSC", 0xf0, 0x0f, 0x31), UD("rdmsr", "LOCK RDMSR", 0xf0, 0x0f, 0x32),
         UD("smsw", "LOCK SMSW of memory", 0xf0, 0x0f, 0x01, 0x23), UD("invlpg", "LOCK INVLPG", 0xf0, 0x0f, 0x01, 0x3b),
         UD("lldt", "LOCK LLDT", 0xf0, 0x0f, 0x00, 0xd0), UD("sldt", "LOCK SLDT of memory", 0xf0, 0x0f, 0x00, 0x03),
         UD("verr", "LOCK VERR", 0xf0, 0x0f, 0x00, 0xe0), UD("lar", "LOCK LAR", 0xf0, 0x0f, 0x02, 0xc0), UD("clts", "LOCK CLTS", 0xf0, 0x0f, 0x06),
         UD("wbinvd", "LOCK WBINVD", 0xf0, 0x0f, 0x09), UD("ud2", "LOCK UD2", 0xf0, 0x0f, 0x0b));
