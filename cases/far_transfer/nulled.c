/*
 * A NULL selector is refused as such, #GP(0), whatever its RPL: entry 0 of the GDT isn't read, and may hold anything. Here it is what would do. INT3
 * at the target shows where a processor goes that reads it.
 */
#include <case.h>

#define TARGET "\n" MARK(after) "nop\n" MARK(target) "int3\n" MARK(reached)

/* ARG0: the selector of the segment that would do, ARG1: the NULL selector. */
static void fill(void)
{
    gdt[0] = gdt[ARG0 / 8];
    set_gate(VEC_BP, .dpl = 3);
}

static uint8_t *far_pointer(void)
{
    fill();
    start.rbx = map_page("pointer", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    return frame_of(start.rbx);
}

static void by_pointer(struct program p)
{
    uint8_t *pointer = far_pointer();

    *(uint32_t *)pointer = (uint32_t)label_of(p, "target");
    *(uint16_t *)(pointer + 4) = (uint16_t)ARG1;
    run_program(p);
}

static void through_gate(struct program p)
{
    uint8_t *pointer = far_pointer();

    *(uint16_t *)(pointer + 4) = add_call_gate("gate", (struct call_gate){.offset = label_of(p, "target"), .selector = (uint16_t)ARG1});
    run_program(p);
}

static void jmp(void)
{
    by_pointer(ASSEMBLE(MARK(fault) "jmp fword ptr [rbx]" TARGET));
}

static void call(void)
{
    by_pointer(ASSEMBLE(MARK(fault) "call fword ptr [rbx]" TARGET));
}

static void compat_jmp(void)
{
    in_compat_user();
    by_pointer(ASSEMBLE32(MARK(fault) "jmp fword ptr [ebx]" TARGET));
}

static void gate(void)
{
    through_gate(ASSEMBLE(MARK(fault) "call fword ptr [rbx]" TARGET));
}

static void jmp_gate(void)
{
    through_gate(ASSEMBLE(MARK(fault) "jmp fword ptr [rbx]" TARGET));
}

static void int_n(void)
{
    fill();
    set_gate(0x40);
    gate_of(0x40)->selector = (uint16_t)ARG1;
    FAULT("int 0x40");
}

static void ud2(void)
{
    fill();
    gate_of(VEC_UD)->selector = (uint16_t)ARG1;
    FAULT("ud2");
}

enum { CODE, STACK = 0x10000 }; /* besides the NULL selector in ARG1: which of them it is */

static struct interrupt_frame image(struct program p)
{
    uint16_t null = (uint16_t)ARG1;
    struct interrupt_frame i = {label_of(p, "target"), null, start.rflags, stack_top(null ? STACK_USER : STACK_KERNEL),
                                null ? SEL_USER_DATA : SEL_KERNEL_DATA};

    user_may_run_program();
    fill();
    if (ARG1 & STACK) {
        i.cs = SEL_USER_CODE64;
        i.ss = null;
    }
    return i;
}

static void retf(void)
{
    struct program p = ASSEMBLE(MARK(fault) ".byte 0x48, 0xcb" TARGET);
    struct interrupt_frame i = image(p);
    uint64_t *words = (uint64_t *)(start.rsp -= 32);

    words[0] = i.rip;
    words[1] = i.cs;
    words[2] = i.rsp;
    words[3] = i.ss;
    run_program(p);
}

static void iretq(void)
{
    struct program p = ASSEMBLE(MARK(fault) "iretq" TARGET);

    push_image(image(p));
    run_program(p);
}

/* At CPL 3, in 64-bit and in compatibility mode. */
static void mov_ss(void)
{
    fill();
    in_user_mode();
    start.rcx = ARG1;
    FAULT("mov ss, ecx");
}

static void compat_mov_ss(void)
{
    fill();
    in_compat_user();
    start.rcx = ARG1;
    FAULT32("mov ss, ecx");
}

static void compat_lss(void)
{
    uint8_t *pointer = frame_of(start.rbx = map_page_at("pointer", 0x40000000, PAGE_PRESENT | PAGE_USER));

    fill();
    *(uint16_t *)(pointer + 4) = (uint16_t)ARG1;
    in_compat_user();
    FAULT32("lss esp, [ebx]");
}

/* A NULL selector in a data segment register is loaded; compatibility mode then refuses the access, 64-bit mode doesn't look. */
static void compat_read(void)
{
    fill();
    start.rbx = map_page_at("data", 0x40000000, PAGE_PRESENT | PAGE_USER);
    start.rcx = ARG1;
    in_compat_user();
    PROGRAM32("mov fs, ecx\n" MARK(fault) "mov eax, fs:[ebx]\n" MARK(after));
}

#define ROW(name_, run_, filled, null, spec_, about_)                                                                                                \
    {                                                                                                                                                \
        VARIANT, .name = name_, .about = about_ ", entry 0 of the GDT would do", .spec = spec_, .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT, \
                 .run = run_, .arg = {                                                                                                               \
                     filled,                                                                                                                         \
                     null                                                                                                                            \
                 }                                                                                                                                   \
    }
#define COMPAT(name_, run_, filled, null, spec_, about_)                                                                                         \
    {                                                                                                                                            \
        VARIANT, .env = COMPAT32, .name = name_, .about = "compatibility mode at CPL 3: " about_ ", entry 0 of the GDT would do", .spec = spec_, \
                 .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT, .run = run_, .arg = {                                                      \
                     filled,                                                                                                                     \
                     null                                                                                                                        \
                 }                                                                                                                               \
    }
#define JMP "SDM 2A \"JMP-Jump\""
#define CALL "SDM 2A \"CALL-Call Procedure\""
#define RET "SDM 2B \"RET-Return from Procedure\""
#define IRET "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\""
#define INT "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\""
#define MOV "SDM 2B \"MOV-Move\""
#define LSS "SDM 2A \"LDS/LES/LFS/LGS/LSS-Load Far Pointer\""

VARIANTS(ROW("jmp", jmp, SEL_KERNEL_CODE64, 0, JMP, "far JMP to selector 0"),
         ROW("jmp_rpl3", jmp, SEL_KERNEL_CODE64, 3, JMP, "far JMP to selector 3: NULL"),
         ROW("call", call, SEL_KERNEL_CODE64, 0, CALL, "far CALL to selector 0"),
         COMPAT("compat_jmp", compat_jmp, SEL_USER_CODE32, 3, JMP, "far JMP to selector 3: NULL"),
         ROW("call_gate", gate, SEL_KERNEL_CODE64, 0, CALL, "far CALL through a gate to selector 0"),
         ROW("jmp_gate", jmp_gate, SEL_KERNEL_CODE64, 0, JMP, "far JMP through a gate to selector 0"),
         ROW("int_n", int_n, SEL_KERNEL_CODE64, 0, INT, "INT n, the gate's selector is 0"),
         ROW("int_n_rpl3", int_n, SEL_KERNEL_CODE64, 3, INT, "INT n, the gate's selector is 3: NULL"),
         {VARIANT, .name = "ud2", .about = "#UD, the gate's selector is 0, entry 0 of the GDT would do", .spec = INT, .vector = VEC_GP, .error = 1,
          .saved_rip = AT_FAULT, .run = ud2, .arg = {SEL_KERNEL_CODE64, 0}},
         ROW("retf", retf, SEL_KERNEL_CODE64, CODE, RET, "far RET to selector 0"),
         ROW("retf_outer", retf, SEL_USER_CODE64, CODE | 3, RET, "far RET to selector 3: NULL"),
         ROW("retf_stack", retf, SEL_USER_DATA, STACK | 3, RET, "far RET to CPL 3, SS 3: NULL"),
         ROW("iretq", iretq, SEL_KERNEL_CODE64, CODE, IRET, "IRETQ to selector 0"),
         ROW("iretq_outer", iretq, SEL_USER_CODE64, CODE | 3, IRET, "IRETQ to selector 3: NULL"),
         ROW("iretq_stack", iretq, SEL_USER_DATA, STACK | 3, IRET, "IRETQ to CPL 3, SS 3: NULL"),
         ROW("mov_ss", mov_ss, SEL_USER_DATA, 3, MOV, "MOV SS of 3, NULL, at CPL 3"),
         COMPAT("compat_mov_ss", compat_mov_ss, SEL_USER_DATA, 3, MOV, "MOV SS of 3: NULL"),
         COMPAT("compat_lss", compat_lss, SEL_USER_DATA, 3, LSS, "LSS of 3: NULL"),
         COMPAT("compat_read", compat_read, SEL_USER_DATA, 3, MOV, "a read through FS that 3 was loaded into: NULL"));
