/*
 * The tables lie below the end of the lower canonical half, so that the entry asked for is the first thing, or the first half of it the last
 * thing, before space that isn't canonical: a gate there is #GP with its own error code, a descriptor #GP(selector), the TSS's stack #TS(TR).
 */
#include <case.h>

#define LAST_PAGE 0x00007ffffffff000u
#define NON_CANONICAL (LAST_PAGE + 0x1000)

/* A copy of the first bytes of a table, up to the last canonical one. */
static uintptr_t below_the_end(const char *name, const void *table, unsigned bytes)
{
    uint8_t *page = frame_of(map_page_at(name, LAST_PAGE, PAGE_PRESENT | PAGE_WRITE));

    for (unsigned i = 0; i < bytes; i++)
        page[0x1000 - bytes + i] = ((const uint8_t *)table)[i];
    return NON_CANONICAL - bytes;
}

/* ARG0: bytes of the gate that are canonical. */
static void gate(void)
{
    lidt(below_the_end("idt", &idt, 0x40 * 16 + (unsigned)ARG0), sizeof(idt) - 1);
    FAULT("int 0x40");
}

static void gate_user(void)
{
    set_gate(0x40, .dpl = 3);
    lidt(below_the_end("idt", &idt, 0x40 * 16 + (unsigned)ARG0), sizeof(idt) - 1);
    in_user_mode();
    FAULT("int 0x40");
}

static void gate_interrupt(void)
{
    enable_apic();
    send_self(0x60);
    start.rflags &= ~RFLAGS_IF;
    lidt(below_the_end("idt", &idt, 0x60 * 16), sizeof(idt) - 1);
    PROGRAM("sti\nnop\n" MARK(fault) "nop\n" MARK(after));
}

static void gate_compat(void)
{
    in_compat_kernel();
    lidt(below_the_end("idt", &idt, 0x40 * 16 + (unsigned)ARG0), sizeof(idt) - 1);
    FAULT32("int 0x40");
}

/* A fault that isn't contributory, so that there is no double fault. */
static void gate_mf(void)
{
    *(uint16_t *)(start.rbx = map_page("data", PAGE_PRESENT | PAGE_WRITE)) = 0x37b; /* divide-by-zero unmasked */
    lidt(below_the_end("idt", &idt, VEC_MF * 16 + (unsigned)ARG0), sizeof(idt) - 1);
    PROGRAM("fldcw [rbx]\nfld1\nfldz\nfdivp\n" MARK(fault) "fwait\n" MARK(after));
}

#define OTHER SEL_FREE
#define BEHIND_GATE (SEL_FREE + 16)

/* ARG0: bytes of the descriptor that are canonical. */
static uint16_t add_segment(unsigned type)
{
    uint16_t selector = add_descriptor("other", encode_descriptor((struct descriptor){.type = (uint8_t)type, .l = type == CODE_READABLE}));

    lgdt(below_the_end("gdt", gdt, selector + (unsigned)ARG0), GDT_LIMIT);
    return selector;
}

static void gate_segment(void)
{
    set_gate(0x40, .selector = add_segment(CODE_READABLE));
    FAULT("int 0x40");
}

static void load(void)
{
    start.rax = add_segment(DATA_WRITABLE);
    FAULT("mov ds, eax");
}

static void load_compat(void)
{
    in_compat_kernel();
    start.rax = add_segment(DATA_WRITABLE);
    FAULT32("mov ds, eax");
}

static void load_stack(void)
{
    start.rax = add_segment(DATA_WRITABLE);
    FAULT("mov ss, eax");
}

static void far_jump(void)
{
    uint32_t *pointer = (uint32_t *)(start.rbx = map_page("pointer", PAGE_PRESENT | PAGE_WRITE));

    pointer[1] = add_segment(CODE_READABLE);
    FAULT("jmp fword ptr [rbx]");
}

static void iret(void)
{
    struct program program = ASSEMBLE(MARK(fault) "iretq\n" MARK(after) "nop\n");

    push_image((struct interrupt_frame){label_of(program, "after"), add_segment(CODE_READABLE), start.rflags, start.rsp, start.ss});
    run_program(program);
}

static void iret_stack(void)
{
    struct program program = ASSEMBLE(MARK(fault) "iretq\n" MARK(after) "nop\n");

    push_image((struct interrupt_frame){label_of(program, "after"), start.cs, start.rflags, start.rsp, add_segment(DATA_WRITABLE)});
    run_program(program);
}

