/*
 * TF over changes of privilege and of mode. Call gates, far RET and SYSENTER leave TF as it is: the trap comes at the target, at its CPL. IRET and
 * SYSRET load TF, INT n clears it: its handler isn't stepped. A trap at CPL 3 goes to the stack of CPL 0, one at CPL 0 to the stack in use.
 */
#include <case.h>

#define TARGET MARK(after) "ud2\n" MARK(target) "nop\n"

static void step(void)
{
    start.rflags |= RFLAGS_TF;
}

static uint16_t code_of(uint8_t dpl, bool conforming)
{
    return add_descriptor(conforming ? "conforming" : "code",
                          encode_descriptor((struct descriptor){.type = conforming ? CODE_CONFORMING : CODE_READABLE, .l = true, .dpl = dpl}));
}

/* ARG0: DPL of the gate's code segment, or 4 for conforming code of DPL 0. ARG1: JMP. */
static void call_gate(void)
{
    struct program call = ASSEMBLE(MARK(fault) "call fword ptr [rbx]\n" TARGET);
    struct program jump = ASSEMBLE(MARK(fault) "jmp fword ptr [rbx]\n" TARGET);
    struct program p = ARG1 ? jump : call;
    uint16_t selector = ARG0 == 0 ? SEL_KERNEL_CODE64 : code_of(ARG0 & 3, ARG0 == 4);
    uint8_t *pointer;

    in_user_mode();
    step();
    start.rbx = map_page("pointer", PAGE_PRESENT | PAGE_USER);
    pointer = frame_of(start.rbx);
    *(uint16_t *)(pointer + 4) = add_call_gate("gate", (struct call_gate){.offset = label_of(p, "target"), .selector = selector, .dpl = 3}) | 3;
    run_program(p);
}

/* INT 0x40 to a ring of its own, whose handler isn't stepped: UD2 there shows TF=0. */
static void int_n(void)
{
    struct program p = ASSEMBLE(MARK(fault) "int 0x40\n" MARK(after) "nop\n" MARK(target) "nop\nud2\n");
    uint16_t selector = code_of(ARG0 & 3, ARG0 == 4);

    in_user_mode();
    step();
    if (ARG0 == 4)
        start.rsp -= 5;
    *gate_of(0x40) = make_gate(label_of(p, "target"), selector, 0, GATE_INTERRUPT, 3, true);
    run_program(p);
}

enum { KEEPS, CLEARS, SETS };

/* TF before, and the image's. */
static uint64_t image(void)
{
    uint64_t flags = start.rflags | (ARG0 == CLEARS ? 0 : RFLAGS_TF);

    if (ARG0 != SETS)
        step();
    return flags;
}

static void iretq(struct program p, uint16_t cs)
{
    uint64_t flags = image();

    user_may_run_program();
    push_image((struct interrupt_frame){label_of(p, "target"), cs, flags, stack_top(STACK_USER), SEL_USER_DATA});
    run_program(p);
}

static void iret_outer(void)
{
    iretq(ASSEMBLE(MARK(fault) "iretq\n" MARK(after) "ud2\n" MARK(target) "nop\n" MARK(first) "nop\n"), SEL_USER_CODE64);
}

static void iret_compat(void)
{
    iretq(ASSEMBLE(MARK(fault) "iretq\n" MARK(after) "ud2\n" MARK(target) "nop\n" MARK(first) "nop\n"), SEL_USER_CODE32);
}

static void iret_ring1(void)
{
    struct program p = ASSEMBLE(MARK(fault) "iretq\n" MARK(after) "ud2\n" MARK(target) "nop\n" MARK(first) "nop\n");
    uint64_t flags = image();
    uint16_t data = add_descriptor("data1", encode_descriptor((struct descriptor){.type = DATA_WRITABLE, .dpl = 1}));

    push_image((struct interrupt_frame){label_of(p, "target"), code_of(1, false) | 1u, flags, stack_top(STACK_RSP1), data | 1u});
    run_program(p);
}

