/* Encodings that no instruction has: reserved rows of opcode groups, register operands where only memory makes sense, registers that don't exist. */
#include <case.h>

#define ENCODING(name, bytes)  \
    static void name(void)     \
    {                          \
        FAULT(".byte " bytes); \
    }

ENCODING(ud0, "0x0f, 0xff, 0xc0")
ENCODING(ud1, "0x0f, 0xb9, 0xc0")
ENCODING(ud2_prefixed, "0x66, 0xf3, 0x0f, 0x0b")
ENCODING(ud2, "0x0f, 0x0b")
ENCODING(mov_cs, "0x8e, 0xc8")
ENCODING(mov_segment_6, "0x8e, 0xf0")
ENCODING(mov_segment_7, "0x8e, 0xf8")
ENCODING(read_segment_6, "0x8c, 0xf0")
ENCODING(read_segment_7, "0x8c, 0xf8")
ENCODING(read_cr1, "0x0f, 0x20, 0xc8")
ENCODING(read_cr5, "0x0f, 0x20, 0xe8")
ENCODING(read_cr6, "0x0f, 0x20, 0xf0")
ENCODING(read_cr7, "0x0f, 0x20, 0xf8")
ENCODING(write_cr1, "0x0f, 0x22, 0xc8")
ENCODING(write_cr9, "0x44, 0x0f, 0x22, 0xc8")
ENCODING(read_cr15, "0x44, 0x0f, 0x20, 0xf8")
ENCODING(read_dr8, "0x44, 0x0f, 0x21, 0xc0")
ENCODING(write_dr8, "0x44, 0x0f, 0x23, 0xc0")
ENCODING(lea_register, "0x8d, 0xc0")
ENCODING(cmpxchg8b_register, "0x0f, 0xc7, 0xc8")
ENCODING(lss_register, "0x0f, 0xb2, 0xc0")
ENCODING(group5_7, "0xff, 0xf8")
ENCODING(group4_2, "0xfe, 0xd0")
ENCODING(group11_1, "0xc6, 0xc8, 0x00")
ENCODING(group6_6, "0x0f, 0x00, 0xf0")
ENCODING(far_call_register, "0xff, 0xd8")
ENCODING(far_jump_register, "0xff, 0xe8")
ENCODING(invpcid_register, "0x66, 0x0f, 0x38, 0x82, 0xc0")

static void user(void)
{
    in_user_mode();
    ud2();
}

static void compat(void)
{
    in_compat_user();
    FAULT32("ud2");
}

#define ROW(name_, id_, about_, spec_, ...)                                                                                             \
    {                                                                                                                                   \
        VARIANT, .name = #name_, .about = about_, .spec = spec_, .id = id_, .vector = VEC_UD, .error = NO_ERROR, .saved_rip = AT_FAULT, \
                 .run = name_, __VA_ARGS__                                                                                              \
    }
#define UD "SDM 2B \"UD-Undefined Instruction\""
#define MOV "SDM 2B \"MOV-Move\""
#define MOV_CR "SDM 2B \"MOV-Move to/from Control Registers\""
#define MOV_DR "SDM 2B \"MOV-Move to/from Debug Registers\""
#define GROUPS "SDM 2D \"Opcode Extensions For One-Byte And Two-byte Opcodes\""

VARIANTS(ROW(ud0, "ud-ud0", "UD0", UD), ROW(ud1, "ud-ud1", "UD1", UD),
         ROW(ud2_prefixed, "ud-ud2-prefixed", "UD2 behind 66 and F3: RIP at the first prefix", UD),
         ROW(user, "ud-user idt-dpl-ignored-hw", "UD2 at CPL 3", UD),
         ROW(compat, "ud-compat-ud2", "UD2 in compatibility mode at CPL 3", UD, .env = COMPAT32), ROW(mov_cs, "ud-mov-cs", "MOV CS, EAX", MOV),
         ROW(mov_segment_6, "ud-mov-sreg6", "MOV to segment register 6", MOV), ROW(mov_segment_7, "", "MOV to segment register 7", MOV),
         ROW(read_segment_6, "", "MOV from segment register 6", MOV), ROW(read_segment_7, "ud-mov-sreg7-read", "MOV from segment register 7", MOV),
         ROW(read_cr1, "ud-mov-from-cr1", "MOV RAX, CR1", MOV_CR), ROW(read_cr5, "ud-mov-from-cr5", "MOV RAX, CR5", MOV_CR),
         ROW(read_cr6, "ud-mov-from-cr6", "MOV RAX, CR6", MOV_CR), ROW(read_cr7, "ud-mov-from-cr7", "MOV RAX, CR7", MOV_CR),
         ROW(write_cr1, "", "MOV CR1, RAX", MOV_CR), ROW(write_cr9, "ud-mov-to-cr9", "MOV CR9, RAX", MOV_CR),
         ROW(read_cr15, "ud-mov-from-cr15", "MOV RAX, CR15", MOV_CR), ROW(read_dr8, "ud-mov-from-dr8", "MOV RAX, DR8", MOV_DR),
         ROW(write_dr8, "", "MOV DR8, RAX", MOV_DR), ROW(lea_register, "ud-lea-reg", "LEA of a register", "SDM 2A \"LEA-Load Effective Address\""),
         ROW(cmpxchg8b_register, "ud-cmpxchg8b-reg", "CMPXCHG8B of a register", "SDM 2A \"CMPXCHG8B/CMPXCHG16B-Compare and Exchange Bytes\""),
         ROW(lss_register, "ud-lss-reg", "LSS from a register", "SDM 2A \"LDS/LES/LFS/LGS/LSS-Load Far Pointer\""),
         ROW(group5_7, "ud-grp5-7", "FF /7", GROUPS), ROW(group4_2, "ud-grp4-2", "FE /2", GROUPS), ROW(group11_1, "ud-grp11-1", "C6 /1", GROUPS),
         ROW(group6_6, "ud-grp6-6", "0F 00 /6", GROUPS),
         ROW(far_call_register, "ud-far-call-reg", "far CALL of a register", "SDM 2A \"CALL-Call Procedure\""),
         ROW(far_jump_register, "ud-far-jmp-reg", "far JMP to a register", "SDM 2A \"JMP-Jump\""),
         ROW(invpcid_register, "ud-invpcid-reg", "INVPCID of a register", "SDM 2A \"INVPCID-Invalidate Process-Context Identifier\"",
             .needs = "invpcid"));
