/*
 * What an instruction may do depends on registers that a task switch loads or sets, and the new task's first instructions heed them: CR0.TS for those
 * of MMX, SSE and AVX, as for the x87's (in_new_task.c); D of CS for how they are decoded; the base of SS for where they push.
 */
#include <case32.h>

#include "by_way.h"

static void mmx(void)
{
    struct task *task = begin();

    set_task_program(task, ASSEMBLE(MARK(first) "movd mm0, eax\n"));
    go(task);
}

static void sse(void)
{
    struct task *task = begin();

    write_cr4(read_cr4() | CR4_OSFXSR);
    set_task_program(task, ASSEMBLE(MARK(first) "movaps xmm0, xmm1\n"));
    go(task);
}

/* XCR0 is set by the old task. */
static void avx(void)
{
    struct task *task = add_task("other");

    write_cr4(read_cr4() | CR4_OSFXSR | CR4_OSXSAVE);
    set_task_program(task, ASSEMBLE(MARK(first) ".byte 0xc5, 0xf8, 0x28, 0xc1\n")); /* VMOVAPS XMM0, XMM1 */
    start.eax = 7;
    start.ecx = start.edx = 0;
    PROGRAM("xsetbv\n" MARK(fault) ".byte 0xea\n.long 0\n.word 0xa0\n" MARK(after));
}
_Static_assert(SEL_FREE == 0xa0, "the task's selector");

static uint16_t code16(void)
{
    return add_descriptor("code16", encode_descriptor((struct descriptor){.base = 16 * REAL_CODE, .limit = 0xffff, .type = CODE_READABLE}));
}

/* MOV AX and two INC as 16-bit code; as 32-bit code MOV EAX would take all of it. */
static void decoded16(void)
{
    struct task *task = begin();
    struct program p = ASSEMBLE16(MARK(first) "mov ax, 0x4241\n inc bx\n inc bx\n" MARK(then) "int3\n" MARK(last));

    set_task_program(task, p);
    task->tss.eip = (uint32_t)label_of(p, "first") - 16 * REAL_CODE;
    task->tss.cs = code16();
    go(task);
}

/* The other way round. */
static void decoded32(void)
{
    struct task *task = add_task("other");
    struct program p = ASSEMBLE16(MARK(fault) ".byte 0xea\n.word 0, 0xa0\n" MARK(after));

    set_task_program(task, ASSEMBLE(MARK(first) "mov eax, 0x43434241\n" MARK(then) "int3\n" MARK(last)));
    start.cs = code16();
    start.eip = (uint32_t)label_of(p, "fault") - 16 * REAL_CODE;
    run_program(p);
}

/* ESP is that of the old task, and the stack another one by the base of SS. */
static void based_stack(void)
{
    struct task *task = begin();
    struct descriptor d = {.type = DATA_WRITABLE, .limit = 0xfffff, .g = true, .d = true};

    set_task_program(task, ASSEMBLE(MARK(first) "push 0x12345678\n"
                                                "mov eax, [ebx]\n" MARK(then) "int3\n" MARK(last)));
    store_through_ds();
    d.base = (uint32_t)(stack_top(STACK_TASK1) - start.esp);
    task->tss.ss = add_descriptor("stack", encode_descriptor(d));
    task->tss.esp = start.esp;
    task->tss.ebx = (uint32_t)stack_top(STACK_TASK1) - 4; /* by DS */
    go(task);
}

#define ROW(name_, run_, way, vector_, rip_, needs_, about_)                                                                                   \
    {                                                                                                                                          \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A \"Task Switching\"", .vector = vector_, .error = NO_ERROR, .saved_rip = rip_, \
                 .needs = needs_, .run = run_, .arg = {                                                                                        \
                     way                                                                                                                       \
                 }                                                                                                                             \
    }
#define WAY(name, way, about)                                                                                      \
    ROW(name "_mmx", mmx, way, VEC_NM, "first", "mmx", about " to a task whose first instruction is MOVD of MM0"), \
        ROW(name "_sse", sse, way, VEC_NM, "first", "sse", about " to a task whose first instruction is MOVAPS"),  \
        ROW(name "_code16", decoded16, way, VEC_BP, "last", "", about " to a task of 16-bit code"),                \
        ROW(name "_stack_base", based_stack, way, VEC_BP, "last", "", about " to a task with the same ESP and another base of SS")
VARIANTS(WAY("jmp", BY_JMP, "far JMP"), WAY("call", BY_CALL, "far CALL"), WAY("int", BY_INT, "INT n"), WAY("iret", BY_IRET, "IRET with NT=1"),
         WAY("ud", BY_UD, "#UD"), ROW("jmp_avx", avx, BY_JMP, VEC_NM, "first", "avx", "far JMP to a task whose first instruction is VMOVAPS"),
         ROW("jmp_from_code16", decoded32, BY_JMP, VEC_BP, "last", "", "far JMP of 16-bit code to a task of 32-bit code"));
