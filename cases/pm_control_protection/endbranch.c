/*
 * Indirect-branch tracking in 32-bit protected mode: behind an indirect JMP or CALL, a far one and a delivery the processor waits for ENDBR32; NOP
 * and ENDBR64 at the target are #CP(3) there. ENDBR32 ends SUPPRESS, too, ENDBR64 doesn't. Only the DS prefix is NOTRACK.
 */
#include <case32.h>

#define CET_NO_TRACK_EN (1u << 4)
#define CET_SUPPRESS (1u << 10)
#define CET_TRACKER (1u << 11)
#define ENDBR32 ".byte 0xf3, 0x0f, 0x1e, 0xfb\n"
#define ENDBR64 ".byte 0xf3, 0x0f, 0x1e, 0xfa\n"
#define NOP "nop\n"

/* At CPL 3. ARG0: IA32_U_CET besides ENDBR_EN. The far branches go by the selector. */
static void user_by(struct program p, uint16_t selector)
{
    uint32_t *pointer;

    in_user_mode();
    write_cr4(read_cr4() | CR4_CET);
    write_msr(MSR_U_CET, CET_ENDBR_EN | ARG0);
    start.ebx = label_of(p, "target");
    start.ebp = map_page("pointer", PAGE_PRESENT | PAGE_USER);
    pointer = frame_of(start.ebp);
    pointer[0] = start.ebx;
    pointer[1] = selector;
    run_program(p);
}

static void user(struct program p)
{
    user_by(p, SEL_USER_CODE);
}

#define BRANCH(name, instruction, target_)                                                               \
    static void name(void)                                                                               \
    {                                                                                                    \
        user(ASSEMBLE(MARK(fault) instruction "\n" MARK(after) "nop\n" MARK(target) target_ MARK(end))); \
    }
BRANCH(jmp, "jmp ebx", NOP)
BRANCH(jmp_endbr32, "jmp ebx", ENDBR32)
BRANCH(jmp_endbr64, "jmp ebx", ENDBR64)
BRANCH(jmp_memory, "jmp dword ptr [ebp]", NOP)
BRANCH(call, "call ebx", NOP)
BRANCH(call_endbr32, "call ebx", ENDBR32)
BRANCH(call_endbr64, "call ebx", ENDBR64)
BRANCH(call_memory, "call dword ptr [ebp]", NOP)
BRANCH(far_jmp, "jmp fword ptr [ebp]", NOP)
BRANCH(far_jmp_endbr32, "jmp fword ptr [ebp]", ENDBR32)
BRANCH(far_jmp_endbr64, "jmp fword ptr [ebp]", ENDBR64)
BRANCH(far_call, "call fword ptr [ebp]", NOP)
BRANCH(far_call_endbr64, "call fword ptr [ebp]", ENDBR64)
BRANCH(direct, "jmp 1f\n1:", NOP)
BRANCH(ret, "push ebx\nret", NOP)
BRANCH(notrack, ".byte 0x3e, 0xff, 0xe3", NOP)
BRANCH(notrack_call, ".byte 0x3e, 0xff, 0xd3", NOP)
BRANCH(prefix_es, ".byte 0x26, 0xff, 0xe3", NOP)
BRANCH(wait, NOP, NOP)
BRANCH(wait_endbr32, ENDBR32, NOP)
BRANCH(wait_endbr64, ENDBR64, NOP)
BRANCH(ends_suppress, ENDBR32 "jmp ebx", NOP)
BRANCH(keeps_suppress, ENDBR64 "jmp ebx", NOP)

/* Through a call gate to the same level. */
#define GATE(name, instruction, target_)                                                                              \
    static void name(void)                                                                                            \
    {                                                                                                                 \
        struct program p = ASSEMBLE(MARK(fault) instruction "\n" MARK(after) "nop\n" MARK(target) target_ MARK(end)); \
        struct call_gate gate = {.offset = label_of(p, "target"), .selector = SEL_USER_CODE, .dpl = 3};               \
                                                                                                                      \
        user_by(p, add_call_gate("gate", gate) | 3u);                                                                 \
    }
GATE(jmp_gate, "jmp fword ptr [ebp]", NOP)
GATE(jmp_gate_endbr32, "jmp fword ptr [ebp]", ENDBR32)
GATE(call_gate_same, "call fword ptr [ebp]", NOP)
GATE(call_gate_same_endbr32, "call fword ptr [ebp]", ENDBR32)