/* A call gate in canonical space leads to the segment. */
static void call_gate(void)
{
    uint32_t *pointer = (uint32_t *)(start.rbx = map_page("pointer", PAGE_PRESENT | PAGE_WRITE));

    pointer[1] = add_call_gate("gate", (struct call_gate){.offset = 0x1000, .selector = BEHIND_GATE});
    add_segment(CODE_READABLE);
    FAULT("call fword ptr [rbx]");
}

/* The gate itself: its second eight bytes. */
static void call_gate_half(void)
{
    uint32_t *pointer = (uint32_t *)(start.rbx = map_page("pointer", PAGE_PRESENT | PAGE_WRITE));

    pointer[1] = add_call_gate("gate", (struct call_gate){.offset = 0x1000, .selector = SEL_KERNEL_CODE64});
    lgdt(below_the_end("gdt", gdt, pointer[1] + 8), GDT_LIMIT);
    if (ARG1)
        FAULT("jmp fword ptr [rbx]");
    else
        FAULT("call fword ptr [rbx]");
}

/* The same of an LDT: its first descriptor that isn't canonical. */
static uint16_t add_local(void)
{
    uint64_t base = NON_CANONICAL - SEL_FREE;
    struct descriptor ldt = {.type = SYSTEM_LDT, .base = (uint32_t)base, .limit = 0xff};

    below_the_end("table", gdt, SEL_FREE);
    lldt(add_system_descriptor("ldt", encode_descriptor(ldt), base >> 32));
    return SEL_FREE | SELECTOR_TI;
}

static void local_load(void)
{
    start.rax = add_local();
    FAULT("mov ds, eax");
}

static void local_load_user(void)
{
    in_user_mode();
    start.rax = add_local() | 3;
    FAULT("mov ds, eax");
}

static void local_load_stack(void)
{
    start.rax = add_local();
    FAULT("mov ss, eax");
}

static void local_jump(void)
{
    uint32_t *pointer = (uint32_t *)(start.rbx = map_page("pointer", PAGE_PRESENT | PAGE_WRITE));

    pointer[1] = add_local();
    FAULT("jmp fword ptr [rbx]");
}

static void local_return(void)
{
    struct program program = ASSEMBLE(MARK(fault) "retfq\n" MARK(after) "nop\n");
    uint64_t *words = (uint64_t *)(start.rsp -= 16);

    words[0] = label_of(program, "after");
    words[1] = add_local();
    run_program(program);
}

static void local_iret(void)
{
    struct program program = ASSEMBLE(MARK(fault) "iretq\n" MARK(after) "nop\n");

    push_image((struct interrupt_frame){label_of(program, "after"), add_local(), start.rflags, start.rsp, start.ss});
    run_program(program);
}

static void local_segment(void)
{
    set_gate(0x40, .selector = add_local());
    FAULT("int 0x40");
}

/* LLDT and LTR look into the GDT themselves. */
static void load_ldt(void)
{
    start.rax = add_segment(SYSTEM_LDT);
    FAULT("lldt ax");
}

static void load_task(void)
{
    start.rax = add_segment(SYSTEM_TSS_AVAILABLE);
    FAULT("ltr ax");
}

static void return_far(void)
{
    struct program program = ASSEMBLE(MARK(fault) "retfq\n" MARK(after) "nop\n");
    uint64_t *words = (uint64_t *)(start.rsp -= 16);

    words[0] = label_of(program, "after");
    words[1] = add_segment(CODE_READABLE);
    run_program(program);
}

/* ARG0: bytes of IST1 that are canonical. */
static void stack(void)
{
    unsigned bytes = offsetof(struct tss, ist) + (unsigned)ARG0;

    set_gate(0x40, .ist = 1);
    load_tss(below_the_end("tss", &tss, bytes), sizeof(tss) - 1);
    FAULT("int 0x40");
}

static void stack_ud2(void)
{
    set_gate(VEC_UD, .ist = 1);
    load_tss(below_the_end("tss", &tss, offsetof(struct tss, ist)), sizeof(tss) - 1);
    FAULT("ud2");
}

static void inner_stack(void)
{
    set_gate(0x40, .ist = 1, .dpl = 3);
    load_tss(below_the_end("tss", &tss, offsetof(struct tss, ist)), sizeof(tss) - 1);
    in_user_mode();
    FAULT("int 0x40");
}

static void stack_compat(void)
{
    in_compat_kernel();
    set_gate(0x40, .ist = 1);
    load_tss(below_the_end("tss", &tss, offsetof(struct tss, ist)), sizeof(tss) - 1);
    FAULT32("int 0x40");
}

static void stack_interrupt(void)
{
    set_gate(0x60, .ist = 1);
    load_tss(below_the_end("tss", &tss, offsetof(struct tss, ist)), sizeof(tss) - 1);
    enable_apic();
    send_self(0x60);
    start.rflags &= ~RFLAGS_IF;
    PROGRAM("sti\nnop\n" MARK(fault) "nop\n" MARK(after));
}

