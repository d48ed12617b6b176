/*
 * Behind a far JMP or CALL, through a gate too, and behind SYSCALL the processor waits for ENDBR64 where CPL's tracking is on: NOP at the target is
 * #CP(3) there. What comes to CPL 0 turns tracking off and goes on to the harness's handler.
 */
#include <case.h>

#define CET_LEG_IW_EN (1u << 3)
#define CET_SUPPRESS_DIS (1u << 5)
#define CET_SUPPRESS (1u << 10)
#define ENDBR64 ".byte 0xf3, 0x0f, 0x1e, 0xfa\n"
#define TARGET "\n" MARK(after) "nop\n" MARK(target) "nop\n"

/* At CPL 3, by the selector. */
static void user_by(struct program p, uint16_t selector)
{
    uint8_t *pointer;

    in_user_mode();
    write_cr4(read_cr4() | CR4_CET);
    write_msr(MSR_U_CET, CET_ENDBR_EN | ARG0);
    start.rbx = map_page("pointer", PAGE_PRESENT | PAGE_USER);
    pointer = frame_of(start.rbx);
    *(uint32_t *)pointer = (uint32_t)label_of(p, "target");
    *(uint16_t *)(pointer + 4) = selector;
    run_program(p);
}

static void user(struct program p)
{
    user_by(p, SEL_USER_CODE64);
}

static void jmp(void)
{
    user(ASSEMBLE(MARK(fault) "jmp fword ptr [rbx]" TARGET));
}

/* SUPPRESS is 0 behind it. */
static void jmp_suppressed(void)
{
    struct program p = ASSEMBLE(MARK(fault) "jmp fword ptr [rbx]\n" MARK(after) "nop\n" MARK(target) ENDBR64 "jmp rbp\n" MARK(next) "nop\n");

    start.rbp = label_of(p, "next");
    user(p);
}

/* The same with nothing else that ends SUPPRESS: NOP is old code, by a bitmap, with SUPPRESS_DIS=1. R8 has IA32_S_CET. */
static void jmp_legacy(void)
{
    struct program p =
        ASSEMBLE("wrmsr\n" MARK(fault) "jmp fword ptr [rbx]\n" MARK(after) "nop\n" MARK(target) "nop\nrdmsr\nmov r8d, eax\nmov eax, 0\nwrmsr\n");
    uintptr_t target = label_of(p, "target"), bitmap = map_page("bitmap", PAGE_PRESENT);
    uint8_t *pointer;

    *((uint8_t *)frame_of(bitmap) + (target >> 15)) = (uint8_t)(1u << (target >> 12 & 7));
    write_cr4(read_cr4() | CR4_CET);
    start.rbx = map_page("pointer", PAGE_PRESENT);
    pointer = frame_of(start.rbx);
    *(uint32_t *)pointer = (uint32_t)target;
    *(uint16_t *)(pointer + 4) = SEL_KERNEL_CODE64;
    start.rcx = MSR_S_CET;
    start.rax = (uint32_t)bitmap | CET_ENDBR_EN | CET_LEG_IW_EN | CET_SUPPRESS_DIS | CET_SUPPRESS;
    start.rdx = bitmap >> 32;
    run_program(p);
}

static void call(void)
{
    user(ASSEMBLE(MARK(fault) "call fword ptr [rbx]" TARGET));
}

/* Through a call gate to the same level. */
static void by_gate(struct program p)
{
    user_by(p, add_call_gate("gate", (struct call_gate){.offset = label_of(p, "target"), .selector = SEL_USER_CODE64, .dpl = 3}) | 3u);
}

static void jmp_gate(void)
{
    by_gate(ASSEMBLE(MARK(fault) "jmp fword ptr [rbx]" TARGET));
}

static void call_gate_same(void)
{
    by_gate(ASSEMBLE(MARK(fault) "call fword ptr [rbx]" TARGET));
}

/* IA32_S_CET is written by the program, which then goes to CPL 3. */
static void kernel(struct program p)
{
    struct gate *gate = gate_of(VEC_CP);

    start.r9 = gate->offset_15_0 | (uintptr_t)gate->offset_31_16 << 16 | (uintptr_t)gate->offset_63_32 << 32;
    *gate = make_gate(label_of(p, "protection"), SEL_KERNEL_CODE64, 0, GATE_INTERRUPT, 0, true);
    write_cr4(read_cr4() | CR4_CET);
    write_msr(MSR_LSTAR, label_of(p, "target"));
    start.rcx = MSR_S_CET;
    start.rax = CET_ENDBR_EN;
    start.rdx = 0;
    user_may_run_program();
    push_image((struct interrupt_frame){label_of(p, "inside"), SEL_USER_CODE64, start.rflags, stack_top(STACK_USER), SEL_USER_DATA});
    run_program(p);
}

#define PROTECTION MARK(protection) ENDBR64 "mov ecx, 0x6a2\nmov eax, 0\nmov edx, 0\nwrmsr\njmp r9\n"

static void syscall(void)
{
    kernel(ASSEMBLE("wrmsr\niretq\n" MARK(inside) MARK(fault) "syscall" TARGET PROTECTION));
}

static void call_gate(void)
{
    struct program p = ASSEMBLE("wrmsr\niretq\n" MARK(inside) MARK(fault) "call fword ptr [rbx]" TARGET PROTECTION);
    uint8_t *pointer;

    start.rbx = map_page("pointer", PAGE_PRESENT | PAGE_USER);
    pointer = frame_of(start.rbx);
    *(uint16_t *)(pointer + 4) =
        (uint16_t)(add_call_gate("gate", (struct call_gate){.offset = label_of(p, "target"), .selector = SEL_KERNEL_CODE64, .dpl = 3}) | 3);
    kernel(p);
}

#define ROW(name_, about_)                                                                                                                      \
    {                                                                                                                                           \
        VARIANT, .name = #name_, .about = about_ " to a NOP, ENDBR_EN=1 there", .run = name_, .needs = "cet_ibt", .vector = VEC_CP, .error = 3, \
                 .saved_rip = "target", .spec = "SDM 2A \"CALL-Call Procedure\", \"JMP-Jump\"; SDM 1 \"Indirect Branch Tracking\""              \
    }
VARIANTS(ROW(jmp, "far JMP at CPL 3"), ROW(call, "far CALL at CPL 3"), ROW(call_gate, "far CALL through a gate from CPL 3 to 0"),
         ROW(jmp_gate, "far JMP through a gate at CPL 3"), ROW(call_gate_same, "far CALL through a gate at CPL 3"), ROW(syscall, "SYSCALL at CPL 3"),
         {VARIANT, .name = "jmp_suppressed", .about = "far JMP at CPL 3 with SUPPRESS=1 to ENDBR64, then JMP RBP to a NOP, ENDBR_EN=1 there",
          .run = jmp_suppressed, .needs = "cet_ibt", .vector = VEC_CP, .error = 3, .saved_rip = "next", .arg = {CET_SUPPRESS},
          .spec = "SDM 2A \"JMP-Jump\"; SDM 1 \"Indirect Branch Tracking\""},
         {VARIANT, .name = "jmp_legacy", .about = "far JMP at CPL 0 with SUPPRESS=1 to a NOP in old code, SUPPRESS_DIS=1, ENDBR_EN=1",
          .run = jmp_legacy, .needs = "cet_ibt", .vector = NO_EXCEPTION, .spec = "SDM 2A \"JMP-Jump\"; SDM 1 \"Indirect Branch Tracking\""});
