/*
 * In rings 1 to 3 in 32-bit protected mode SETSSBSY, CLRSSBSY and WRUSSD are #GP(0), with shadow stacks at CPL 0; the others work in rings 1 and 2 as
 * at CPL 0, on supervisor pages and by IA32_S_CET.
 */
#include <case32.h>

#define TOKEN 0x7f8u
#define FRAME 0x800u /* and above it the token that the return frees */
#define OTHER 0xbf8u
#define OPERAND 0x400u
#define BUSY 1u

/* ARG0: the ring. */
static void run(struct program p)
{
    static const uint16_t code[] = {0, SEL_RING1_CODE, SEL_RING2_CODE, SEL_USER_CODE}, data[] = {0, SEL_RING1_DATA, SEL_RING2_DATA, SEL_USER_DATA};
    static const enum stack stacks[] = {0, STACK_RING1, STACK_RING2, STACK_USER};
    uintptr_t page = map_page("shadow", PAGE_PRESENT | PAGE_D);
    uint64_t *words = frame_of(page);

    user_may_run_program();
    set_gate(0x41, .dpl = 3);
    words[TOKEN / 8] = page + TOKEN;
    words[OTHER / 8] = page + OTHER;
    words[FRAME / 8] = page + FRAME + 24;
    words[FRAME / 8 + 1] = label_of(p, "inside");
    words[FRAME / 8 + 2] = code[ARG0];
    words[OPERAND / 8] = page + OPERAND + 8;
    words[OPERAND / 8 + 1] = (page + OPERAND + 8) | BUSY;
    write_cr4(read_cr4() | CR4_CET);
    write_msr(MSR_PL0_SSP, page + TOKEN);
    start.ecx = MSR_S_CET;
    start.eax = CET_SH_STK_EN | CET_WR_SHSTK_EN;
    start.edx = 0;
    start.ebx = page + OTHER;
    start.ebp = ARG0 == 3 ? 0 : 2;
    start.esi = page + OPERAND;
    push_image(
        (struct interrupt_frame){
            .eip = label_of(p, "inside"), .cs = code[ARG0], .eflags = start.eflags, .esp = stack_top(stacks[ARG0]), .ss = data[ARG0]},
        true);
    record_memory("operand", words + OPERAND / 8, 16);
    run_program(p);
}

#define INSIDE(name, instruction)                                                                                                      \
    static void name(void)                                                                                                             \
    {                                                                                                                                  \
        run(ASSEMBLE("wrmsr\nsetssbsy\nmov ecx, 0x6a4\nmov eax, ebx\nwrmsr\nincsspd ebp\niretd\n" MARK(inside) MARK(fault) instruction \
                     "\n"                                                                                                              \
                     "rdsspd edi\nint 0x41\n" MARK(after) "nop\n"));                                                                   \
    }
INSIDE(setssbsy, "setssbsy")
INSIDE(clrssbsy, "clrssbsy [esi+8]")
INSIDE(wrussd, "wrussd [esi], eax")
INSIDE(wrssd, "wrssd [esi], eax")
INSIDE(incsspd, "incsspd ebp")
INSIDE(rstorssp, "rstorssp [esi]")

#define ROW(name_, run_, ring, spec_, about_, ...)                                                                                        \
    {                                                                                                                                     \
        VARIANT, .name = name_, .about = about_ ", shadow stacks at CPL 0", .spec = spec_, .needs = "cet_ss", .run = run_, .arg = {ring}, \
                 __VA_ARGS__                                                                                                              \
    }
#define GP .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT
#define COMES .vector = 0x41, .error = NO_ERROR, .saved_rip = AFTER
#define REFUSED(name, spec, about)                                                                                  \
    ROW(#name "_1", name, 1, spec, about " in ring 1", GP), ROW(#name "_2", name, 2, spec, about " in ring 2", GP), \
        ROW(#name "_3", name, 3, spec, about " in ring 3", GP)
#define WORKS(name, spec, about) ROW(#name "_1", name, 1, spec, about " in ring 1", COMES), ROW(#name "_2", name, 2, spec, about " in ring 2", COMES)
VARIANTS(REFUSED(setssbsy, "SDM 2B \"SETSSBSY-Mark Shadow Stack Busy\"", "SETSSBSY"),
         REFUSED(clrssbsy, "SDM 2A \"CLRSSBSY-Clear Busy Flag in a Supervisor Shadow Stack Token\"", "CLRSSBSY"),
         REFUSED(wrussd, "SDM 2D \"WRUSSD/WRUSSQ-Write to User Shadow Stack\"", "WRUSSD"),
         WORKS(wrssd, "SDM 2D \"WRSSD/WRSSQ-Write to Shadow Stack\"", "WRSSD"),
         WORKS(incsspd, "SDM 2A \"INCSSPD/INCSSPQ-Increment Shadow Stack Pointer\"", "INCSSPD"),
         WORKS(rstorssp, "SDM 2B \"RSTORSSP-Restore Saved Shadow Stack Pointer\"", "RSTORSSP"));
