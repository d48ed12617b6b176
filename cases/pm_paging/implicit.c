/*
 * The processor's reads of the GDT, an LDT, the IDT and the TSS are implicit supervisor accesses at any CPL: with CR4.SMAP they fault on a user
 * page, whatever EFLAGS.AC says, and without it they pass. A push of a delivery to CPL 1 is a supervisor's write to the stack.
 */
#include <case32.h>

#define RIGHTS "SDM 3A \"Determination of Access Rights\", \"Page-Fault Exceptions\""
#define RW (PAGE_PRESENT | PAGE_WRITE)
#define SELECTOR (GDT_LIMIT + 1) /* the first descriptor of the GDT's second page */
#define AC 0x10u
#define NO_SMAP 0x20u

/* arg: the CPL, and what else. */
static void in_arg_ring(void)
{
    in_ring(ARG0 & 3);
    if (ARG0 & AC)
        start.eflags |= EFLAGS_AC;
}

static void run(struct program p)
{
    if (!(ARG0 & NO_SMAP))
        write_cr4(read_cr4() | CR4_SMAP);
    run_program(p);
}

#define RUN(instruction) run(ASSEMBLE(MARK(fault) instruction "\n" MARK(after)))

static void user_second_page(uintptr_t second)
{
    change_page(second, 0, PAGE_PRESENT | PAGE_USER);
}

/* The descriptor at SELECTOR. */
static void with_gdt(uint8_t type)
{
    struct descriptor d = {.limit = 0xfffff, .g = true, .d = true, .type = type, .dpl = ARG0 & 3};
    uintptr_t table;

    set_gate(VEC_BP, .dpl = 3);
    table = split_table("table", gdt, SELECTOR, SELECTOR);
    *(uint64_t *)frame_of(table + SELECTOR) = encode_descriptor(d);
    user_second_page(table + SELECTOR);
    lgdt(table, GDT_LIMIT + PAGE_SIZE);
    start.ecx = SELECTOR | (ARG0 & 3);
    start.ebx = map_page("operand", RW | PAGE_USER);
    ((uint32_t *)frame_of(start.ebx))[1] = start.ecx;
}

#define OF_GDT(name, type, instruction) \
    static void name(void)              \
    {                                   \
        in_arg_ring();                  \
        with_gdt(type);                 \
        RUN(instruction);               \
    }
OF_GDT(mov_fs, DATA_WRITABLE, "mov fs, ecx")
OF_GDT(mov_ss, DATA_WRITABLE, "mov ss, ecx")
OF_GDT(lar, DATA_WRITABLE, "lar edx, ecx")
OF_GDT(lsl, DATA_WRITABLE, "lsl edx, ecx")
OF_GDT(verr, DATA_WRITABLE, "verr cx")
OF_GDT(lldt_, DATA_WRITABLE, "lldt cx")
OF_GDT(ltr_, DATA_WRITABLE, "ltr cx")

static void push_target(uint32_t eip)
{
    start.esp -= 8;
    ((uint32_t *)start.esp)[0] = eip;
    ((uint32_t *)start.esp)[1] = start.ecx;
}

/* To an INT3 in that segment. */
#define TO_GDT(name, instruction, ...)                                                                                     \
    static void name(void)                                                                                                 \
    {                                                                                                                      \
        struct program p = ASSEMBLE(MARK(fault) instruction "\n" MARK(after) "nop\n" MARK(target) "int3\n" MARK(reached)); \
                                                                                                                           \
        in_arg_ring();                                                                                                     \
        with_gdt(CODE_READABLE);                                                                                           \
        __VA_ARGS__;                                                                                                       \
        run(p);                                                                                                            \
    }
TO_GDT(jmp_far, "jmp fword ptr [ebx]", *(uint32_t *)frame_of(start.ebx) = label_of(p, "target"))
TO_GDT(call_far, "call fword ptr [ebx]", *(uint32_t *)frame_of(start.ebx) = label_of(p, "target"))
TO_GDT(retf, "retf", push_target(label_of(p, "target")))
TO_GDT(iretd, "iretd", push_image((struct interrupt_frame){label_of(p, "target"), start.ecx, start.eflags, 0, 0}, false))

static void ldt(void)
{
    uintptr_t table = map_page("table", PAGE_PRESENT | PAGE_USER);

    in_arg_ring();
    ((uint64_t *)frame_of(table))[1] = gdt[SEL_USER_DATA / 8];
    lldt(add_descriptor("ldt", encode_descriptor((struct descriptor){.base = table, .limit = PAGE_SIZE - 1, .type = SYSTEM_LDT})));
    start.ecx = 8 | SELECTOR_TI | 3;
    RUN("mov fs, ecx");
}

