/*
 * A return to an outer level whose stack segment has B=0: what is pushed and popped there goes by SP, whatever the upper half of ESP is. Which half
 * the image's ESP changes is seen differently: SP alone is compared.
 */
#include <case32.h>

#define SP 0x800u
enum form { IRETD, RETF, RETF_N, IRET16, RETF16 };
#define O16 ".byte 0x66\n"
#define THERE "\n" MARK(target) "push esi\npop ecx\npush cx\nint3\n" MARK(reached)

/* arg: the form; the upper half of ESP's image. From CPL 0; CS begins at 1 MiB, so that all forms have the same offset. */
static void run(void)
{
    const struct program programs[] = {
        [IRETD] = ASSEMBLE("push edx\npush edi\npushfd\npush eax\npush ebx\n" MARK(fault) "iretd" THERE),
        [RETF] = ASSEMBLE("push edx\npush edi\npush eax\npush ebx\n" MARK(fault) "retf" THERE),
        [RETF_N] = ASSEMBLE("push edx\npush edi\npush 0\npush eax\npush ebx\n" MARK(fault) "retf 4" THERE),
        [IRET16] = ASSEMBLE("push dx\npush di\n" O16 "pushfd\npush ax\npush bx\n" MARK(fault) O16 "iretd" THERE),
        [RETF16] = ASSEMBLE("push dx\npush di\npush ax\npush bx\n" MARK(fault) O16 "retf" THERE),
    };
    uintptr_t page = map_page("stack", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    struct descriptor code = {.base = 0x100000, .limit = 0xffff, .d = true, .type = CODE_READABLE, .dpl = 3};
    struct descriptor data = {.base = page, .limit = 0xfff, .type = DATA_WRITABLE, .dpl = 3};

    set_gate(VEC_BP, .dpl = 3);
    start.eax = add_descriptor("code", encode_descriptor(code)) | 3u;
    start.edx = add_descriptor("small", encode_descriptor(data)) | 3u;
    start.edi = SP | (uint32_t)ARG1 << 16;
    start.ebx = label_of(programs[ARG0], "target") & 0xffff;
    start.esi = 0x11223344;
    user_may_run_program();
    record_memory("stack", frame_of(page + SP - 16), 32);
    run_program(programs[ARG0]);
}

#define ROW(name_, form_, upper, about_)                                                                                                       \
    {                                                                                                                                          \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\", SDM 2B \"RET-Return from Procedure\"", \
                 .vector = VEC_BP, .error = NO_ERROR, .saved_rip = "reached", .run = run, .arg = {                                             \
                     form_,                                                                                                                    \
                     upper                                                                                                                     \
                 }                                                                                                                             \
    }
VARIANTS(ROW("iretd", IRETD, 0, "IRETD to CPL 3, SS with B=0"), ROW("iretd_upper", IRETD, 0xabcd, "IRETD to CPL 3, SS with B=0, ESP of 32 bits"),
         ROW("retf", RETF, 0, "far RET to CPL 3, SS with B=0"), ROW("retf_upper", RETF, 0xabcd, "far RET to CPL 3, SS with B=0, ESP of 32 bits"),
         ROW("retf_n", RETF_N, 0, "far RET 4 to CPL 3, SS with B=0"),
         ROW("retf_n_upper", RETF_N, 0xabcd, "far RET 4 to CPL 3, SS with B=0, ESP of 32 bits"),
         ROW("iret16", IRET16, 0, "IRET with a 16-bit operand size to CPL 3, SS with B=0"),
         ROW("retf16", RETF16, 0, "far RET with a 16-bit operand size to CPL 3, SS with B=0"));
