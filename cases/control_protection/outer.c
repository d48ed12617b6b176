/*
 * Far RET and IRET to an outer privilege level in 64-bit mode. SSP has to be a multiple of 8, to CPL 3, too. To CPL 1 the shadow stack's CS, LIP and
 * SSP are compared and taken, and the token above them becomes free; from CPL 1 INT n pushes all three below the token of CPL 0.
 */
#include <case.h>

#define TOKEN 0x7f8u
#define FRAME 0x800u /* and above it the token that the return frees */
#define OTHER 0xbf8u
#define RING_SSP 0x400u
#define BUSY 1u

enum wrong { NOTHING, CS_63, LIP_32, LIP_0, SSP_0, SSP_1, HIGH, UNALIGNED };

static uintptr_t page;

static uint64_t *word(unsigned offset)
{
    return (uint64_t *)frame_of(page + offset);
}

static void see(void)
{
    note("rip_is_after", *word(OTHER - 16) == recorded_label("after"));
}

/* ARG0: the CPL returned to. ARG1: what is wrong with the frame. */
static void run(struct program p, bool iret)
{
    uint16_t code = SEL_USER_CODE64, data = SEL_USER_DATA;
    uint64_t *image, *frame;

    page = map_page("shadow", PAGE_PRESENT | PAGE_D);
    frame = word(FRAME);
    if (ARG0 == 1) {
        code = add_descriptor("ring1_code", encode_descriptor((struct descriptor){.type = CODE_READABLE, .dpl = 1, .l = true})) | 1u;
        data = add_descriptor("ring1_data", encode_descriptor((struct descriptor){.type = DATA_WRITABLE, .dpl = 1})) | 1u;
    }
    user_may_run_program();
    set_gate(0x41, .dpl = 3);
    *word(TOKEN) = page + TOKEN;
    *word(OTHER) = page + OTHER;
    frame[0] = (page + RING_SSP) ^ (ARG1 == SSP_0 ? 1 : 0) ^ (ARG1 == SSP_1 ? 2 : 0) ^ (ARG1 == HIGH ? NONCANONICAL : 0);
    frame[1] = label_of(p, "inside") ^ (ARG1 == LIP_0 ? 1 : 0) ^ (ARG1 == LIP_32 ? 1ull << 32 : 0);
    frame[2] = code ^ (ARG1 == CS_63 ? 1ull << 63 : 0);
    frame[3] = (page + FRAME + 24) | BUSY;
    write_cr4(read_cr4() | CR4_CET);
    write_msr(MSR_PL0_SSP, page + TOKEN);
    start.rcx = MSR_S_CET;
    start.rax = CET_SH_STK_EN;
    start.rdx = 0;
    start.rbx = page + OTHER;
    start.r8 = ARG0 == 1 ? 1 : 0;         /* elements of 8 bytes */
    start.r9 = ARG1 == UNALIGNED ? 1 : 0; /* of 4 */
    start.rsp -= iret ? 40 : 32;
    image = (uint64_t *)start.rsp;
    *image++ = label_of(p, "inside");
    *image++ = code;
    if (iret)
        *image++ = start.rflags;
    *image++ = stack_top(STACK_USER);
    *image++ = data;
    record_memory("tokens", word(FRAME + 24), 8);
    record_memory("other_ssp", word(OTHER - 24), 8);
    record_memory("other_cs", word(OTHER - 8), 16);
    at_end(see);
    run_program(p);
}

#define RETURN(instruction)                                                                                            \
    ASSEMBLE("wrmsr\nsetssbsy\nmov ecx, 0x6a4\nmov eax, ebx\nwrmsr\nincsspq r8\nincsspd r9d\n" MARK(fault) instruction \
             "\n" MARK(inside) "rdsspq rdi\nint 0x41\n" MARK(after) "nop\n")

static void iret(void)
{
    run(RETURN("iretq"), true);
}

static void retf(void)
{
    run(RETURN("retfq"), false);
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
#define BOTH(run, spec, about)                                                                                       \
    ROW(run, "user_unaligned", 3, UNALIGNED, spec, about " to CPL 3, SSP at 8n+4", CP),                              \
        ROW(run, "ring1", 1, NOTHING, spec, about " to CPL 1, INT n there", COMES),                                  \
        ROW(run, "ring1_cs", 1, CS_63, spec, about " to CPL 1, bit 63 of CS differs on the shadow stack", CP),       \
        ROW(run, "ring1_rip_32", 1, LIP_32, spec, about " to CPL 1, bit 32 of RIP differs on the shadow stack", CP), \
        ROW(run, "ring1_rip_0", 1, LIP_0, spec, about " to CPL 1, bit 0 of RIP differs on the shadow stack", CP),    \
        ROW(run, "ring1_ssp_0", 1, SSP_0, spec, about " to CPL 1, SSP on the shadow stack has bit 0 set", CP),       \
        ROW(run, "ring1_ssp_1", 1, SSP_1, spec, about " to CPL 1, SSP on the shadow stack has bit 1 set", CP),       \
        ROW(run, "ring1_high", 1, HIGH, spec, about " to CPL 1, SSP on the shadow stack isn't canonical", GP),       \
        ROW(run, "ring1_unaligned", 1, UNALIGNED, spec, about " to CPL 1, SSP at 8n+4", CP)
VARIANTS(BOTH(iret, IRET, "IRETQ"), BOTH(retf, RET, "far RET"));
