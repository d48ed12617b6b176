/*
 * An LDT whose base is canonical and whose second descriptor isn't: LLDT takes it, and who reads that descriptor gets #GP(selector).
 * gate/non_canonical.c has more of them; of POP, LAR, LSL, VERR and VERW the manual doesn't say it.
 */
#include <case.h>

#define END 0x0000800000000000u

/* ARG0 */
static unsigned cpl(void)
{
    return (unsigned)ARG0;
}

static uint16_t selector(void)
{
    return (uint16_t)(8 | SELECTOR_TI | cpl());
}

/* ARG1: how many of its bytes are still canonical. */
static void place(uint64_t low, uint64_t high)
{
    uint64_t base = END - 8 - ARG1;
    uint8_t *memory = frame_of(map_page_at("ldt", END - PAGE_SIZE, PAGE_PRESENT | PAGE_WRITE));

    (void)high;
    if (cpl() == 3)
        in_user_mode();
    for (unsigned i = 0; i < ARG1; i++)
        memory[PAGE_SIZE - ARG1 + i] = (uint8_t)(low >> 8 * i);
    lldt(add_system_descriptor("descriptor", encode_descriptor((struct descriptor){.type = SYSTEM_LDT, .base = (uint32_t)base, .limit = 0xff}),
                               base >> 32));
    start.rcx = selector();
}

#include "forms.h"

#define ROW(name_, run_, cpl_, bytes, about_)                                                                                                       \
    {                                                                                                                                               \
        VARIANT, .name = name_, .about = about_,                                                                                                    \
                 .spec = "SDM 2A \"LDS/LES/LFS/LGS/LSS-Load Far Pointer\", \"CALL-Call Procedure\", \"IRET/IRETD/IRETQ-Interrupt Return\"; SDM 2B " \
                         "\"RET-Return from Procedure\"",                                                                                           \
                 .vector = VEC_GP, .error = 8 | SELECTOR_TI, .saved_rip = AT_FAULT, .run = run_, .arg = {                                           \
                     cpl_,                                                                                                                          \
                     bytes                                                                                                                          \
                 }                                                                                                                                  \
    }
#define EACH_EDGE(run, about)                                                             \
    ROW(#run, run, 0, 0, about " of the LDT, which isn't canonical"),                     \
        ROW(#run "_half", run, 0, 4, about " of the LDT, half of which isn't canonical"), \
        ROW(#run "_user", run, 3, 0, about " of the LDT, which isn't canonical, at CPL 3")
#define OUTER(run, about) \
    ROW(#run, run, 0, 0, about " of the LDT, which isn't canonical"), ROW(#run "_half", run, 0, 4, about " of the LDT, half of which isn't canonical")
VARIANTS(EACH_EDGE(lss, "LSS of a descriptor"), EACH_EDGE(lfs, "LFS of a descriptor"), EACH_EDGE(call, "far CALL to a code segment"),
         EACH_EDGE(gate, "CALL by a call gate"), EACH_EDGE(gate_code, "CALL by a call gate to a code segment"),
         OUTER(iretq_ss, "IRETQ to CPL 3, to a stack segment"), OUTER(retfq_ss, "RETFQ to CPL 3, to a stack segment"),
         OUTER(iretq_outer, "IRETQ to CPL 3, to a code segment"), OUTER(retfq_outer, "RETFQ to CPL 3, to a code segment"),
         ROW("retfq_half", retfq_cs, 0, 4, "RETFQ to a code segment of the LDT, half of which isn't canonical"),
         ROW("iretq_half", iretq_cs, 0, 4, "IRETQ to a code segment of the LDT, half of which isn't canonical"),
         ROW("jmp_half", jmp, 0, 4, "far JMP to a code segment of the LDT, half of which isn't canonical"),
         ROW("jmp_user", jmp, 3, 0, "far JMP to a code segment of the LDT, which isn't canonical, at CPL 3"),
         ROW("iretq_user", iretq_cs, 3, 0, "IRETQ to a code segment of the LDT, which isn't canonical, at CPL 3"),
         ROW("retfq_user", retfq_cs, 3, 0, "RETFQ to a code segment of the LDT, which isn't canonical, at CPL 3"),
         ROW("int_n_half", int_n, 0, 4, "INT 0x40 to a code segment of the LDT, half of which isn't canonical"));
