/*
 * Who may switch to a task (SDM 3A "Task Switching", step 2, "Task-Gate Descriptor"): CPL and RPL of JMP and CALL against the DPL of the TSS, or of
 * the task gate and then of no TSS; CPL of INT n, INT3 and INTO against the gate's; exceptions, INT1 and IRET go anywhere.
 */
#include <case32.h>

enum instruction { JMP, CALL, INT, INT3, INTO, UD, ICEBP, IRET };

/* ARG0: instruction, CPL, RPL, DPL in hexadecimal digits. ARG1: */
#define GATE 1u         /* of the GDT */
#define LOCAL 2u        /* ... of the LDT, which is the GDT */
#define ABSENT 4u       /* the gate's P=0 */
#define SELECTOR_RPL 8u /* 3, where the TSS is named by a gate or a link */
#define USER 16u        /* the new task's CPL is 3 */
#define SMALL 32u       /* its TSS is a 16-bit one, to which no instruction here may go */

static void far_transfer(enum instruction instruction, uint16_t selector)
{
    uint32_t *pointer = frame_of(start.ebx = map_page("pointer", PAGE_PRESENT | PAGE_USER));

    pointer[0] = 0x12345678; /* ignored */
    pointer[1] = selector;
    if (instruction == JMP)
        FAULT("jmp fword ptr [ebx]");
    else
        FAULT("call fword ptr [ebx]");
}

static void interrupt(enum instruction instruction, struct gate gate)
{
    *gate_of(instruction == INT ? 0x40 : instruction == INT3 ? VEC_BP : instruction == INTO ? VEC_OF : instruction == UD ? VEC_UD : VEC_DB) = gate;
    if (instruction == INT)
        FAULT("int 0x40");
    else if (instruction == INT3)
        FAULT("int3");
    else if (instruction == INTO)
        FAULT("into");
    else if (instruction == UD)
        FAULT("ud2");
    else
        FAULT(".byte 0xf1");
}

static void run(void)
{
    enum instruction instruction = (enum instruction)(ARG0 >> 12);
    unsigned cpl = ARG0 >> 8 & 3, rpl = ARG0 >> 4 & 3, dpl = ARG0 & 3;
    uint16_t gate = ARG1 & GATE ? add_task_gate("gate", 0, 0) : 0;
    struct task *other = ARG1 & SMALL ? add_task16("other") : add_task("other");
    uint16_t tss_selector = other->selector | (ARG1 & SELECTOR_RPL ? 3 : 0);
    struct gate descriptor = make_gate(0, tss_selector, GATE_TASK, dpl, !(ARG1 & ABSENT));

    in_ring(cpl);
    set_task_program(other, ASSEMBLE(MARK(entry) "int3\n" MARK(stop)));
    if (ARG1 & USER) {
        user_may_run_program();
        set_gate(VEC_BP, .dpl = 3);
        other->tss.cs = SEL_USER_CODE;
        other->tss.ss = SEL_USER_DATA;
        other->tss.esp = stack_top(STACK_USER);
    }
    if (instruction == IRET) {
        set_task_descriptor(other, (struct descriptor){.type = SYSTEM_TSS_BUSY, .limit = sizeof(struct tss32) - 1, .dpl = dpl & 3});
        tss.link = tss_selector;
        start.eflags |= EFLAGS_NT;
        FAULT("iretd");
    } else if (instruction > CALL) {
        interrupt(instruction, descriptor);
    } else if (!gate) {
        if (!(ARG1 & SMALL))
            set_task_descriptor(other, (struct descriptor){.type = SYSTEM_TSS_AVAILABLE, .limit = sizeof(struct tss32) - 1, .dpl = dpl & 3});
        far_transfer(instruction, (uint16_t)(other->selector | rpl));
    } else {
        gdt[gate / 8] = encode_gate(descriptor);
        far_transfer(instruction, (uint16_t)((ARG1 & LOCAL ? local_selector(gate) : gate) | rpl));
    }
}

