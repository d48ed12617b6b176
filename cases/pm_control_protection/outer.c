/*
 * Far RET and IRET to an outer privilege level in 32-bit protected mode. SSP has to be a multiple of 8, to CPL 3, too. To rings 1 and 2 the shadow
 * stack's CS, LIP and SSP are compared and taken, each in 64 bits, and the token above them becomes free. From the ring INT n pushes all three below
 * the token of CPL 0.
 */
#include <case32.h>

#define TOKEN 0x7f8u
#define FRAME 0x800u /* and above it the token that the return frees */
#define OTHER 0xbf8u
#define RING_SSP 0x400u
#define BUSY 1u

enum wrong { NOTHING, CS_0, CS_32, EIP_0, EIP_32, SSP_0, SSP_1, SSP_32, UNALIGNED };

static uintptr_t page;

static uint64_t *word(unsigned offset)
{
    return (uint64_t *)((uint8_t *)frame_of(page) + offset);
}

static void see(void)
{
    note("eip_is_after", *word(OTHER - 16) == recorded_label("after"));
}

/* ARG0: the CPL returned to. ARG1: what is wrong with the frame. */
static void run(struct program p, bool iret, unsigned pop)
{
    static const uint16_t code[] = {0, SEL_RING1_CODE, SEL_RING2_CODE, SEL_USER_CODE}, data[] = {0, SEL_RING1_DATA, SEL_RING2_DATA, SEL_USER_DATA};
    static const enum stack stacks[] = {0, STACK_RING1, STACK_RING2, STACK_USER};
    uint32_t *image;
    uint64_t *frame;

    page = map_page("shadow", PAGE_PRESENT | PAGE_D);
    frame = word(FRAME);
    user_may_run_program();
    set_gate(0x41, .dpl = 3);
    *word(TOKEN) = page + TOKEN;
    *word(OTHER) = page + OTHER;
    frame[0] = page + RING_SSP;
    frame[1] = label_of(p, "inside");
    frame[2] = code[ARG0];
    frame[3] = (page + FRAME + 24) | BUSY;
    if (ARG1 == SSP_0 || ARG1 == SSP_1 || ARG1 == SSP_32)
        frame[0] |= ARG1 == SSP_0 ? 1 : ARG1 == SSP_1 ? 2 : 1ull << 32;
    if (ARG1 == EIP_0 || ARG1 == EIP_32)
        frame[1] ^= ARG1 == EIP_0 ? 1 : 1ull << 32;
    if (ARG1 == CS_0 || ARG1 == CS_32)
        frame[2] ^= ARG1 == CS_0 ? 1 : 1ull << 32;
    write_cr4(read_cr4() | CR4_CET);
    write_msr(MSR_PL0_SSP, page + TOKEN);
    start.ecx = MSR_S_CET;
    start.eax = CET_SH_STK_EN;
    start.edx = 0;
    start.ebx = page + OTHER;
    start.ebp = ARG0 == 3 ? 0 : 1;         /* elements: two of 4 bytes each */
    start.esi = ARG1 == UNALIGNED ? 1 : 0; /* and one more */
    start.esp -= (iret ? 20 : 16) + pop;
    image = (uint32_t *)start.esp;
    *image++ = label_of(p, "inside");
    *image++ = code[ARG0];
    if (iret)
        *image++ = start.eflags;
    image += pop / 4;
    *image++ = stack_top(stacks[ARG0]) - pop;
    *image++ = data[ARG0];
    record_memory("token", word(FRAME + 24), 8);
    record_memory("other_ssp", word(OTHER - 24), 8);
    record_memory("other_cs", word(OTHER - 8), 16);
    at_end(see);
    run_program(p);
}

#define RETURN(instruction)                                                                                                          \
    ASSEMBLE("wrmsr\nsetssbsy\nmov ecx, 0x6a4\nmov eax, ebx\nwrmsr\nincsspd ebp\nincsspd ebp\nincsspd esi\n" MARK(fault) instruction \
             "\n" MARK(inside) "rdsspd edi\nint 0x41\n" MARK(after) "nop\n")

static void iret(void)
{
    run(RETURN("iretd"), true, 0);
}

static void retf(void)
{
    run(RETURN("retf"), false, 0);
}

static void retf_n(void)
{
    run(RETURN("retf 8"), false, 8);
}

#define RET "SDM 2B \"RET-Return from Procedure\""
#define IRET "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\""
#define ROW(run_, name_, cpl, wrong, spec_, about_, ...)                                                                             \
    {                                                                                                                                \
        VARIANT, .name = #run_ "_" name_, .about = about_ ", shadow stacks at CPL 0", .spec = spec_, .run = run_, .needs = "cet_ss", \
                 .arg = {cpl, wrong}, __VA_ARGS__                                                                                    \
    }
#define COMES .vector = 0x41, .error = NO_ERROR, .saved_rip = AFTER
#define CP .vector = VEC_CP, .error = 2, .saved_rip = AT_FAULT
#define GP .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT
#define EACH(run, spec, about)                                                                                       \
    ROW(run, "user_unaligned", 3, UNALIGNED, spec, about " to CPL 3, SSP at 8n+4", CP),                              \
        ROW(run, "ring1", 1, NOTHING, spec, about " to CPL 1, INT n there", COMES),                                  \
        ROW(run, "ring2", 2, NOTHING, spec, about " to CPL 2, INT n there", COMES),                                  \
        ROW(run, "ring1_cs_0", 1, CS_0, spec, about " to CPL 1, bit 0 of CS differs on the shadow stack", CP),       \
        ROW(run, "ring1_cs_32", 1, CS_32, spec, about " to CPL 1, bit 32 of CS differs on the shadow stack", CP),    \
        ROW(run, "ring1_eip_0", 1, EIP_0, spec, about " to CPL 1, bit 0 of EIP differs on the shadow stack", CP),    \
        ROW(run, "ring1_eip_32", 1, EIP_32, spec, about " to CPL 1, bit 32 of EIP differs on the shadow stack", CP), \
        ROW(run, "ring1_ssp_0", 1, SSP_0, spec, about " to CPL 1, SSP on the shadow stack has bit 0 set", CP),       \
        ROW(run, "ring1_ssp_1", 1, SSP_1, spec, about " to CPL 1, SSP on the shadow stack has bit 1 set", CP),       \
        ROW(run, "ring1_ssp_32", 1, SSP_32, spec, about " to CPL 1, SSP on the shadow stack has bit 32 set", GP),    \
        ROW(run, "ring1_unaligned", 1, UNALIGNED, spec, about " to CPL 1, SSP at 8n+4", CP)
VARIANTS(EACH(iret, IRET, "IRETD"), EACH(retf, RET, "far RET"), EACH(retf_n, RET, "far RET imm16"));
