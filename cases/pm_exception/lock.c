/* LOCK is for the read-modify-write instructions that its page lists, with a memory destination; before anything else it is #UD. */
#include <case32.h>

/* arg: the bytes, 0xcc behind them, which is INT3; the CPL. EBX is a page that may be written. */
static void run(void)
{
    uintptr_t page = map_page("code", PAGE_PRESENT | PAGE_USER);

    in_ring((unsigned)ARG1);
    set_gate(VEC_BP, .dpl = 3);
    start.ebx = map_page("operand", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    fill_words((uintptr_t)frame_of(page), 0xcccccccc, PAGE_SIZE / 4);
    *(uint64_t *)frame_of(page) = ARG0;
    start.eip = page;
    PROGRAM("");
}

/* Byte by byte, as many as there are up to eight. */
#define BYTES(a, b, c, d, e, f, g, h, ...)                                                                                        \
    ((uint64_t)(a) | (uint64_t)(b) << 8 | (uint64_t)(c) << 16 | (uint64_t)(d) << 24 | (uint64_t)(e) << 32 | (uint64_t)(f) << 40 | \
     (uint64_t)(g) << 48 | (uint64_t)(h) << 56)
#define OPCODE(...) BYTES(__VA_ARGS__, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc)
#define SPEC "SDM 2A \"LOCK-Assert LOCK# Signal Prefix\""
#define UD(name_, about_, cpl, ...)                                                                                                           \
    {                                                                                                                                         \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .vector = VEC_UD, .error = NO_ERROR, .saved_rip = "code", .run = run, .arg = { \
            OPCODE(__VA_ARGS__),                                                                                                              \
            cpl                                                                                                                               \
        }                                                                                                                                     \
    }

VARIANTS(UD("or_register", "LOCK OR of registers", 0, 0xf0, 0x09, 0xc0), UD("adc_register", "LOCK ADC of registers", 0, 0xf0, 0x11, 0xc0),
         UD("sbb_register", "LOCK SBB of registers", 0, 0xf0, 0x19, 0xc0), UD("and_register", "LOCK AND of registers", 0, 0xf0, 0x21, 0xc0),
         UD("sub_register", "LOCK SUB of registers", 0, 0xf0, 0x29, 0xc0), UD("xor_register", "LOCK XOR of registers", 0, 0xf0, 0x31, 0xc0),
         UD("add_immediate", "LOCK ADD AL, imm8", 0, 0xf0, 0x04, 0x01),
         UD("xor_immediate", "LOCK XOR of a register and imm8", 0, 0xf0, 0x83, 0xf0, 0x01),
         UD("inc_register", "LOCK INC of a register, FF /0", 0, 0xf0, 0xff, 0xc0), UD("inc_short", "LOCK INC of a register, 40", 0, 0xf0, 0x40),
         UD("dec_register", "LOCK DEC of a register, FE /1", 0, 0xf0, 0xfe, 0xc8), UD("not_register", "LOCK NOT of a register", 0, 0xf0, 0xf7, 0xd0),
         UD("neg_register", "LOCK NEG of a register", 0, 0xf0, 0xf7, 0xd8), UD("xchg_register", "LOCK XCHG of registers", 0, 0xf0, 0x87, 0xc9),
         UD("xchg_short", "LOCK XCHG with EAX, 91", 0, 0xf0, 0x91), UD("xadd_register", "LOCK XADD of registers", 0, 0xf0, 0x0f, 0xc1, 0xc0),
         UD("cmpxchg_register", "LOCK CMPXCHG of registers", 0, 0xf0, 0x0f, 0xb1, 0xc0),
         UD("bts_register", "LOCK BTS of registers", 0, 0xf0, 0x0f, 0xab, 0xc0),
         UD("btr_register", "LOCK BTR of registers", 0, 0xf0, 0x0f, 0xb3, 0xc0),
         UD("btc_register", "LOCK BTC of registers", 0, 0xf0, 0x0f, 0xbb, 0xc0),
         UD("bts_immediate_register", "LOCK BTS of a register and imm8", 0, 0xf0, 0x0f, 0xba, 0xe8, 0x00),
         UD("add_load", "LOCK ADD with a memory source", 0, 0xf0, 0x03, 0x03), UD("xor_load", "LOCK XOR with a memory source", 0, 0xf0, 0x33, 0x03),
         UD("sub_load", "LOCK SUB with a memory source", 0, 0xf0, 0x2b, 0x03),
         UD("cmp_immediate", "LOCK CMP of memory and imm8", 0, 0xf0, 0x83, 0x3b, 0x00),
         UD("cmp_load", "LOCK CMP with a memory source", 0, 0xf0, 0x3b, 0x03), UD("test", "LOCK TEST of memory", 0, 0xf0, 0x85, 0x03),
         UD("bt", "LOCK BT of memory", 0, 0xf0, 0x0f, 0xa3, 0x03), UD("bt_immediate", "LOCK BT of memory and imm8", 0, 0xf0, 0x0f, 0xba, 0x23, 0x00),
         UD("mov_load", "LOCK MOV from memory", 0, 0xf0, 0x8b, 0x03),
         UD("mov_immediate", "LOCK MOV of an immediate to memory", 0, 0xf0, 0xc7, 0x03, 0x00, 0x00, 0x00, 0x00),
         UD("mov_segment", "LOCK MOV to DS", 0, 0xf0, 0x8e, 0xd8), UD("mov_from_cr3", "LOCK MOV from CR3", 0, 0xf0, 0x0f, 0x20, 0xd8),
         UD("mov_dr", "LOCK MOV to DR0", 0, 0xf0, 0x0f, 0x23, 0xc0), UD("push", "LOCK PUSH", 0, 0xf0, 0x50),
         UD("push_memory", "LOCK PUSH of memory", 0, 0xf0, 0xff, 0x33), UD("pop", "LOCK POP", 0, 0xf0, 0x58),
         UD("pop_memory", "LOCK POP to memory", 0, 0xf0, 0x8f, 0x03), UD("pusha", "LOCK PUSHAD", 0, 0xf0, 0x60),
         UD("popa", "LOCK POPAD", 0, 0xf0, 0x61), UD("pushf", "LOCK PUSHFD", 0, 0xf0, 0x9c), UD("popf", "LOCK POPFD", 0, 0xf0, 0x9d),
         UD("call", "LOCK CALL", 0, 0xf0, 0xe8, 0x00, 0x00, 0x00, 0x00), UD("call_memory", "LOCK CALL through memory", 0, 0xf0, 0xff, 0x13),
         UD("jmp", "LOCK JMP", 0, 0xf0, 0xeb, 0x00), UD("jmp_far", "LOCK far JMP through memory", 0, 0xf0, 0xff, 0x2b),
         UD("jz", "LOCK JZ", 0, 0xf0, 0x74, 0x00), UD("loop", "LOCK LOOP", 0, 0xf0, 0xe2, 0x00), UD("ret", "LOCK RET", 0, 0xf0, 0xc3),
         UD("retf", "LOCK far RET", 0, 0xf0, 0xcb), UD("iretd", "LOCK IRETD", 0, 0xf0, 0xcf), UD("int1", "LOCK INT1", 0, 0xf0, 0xf1),
         UD("pause", "LOCK PAUSE", 0, 0xf0, 0xf3, 0x90), UD("hlt_user", "LOCK HLT at CPL 3", 3, 0xf0, 0xf4),
         UD("cli_user", "LOCK CLI at CPL 3", 3, 0xf0, 0xfa), UD("sti", "LOCK STI", 0, 0xf0, 0xfb), UD("cld", "LOCK CLD", 0, 0xf0, 0xfc),
         UD("cmc", "LOCK CMC", 0, 0xf0, 0xf5), UD("lahf", "LOCK LAHF", 0, 0xf0, 0x9f), UD("cbw", "LOCK CWDE", 0, 0xf0, 0x98),
         UD("mul", "LOCK MUL of memory", 0, 0xf0, 0xf7, 0x23), UD("imul", "LOCK IMUL of memory", 0, 0xf0, 0x0f, 0xaf, 0x03),
         UD("shl", "LOCK SHL of memory", 0, 0xf0, 0xd1, 0x23), UD("shld", "LOCK SHLD of memory", 0, 0xf0, 0x0f, 0xa4, 0x03, 0x01),
         UD("setz", "LOCK SETZ of memory", 0, 0xf0, 0x0f, 0x94, 0x03), UD("movzx", "LOCK MOVZX of memory", 0, 0xf0, 0x0f, 0xb6, 0x03),
         UD("bsf", "LOCK BSF of memory", 0, 0xf0, 0x0f, 0xbc, 0x03), UD("bswap", "LOCK BSWAP", 0, 0xf0, 0x0f, 0xc8),
         UD("lea", "LOCK LEA", 0, 0xf0, 0x8d, 0x03), UD("lds", "LOCK LDS", 0, 0xf0, 0xc5, 0x03),
         UD("enter", "LOCK ENTER", 0, 0xf0, 0xc8, 0x00, 0x00, 0x00), UD("leave", "LOCK LEAVE", 0, 0xf0, 0xc9),
         UD("arpl", "LOCK ARPL of memory", 0, 0xf0, 0x63, 0x03), UD("aam", "LOCK AAM", 0, 0xf0, 0xd4, 0x0a), UD("daa", "LOCK DAA", 0, 0xf0, 0x27),
         UD("xlat", "LOCK XLAT", 0, 0xf0, 0xd7), UD("movs", "LOCK MOVS", 0, 0xf0, 0xa5), UD("stos", "LOCK STOS", 0, 0xf0, 0xab),
         UD("cmps", "LOCK CMPS", 0, 0xf0, 0xa7), UD("rep_movs", "LOCK REP MOVS", 0, 0xf0, 0xf3, 0xa5),
         UD("in_user", "LOCK IN at CPL 3", 3, 0xf0, 0xec), UD("out", "LOCK OUT", 0, 0xf0, 0xee), UD("fld1", "LOCK FLD1", 0, 0xf0, 0xd9, 0xe8),
         UD("fwait", "LOCK FWAIT", 0, 0xf0, 0x9b), UD("cpuid", "LOCK CPUID", 0, 0xf0, 0x0f, 0xa2), UD("rdtsc", "LOCK RDTSC", 0, 0xf0, 0x0f, 0x31),
         UD("rdmsr", "LOCK RDMSR", 0, 0xf0, 0x0f, 0x32), UD("lgdt", "LOCK LGDT", 0, 0xf0, 0x0f, 0x01, 0x13),
         UD("lidt_user", "LOCK LIDT at CPL 3", 3, 0xf0, 0x0f, 0x01, 0x1b), UD("smsw", "LOCK SMSW of memory", 0, 0xf0, 0x0f, 0x01, 0x23),
         UD("invlpg", "LOCK INVLPG", 0, 0xf0, 0x0f, 0x01, 0x3b), UD("lldt", "LOCK LLDT", 0, 0xf0, 0x0f, 0x00, 0xd0),
         UD("sldt", "LOCK SLDT of memory", 0, 0xf0, 0x0f, 0x00, 0x03), UD("verr", "LOCK VERR", 0, 0xf0, 0x0f, 0x00, 0xe0),
         UD("lar", "LOCK LAR", 0, 0xf0, 0x0f, 0x02, 0xc0), UD("clts", "LOCK CLTS", 0, 0xf0, 0x0f, 0x06),
         UD("wbinvd", "LOCK WBINVD", 0, 0xf0, 0x0f, 0x09), UD("ud2", "LOCK UD2", 0, 0xf0, 0x0f, 0x0b));
