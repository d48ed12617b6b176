/* An instruction of more than 15 bytes is #GP in real mode, too, whatever its prefixes are. */
#include <case16.h>

#define LENGTHS(X)                                                                                             \
    X(nop_16, 15, "0x2e", "nop", VEC_GP, "rm-gp-insn-16-bytes", "fifteen CS prefixes before NOP")              \
    X(nop_15, 14, "0x2e", "nop", NO_EXCEPTION, "", "fourteen CS prefixes before NOP")                          \
    X(operand_size_16, 15, "0x66", "nop", VEC_GP, "", "fifteen operand-size prefixes before NOP")              \
    X(operand_size_15, 14, "0x66", "nop", NO_EXCEPTION, "", "fourteen operand-size prefixes before NOP")       \
    X(address_size_16, 15, "0x67", "nop", VEC_GP, "", "fifteen address-size prefixes before NOP")              \
    X(rep_16, 15, "0xf3", "nop", VEC_GP, "", "fifteen REP prefixes before NOP")                                \
    X(immediate_16, 13, "0x3e", "mov ax, 0x1234", VEC_GP, "", "thirteen DS prefixes before MOV AX, imm16")     \
    X(immediate_15, 12, "0x3e", "mov ax, 0xb0b0", NO_EXCEPTION, "", "twelve DS prefixes before MOV AX, imm16") \
    X(undefined_16, 14, "0x3e", "ud2", VEC_GP, "", "fourteen DS prefixes before UD2")                          \
    X(undefined_15, 13, "0x3e", "ud2", VEC_UD, "", "thirteen DS prefixes before UD2")                          \
    X(int_16, 14, "0x36", "int 0x40", VEC_GP, "", "fourteen SS prefixes before INT n")                         \
    X(int_15, 13, "0x36", "int 0x40", 0x40, "", "thirteen SS prefixes before INT n")                           \
    X(lock_16, 14, "0xf0", "add [bx], ax", VEC_GP, "", "fourteen LOCK prefixes before ADD m16, AX")

#define DEFINE(name, count, prefix, instruction, vector, id, about)       \
    static void name(void)                                                \
    {                                                                     \
        start.ebx = 0;                                                    \
        FAULT(".rept " #count "\n.byte " prefix "\n.endr\n" instruction); \
    }
LENGTHS(DEFINE)

#define ROW(name_, count, prefix, instruction, vector_, id_, about_)                                                          \
    {VARIANT,     .name = #name_,    .about = about_,   .spec = "SDM 3A \"Interrupt 13-General Protection Exception (#GP)\"", \
     .id = id_,   .vector = vector_, .error = NO_ERROR, .saved_rip = vector_ < 0 ? "" : vector_ == 0x40 ? AFTER : AT_FAULT,   \
     .run = name_},
VARIANTS(LENGTHS(ROW));
