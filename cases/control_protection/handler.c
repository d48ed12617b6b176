/*
 * With indirect-branch tracking at CPL 0 a delivery waits for ENDBR64 at the handler: where it is something else, #CP(3) comes there. The
 * handlers here turn tracking off and go on to the harness's own.
 */
#include <case.h>

#define ENDBR64 ".byte 0xf3, 0x0f, 0x1e, 0xfa\n"
#define OFF "mov eax, 0\nwrmsr\n"

static uintptr_t address_of(struct gate gate)
{
    return gate.offset_15_0 | (uintptr_t)gate.offset_31_16 << 16 | (uintptr_t)gate.offset_63_32 << 32;
}

/* ARG0: the label that the gate of vector 0x40 leads to. */
static void run(void)
{
    struct program p = ASSEMBLE("wrmsr\n" MARK(fault) "int 0x40\n" MARK(after) "nop\n" MARK(endbranch) ENDBR64 OFF
                                "jmp r8\n" MARK(other) "nop\n" OFF "jmp r8\n" MARK(protection) ENDBR64 OFF "jmp r9\n");

    start.r8 = address_of(*gate_of(0x40));
    start.r9 = address_of(*gate_of(VEC_CP));
    *gate_of(0x40) = make_gate(label_of(p, ARG0 ? "other" : "endbranch"), SEL_KERNEL_CODE64, 0, GATE_INTERRUPT, 0, true);
    *gate_of(VEC_CP) = make_gate(label_of(p, "protection"), SEL_KERNEL_CODE64, 0, GATE_INTERRUPT, 0, true);
    write_cr4(read_cr4() | CR4_CET);
    start.rcx = MSR_S_CET;
    start.rax = CET_ENDBR_EN;
    start.rdx = 0;
    run_program(p);
}

#define ROW(name_, id_, other, about_, ...)                                                                                            \
    {                                                                                                                                  \
        VARIANT, .name = name_, .about = about_ ", ENDBR_EN=1 at CPL 0", .id = id_, .run = run, .arg = {other}, .needs = "cet_ibt",    \
                 .spec = "SDM 3A \"Interrupt 21-Control Protection Exception (#CP)\"; SDM 1 \"Indirect Branch Tracking\"", __VA_ARGS__ \
    }

VARIANTS(ROW("endbr64", "cp-int-clears-tracker", 0, "INT 0x40 to a handler that begins with ENDBR64", .vector = 0x40, .error = NO_ERROR,
             .saved_rip = AFTER),
         ROW("no_endbr", "cp-handler-no-endbr", 1, "INT 0x40 to a handler that begins with NOP", .vector = VEC_CP, .error = 3, .saved_rip = "other"));
