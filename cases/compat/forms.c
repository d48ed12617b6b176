/*
 * Rules that 64-bit mode and 32-bit mode have, in the forms of 32-bit code of IA-32e mode that no other file has: alignment of the stack, returns to
 * CPL 3, virtual interrupts, far CALL's own stack, SYSCALL and SYSEXIT, the shadow stack, a handler's segment that isn't of 64-bit code.
 */
#include <case.h>

#define NOT64 SEL_KERNEL_CODE32

static void gate_code32(void)
{
    in_compat_kernel();
    set_gate(0x40, .selector = NOT64);
    FAULT32("int 0x40");
}

static void gate_code32_user(void)
{
    in_compat_user();
    set_gate(0x40, .selector = NOT64, .dpl = 3);
    FAULT32("int 0x40");
}

static void misaligned_stack(void)
{
    in_compat_user();
    write_cr0(read_cr0() | CR0_AM);
    start.rflags |= RFLAGS_AC;
    start.rsp -= ARG0;
}

#define MISALIGNED(name, text) \
    static void name(void)     \
    {                          \
        misaligned_stack();    \
        FAULT32(text);         \
    }
MISALIGNED(push, "push eax")
MISALIGNED(push16, "push ax")
MISALIGNED(pop, "pop eax")
MISALIGNED(pop16, "pop ax")
MISALIGNED(pushad, "pushad")
MISALIGNED(call, "call 1f\n1: nop")
MISALIGNED(ret, "ret")
MISALIGNED(retf, "retf")
MISALIGNED(iretd, "iretd")

/* ARG0: of the stack; ARG1: DPL of 64-bit code behind a call gate, or 0: 32-bit code by its selector. */
static void far_call(struct program p)
{
    uint8_t *pointer = frame_of(start.rbx = map_page("pointer", PAGE_PRESENT | PAGE_WRITE | PAGE_USER));

    *(uint32_t *)pointer = (uint32_t)label_of(p, "target");
    *(uint16_t *)(pointer + 4) =
        ARG1 ? add_call_gate("gate", (struct call_gate){.offset = label_of(p, "target"), .selector = SEL_USER_CODE64, .dpl = 3}) | 3
             : SEL_USER_CODE32;
    run_program(p);
}

#define FAR_CALL ASSEMBLE32(MARK(fault) "call fword ptr [ebx]\n" MARK(after) "nop\n" MARK(target) "int3\n")

static void far_call_misaligned(void)
{
    set_gate(VEC_BP, .dpl = 3);
    misaligned_stack();
    far_call(FAR_CALL);
}

/* ARG0: JMP. */
static void l_and_d(void)
{
    struct program call = FAR_CALL;
    struct program jump = ASSEMBLE32(MARK(fault) "jmp fword ptr [ebx]\n" MARK(after) "nop\n" MARK(target) "int3\n");
    uint8_t *pointer = frame_of(start.rbx = map_page("pointer", PAGE_PRESENT | PAGE_WRITE));

    in_compat_kernel();
    *(uint16_t *)(pointer + 4) =
        add_descriptor("both", encode_descriptor((struct descriptor){.type = CODE_READABLE, .l = true, .d = true, .limit = 0xfffff, .g = true}));
    run_program(ARG0 ? jump : call);
}

/* The second word has no room: ESP would wrap to what is beyond the limit. */
static void far_call_no_room(void)
{
    struct descriptor d = {.type = DATA_WRITABLE, .d = true, .limit = 0xfff, .dpl = 3};

    in_compat_user();
    set_gate(VEC_BP, .dpl = 3);
    d.base = (uint32_t)map_pages("stack", 3, PAGE_PRESENT | PAGE_WRITE | PAGE_USER) + PAGE_SIZE;
    start.ss = add_descriptor("limited", encode_descriptor(d)) | 3;
    start.rsp = ARG0;
    far_call(FAR_CALL);
}

