/*
 * A far RET and an IRET to the same CPL compare CS and the linear RIP that they load with those on the shadow stack, above them the shadow-stack
 * pointer to return to, which has to be a multiple of 4: else #CP(2) at the instruction, and nothing has changed.
 */
#include <case.h>

#define TOKEN 0x7f8u
#define FRAME (TOKEN + 8)

/* What is wrong with the shadow stack's frame: added to CS, to the linear RIP, to the pointer. HIGH: the pointer isn't canonical. */
enum wrong { NOTHING, CS, RIP, SSP, HIGH };

/* SETSSBSY finds the token, INCSSPQ goes up to the frame. */
static void shadow(struct program p)
{
    uintptr_t page = map_page("shadow", PAGE_PRESENT | PAGE_D);
    uint64_t *frame = frame_of(page + FRAME);

    *(uint64_t *)frame_of(page + TOKEN) = page + TOKEN;
    frame[0] = page + FRAME + 24 + (ARG0 == SSP ? 2 : 0) + (ARG0 == HIGH ? NONCANONICAL : 0);
    frame[1] = label_of(p, "after") + (ARG0 == RIP ? 1 : 0);
    frame[2] = start.cs + (ARG0 == CS ? 0x10000 : 0);
    write_cr4(read_cr4() | CR4_CET);
    write_msr(MSR_PL0_SSP, page + TOKEN);
    start.rcx = MSR_S_CET;
    start.rax = CET_SH_STK_EN;
    start.rdx = 0;
    run_program(p);
}

/* INCSSPD goes four bytes further. */
#define UNALIGNED "incsspd eax\n"
#define RETURN(more, instruction) ASSEMBLE("wrmsr\nsetssbsy\nincsspq rax\n" more MARK(fault) instruction "\n" MARK(after) "mov eax, 0\nwrmsr\n")

static void retf_by(struct program p)
{
    start.rsp -= 16;
    ((uint64_t *)start.rsp)[0] = label_of(p, "after");
    ((uint64_t *)start.rsp)[1] = start.cs;
    shadow(p);
}

static void iret_by(struct program p)
{
    push_image((struct interrupt_frame){label_of(p, "after"), start.cs, start.rflags, stack_top(STACK_KERNEL), start.ss});
    shadow(p);
}

static void retf(void)
{
    retf_by(RETURN("", "retfq"));
}

static void retf_unaligned(void)
{
    retf_by(RETURN(UNALIGNED, "retfq"));
}

static void iret(void)
{
    iret_by(RETURN("", "iretq"));
}

static void iret_unaligned(void)
{
    iret_by(RETURN(UNALIGNED, "iretq"));
}

#define ROW(name_, run_, wrong, id_, about_, ...)                                                                                           \
    {                                                                                                                                       \
        VARIANT, .name = name_, .about = about_ " on the shadow stack at CPL 0", .id = id_, .run = run_, .arg = {wrong}, .needs = "cet_ss", \
                 __VA_ARGS__                                                                                                                \
    }
#define FAULTS .vector = VEC_CP, .error = 2, .saved_rip = AT_FAULT
#define REFUSED .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT
#define PASSES .vector = NO_EXCEPTION
#define RET_SPEC .spec = "SDM 3A \"Interrupt 21-Control Protection Exception (#CP)\"; SDM 2B \"RET-Return From Procedure\""
#define IRET_SPEC .spec = "SDM 3A \"Interrupt 21-Control Protection Exception (#CP)\"; SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\""

VARIANTS(ROW("retf_match", retf, NOTHING, "", "far RET, the same frame", PASSES, RET_SPEC),
         ROW("retf_rip", retf, RIP, "cp-far-ret", "far RET, another address", FAULTS, RET_SPEC),
         ROW("retf_cs", retf, CS, "cp-far-ret", "far RET, bit 16 set in CS", FAULTS, RET_SPEC),
         ROW("retf_ssp", retf, SSP, "cp-far-ret", "far RET, an unaligned pointer", FAULTS, RET_SPEC),
         ROW("retf_high", retf, HIGH, "", "far RET, a pointer that isn't canonical", REFUSED, RET_SPEC),
         ROW("retf_unaligned", retf_unaligned, NOTHING, "", "far RET, SSP isn't a multiple of 8, the frame", FAULTS, RET_SPEC),
         ROW("iret_high", iret, HIGH, "", "IRETQ, a pointer that isn't canonical", REFUSED, IRET_SPEC),
         ROW("iret_unaligned", iret_unaligned, NOTHING, "", "IRETQ, SSP isn't a multiple of 8, the frame", FAULTS, IRET_SPEC),
         ROW("iret_match", iret, NOTHING, "", "IRETQ, the same frame", PASSES, IRET_SPEC),
         ROW("iret_rip", iret, RIP, "cp-iret", "IRETQ, another address", FAULTS, IRET_SPEC),
         ROW("iret_cs", iret, CS, "cp-iret", "IRETQ, bit 16 set in CS", FAULTS, IRET_SPEC),
         ROW("iret_ssp", iret, SSP, "cp-iret", "IRETQ, an unaligned pointer", FAULTS, IRET_SPEC));
