/*
 * The old task's registers are saved (SDM 3A "Task Switching", step 8) before the new task's descriptors are loaded (step 13): its LDT lies in the
 * old task's TSS, over registers that hold DS's descriptor. The TSS itself has other bits there until the switch.
 */
#include <case32.h>

/* A descriptor in EAX, ECX, EDX: it begins in the midst of EAX (ARG1), or at ECX. */
struct three {
    uint32_t a, c, d;
};
static struct three spread(struct descriptor descriptor)
{
    uint64_t raw = encode_descriptor(descriptor);
    uint32_t low = (uint32_t)raw, high = (uint32_t)(raw >> 32);

    return ARG1 ? (struct three){low << 16, low >> 16 | high << 16, high >> 16} : (struct three){0, low, high};
}

/* ARG0: the way. The new task reads through DS. */
static void run(void)
{
    struct task *task = add_task_to_switch_to((enum task_switch)ARG0, false);
    struct three before = spread((struct descriptor){.type = 8, .base = 0x10101});
    struct three saved = spread((struct descriptor){.type = DATA_READ_ONLY | 1, .limit = 0xfffff, .g = true, .d = true});

    set_task_program(task, ASSEMBLE(MARK(first) "mov eax, [esi]\nint3\n" MARK(last)));
    task->tss.esi = map_page("page", PAGE_PRESENT);
    ((uint32_t *)frame_of(task->tss.esi))[0] = 0x11223344;
    tss.eax = before.a, tss.ecx = before.c, tss.edx = before.d;
    start.eax = saved.a, start.ecx = saved.c, start.edx = saved.d;
    task->tss.ldt =
        add_descriptor("ldt", encode_descriptor((struct descriptor){.type = SYSTEM_LDT, .base = (uintptr_t)&tss.ecx - (ARG1 ? 2 : 0), .limit = 7}));
    task->tss.ds = SELECTOR_TI;
    switch_task((enum task_switch)ARG0, task->selector);
}

#define ROW(name_, way, before, about_)                                                                                                         \
    {                                                                                                                                           \
        VARIANT, .name = name_, .about = about_ ", DS's descriptor is in the registers saved", .spec = "SDM 3A \"Task Switching\"", .run = run, \
                 .vector = VEC_BP, .error = NO_ERROR, .saved_rip = "last", .arg = {                                                             \
                     way,                                                                                                                       \
                     before                                                                                                                     \
                 }                                                                                                                              \
    }
#define EACH(name, way, about) ROW(name, way, false, about), ROW(name "_across", way, true, about " two bytes on")
VARIANTS(EACH("jmp", BY_JMP, "far JMP to a TSS"), EACH("call", BY_CALL, "far CALL to a TSS"), EACH("int", BY_INT, "INT n through a task gate"),
         EACH("iret", BY_IRET, "IRET with NT=1"), EACH("ud", BY_UD, "#UD through a task gate"));