static void iretd_ss(void)
{
    struct program p = ASSEMBLE32(MARK(fault) "iretd\n" MARK(after) "nop\n");
    uint32_t *words = (uint32_t *)(start.rsp -= 20);

    in_compat_kernel();
    user_may_run_program();
    *words++ = (uint32_t)label_of(p, "after");
    *words++ = SEL_USER_CODE32;
    *words++ = (uint32_t)start.rflags;
    *words++ = (uint32_t)stack_top(STACK_USER);
    *words++ = add_descriptor("stack", encode_descriptor((struct descriptor){
                                           .type = DATA_WRITABLE, .d = true, .dpl = 3, .limit = 0xfffff, .g = true, .not_present = true})) |
               3u;
    run_program(p);
}

/* ARG0: flags that the start has besides. */
static void virtual_interrupts(void)
{
    in_compat_user();
    write_cr4(read_cr4() | CR4_PVI);
    start.rflags |= ARG0;
}

static void pending(void)
{
    virtual_interrupts();
    FAULT32("nop");
}

static void sti_pending(void)
{
    virtual_interrupts();
    start.rflags &= ~RFLAGS_IF;
    FAULT32("sti");
}

static void syscall(void)
{
    in_compat_user();
    write_msr(MSR_EFER, read_msr(MSR_EFER) & ~(uint64_t)EFER_SCE);
    FAULT32("syscall");
}

static void sysenter(void)
{
    in_compat_user();
    write_msr(MSR_SYSENTER_CS, ARG0);
    FAULT32("sysenter");
}

static void sysexit(void)
{
    if (ARG1)
        in_compat_user();
    else
        in_compat_kernel();
    write_msr(MSR_SYSENTER_CS, ARG0);
    FAULT32(".byte 0x0f, 0x35");
}

/* ARG0: what the shadow stack has more. */
static void shadow(void)
{
    struct program program = ASSEMBLE32(MARK(fault) "ret\n" MARK(after));
    uintptr_t page = map_page("shadow_stack", PAGE_PRESENT | PAGE_USER | PAGE_D);

    *(uint32_t *)((uint8_t *)frame_of(page) + 0x800) = (uint32_t)(label_of(program, "after") + ARG0);
    in_compat_user();
    write_cr4(read_cr4() | CR4_CET);
    write_msr(MSR_U_CET, CET_SH_STK_EN);
    write_msr(MSR_PL3_SSP, page + 0x800);
    start.rsp -= 4;
    *(uint32_t *)start.rsp = (uint32_t)label_of(program, "after");
    run_program(program);
}

#define ROW(name_, run_, arg0, arg1, vector_, error_, spec_, about_, ...)                                                                   \
    {                                                                                                                                       \
        VARIANT, .env = COMPAT32, .name = name_, .about = about_, .spec = spec_, .vector = vector_, .error = error_, .saved_rip = AT_FAULT, \
                 .run = run_, .arg = {arg0, arg1}, __VA_ARGS__                                                                              \
    }
#define PASSES(name_, run_, arg0, arg1, spec_, about_, ...)                                                                                \
    {                                                                                                                                      \
        VARIANT, .env = COMPAT32, .name = name_, .about = about_, .spec = spec_, .vector = NO_EXCEPTION, .run = run_, .arg = {arg0, arg1}, \
                 __VA_ARGS__                                                                                                               \
    }
#define ALIGNMENT "SDM 3A \"Interrupt 17-Alignment Check Exception (#AC)\""
#define AC(run, offset, about) ROW("ac_" #run, run, offset, 0, VEC_AC, 0, ALIGNMENT, about " at CPL 3 with a misaligned stack, AC=1", )
#define VIRTUAL "SDM 3B \"Protected-Mode Virtual Interrupts\""
#define BOTH (RFLAGS_VIF | RFLAGS_VIP)
#define SHADOW "SDM 3A \"Interrupt 21-Control Protection Exception (#CP)\"; SDM 2B \"RET-Return From Procedure\""

