/* A contributory exception or a page fault on the way to the handler of #DF: shutdown. (One cause for each exception: pm_double_fault/matrix.) */
#include <case32.h>

#define SPEC "SDM 3A \"Interrupt 8-Double Fault Exception (#DF)\""

static void load_missing(void)
{
    in_ring((unsigned)ARG0);
    set_gate(VEC_PF, .not_present = true);
    start.ebx = map_page("victim", 0);
    FAULT("mov eax, [ebx]");
}

static void empty_idt(void)
{
    lidt((uintptr_t)idt, 0);
    FAULT("int3");
}

static void empty_idt_ud(void)
{
    lidt((uintptr_t)idt, 0);
    FAULT("ud2");
}

static void empty_idt_int(void)
{
    in_user_mode();
    lidt((uintptr_t)idt, 0);
    FAULT("int 0x40");
}

static void gates_not_present(void)
{
    set_gate(VEC_GP, .not_present = true);
    set_gate(VEC_DF, .not_present = true);
    start.ebx = GDT_LIMIT + 1;
    FAULT("mov fs, ebx");
}

static void gate(void)
{
    set_gate(VEC_DF, .not_present = true);
    load_missing();
}

static void type(void)
{
    gate_of(VEC_DF)->type_dpl_p = 0x8c;
    load_missing();
}

static void code_segment(void)
{
    gate_of(VEC_DF)->selector = SEL_KERNEL_DATA;
    load_missing();
}

static void offset(void)
{
    gate_of(VEC_DF)->selector = SEL_CODE_1MIB;
    gate_of(VEC_DF)->offset_31_16 = 0x1000;
    load_missing();
}

static void guard_page(void)
{
    start.esp = stack_base(STACK_KERNEL);
    FAULT("push eax");
}

static void no_room(void)
{
    struct descriptor d = {.base = stack_base(STACK_KERNEL), .limit = 0xfff, .d = true, .type = DATA_WRITABLE};

    start.ss = add_descriptor("stack", encode_descriptor(d));
    start.esp = 8;
    FAULT("int 0x40");
}

static void esp0_missing(void)
{
    in_user_mode();
    tss.esp0 = stack_base(STACK_ESP0);
    FAULT("ud2");
}

static void ss0_null(void)
{
    in_user_mode();
    tss.ss0 = 0;
    FAULT("ud2");
}

static void idt_page(void)
{
    lidt(map_page("idt", 0), sizeof(idt) - 1);
    FAULT("ud2");
}

static void page_map(void)
{
    uintptr_t zeros = map_page("zeros", PAGE_PRESENT | PAGE_WRITE);

    start.ebx = *page_entry(zeros, 1) & (uint32_t)PAGE_ADDRESS;
    PROGRAM("mov cr3, ebx\n" MARK(fault) "nop\n" MARK(after));
}

static void task_not_present(void)
{
    set_task_gate(VEC_DF, add_task("handler"), .not_present = true);
    load_missing();
}

static void task_busy(void)
{
    struct task *task = add_task("handler");

    set_task_gate(VEC_DF, task);
    set_task_descriptor(task, (struct descriptor){.type = SYSTEM_TSS_BUSY, .limit = sizeof(struct tss32) - 1});
    load_missing();
}

static void task_limit(void)
{
    struct task *task = add_task("handler");

    set_task_gate(VEC_DF, task);
    set_task_descriptor(task, (struct descriptor){.type = SYSTEM_TSS_AVAILABLE, .limit = sizeof(struct tss32) - 2});
    load_missing();
}

static void task_descriptor(void)
{
    struct task *task = add_task("handler");

    set_task_gate(VEC_DF, task);
    set_task_descriptor(task, (struct descriptor){.type = SYSTEM_TSS_AVAILABLE, .limit = sizeof(struct tss32) - 1, .not_present = true});
    load_missing();
}

static void task_data(void)
{
    set_task_gate(VEC_DF, add_task("handler"));
    gate_of(VEC_DF)->selector = SEL_KERNEL_DATA;
    load_missing();
}

#define ROW(name_, about_, id_, cpl, run_)                                                                                \
    {                                                                                                                     \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .id = id_, .vector = SHUTDOWN, .run = run_, .arg = { cpl } \
    }
#define DF(name, what, run) ROW(name, "#PF at CPL 0, its gate not present; #DF " what, "", 0, run)

VARIANTS(ROW("empty_idt", "INT3 at CPL 0 with an IDT of limit 0", "triple-pm32-empty-idt", 0, empty_idt),
         ROW("empty_idt_ud", "UD2 at CPL 0 with an IDT of limit 0", "", 0, empty_idt_ud),
         ROW("empty_idt_int", "INT 0x40 at CPL 3 with an IDT of limit 0", "", 0, empty_idt_int),
         ROW("gates_not_present", "#GP at CPL 0, its gate and that of #DF not present", "pm-triple-df-np", 0, gates_not_present),
         DF("gate", "through a gate that isn't present", gate), ROW("gate_user", "#PF at CPL 3, its gate and that of #DF not present", "", 3, gate),
         DF("type", "through a gate of type 0xc", type), DF("code_segment", "through a gate to a data segment", code_segment),
         DF("offset", "through a gate whose offset is behind the segment's limit", offset),
         ROW("guard_page", "PUSH at CPL 0 into the guard page below the stack", "", 0, guard_page),
         ROW("no_room", "INT 0x40 at CPL 0 with ESP=8 in a segment from offset 0", "", 0, no_room),
         ROW("esp0_missing", "UD2 at CPL 3, ESP0 is the end of a stack", "", 0, esp0_missing),
         ROW("ss0_null", "UD2 at CPL 3, SS0 is NULL", "", 0, ss0_null),
         ROW("idt_page", "UD2 at CPL 0, the IDT's pages aren't present", "", 0, idt_page),
         ROW("page_map", "MOV CR3 at CPL 0 to a page of zeros: nothing is mapped, not even the next instruction", "", 0, page_map),
         DF("task_gate_not_present", "through a task gate that isn't present", task_not_present),
         DF("task_busy", "through a task gate to a busy TSS", task_busy), DF("task_limit", "through a task gate to a TSS of 103 bytes", task_limit),
         DF("task_not_present", "through a task gate to a TSS that isn't present", task_descriptor),
         DF("task_data", "through a task gate to a data segment", task_data));
