/*
 * Virtual-8086 mode has neither VEX nor EVEX prefixes: C4 and C5 are LES and LDS, 62 is BOUND, and the forms that the prefixes take
 * from them, with a register where these have memory, are undefined.
 */
#include <case32.h>

#define INSTRUCTION(name, bytes)      \
    static void name(void)            \
    {                                 \
        in_vm86();                    \
        FAULT16(".byte " bytes "\n"); \
    }
INSTRUCTION(vzeroupper, "0xc5, 0xf8, 0x77")
INSTRUCTION(vmovaps, "0xc5, 0xf8, 0x28, 0xc1")
INSTRUCTION(vpxor, "0xc4, 0xe1, 0x71, 0xef, 0xc2")
INSTRUCTION(andn, "0xc4, 0xe2, 0x70, 0xf2, 0xc2")
INSTRUCTION(rorx, "0xc4, 0xe3, 0x7b, 0xf0, 0xc1, 0x01")
INSTRUCTION(vmovaps_zmm, "0x62, 0xf1, 0x7c, 0x48, 0x28, 0xc1")

#define ROW(name_, bytes_)                                                                                                                       \
    {                                                                                                                                            \
        VARIANT, .name = #name_, .about = bytes_ " in virtual-8086 mode", .spec = "SDM 2A \"AVX and SSE Instruction Exception Classification\"", \
                 .vector = VEC_UD, .error = NO_ERROR, .saved_rip = AT_FAULT, .run = name_                                                        \
    }
VARIANTS(ROW(vzeroupper, "VZEROUPPER"), ROW(vmovaps, "VMOVAPS XMM0, XMM1"), ROW(vpxor, "VPXOR XMM0, XMM1, XMM2"), ROW(andn, "ANDN EAX, ECX, EDX"),
         ROW(rorx, "RORX EAX, ECX, 1"), ROW(vmovaps_zmm, "VMOVAPS ZMM0, ZMM1"));