/* At CPL 0. #CP turns tracking off and goes on to the harness's own handler. ARG0: IA32_U_CET. */
static void kernel(struct program p)
{
    struct gate *gate = gate_of(VEC_CP);

    start.edi = gate->offset_15_0 | (uint32_t)gate->offset_31_16 << 16;
    *gate = make_gate(label_of(p, "protection"), SEL_KERNEL_CODE, GATE_INTERRUPT, 0, true);
    *gate_of(0x40) = make_gate(label_of(p, "target"), SEL_KERNEL_CODE, GATE_INTERRUPT, 3, true);
    write_cr4(read_cr4() | CR4_CET);
    write_msr(MSR_U_CET, ARG0);
    write_msr(MSR_SYSENTER_CS, SEL_KERNEL_CODE);
    write_msr(MSR_SYSENTER_ESP, stack_top(STACK_ESP0));
    write_msr(MSR_SYSENTER_EIP, label_of(p, "target"));
    start.ebx = label_of(p, "target");
    start.ecx = MSR_S_CET;
    start.eax = CET_ENDBR_EN;
    start.edx = 0;
    run_program(p);
}

#define OFF "mov ecx, 0x6a2\nmov eax, 0\nmov edx, 0\nwrmsr\n"
#define KERNEL(name, instruction, target_)                                                                                                       \
    static void name(void)                                                                                                                       \
    {                                                                                                                                            \
        kernel(ASSEMBLE("wrmsr\n" MARK(fault) instruction "\n" MARK(after) "nop\n" MARK(target) target_ OFF "jmp program_end\n" MARK(protection) \
                            ENDBR32 OFF "jmp edi\n"));                                                                                           \
    }
KERNEL(kernel_jmp, "jmp ebx", NOP)
KERNEL(kernel_jmp_endbr32, "jmp ebx", ENDBR32)
KERNEL(kernel_jmp_endbr64, "jmp ebx", ENDBR64)
KERNEL(int_n, "int 0x40", NOP)
KERNEL(int_n_endbr32, "int 0x40", ENDBR32)
KERNEL(int_n_endbr64, "int 0x40", ENDBR64)

/* From CPL 3 to 0. */
static void from_user(struct program p)
{
    start.esi = add_call_gate("gate", (struct call_gate){.offset = label_of(p, "target"), .selector = SEL_KERNEL_CODE, .dpl = 3});
    user_may_run_program();
    push_image(
        (struct interrupt_frame){
            .eip = label_of(p, "inside"), .cs = SEL_USER_CODE, .eflags = start.eflags, .esp = stack_top(STACK_USER), .ss = SEL_USER_DATA},
        true);
    kernel(p);
}

#define INNER(name, instruction, target_)                                                                              \
    static void name(void)                                                                                             \
    {                                                                                                                  \
        from_user(ASSEMBLE("wrmsr\niretd\n" MARK(inside) instruction "\n" MARK(after) "nop\n" MARK(target) target_ OFF \
                           "jmp program_end\n" MARK(protection) ENDBR32 OFF "jmp edi\n"));                             \
    }
INNER(inner_int_n, "int 0x40", NOP)
INNER(inner_int_n_endbr64, "int 0x40", ENDBR64)
INNER(inner_int_n_endbr32, "int 0x40", ENDBR32)
INNER(call_gate, "push esi\npush 0\ncall fword ptr [esp]", NOP)
INNER(call_gate_endbr64, "push esi\npush 0\ncall fword ptr [esp]", ENDBR64)
INNER(call_gate_endbr32, "push esi\npush 0\ncall fword ptr [esp]", ENDBR32)
INNER(sysenter, "sysenter", NOP)
INNER(sysenter_endbr64, "sysenter", ENDBR64)
INNER(sysenter_endbr32, "sysenter", ENDBR32)

#define SPEC "SDM 3A \"Interrupt 21-Control Protection Exception (#CP)\"; SDM 1 \"Indirect Branch Tracking\""
#define ENDBR_SPEC \
    "SDM 2A \"ENDBR32-Terminate an Indirect Branch in 32-bit and Compatibility Mode\", \"ENDBR64-Terminate an Indirect Branch in 64-bit Mode\""
#define ROW(name_, spec_, bits, about_, ...)                                                                                                       \
    {                                                                                                                                              \
        VARIANT, .name = #name_, .about = about_ ", ENDBR_EN=1 there", .spec = spec_, .run = name_, .arg = {bits}, .needs = "cet_ibt", __VA_ARGS__ \
    }