#define LOCAL (SEL_FREE | SELECTOR_TI)
#define INT "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\", 64-Bit Mode Exceptions"
#define ROW(name_, run_, vector_, error_, spec_, about_, ...)                                                                                       \
    {                                                                                                                                               \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .vector = vector_, .error = error_, .saved_rip = AT_FAULT, .run = run_, __VA_ARGS__ \
    }

VARIANTS(
    ROW("gate", gate, VEC_GP, IDT_ERROR(0x40), INT, "INT 0x40, its gate isn't canonical"),
    ROW("gate_half", gate, VEC_GP, IDT_ERROR(0x40), INT, "INT 0x40, the second half of its gate isn't canonical", .arg = {8}),
    ROW("gate_last_byte", gate, VEC_GP, IDT_ERROR(0x40), INT, "INT 0x40, the last byte of its gate isn't canonical", .arg = {15}),
    ROW("gate_user", gate_user, VEC_GP, IDT_ERROR(0x40), INT, "INT 0x40 at CPL 3, its gate isn't canonical"),
    ROW("gate_interrupt", gate_interrupt, VEC_GP, IDT_ERROR(0x60) | ERROR_EXT, INT, "interrupt 0x60, its gate isn't canonical"),
    ROW("segment", gate_segment, VEC_GP, OTHER, INT, "INT 0x40, the descriptor of its code segment isn't canonical"),
    ROW("load", load, VEC_GP, OTHER, "SDM 2B \"MOV-Move\", 64-Bit Mode Exceptions", "MOV DS, the descriptor isn't canonical"),
    ROW("load_ss", load_stack, VEC_GP, OTHER, "SDM 2B \"MOV-Move\", 64-Bit Mode Exceptions", "MOV SS, the descriptor isn't canonical"),
    ROW("jump", far_jump, VEC_GP, OTHER, "SDM 2A \"JMP-Jump\", 64-Bit Mode Exceptions", "far JMP, the descriptor isn't canonical"),
    ROW("iret", iret, VEC_GP, OTHER, "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\", 64-Bit Mode Exceptions",
        "IRETQ, the descriptor of the returned CS isn't canonical"),
    ROW("iret_ss", iret_stack, VEC_GP, OTHER, "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\", 64-Bit Mode Exceptions",
        "IRETQ, the descriptor of the returned SS isn't canonical"),
    ROW("call_gate", call_gate, VEC_GP, BEHIND_GATE, "SDM 2A \"CALL-Call Procedure\", 64-Bit Mode Exceptions",
        "CALL by a call gate, the descriptor of its code segment isn't canonical"),
    ROW("return", return_far, VEC_GP, OTHER, "SDM 2B \"RET-Return from Procedure\", 64-Bit Mode Exceptions",
        "far RET, the descriptor isn't canonical"),
    ROW("load_ldt", load_ldt, VEC_GP, OTHER, "SDM 2A \"LLDT-Load Local Descriptor Table Register\", 64-Bit Mode Exceptions",
        "LLDT, the descriptor isn't canonical"),
    ROW("load_task", load_task, VEC_GP, OTHER, "SDM 2A \"LTR-Load Task Register\", 64-Bit Mode Exceptions", "LTR, the descriptor isn't canonical"),
    ROW("local_load", local_load, VEC_GP, LOCAL, "SDM 2B \"MOV-Move\", 64-Bit Mode Exceptions", "MOV DS, the descriptor in the LDT isn't canonical"),
    ROW("local_load_ss", local_load_stack, VEC_GP, LOCAL, "SDM 2B \"MOV-Move\", 64-Bit Mode Exceptions",
        "MOV SS, the descriptor in the LDT isn't canonical"),
    ROW("local_jump", local_jump, VEC_GP, LOCAL, "SDM 2A \"JMP-Jump\", 64-Bit Mode Exceptions", "far JMP, the descriptor in the LDT isn't canonical"),
    ROW("local_return", local_return, VEC_GP, LOCAL, "SDM 2B \"RET-Return from Procedure\", 64-Bit Mode Exceptions",
        "far RET, the descriptor in the LDT isn't canonical"),
    ROW("local_iret", local_iret, VEC_GP, LOCAL, "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\", 64-Bit Mode Exceptions",
        "IRETQ, the descriptor of the returned CS in the LDT isn't canonical"),
    ROW("local_segment", local_segment, VEC_GP, LOCAL, INT, "INT 0x40, the descriptor of its code segment in the LDT isn't canonical"),
    ROW("stack", stack, VEC_TS, SEL_TSS, INT, "INT 0x40 at CPL 0 by IST1, which isn't canonical as an address"),
    ROW("stack_half", stack, VEC_TS, SEL_TSS, INT, "INT 0x40 at CPL 0 by IST1, whose last bytes aren't canonical", .arg = {4}),
    ROW("stack_last_byte", stack, VEC_TS, SEL_TSS, INT, "INT 0x40 at CPL 0 by IST1, whose last byte isn't canonical", .arg = {7}),
    ROW("stack_ud", stack_ud2, VEC_TS, SEL_TSS | ERROR_EXT, INT, "UD2 at CPL 0 by IST1, which isn't canonical as an address"),
    ROW("stack_user", inner_stack, VEC_TS, SEL_TSS, INT, "INT 0x40 at CPL 3 by IST1, which isn't canonical as an address"),
    ROW("segment_half", gate_segment, VEC_GP, OTHER, INT, "INT 0x40, the second half of its code segment's descriptor isn't canonical", .arg = {4}),
    ROW("load_end", load, VEC_GP, OTHER, "SDM 2B \"MOV-Move\", 64-Bit Mode Exceptions", "MOV DS, the last byte of the descriptor isn't canonical",
        .arg = {7}),
    {VARIANT, .name = "load_below", .about = "MOV DS, the descriptor is the last thing in canonical space",
     .spec = "SDM 2B \"MOV-Move\", 64-Bit Mode Exceptions", .vector = NO_EXCEPTION, .run = load, .arg = {8}},
    ROW("jump_half", far_jump, VEC_GP, OTHER, "SDM 2A \"JMP-Jump\", 64-Bit Mode Exceptions", "far JMP, the descriptor's second half isn't canonical",
        .arg = {4}),
    ROW("iret_half", iret, VEC_GP, OTHER, "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\", 64-Bit Mode Exceptions",
        "IRETQ, the second half of the returned CS's descriptor isn't canonical", .arg = {4}),
    ROW("call_gate_half", call_gate_half, VEC_GP, OTHER, "SDM 2A \"CALL-Call Procedure\", 64-Bit Mode Exceptions",
        "CALL by a call gate whose second half isn't canonical"),
    ROW("jump_gate_half", call_gate_half, VEC_GP, OTHER, "SDM 2A \"JMP-Jump\", 64-Bit Mode Exceptions",
        "JMP by a call gate whose second half isn't canonical", .arg = {0, 1}),
    ROW("load_ldt_half", load_ldt, VEC_GP, OTHER, "SDM 2A \"LLDT-Load Local Descriptor Table Register\", 64-Bit Mode Exceptions",
        "LLDT, the descriptor's second half isn't canonical", .arg = {8}),
    ROW("load_task_half", load_task, VEC_GP, OTHER, "SDM 2A \"LTR-Load Task Register\", 64-Bit Mode Exceptions",
        "LTR, the descriptor's second half isn't canonical", .arg = {8}),
    ROW("gate_compat", gate_compat, VEC_GP, IDT_ERROR(0x40), INT, "INT 0x40 in compatibility mode, its gate isn't canonical", .env = COMPAT32),
    ROW("gate_half_compat", gate_compat, VEC_GP, IDT_ERROR(0x40), INT, "INT 0x40 in compatibility mode, the second half of its gate isn't canonical",
        .arg = {8}, .env = COMPAT32),
    ROW("gate_mf", gate_mf, VEC_GP, IDT_ERROR(VEC_MF) | ERROR_EXT, INT, "fault #MF, its gate isn't canonical"),
    ROW("gate_half_mf", gate_mf, VEC_GP, IDT_ERROR(VEC_MF) | ERROR_EXT, INT, "fault #MF, the second half of its gate isn't canonical", .arg = {8}),
    ROW("stack_compat", stack_compat, VEC_TS, SEL_TSS, INT, "INT 0x40 in compatibility mode by IST1, which isn't canonical as an address",
        .env = COMPAT32),
    ROW("local_load_user", local_load_user, VEC_GP, LOCAL, "SDM 2B \"MOV-Move\", 64-Bit Mode Exceptions",
        "MOV DS at CPL 3, the descriptor in the LDT isn't canonical"),
    ROW("stack_irq", stack_interrupt, VEC_TS, SEL_TSS | ERROR_EXT, INT, "interrupt 0x60 by IST1, which isn't canonical as an address"),
    ROW("load_compat", load_compat, VEC_GP, OTHER, "SDM 2B \"MOV-Move\", 64-Bit Mode Exceptions",
        "MOV DS in compatibility mode, the descriptor isn't canonical", .env = COMPAT32));