static void iretd_outer(void)
{
    struct program p = ASSEMBLE32(MARK(fault) "iretd\n" MARK(after) "ud2\n" MARK(target) "nop\n" MARK(first) "nop\n");
    uint32_t *words;

    in_compat_kernel();
    user_may_run_program();
    words = (uint32_t *)(start.rsp -= 20);
    words[2] = (uint32_t)image();
    words[0] = (uint32_t)label_of(p, "target");
    words[1] = SEL_USER_CODE32;
    words[3] = (uint32_t)stack_top(STACK_USER);
    words[4] = SEL_USER_DATA;
    run_program(p);
}

static void far_return(uint64_t cs, unsigned stack, uint64_t ss)
{
    struct program p = ASSEMBLE(MARK(fault) "retfq\n" TARGET);
    uint64_t *words;

    step();
    words = (uint64_t *)(start.rsp -= 32);
    words[0] = label_of(p, "target");
    words[1] = cs;
    words[2] = stack_top(stack);
    words[3] = ss;
    run_program(p);
}

/* ARG0: the code segment returned to. */
static void ret_far(void)
{
    user_may_run_program();
    far_return(ARG0, STACK_USER, SEL_USER_DATA);
}

static void ret_far_ring1(void)
{
    uint16_t data = add_descriptor("data1", encode_descriptor((struct descriptor){.type = DATA_WRITABLE, .dpl = 1}));

    far_return(code_of(1, false) | 1u, STACK_RSP1, data | 1u);
}

/* Far JMP and CALL between 64-bit code and compatibility mode. */
static void far(struct program p, uint16_t selector)
{
    uint8_t *pointer;

    step();
    start.rbx = map_page("pointer", PAGE_PRESENT | PAGE_USER);
    pointer = frame_of(start.rbx);
    *(uint32_t *)pointer = (uint32_t)label_of(p, "target");
    *(uint16_t *)(pointer + 4) = selector;
    run_program(p);
}

static void jmp_to_compat(void)
{
    in_user_mode();
    far(ASSEMBLE(MARK(fault) "jmp fword ptr [rbx]\n" TARGET), SEL_USER_CODE32);
}

static void call_to_compat(void)
{
    in_user_mode();
    far(ASSEMBLE(MARK(fault) "call fword ptr [rbx]\n" TARGET), SEL_USER_CODE32);
}

static void jmp_to_64bit(void)
{
    in_compat_user();
    far(ASSEMBLE32(MARK(fault) "jmp fword ptr [ebx]\n" TARGET), SEL_USER_CODE64);
}

static void call_to_64bit(void)
{
    in_compat_user();
    far(ASSEMBLE32(MARK(fault) "call fword ptr [ebx]\n" TARGET), SEL_USER_CODE64);
}

static void set_sysenter(struct program p)
{
    write_msr(MSR_SYSENTER_CS, SEL_KERNEL_CODE64);
    write_msr(MSR_SYSENTER_EIP, label_of(p, "target"));
    write_msr(MSR_SYSENTER_ESP, stack_top(STACK_RSP1));
    step();
    run_program(p);
}

static void sysenter(void)
{
    in_user_mode();
    set_sysenter(ASSEMBLE(MARK(fault) "sysenter\n" TARGET));
}

static void sysenter_compat(void)
{
    in_compat_user();
    set_sysenter(ASSEMBLE32(MARK(fault) "sysenter\n" TARGET));
}

/* A selector whose two neighbours for 64-bit mode, 32 and 40 bytes behind, lie where the harness has the user's. */
static void set_sysexit(struct program p, uint16_t cs)
{
    user_may_run_program();
    write_msr(MSR_SYSENTER_CS, cs);
    start.rdx = label_of(p, "target");
    start.rcx = stack_top(STACK_USER);
    step();
    run_program(p);
}

