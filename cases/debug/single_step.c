/*
 * Where TF is 1 while an instruction executes, a debug exception comes behind it: a trap, so all that the instruction
 * did is done and RIP is wherever it leads. DR6.BS says why. The frame keeps TF, the handler runs with TF=0.
 */
#include <case.h>

/* Starts with TF=1: the IRETQ that sets it doesn't trap, the program's first instruction does. */
static void step(void)
{
    start.rflags |= RFLAGS_TF;
}

static void plain(void)
{
    step();
    FAULT("nop");
}

static void once(void)
{
    step();
    on_exception(VEC_DB, stop_stepping);
    PROGRAM(MARK(fault) "nop\n" MARK(after) "nop\nnop\n");
}

static void user(void)
{
    in_user_mode();
    plain();
}

static void compat_user(void)
{
    in_compat_user();
    step();
    FAULT32("nop");
}

static void compat_kernel(void)
{
    in_compat_kernel();
    step();
    FAULT32("nop");
}

static void load(void)
{
    step();
    start.rbx = map_page("page", PAGE_PRESENT);
    FAULT("mov eax, [rbx]");
}

static void store(void)
{
    step();
    start.rbx = map_page("page", PAGE_PRESENT | PAGE_WRITE);
    record_memory("page", frame_of(start.rbx), 8);
    FAULT("mov [rbx], rax");
}

static void prefixed(void)
{
    step();
    FAULT(".byte 0x66, 0x2e, 0x90");
}

static void jmp(void)
{
    step();
    PROGRAM(MARK(fault) "jmp 1f\n" MARK(after) "ud2\n" MARK(target) "1: nop\n");
}

static void jmp_indirect(void)
{
    struct program program = ASSEMBLE(MARK(fault) "jmp rbx\n" MARK(after) "ud2\n" MARK(target) "nop\n");

    step();
    start.rbx = label_of(program, "target");
    run_program(program);
}

static void jz_not_taken(void)
{
    step();
    start.rflags &= ~(uint64_t)RFLAGS_ZF;
    PROGRAM(MARK(fault) "jz 1f\n" MARK(after) "nop\n" MARK(target) "1: nop\n");
}

static void jz_taken(void)
{
    step();
    PROGRAM(MARK(fault) "jz 1f\n" MARK(after) "nop\n" MARK(target) "1: nop\n");
}

static void loop(void)
{
    step();
    start.rcx = 2;
    PROGRAM(MARK(fault) "loop 1f\n" MARK(after) "nop\n" MARK(target) "1: nop\n");
}

static void note_return_address(void)
{
    note("return_address_is_after", *(uint64_t *)(start.rsp - 8) == recorded_label("after"));
}

static void call(void)
{
    step();
    at_end(note_return_address);
    PROGRAM(MARK(fault) "call 1f\n" MARK(after) "ud2\n" MARK(target) "1: nop\n");
}

static void ret(void)
{
    struct program program = ASSEMBLE(MARK(fault) "ret\n" MARK(after) "ud2\n" MARK(target) "nop\n");

    step();
    start.rsp -= 8;
    *(uint64_t *)start.rsp = label_of(program, "target");
    run_program(program);
}

static void far_ret(void)
{
    struct program program = ASSEMBLE(MARK(fault) "retfq\n" MARK(after) "ud2\n" MARK(target) "nop\n");

    step();
    start.rsp -= 16;
    ((uint64_t *)start.rsp)[0] = label_of(program, "target");
    ((uint64_t *)start.rsp)[1] = SEL_KERNEL_CODE64;
    run_program(program);
}

static void pushf(void)
{
    step();
    record_memory("pushed", (void *)(start.rsp - 8), 8);
    FAULT("pushfq");
}

static void pushf_rf(void)
{
    start.rflags |= RFLAGS_RF;
    pushf();
}

static void popf_clears(void)
{
    start.rsp -= 8;
    *(uint64_t *)start.rsp = start.rflags;
    step();
    FAULT("popfq");
}

static void popf_keeps(void)
{
    step();
    start.rsp -= 8;
    *(uint64_t *)start.rsp = start.rflags;
    FAULT("popfq");
}

/* IRETQ to the label target, with this image of RFLAGS. */
static void iret(uint64_t rflags)
{
    struct program program = ASSEMBLE(MARK(fault) "iretq\n" MARK(after) "ud2\n" MARK(target) "nop\n");
    uint64_t *frame = (uint64_t *)(start.rsp -= 48); /* the exception's frame shall not overwrite this one */

    frame[0] = label_of(program, "target");
    frame[1] = start.cs;
    frame[2] = rflags;
    frame[3] = stack_top(STACK_KERNEL) - 128;
    frame[4] = start.ss;
    run_program(program);
}

static void iret_clears(void)
{
    uint64_t without = start.rflags;

    step();
    iret(without);
}

static void iret_keeps(void)
{
    step();
    iret(start.rflags);
}

static void sti(void)
{
    step();
    start.rflags &= ~(uint64_t)RFLAGS_IF;
    PROGRAM(MARK(fault) "sti\n" MARK(after) "nop\n");
}