VARIANTS(ROW("gate_code32", gate_code32, 0, 0, VEC_GP, NOT64, "SDM 3A \"64-Bit Mode IDT\"", "INT 0x40, the handler's segment is 32-bit code", ),
         ROW("gate_code32_user", gate_code32_user, 0, 0, VEC_GP, NOT64, "SDM 3A \"64-Bit Mode IDT\"",
             "INT 0x40 at CPL 3, the handler's segment is 32-bit code", ),
         AC(push, 3, "PUSH"), AC(push16, 1, "PUSH of a 16-bit word"), AC(pop, 9, "POP"), AC(pop16, 7, "POP of a 16-bit word"),
         AC(pushad, 2, "PUSHAD"), AC(call, 2, "near CALL"), AC(ret, 10, "near RET"), AC(retf, 10, "far RET"), AC(iretd, 14, "IRETD"),
         ROW("ac_far_call", far_call_misaligned, 2, 0, VEC_AC, 0, ALIGNMENT, "far CALL at CPL 3 with a misaligned stack, AC=1", ),
         ROW("ac_gate_call", far_call_misaligned, 4, 1, VEC_AC, 0, ALIGNMENT,
             "CALL through a call gate to 64-bit code of CPL 3 with a stack that is misaligned for its words, AC=1", ),
         ROW("far_call_no_room", far_call_no_room, 4, 0, VEC_SS, 0, "SDM 2A \"CALL-Call Procedure\"",
             "far CALL, the stack has room for one word of two", ),
         ROW("iretd_ss_not_present", iretd_ss, 0, 0, VEC_SS, SEL_FREE, "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"",
             "IRETD to CPL 3, SS not present", ),
         ROW("pvi_pending", pending, BOTH, 0, VEC_GP, 0, VIRTUAL, "NOP at CPL 3 with VIF=VIP=1, CR4.PVI=1", .needs = "vme"),
         ROW("pvi_sti_pending", sti_pending, RFLAGS_VIP, 0, VEC_GP, 0, VIRTUAL, "STI at CPL 3 with VIF=0, VIP=1, CR4.PVI=1", .needs = "vme"),
         PASSES("pvi_pending_iopl_3", pending, BOTH | RFLAGS_IOPL(3), 0, VIRTUAL, "NOP at CPL 3 with IOPL=3, VIF=VIP=1, CR4.PVI=1", .needs = "vme"),
         ROW("syscall_disabled", syscall, 0, 0, VEC_UD, NO_ERROR, "SDM 2B \"SYSCALL-Fast System Call\"", "SYSCALL at CPL 3 with EFER.SCE=0", ),
         ROW("sysenter_null", sysenter, 0, 0, VEC_GP, 0, "SDM 2B \"SYSENTER-Fast System Call\"", "SYSENTER at CPL 3 with IA32_SYSENTER_CS=0",
             .needs = "sysenter"),
         ROW("sysenter_null_rpl", sysenter, 3, 0, VEC_GP, 0, "SDM 2B \"SYSENTER-Fast System Call\"",
             "SYSENTER at CPL 3 with IA32_SYSENTER_CS=3, a NULL selector too", .needs = "sysenter"),
         ROW("sysexit_null", sysexit, 0, 0, VEC_GP, 0, "SDM 2B \"SYSEXIT-Fast Return from Fast System Call\"",
             "SYSEXIT at CPL 0 with IA32_SYSENTER_CS=0", .needs = "sysenter"),
         ROW("sysexit_user", sysexit, SEL_KERNEL_CODE64, 1, VEC_GP, 0, "SDM 2B \"SYSEXIT-Fast Return from Fast System Call\"", "SYSEXIT at CPL 3",
             .needs = "sysenter"),
         ROW("shadow_mismatch", shadow, 4, 0, VEC_CP, 1, SHADOW, "RET at CPL 3, another address on the shadow stack", .needs = "cet_ss"),
         PASSES("shadow_match", shadow, 0, 0, SHADOW, "RET at CPL 3, the same address on the shadow stack", .needs = "cet_ss"),
         ROW("far_call_l_and_d", l_and_d, 0, 0, VEC_GP, SEL_FREE, "SDM 2A \"CALL-Call Procedure\"", "far CALL to code with L=1 and D=1", ),
         ROW("far_jmp_l_and_d", l_and_d, 1, 0, VEC_GP, SEL_FREE, "SDM 2A \"JMP-Jump\"", "far JMP to code with L=1 and D=1", ));