#define CP(name, spec, bits, about) ROW(name, spec, bits, about, .vector = VEC_CP, .error = 3, .saved_rip = "target")
#define WAITS(name, spec, bits, about) ROW(name, spec, bits, about, .vector = VEC_CP, .error = 3, .saved_rip = AT_FAULT)
#define PASSES(name, spec, bits, about) ROW(name, spec, bits, about, .vector = NO_EXCEPTION)
VARIANTS(CP(jmp, SPEC, 0, "JMP EBX at CPL 3 to a NOP"), PASSES(jmp_endbr32, ENDBR_SPEC, 0, "JMP EBX at CPL 3 to ENDBR32"),
         CP(jmp_endbr64, ENDBR_SPEC, 0, "JMP EBX at CPL 3 to ENDBR64"), CP(jmp_memory, SPEC, 0, "JMP [EBP] at CPL 3 to a NOP"),
         CP(call, SPEC, 0, "CALL EBX at CPL 3 to a NOP"), PASSES(call_endbr32, ENDBR_SPEC, 0, "CALL EBX at CPL 3 to ENDBR32"),
         CP(call_endbr64, ENDBR_SPEC, 0, "CALL EBX at CPL 3 to ENDBR64"), CP(call_memory, SPEC, 0, "CALL [EBP] at CPL 3 to a NOP"),
         CP(far_jmp, SPEC, 0, "far JMP at CPL 3 to a NOP"), PASSES(far_jmp_endbr32, ENDBR_SPEC, 0, "far JMP at CPL 3 to ENDBR32"),
         CP(far_jmp_endbr64, ENDBR_SPEC, 0, "far JMP at CPL 3 to ENDBR64"), CP(far_call, SPEC, 0, "far CALL at CPL 3 to a NOP"),
         CP(far_call_endbr64, ENDBR_SPEC, 0, "far CALL at CPL 3 to ENDBR64"), PASSES(direct, SPEC, 0, "direct JMP at CPL 3 to a NOP"),
         PASSES(ret, SPEC, 0, "RET at CPL 3 to a NOP"), PASSES(notrack, SPEC, CET_NO_TRACK_EN, "NOTRACK JMP EBX at CPL 3 to a NOP, NO_TRACK_EN=1"),
         PASSES(notrack_call, SPEC, CET_NO_TRACK_EN, "NOTRACK CALL EBX at CPL 3 to a NOP, NO_TRACK_EN=1"),
         CP(prefix_es, SPEC, CET_NO_TRACK_EN, "JMP EBX with an ES prefix at CPL 3 to a NOP, NO_TRACK_EN=1"),
         WAITS(wait, SPEC, CET_TRACKER, "NOP at CPL 3 while TRACKER=1"),
         PASSES(wait_endbr32, ENDBR_SPEC, CET_TRACKER, "ENDBR32 at CPL 3 while TRACKER=1"),
         WAITS(wait_endbr64, ENDBR_SPEC, CET_TRACKER, "ENDBR64 at CPL 3 while TRACKER=1"),
         CP(ends_suppress, ENDBR_SPEC, CET_SUPPRESS, "ENDBR32 and JMP EBX at CPL 3 to a NOP, SUPPRESS=1"),
         PASSES(keeps_suppress, ENDBR_SPEC, CET_SUPPRESS, "ENDBR64 and JMP EBX at CPL 3 to a NOP, SUPPRESS=1"),
         CP(kernel_jmp, SPEC, 0, "JMP EBX at CPL 0 to a NOP"), PASSES(kernel_jmp_endbr32, ENDBR_SPEC, 0, "JMP EBX at CPL 0 to ENDBR32"),
         CP(kernel_jmp_endbr64, ENDBR_SPEC, 0, "JMP EBX at CPL 0 to ENDBR64"), CP(int_n, SPEC, 0, "INT n at CPL 0 to a NOP"),
         PASSES(int_n_endbr32, ENDBR_SPEC, 0, "INT n at CPL 0 to ENDBR32"), CP(int_n_endbr64, ENDBR_SPEC, 0, "INT n at CPL 0 to ENDBR64"),
         CP(inner_int_n, SPEC, 0, "INT n from CPL 3 to a NOP at CPL 0"),
         PASSES(inner_int_n_endbr32, ENDBR_SPEC, 0, "INT n from CPL 3 to ENDBR32 at CPL 0"),
         CP(inner_int_n_endbr64, ENDBR_SPEC, 0, "INT n from CPL 3 to ENDBR64 at CPL 0"),
         CP(call_gate, SPEC, 0, "far CALL through a gate from CPL 3 to a NOP at CPL 0"),
         PASSES(call_gate_endbr32, ENDBR_SPEC, 0, "far CALL through a gate from CPL 3 to ENDBR32 at CPL 0"),
         CP(call_gate_endbr64, ENDBR_SPEC, 0, "far CALL through a gate from CPL 3 to ENDBR64 at CPL 0"),
         CP(jmp_gate, SPEC, 0, "far JMP through a gate at CPL 3 to a NOP"),
         PASSES(jmp_gate_endbr32, ENDBR_SPEC, 0, "far JMP through a gate at CPL 3 to ENDBR32"),
         CP(call_gate_same, SPEC, 0, "far CALL through a gate at CPL 3 to a NOP"),
         PASSES(call_gate_same_endbr32, ENDBR_SPEC, 0, "far CALL through a gate at CPL 3 to ENDBR32"),
         CP(sysenter, SPEC, 0, "SYSENTER from CPL 3 to a NOP at CPL 0"),
         PASSES(sysenter_endbr32, ENDBR_SPEC, 0, "SYSENTER from CPL 3 to ENDBR32 at CPL 0"),
         CP(sysenter_endbr64, ENDBR_SPEC, 0, "SYSENTER from CPL 3 to ENDBR64 at CPL 0"));