static void idt_gate(void)
{
    uintptr_t table;

    in_arg_ring();
    set_gate(0x40, .dpl = 3);
    table = split_table("table", idt, sizeof(idt), 0x40 * 8);
    user_second_page(table + 0x40 * 8);
    lidt(table, sizeof(idt) - 1);
    RUN("int 0x40");
}

/* ESP1 and SS1 are on the user page, those of the fault's own delivery aren't. */
static void tss_stack(void)
{
    uintptr_t table;

    in_arg_ring();
    set_gate(0x40, .dpl = 3, .selector = SEL_RING1_CODE);
    table = split_table("table", &tss, sizeof(tss), offsetof(struct tss32, esp1));
    user_second_page(table + offsetof(struct tss32, esp1));
    load_tss(table, sizeof(tss) - 1);
    RUN("int 0x40");
}

/* The I/O map, of bits that are all 0. */
static void io_map(void)
{
    enum { MAP = 0xff0, BYTE = MAP + 0x80 / 8, SIZE = BYTE + 2 };
    static uint8_t whole[SIZE];
    struct tss32 *t = (struct tss32 *)whole;
    uintptr_t table;

    in_arg_ring();
    *t = tss;
    t->io_map_base = MAP;
    table = split_table("table", whole, SIZE, BYTE);
    user_second_page(table + BYTE);
    load_tss(table, SIZE - 1);
    start.edx = 0x80;
    RUN("out dx, al");
}

static void inner_stack(void)
{
    uintptr_t stack = map_page("stack", RW | PAGE_USER);

    in_arg_ring();
    set_gate(0x40, .dpl = 3, .selector = SEL_RING1_CODE);
    tss.esp1 = stack + PAGE_SIZE;
    RUN("int 0x40");
}

static void inner_stack_call(void)
{
    uintptr_t stack = map_page("stack", RW | PAGE_USER);
    struct program p = ASSEMBLE(MARK(fault) "call fword ptr [ebx]\n" MARK(after) "nop\n" MARK(target) "int3\n");

    in_arg_ring();
    start.ebx = map_page("operand", RW | PAGE_USER);
    ((uint32_t *)frame_of(start.ebx))[1] =
        add_call_gate("gate", (struct call_gate){.offset = label_of(p, "target"), .selector = SEL_RING1_CODE, .dpl = 3}) | 3u;
    tss.esp1 = stack + PAGE_SIZE;
    run(p);
}

static void same_stack(void)
{
    uintptr_t stack = map_page("stack", RW | PAGE_USER);

    in_arg_ring();
    set_gate(0x40, .dpl = 3, .selector = SEL_RING1_CODE);
    start.esp = stack + 0x800;
    RUN("int 0x40");
}

#define ROW(name_, run_, arg0, about_, ...)                                                                               \
    {                                                                                                                     \
        VARIANT, .name = name_, .about = about_, .spec = RIGHTS, .run = run_, .arg = {arg0}, .needs = "smap", __VA_ARGS__ \
    }