#define OTHER SEL_FREE
#define GATE_ SEL_FREE
#define HOW(instruction, cpl, rpl, dpl) ((instruction) << 12 | (cpl) << 8 | (rpl) << 4 | (dpl))
#define ROW(name_, instruction_, cpl_, rpl_, dpl_, more_, vector_, error_, rip_, id_, about_)                                                 \
    {                                                                                                                                         \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A \"Task Switching\", \"Task-Gate Descriptor\"", .id = id_, .vector = vector_, \
                 .error = error_, .saved_rip = rip_, .run = run, .arg = {                                                                     \
                     HOW(instruction_, cpl_, rpl_, dpl_),                                                                                     \
                     more_                                                                                                                    \
                 }                                                                                                                            \
    }
#define SWITCHES(name, instruction, cpl, rpl, dpl, more, id, about) ROW(name, instruction, cpl, rpl, dpl, more, VEC_BP, NO_ERROR, "stop", id, about)
#define FAULTS(name, instruction, cpl, rpl, dpl, more, vector, error, id, about) \
    ROW(name, instruction, cpl, rpl, dpl, more, vector, error, AT_FAULT, id, about)
VARIANTS(
    FAULTS("jmp_cpl", JMP, 3, 0, 0, 0, VEC_GP, OTHER, "", "far JMP to a TSS of DPL 0, CPL 3, RPL 0"),
    FAULTS("jmp_rpl", JMP, 0, 3, 0, 0, VEC_GP, OTHER, "", "far JMP to a TSS of DPL 0, CPL 0, RPL 3"),
    FAULTS("jmp_cpl_rpl", JMP, 3, 3, 0, 0, VEC_GP, OTHER, "task-jmp-tss-dpl", "far JMP to a TSS of DPL 0, CPL 3, RPL 3"),
    FAULTS("jmp_cpl_2", JMP, 2, 0, 1, 0, VEC_GP, OTHER, "", "far JMP to a TSS of DPL 1, CPL 2, RPL 0"),
    FAULTS("jmp_rpl_2", JMP, 1, 2, 1, 0, VEC_GP, OTHER, "", "far JMP to a TSS of DPL 1, CPL 1, RPL 2"),
    SWITCHES("jmp_may", JMP, 3, 3, 3, 0, "", "far JMP to a TSS of DPL 3 whose CS has RPL 0, CPL 3, RPL 3"),
    SWITCHES("jmp_may_1", JMP, 1, 0, 1, 0, "", "far JMP to a TSS of DPL 1 whose CS has RPL 0, CPL 1, RPL 0"),
    SWITCHES("jmp_outer", JMP, 0, 0, 0, USER, "", "far JMP to a TSS of DPL 0 whose CS has RPL 3, CPL 0"),
    FAULTS("jmp_gate_cpl", JMP, 3, 0, 0, GATE, VEC_GP, GATE_, "", "far JMP to a task gate of DPL 0, CPL 3, RPL 0"),
    FAULTS("jmp_gate_rpl", JMP, 0, 3, 0, GATE, VEC_GP, GATE_, "", "far JMP to a task gate of DPL 0, CPL 0, RPL 3"),
    FAULTS("jmp_gate_rpl_2", JMP, 1, 3, 2, GATE, VEC_GP, GATE_, "", "far JMP to a task gate of DPL 2, CPL 1, RPL 3"),
    SWITCHES("jmp_gate_may", JMP, 3, 3, 3, GATE, "", "far JMP to a task gate of DPL 3 to a TSS of DPL 0, CPL 3"),
    SWITCHES("jmp_gate_selector_rpl", JMP, 3, 3, 3, GATE | SELECTOR_RPL, "",
             "far JMP to a task gate of DPL 3 whose TSS selector has RPL 3, the TSS DPL 0"),
    FAULTS("jmp_gate_not_present", JMP, 0, 0, 0, GATE | ABSENT, VEC_NP, GATE_, "", "far JMP to a task gate with P=0"),
    FAULTS("jmp_gate_cpl_not_present", JMP, 3, 3, 0, GATE | ABSENT, VEC_GP, GATE_, "", "far JMP to a task gate of DPL 0 with P=0, CPL 3"),
    SWITCHES("jmp_gate_local", JMP, 0, 0, 0, GATE | LOCAL, "", "far JMP to a task gate of the LDT"),
    FAULTS("jmp_gate_local_cpl", JMP, 3, 0, 0, GATE | LOCAL, VEC_GP, GATE_ | SELECTOR_TI, "", "far JMP to a task gate of the LDT of DPL 0, CPL 3"),
    FAULTS("jmp_gate_local_not_present", JMP, 0, 0, 0, GATE | LOCAL | ABSENT, VEC_NP, GATE_ | SELECTOR_TI, "",
           "far JMP to a task gate of the LDT with P=0"),
    FAULTS("call_cpl", CALL, 3, 0, 0, 0, VEC_GP, OTHER, "", "far CALL to a TSS of DPL 0, CPL 3, RPL 0"),
    FAULTS("call_rpl", CALL, 0, 3, 0, 0, VEC_GP, OTHER, "", "far CALL to a TSS of DPL 0, CPL 0, RPL 3"),
    FAULTS("call_cpl_rpl", CALL, 3, 3, 0, 0, VEC_GP, OTHER, "", "far CALL to a TSS of DPL 0, CPL 3, RPL 3"),
    FAULTS("call_cpl_2", CALL, 2, 0, 1, 0, VEC_GP, OTHER, "", "far CALL to a TSS of DPL 1, CPL 2, RPL 0"),
    FAULTS("call_rpl_2", CALL, 1, 2, 1, 0, VEC_GP, OTHER, "", "far CALL to a TSS of DPL 1, CPL 1, RPL 2"),
    SWITCHES("call_may", CALL, 3, 3, 3, 0, "", "far CALL to a TSS of DPL 3 whose CS has RPL 0, CPL 3, RPL 3"),
    SWITCHES("call_may_1", CALL, 1, 0, 1, 0, "", "far CALL to a TSS of DPL 1 whose CS has RPL 0, CPL 1, RPL 0"),
    SWITCHES("call_outer", CALL, 0, 0, 0, USER, "", "far CALL to a TSS of DPL 0 whose CS has RPL 3, CPL 0"),
    FAULTS("call_gate_cpl", CALL, 3, 0, 0, GATE, VEC_GP, GATE_, "task-call-taskgate-dpl", "far CALL to a task gate of DPL 0, CPL 3, RPL 0"),
    FAULTS("call_gate_rpl", CALL, 0, 3, 0, GATE, VEC_GP, GATE_, "", "far CALL to a task gate of DPL 0, CPL 0, RPL 3"),
    FAULTS("call_gate_rpl_2", CALL, 1, 3, 2, GATE, VEC_GP, GATE_, "", "far CALL to a task gate of DPL 2, CPL 1, RPL 3"),
    SWITCHES("call_gate_may", CALL, 3, 3, 3, GATE, "", "far CALL to a task gate of DPL 3 to a TSS of DPL 0, CPL 3"),
    SWITCHES("call_gate_selector_rpl", CALL, 3, 3, 3, GATE | SELECTOR_RPL, "",
             "far CALL to a task gate of DPL 3 whose TSS selector has RPL 3, the TSS DPL 0"),
    FAULTS("call_gate_not_present", CALL, 0, 0, 0, GATE | ABSENT, VEC_NP, GATE_, "task-call-taskgate-np", "far CALL to a task gate with P=0"),
    FAULTS("call_gate_cpl_not_present", CALL, 3, 3, 0, GATE | ABSENT, VEC_GP, GATE_, "", "far CALL to a task gate of DPL 0 with P=0, CPL 3"),
    SWITCHES("call_gate_local", CALL, 0, 0, 0, GATE | LOCAL, "", "far CALL to a task gate of the LDT"),
    FAULTS("call_gate_local_cpl", CALL, 3, 0, 0, GATE | LOCAL, VEC_GP, GATE_ | SELECTOR_TI, "", "far CALL to a task gate of the LDT of DPL 0, CPL 3"),
    FAULTS("call_gate_local_not_present", CALL, 0, 0, 0, GATE | LOCAL | ABSENT, VEC_NP, GATE_ | SELECTOR_TI, "",
           "far CALL to a task gate of the LDT with P=0"),
    FAULTS("int_cpl", INT, 3, 0, 0, 0, VEC_GP, IDT_ERROR(0x40), "task-gate-dpl", "INT n to a task gate of DPL 0, CPL 3"),
    FAULTS("int_cpl_2", INT, 2, 0, 1, 0, VEC_GP, IDT_ERROR(0x40), "", "INT n to a task gate of DPL 1, CPL 2"),
    SWITCHES("int_may", INT, 3, 0, 3, 0, "", "INT n to a task gate of DPL 3, CPL 3"),
    SWITCHES("int_may_1", INT, 1, 0, 1, 0, "", "INT n to a task gate of DPL 1, CPL 1"),
    SWITCHES("int_selector_rpl", INT, 3, 0, 3, SELECTOR_RPL, "", "INT n to a task gate of DPL 3 whose TSS selector has RPL 3, the TSS DPL 0"),
    FAULTS("int_not_present", INT, 0, 0, 0, ABSENT, VEC_NP, IDT_ERROR(0x40), "task-gate-np", "INT n to a task gate with P=0"),
    FAULTS("int_cpl_not_present", INT, 3, 0, 0, ABSENT, VEC_GP, IDT_ERROR(0x40), "", "INT n to a task gate of DPL 0 with P=0, CPL 3"),
    FAULTS("int3_cpl", INT3, 3, 0, 0, 0, VEC_GP, IDT_ERROR(VEC_BP), "", "INT3 to a task gate of DPL 0, CPL 3"),
    FAULTS("into_cpl", INTO, 3, 0, 0, 0, VEC_GP, IDT_ERROR(VEC_OF), "", "INTO to a task gate of DPL 0, CPL 3"),
    SWITCHES("into_may", INTO, 3, 0, 3, 0, "", "INTO to a task gate of DPL 3, CPL 3"),
    SWITCHES("ud_cpl", UD, 3, 0, 0, 0, "", "#UD to a task gate of DPL 0, CPL 3"),
    FAULTS("ud_not_present", UD, 0, 0, 0, ABSENT, VEC_NP, IDT_ERROR(VEC_UD) | ERROR_EXT, "", "#UD to a task gate with P=0"),
    SWITCHES("icebp_cpl", ICEBP, 3, 0, 0, 0, "", "INT1 to a task gate of DPL 0, CPL 3"),
    SWITCHES("iret_cpl", IRET, 3, 0, 0, 0, "", "IRET with NT=1 to a TSS of DPL 0, CPL 3"),
    SWITCHES("iret_selector_rpl", IRET, 3, 0, 0, SELECTOR_RPL, "", "IRET with NT=1 to a TSS of DPL 0, its selector in the link has RPL 3, CPL 3"),
    FAULTS("jmp_gate_not_present_user", JMP, 3, 3, 3, GATE | ABSENT, VEC_NP, GATE_, "", "far JMP to a task gate of DPL 3 with P=0, CPL 3"),
    FAULTS("call_gate_not_present_user", CALL, 3, 3, 3, GATE | ABSENT, VEC_NP, GATE_, "", "far CALL to a task gate of DPL 3 with P=0, CPL 3"),
    FAULTS("jmp16_cpl", JMP, 3, 0, 0, SMALL, VEC_GP, OTHER, "", "far JMP to a 16-bit TSS of DPL 0, CPL 3, RPL 0"),
    FAULTS("jmp16_rpl", JMP, 0, 3, 0, SMALL, VEC_GP, OTHER, "", "far JMP to a 16-bit TSS of DPL 0, CPL 0, RPL 3"),
    FAULTS("call16_cpl", CALL, 3, 0, 0, SMALL, VEC_GP, OTHER, "", "far CALL to a 16-bit TSS of DPL 0, CPL 3, RPL 0"),
    FAULTS("call16_rpl", CALL, 0, 3, 0, SMALL, VEC_GP, OTHER, "", "far CALL to a 16-bit TSS of DPL 0, CPL 0, RPL 3"));
