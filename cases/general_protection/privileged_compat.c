/* In compatibility mode the same instructions are CPL 0's alone, and OUT and CLI ask IOPL. */
#include <case.h>

#define INSTRUCTION(name, text) \
    static void name(void)      \
    {                           \
        in_compat_user();       \
        FAULT32(text);          \
    }

INSTRUCTION(hlt, "hlt")
INSTRUCTION(cli, "cli")
INSTRUCTION(out, "out 0x80, al")
INSTRUCTION(mov_from_cr0, "mov eax, cr0")
INSTRUCTION(mov_from_dr7, "mov eax, dr7")

#define ROW(name_, id_, about_, spec_)                                                                                                           \
    {                                                                                                                                            \
        VARIANT, .name = #name_, .about = about_ " at CPL 3 in compatibility mode", .spec = spec_, .id = id_, .env = COMPAT32, .vector = VEC_GP, \
                 .error = 0, .saved_rip = AT_FAULT, .run = name_                                                                                 \
    }

VARIANTS(ROW(hlt, "gp-priv-compat-hlt frame-compat-err", "HLT", "SDM 2A \"HLT-Halt\""),
         ROW(cli, "gp-priv-compat-cli", "CLI with IOPL=0", "SDM 2A \"CLI-Clear Interrupt Flag\""),
         ROW(out, "gp-priv-compat-out", "OUT 0x80, AL with IOPL=0", "SDM 2B \"OUT-Output to Port\""),
         ROW(mov_from_cr0, "", "MOV EAX, CR0", "SDM 2B \"MOV-Move to/from Control Registers\""),
         ROW(mov_from_dr7, "", "MOV EAX, DR7", "SDM 2B \"MOV-Move to/from Debug Registers\""));
