/*
 * On a stack segment with B=0 SP alone moves, and wraps at 64 KiB, whatever the upper half of ESP is: far CALL, and far RET, RET n, IRET to the same
 * level. At CPL 3; INT3 shows ESP.
 */
#include <case32.h>

#define BASE 0x100000u
#define STACK 0x50000000u
#define UPPER 0xabcd0000u
#define FORM(name, instruction)                                                                    \
    static void name(void)                                                                         \
    {                                                                                              \
        run(ASSEMBLE("mov esp, edi\n" instruction "\nnop\n" MARK(target) "int3\n" MARK(reached))); \
    }

/* arg: SP; how many words lie there. Of the segment's 64 KiB the first and the last page are mapped. */
static void run(struct program p)
{
    struct descriptor stack = {.base = STACK, .limit = 0xffff, .type = DATA_WRITABLE, .dpl = 3};
    struct descriptor code = {.base = BASE, .limit = 0xffff, .d = true, .type = CODE_READABLE, .dpl = 3};
    bool words = ARG1 >> 8;
    uint8_t *at;

    in_ring(3);
    set_gate(VEC_BP, .dpl = 3);
    start.cs = add_descriptor("code", encode_descriptor(code)) | 3u;
    start.ss = add_descriptor("small", encode_descriptor(stack)) | 3u;
    map_page_at("first", STACK, PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    map_page_at("last", STACK + 0xf000, PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    start.esp = 0x800;
    start.edi = UPPER | (uint32_t)ARG0;
    start.ebx = map_page("pointer", PAGE_PRESENT | PAGE_USER);
    start.eip = p.entry - BASE;
    at = ARG1 & 0xff ? (uint8_t *)frame_of(STACK + (uint32_t)ARG0) : frame_of(start.ebx);
    for (unsigned i = 0; i < 3 && i < ((ARG1 & 0xff) ? (ARG1 & 0xff) : 2); i++) {
        uint32_t word = i == 0 ? label_of(p, "target") - BASE : i == 1 ? start.cs : EFLAGS_FIXED;

        if (words)
            ((uint16_t *)at)[i] = (uint16_t)word;
        else
            ((uint32_t *)at)[i] = word;
    }
    run_program(p);
}

FORM(call, "call fword ptr [ebx]")
FORM(call16, ".byte 0x66, 0xff, 0x1b")
FORM(retf, "retf")
FORM(retf_n, "retf 4")
FORM(retf16, ".byte 0x66, 0xcb")
FORM(ret_n, "ret 8")
FORM(iretd, "iretd")
FORM(iret16, ".byte 0x66, 0xcf")

#define WORDS 0x100
#define ROW(name_, run_, sp, words, about_)                                                         \
    {                                                                                               \
        VARIANT, .name = name_, .about = about_ ", SS with B=0, SP=" #sp,                           \
                 .spec = "SDM 2A \"CALL-Call Procedure\", \"IRET/IRETD/IRETQ-Interrupt "            \
                         "Return\", SDM 2B \"RET-Return from Procedure\"",                          \
                 .vector = VEC_BP, .error = NO_ERROR, .saved_rip = "reached", .run = run_, .arg = { \
                     sp,                                                                            \
                     words                                                                          \
                 }                                                                                  \
    }
VARIANTS(ROW("call", call, 0x800, 0, "far CALL"), ROW("call_wraps", call, 4, 0, "far CALL"),
         ROW("call16", call16, 0x800, WORDS, "far CALL with a 16-bit operand size"),
         ROW("call16_wraps", call16, 2, WORDS, "far CALL with a 16-bit operand size"), ROW("retf", retf, 0xfff8, 2, "far RET"),
         ROW("retf_n", retf_n, 0xfff4, 2, "far RET 4"), ROW("retf16", retf16, 0xfffc, 2 | WORDS, "far RET with a 16-bit operand size"),
         ROW("ret_n", ret_n, 0xfff4, 1, "RET 8"), ROW("iretd", iretd, 0xfff4, 3, "IRETD"),
         ROW("iret16", iret16, 0xfffa, 3 | WORDS, "IRET with a 16-bit operand size"));