#define PF(name, run, arg0, about) ROW(name, run, arg0, "SMAP, " about, .vector = VEC_PF, .error = PF_P, .saved_rip = AT_FAULT)
#define PFW(name, run, arg0, about) ROW(name, run, arg0, "SMAP, " about, .vector = VEC_PF, .error = PF_P | PF_W, .saved_rip = AT_FAULT)
#define OK(name, run, arg0, about) ROW(name, run, arg0, about, .vector = NO_EXCEPTION)
VARIANTS(PF("mov_fs_cpl3", mov_fs, 3, "CPL 3, AC=0: MOV FS, its descriptor in a user page"),
         PF("mov_fs_cpl3_ac", mov_fs, 3 | AC, "CPL 3, AC=1: MOV FS, its descriptor in a user page"),
         PF("mov_fs_cpl2_ac", mov_fs, 2 | AC, "CPL 2, AC=1: MOV FS, its descriptor in a user page"),
         PF("mov_fs_cpl0", mov_fs, 0, "CPL 0, AC=0: MOV FS, its descriptor in a user page"),
         OK("mov_fs_no_smap", mov_fs, 3 | NO_SMAP, "CPL 3, no SMAP: MOV FS, its descriptor in a user page"),
         PF("mov_ss_cpl3_ac", mov_ss, 3 | AC, "CPL 3, AC=1: MOV SS, its descriptor in a user page"),
         PF("lar_cpl3", lar, 3, "CPL 3, AC=0: LAR of a descriptor in a user page"),
         PF("lar_cpl0_ac", lar, AC, "CPL 0, AC=1: LAR of a descriptor in a user page"),
         PF("lsl_cpl3_ac", lsl, 3 | AC, "CPL 3, AC=1: LSL of a descriptor in a user page"),
         PF("verr_cpl3", verr, 3, "CPL 3, AC=0: VERR of a descriptor in a user page"),
         PF("verr_cpl0_ac", verr, AC, "CPL 0, AC=1: VERR of a descriptor in a user page"),
         PF("jmp_far_cpl3", jmp_far, 3, "CPL 3, AC=0: far JMP, its descriptor in a user page"),
         PF("jmp_far_cpl0_ac", jmp_far, AC, "CPL 0, AC=1: far JMP, its descriptor in a user page"),
         PF("call_far_cpl3_ac", call_far, 3 | AC, "CPL 3, AC=1: far CALL, its descriptor in a user page"),
         PF("retf_cpl3", retf, 3, "CPL 3, AC=0: far RET, its descriptor in a user page"),
         PF("retf_cpl0_ac", retf, AC, "CPL 0, AC=1: far RET, its descriptor in a user page"),
         PF("iretd_cpl3_ac", iretd, 3 | AC, "CPL 3, AC=1: IRETD, its descriptor in a user page"),
         PF("iretd_cpl0", iretd, 0, "CPL 0, AC=0: IRETD, its descriptor in a user page"),
         PF("lldt_ac", lldt_, AC, "CPL 0, AC=1: LLDT, its descriptor in a user page"),
         PF("ltr_ac", ltr_, AC, "CPL 0, AC=1: LTR, its descriptor in a user page"),
         PF("ldt_cpl3", ldt, 3, "CPL 3, AC=0: MOV FS, the LDT in a user page"),
         PF("ldt_cpl0_ac", ldt, AC, "CPL 0, AC=1: MOV FS, the LDT in a user page"),
         OK("ldt_no_smap", ldt, 3 | NO_SMAP, "CPL 3, no SMAP: MOV FS, the LDT in a user page"),
         PF("idt_cpl3", idt_gate, 3, "CPL 3, AC=0: INT 0x40, its gate in a user page"),
         PF("idt_cpl3_ac", idt_gate, 3 | AC, "CPL 3, AC=1: INT 0x40, its gate in a user page"),
         PF("idt_cpl0_ac", idt_gate, AC, "CPL 0, AC=1: INT 0x40, its gate in a user page"),
         PF("tss_cpl3", tss_stack, 3, "CPL 3, AC=0: INT 0x40 to CPL 1, ESP1 in a user page"),
         PF("tss_cpl3_ac", tss_stack, 3 | AC, "CPL 3, AC=1: INT 0x40 to CPL 1, ESP1 in a user page"),
         PF("tss_cpl2_ac", tss_stack, 2 | AC, "CPL 2, AC=1: INT 0x40 to CPL 1, ESP1 in a user page"),
         PF("io_map_cpl3", io_map, 3, "CPL 3, AC=0: OUT, the I/O map in a user page"),
         PF("io_map_cpl3_ac", io_map, 3 | AC, "CPL 3, AC=1: OUT, the I/O map in a user page"),
         OK("io_map_no_smap", io_map, 3 | NO_SMAP, "CPL 3, no SMAP: OUT, the I/O map in a user page"),
         PFW("stack_cpl3", inner_stack, 3, "CPL 3, AC=0: INT 0x40 to CPL 1, whose stack is a user page"),
         PFW("stack_cpl2", inner_stack, 2, "CPL 2, AC=0: INT 0x40 to CPL 1, whose stack is a user page"),
         PFW("stack_call_gate", inner_stack_call, 3, "CPL 3, AC=0: CALL through a gate to CPL 1, whose stack is a user page"),
         PFW("stack_same", same_stack, 1, "CPL 1, AC=0: INT 0x40 to CPL 1, whose stack is a user page"),
         ROW("stack_same_ac", same_stack, 1 | AC, "SMAP, CPL 1, AC=1: INT 0x40 to CPL 1, whose stack is a user page: delivered", .vector = 0x40,
             .error = NO_ERROR, .saved_rip = AFTER));