static void sysexit_64bit(void)
{
    set_sysexit(ASSEMBLE(MARK(fault) "rex64 sysexit\n" TARGET), SEL_USER_CODE64 - 3 - 32);
}

static void sysexit_32bit(void)
{
    set_sysexit(ASSEMBLE(MARK(fault) ".byte 0x0f, 0x35\n" TARGET), SEL_KERNEL_CODE64);
}

static void set_sysret(struct program p)
{
    uint64_t flags = image();

    user_may_run_program();
    write_msr(MSR_STAR, (uint64_t)SEL_USER_CODE32 << 48 | (uint64_t)SEL_KERNEL_CODE64 << 32);
    start.rcx = label_of(p, "target");
    start.r11 = flags;
    start.rsp = stack_top(STACK_USER);
    run_program(p);
}

static void sysret_64bit(void)
{
    set_sysret(ASSEMBLE(MARK(fault) "sysretq\n" MARK(after) "ud2\n" MARK(target) "ud2\n"));
}

static void sysret_32bit(void)
{
    set_sysret(ASSEMBLE(MARK(fault) ".byte 0x0f, 0x07\n" MARK(after) "ud2\n" MARK(target) "ud2\n"));
}

/* SYSCALL out of 64-bit mode at CPL 0; TF stays where IA32_FMASK doesn't name it. */
static void syscall_kernel(void)
{
    struct program p = ASSEMBLE(MARK(fault) "syscall\n" TARGET);

    step();
    write_msr(MSR_LSTAR, label_of(p, "target"));
    write_msr(MSR_FMASK, ARG0);
    run_program(p);
}

#define STEP "SDM 3B \"Single-Step Exception Condition\""
#define ROW(name_, run_, place, about_, spec_, ...)                                                                                               \
    {                                                                                                                                             \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .vector = VEC_DB, .error = NO_ERROR, .saved_rip = place, .run = run_, __VA_ARGS__ \
    }
#define TO(name, run, about, ...) ROW(name, run, "target", about ": #DB at the target", STEP, __VA_ARGS__)
#define TF_OF(name, run, about, ...)                                                                                                   \
    ROW(name "_keeps", run, "target", about ", TF=1 before and in the image: #DB at the target", STEP, .arg = {KEEPS}, __VA_ARGS__),   \
        ROW(name "_clears", run, "target", about ", which clears TF: it was 1 while it executed", STEP, .arg = {CLEARS}, __VA_ARGS__), \
        ROW(name "_sets", run, "first", about ", which sets TF: #DB behind the instruction at the target", STEP, .arg = {SETS}, __VA_ARGS__)
#define HANDLER_RUNS(name_, ring, about_)                                                                                                         \
    {                                                                                                                                             \
        VARIANT, .name = name_, .about = about_ " with TF=1: the handler isn't stepped",                                                          \
                 .spec = "SDM 3A \"Flag Usage By Exception- or Interrupt-Handler Procedure\"", .vector = VEC_UD, .error = NO_ERROR, .run = int_n, \
                 .arg = {                                                                                                                         \
                     ring                                                                                                                         \
                 }                                                                                                                                \
    }
#define SYSRET "SDM 2B \"SYSRET-Return From Fast System Call\""