static void cpuid_0(void)
{
    step();
    start.rax = 0;
    FAULT("cpuid");
}

static void note_kernel_gs_base(void)
{
    note("kernel_gs_base", read_msr(MSR_KERNEL_GS_BASE));
}

static void wrmsr(void)
{
    step();
    start.rcx = MSR_KERNEL_GS_BASE;
    start.rax = 0x12345678;
    start.rdx = 0x1234;
    at_end(note_kernel_gs_base);
    FAULT("wrmsr");
}

static void mov_cr3(void)
{
    step();
    start.rax = read_cr3();
    FAULT("mov cr3, rax");
}

static void mov_from_dr6(void)
{
    step();
    FAULT("mov rax, dr6");
}

static void mov_to_dr0(void)
{
    step();
    FAULT("mov dr0, rax");
}

static void invlpg(void)
{
    step();
    start.rbx = map_page("page", PAGE_PRESENT);
    FAULT("invlpg [rbx]");
}

static void swapgs(void)
{
    write_msr(MSR_KERNEL_GS_BASE, 0x123456780000);
    step();
    FAULT("swapgs");
}

static void out(void)
{
    step();
    FAULT("out 0x80, al");
}

static void mov_ds(void)
{
    step();
    start.rax = SEL_USER_DATA;
    FAULT("mov ds, eax");
}

#define STEP_AT(n, what, place, ids, ...)                                                                                                         \
    {                                                                                                                                             \
        VARIANT, .name = #n, .about = what, .spec = "SDM 3B \"Single-Step Exception Condition\"", .id = ids, .vector = VEC_DB, .error = NO_ERROR, \
                 .saved_rip = place, .run = n, __VA_ARGS__                                                                                        \
    }
#define STEP(n, what, ids) STEP_AT(n, what, AFTER, ids)
#define STEP_TO_TARGET(n, what, ids) STEP_AT(n, what, "target", ids)

VARIANTS(STEP(plain, "NOP with TF=1 at CPL 0", ""),
         STEP_AT(once, "NOP with TF=1 at CPL 0; the handler clears TF in the frame", AFTER, "db-tf-nop", .resumes = 1),
         STEP(user, "NOP with TF=1 at CPL 3", ""), STEP_AT(compat_user, "NOP with TF=1 in compatibility mode at CPL 3", AFTER, "", .env = COMPAT32),
         STEP_AT(compat_kernel, "NOP with TF=1 in compatibility mode at CPL 0", AFTER, "", .env = COMPAT32),
         STEP(load, "a load with TF=1: the register is loaded", ""), STEP(store, "a store with TF=1: memory is written", ""),
         STEP(prefixed, "NOP with two prefixes and TF=1", ""), STEP_TO_TARGET(jmp, "JMP rel8 with TF=1", "db-tf-jmp"),
         STEP_TO_TARGET(jmp_indirect, "JMP RBX with TF=1", ""), STEP(jz_not_taken, "JZ with ZF=0 and TF=1", "db-tf-jcc-not-taken"),
         STEP_TO_TARGET(jz_taken, "JZ with ZF=1 and TF=1", ""), STEP_TO_TARGET(loop, "LOOP with RCX=2 and TF=1", ""),
         STEP_TO_TARGET(call, "CALL rel32 with TF=1: the return address is pushed", "db-tf-call"), STEP_TO_TARGET(ret, "RET with TF=1", "db-tf-ret"),
         STEP_TO_TARGET(far_ret, "far RET to the same CPL with TF=1", ""), STEP(pushf, "PUSHFQ with TF=1: the image has TF=1", "db-tf-pushf"),
         STEP(pushf_rf, "PUSHFQ with TF=1 and RF=1: the image has RF=0", ""),
         STEP(popf_clears, "POPFQ that clears TF: TF was 1 while it executed", "db-tf-cleared-by-popf"),
         STEP(popf_keeps, "POPFQ with TF=1 before and in the image", ""),
         STEP_TO_TARGET(iret_clears, "IRETQ that clears TF: TF was 1 while it executed", ""),
         STEP_TO_TARGET(iret_keeps, "IRETQ with TF=1 before and in the image", ""),
         STEP(sti, "STI with TF=1 and IF=0: its shadow holds back no debug exception", "db-tf-sti"), STEP(cpuid_0, "CPUID with TF=1", "db-tf-cpuid"),
         STEP(wrmsr, "WRMSR with TF=1", "db-tf-wrmsr"), STEP(mov_cr3, "MOV to CR3 with TF=1", "db-tf-movcr3"),
         STEP(mov_from_dr6, "MOV from DR6 with TF=1: it reads DR6 as it was before", ""), STEP(mov_to_dr0, "MOV to DR0 with TF=1", ""),
         STEP(invlpg, "INVLPG with TF=1", ""), STEP(swapgs, "SWAPGS with TF=1", ""), STEP(out, "OUT with TF=1", ""),
         STEP(mov_ds, "MOV to DS with TF=1: only SS has a shadow", ""));
