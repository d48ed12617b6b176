/*
 * Into virtual-8086 mode: IRETD at CPL 0 whose EFLAGS image has VM=1 pops nine words, and none of them is checked but EIP; at another CPL, and by
 * POPFD, VM stays 0. A task switch loads VM from a 32-bit TSS.
 */
#include <case32.h>

#include "iretd.h"

#define STOP ASSEMBLE16(MARK(entry) "int3\n" MARK(stop))

static void iretd(void)
{
    push_vm86_image();
    FAULT32("iretd");
}

static void plain(void)
{
    set_up_vm86(STOP);
    iretd();
}

static void flags(void)
{
    set_up_vm86(STOP);
    there.eflags = (uint32_t)ARG0;
    iretd();
}

/* Bits that no register has. */
static void upper_halves(void)
{
    set_up_vm86(STOP);
    there.cs |= 0x12340000;
    there.ss |= 0x12340000;
    there.es |= 0x12340000;
    there.ds |= 0x12340000;
    there.fs |= 0x12340000;
    there.gs |= 0x12340000;
    iretd();
}

static void segments(void)
{
    set_up_vm86(STOP);
    there.ds = 0xffff;
    there.es = 0;
    there.fs = SEL_KERNEL_CODE;
    there.gs = 0xb0b1;
    iretd();
}

static void esp(void)
{
    set_up_vm86(STOP);
    there.esp |= 0x12340000;
    iretd();
}

static void eip(void)
{
    set_up_vm86(STOP);
    there.eip |= (uint32_t)ARG0;
    iretd();
}

/*
 * At a CPL above 0: three words, and back to it, where INT3 lies. Who goes to virtual-8086 mode all the same finds nine words, and INT3
 * at the same offset of the segment of that number.
 */
static void outer(void)
{
    uintptr_t code = map_page_at("code", 0x50000000, PAGE_PRESENT | PAGE_USER);

    set_up_vm86(STOP);
    in_ring((unsigned)ARG0);
    start.ds = start.es = start.fs = start.gs = SEL_USER_DATA;
    there.eip = (uint32_t)code + 0x10;
    there.cs = start.cs;
    ((uint8_t *)frame_of(code))[0x10] = *(uint8_t *)(16 * (uintptr_t)start.cs + 0x10) = 0xcc;
    iretd();
}

static void popfd(void)
{
    FAULT32("pushfd\nor dword ptr [esp], 0x20000\npopfd");
}

static struct task *task(void)
{
    struct task *task = add_task("virtual");

    set_up_vm86(STOP);
    task->tss.eip = there.eip;
    task->tss.eflags = EFLAGS_VM | EFLAGS_FIXED;
    task->tss.cs = there.cs;
    task->tss.ss = there.ss;
    task->tss.esp = there.esp;
    task->tss.ds = there.ds;
    task->tss.es = there.es;
    task->tss.fs = there.fs;
    task->tss.gs = there.gs;
    task->tss.ss0 = SEL_KERNEL_DATA;
    task->tss.esp0 = stack_top(STACK_TASK1);
    return task;
}

static void jump(void)
{
    uint32_t *pointer = frame_of(map_page_at("pointer", 0x50000000, PAGE_PRESENT));

    pointer[1] = task()->selector;
    start.ebx = 0x50000000;
    PROGRAM32("jmp fword ptr [ebx]\n" MARK(after));
}

static void nested_task(void)
{
    struct task *other = task();

    set_task_descriptor(other, (struct descriptor){.type = SYSTEM_TSS_BUSY, .limit = sizeof(struct tss32) - 1});
    tss.link = other->selector;
    PROGRAM32("pushfd\nor dword ptr [esp], 0x4000\npopfd\n" MARK(fault) "iretd\n" MARK(after));
}

#define IRET "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\", RETURN-TO-VIRTUAL-8086-MODE; SDM 3B \"Entering Virtual-8086 Mode\""
#define TASK "SDM 3B \"Entering Virtual-8086 Mode\"; SDM 3A \"Task Switching\""
#define ROW(name_, run_, spec_, arg_, about_, ...)                                                      \
    {                                                                                                   \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .run = run_, .arg = {arg_}, __VA_ARGS__ \
    }
#define COMES .vector = VEC_BP, .error = NO_ERROR, .saved_rip = "stop"
#define FAULTS .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT
#define PASSES .vector = NO_EXCEPTION
VARIANTS(ROW("iretd", plain, IRET, 0, "IRETD to virtual-8086 mode", COMES),
         ROW("flags", flags, IRET, EFLAGS_VM | EFLAGS_FIXED | EFLAGS_IOPL(3) | EFLAGS_NT | EFLAGS_DF | EFLAGS_AC | EFLAGS_ID,
             "IRETD with IOPL 3, NT, DF, AC and ID in the image", COMES, .needs = "cpuid"),
         ROW("flags_virtual", flags, IRET, EFLAGS_VM | EFLAGS_FIXED | EFLAGS_IF | EFLAGS_VIF, "IRETD with VIF in the image", COMES, .needs = "vme"),
         ROW("upper_halves", upper_halves, IRET, 0, "IRETD, the upper halves of the selectors' words aren't 0", COMES),
         ROW("segments", segments, IRET, 0, "IRETD with segments that no descriptor has", COMES),
         ROW("esp", esp, IRET, 0, "IRETD with an ESP above 0xffff", COMES),
         ROW("eip", eip, IRET, 0x10000, "IRETD with an EIP of 64 KBytes and more", FAULTS),
         ROW("eip_high", eip, IRET, 0x80000000, "IRETD with an EIP above 2 GBytes", FAULTS),
         ROW("ring_1", outer, IRET, 1, "IRETD at CPL 1 with VM=1 in the image", .vector = VEC_BP, .error = NO_ERROR),
         ROW("ring_3", outer, IRET, 3, "IRETD at CPL 3 with VM=1 in the image", .vector = VEC_BP, .error = NO_ERROR),
         ROW("popfd", popfd, "SDM 2B \"POPF/POPFD/POPFQ-Pop Stack into EFLAGS Register\"", 0, "POPFD at CPL 0 with VM=1 in the image", PASSES),
         ROW("jump", jump, TASK, 0, "JMP to a TSS with VM=1", COMES),
         ROW("nested_task", nested_task, TASK, 0, "IRETD with NT=1 to a TSS with VM=1", COMES));