VARIANTS(TO("call_gate", call_gate, "CALL through a gate from CPL 3 to CPL 0 with TF=1", .arg = {0}),
         TO("call_gate_ring1", call_gate, "CALL through a gate from CPL 3 to CPL 1 with TF=1", .arg = {1}),
         TO("call_gate_ring2", call_gate, "CALL through a gate from CPL 3 to CPL 2 with TF=1", .arg = {2}),
         TO("call_gate_same", call_gate, "CALL through a gate to code of DPL 3 with TF=1", .arg = {3}),
         TO("call_gate_conforming", call_gate, "CALL through a gate to conforming code with TF=1", .arg = {4}),
         TO("jmp_gate_same", call_gate, "JMP through a gate to code of DPL 3 with TF=1", .arg = {3, 1}),
         TO("jmp_gate_conforming", call_gate, "JMP through a gate to conforming code with TF=1", .arg = {4, 1}),
         HANDLER_RUNS("int_n_ring1", 1, "INT 0x40 at CPL 3 to CPL 1"), HANDLER_RUNS("int_n_ring2", 2, "INT 0x40 at CPL 3 to CPL 2"),
         HANDLER_RUNS("int_n_ring3", 3, "INT 0x40 at CPL 3 to code of DPL 3"),
         HANDLER_RUNS("int_n_conforming", 4, "INT 0x40 at CPL 3 to conforming code"), TF_OF("iret_outer", iret_outer, "IRETQ to CPL 3"),
         TF_OF("iret_compat", iret_compat, "IRETQ to compatibility mode at CPL 3"), TF_OF("iret_ring1", iret_ring1, "IRETQ to CPL 1"),
         TF_OF("iretd_outer", iretd_outer, "IRETD in compatibility mode at CPL 0 to CPL 3", .env = COMPAT32),
         TO("ret_far_outer", ret_far, "far RET to CPL 3 with TF=1", .arg = {SEL_USER_CODE64}),
         TO("ret_far_compat", ret_far, "far RET to compatibility mode at CPL 3 with TF=1", .arg = {SEL_USER_CODE32}),
         TO("ret_far_ring1", ret_far_ring1, "far RET to CPL 1 with TF=1"),
         TO("jmp_to_compat", jmp_to_compat, "far JMP to compatibility mode with TF=1"),
         TO("call_to_compat", call_to_compat, "far CALL to compatibility mode with TF=1"),
         TO("jmp_to_64bit", jmp_to_64bit, "far JMP from compatibility mode to 64-bit code with TF=1", .env = COMPAT32),
         TO("call_to_64bit", call_to_64bit, "far CALL from compatibility mode to 64-bit code with TF=1", .env = COMPAT32),
         TO("sysenter", sysenter, "SYSENTER at CPL 3 with TF=1", .needs = "sysenter"),
         TO("sysenter_compat", sysenter_compat, "SYSENTER in compatibility mode at CPL 3 with TF=1", .needs = "sysenter", .env = COMPAT32),
         TO("sysexit", sysexit_64bit, "SYSEXIT to 64-bit mode with TF=1", .needs = "sysenter"),
         TO("sysexit_compat", sysexit_32bit, "SYSEXIT to compatibility mode with TF=1", .needs = "sysenter", .env = COMPAT32),
         ROW("sysret_keeps", sysret_64bit, "target", "SYSRET to 64-bit mode, TF=1 before and in R11: #DB at the target", SYSRET, .arg = {KEEPS}),
         ROW("sysret_compat_keeps", sysret_32bit, "target", "SYSRET to compatibility mode, TF=1 before and in R11: #DB at the target", SYSRET,
             .arg = {KEEPS}, .env = COMPAT32),
         ROW("sysret_compat_sets", sysret_32bit, "target", "SYSRET to compatibility mode sets TF: #DB at the target", SYSRET, .arg = {SETS},
             .env = COMPAT32),
         {VARIANT, .name = "sysret_clears", .about = "SYSRET to 64-bit mode clears TF: no trap, UD2 at the target", .spec = SYSRET, .vector = VEC_UD,
          .error = NO_ERROR, .saved_rip = "target", .run = sysret_64bit, .arg = {CLEARS}},
         {VARIANT, .name = "sysret_compat_clears", .about = "SYSRET to compatibility mode clears TF: no trap, UD2 at the target", .spec = SYSRET,
          .vector = VEC_UD, .error = NO_ERROR, .saved_rip = "target", .run = sysret_32bit, .arg = {CLEARS}, .env = COMPAT32},
         ROW("syscall_kernel", syscall_kernel, "target", "SYSCALL at CPL 0 with TF=1 and IA32_FMASK=0: #DB at the entry",
             "SDM 2B \"SYSCALL-Fast System Call\"", .arg = {0}));
