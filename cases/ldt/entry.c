/*
 * Each instruction that loads a selector of the LDT sets the accessed flag of its descriptor; on a page that nobody may write to that is #PF, where
 * the flag isn't set already. The descriptor has to lie within the LDT's limit up to its last byte. LAR, LSL, VERR and VERW write nothing.
 */
#include <case.h>

#define SELECTOR (8 | SELECTOR_TI)

enum mode { CLEAR, READ_ONLY, SET, SHORT_1, SHORT_7 };

static uintptr_t page;

static void look(void)
{
    note("access", ((volatile uint8_t *)frame_of(page))[8 + 5]);
}

/* ARG0: the mode. */
static void add(uint8_t type, uint8_t dpl)
{
    struct descriptor d = {.type = type, .dpl = dpl, .limit = 0xfffff, .g = true, .l = type == CODE_READABLE, .d = type != CODE_READABLE};
    uint32_t limit = ARG0 == SHORT_1 ? 14 : ARG0 == SHORT_7 ? 8 : 15;

    page = map_page("ldt", PAGE_PRESENT | PAGE_WRITE);
    ((uint64_t *)frame_of(page))[1] = encode_descriptor(d) & ~(ARG0 == SET ? 0 : DESCRIPTOR_ACCESSED);
    if (ARG0 == READ_ONLY || ARG0 == SET)
        change_page(page, PAGE_WRITE, 0);
    lldt(add_system_descriptor("descriptor", encode_descriptor((struct descriptor){.type = SYSTEM_LDT, .base = (uint32_t)page, .limit = limit}),
                               page >> 32));
    start.rcx = SELECTOR;
    at_end(look);
}

static void *pointer(void)
{
    return frame_of(start.rbx = map_page("pointer", PAGE_PRESENT | PAGE_WRITE | PAGE_USER));
}

#define LOAD(name, text)       \
    static void name(void)     \
    {                          \
        add(DATA_WRITABLE, 0); \
        FAULT(text);           \
    }
LOAD(mov_ds, "mov ds, ecx")
LOAD(mov_es, "mov es, ecx")
LOAD(mov_fs, "mov fs, ecx")
LOAD(mov_gs, "mov gs, ecx")
LOAD(mov_ss, "mov ss, ecx")

#define POP(name, text)                           \
    static void name(void)                        \
    {                                             \
        add(DATA_WRITABLE, 0);                    \
        *(uint64_t *)(start.rsp -= 8) = SELECTOR; \
        FAULT(text);                              \
    }
POP(pop_fs, "pop fs")
POP(pop_gs, "pop gs")

#define FAR_POINTER(name, text)                            \
    static void name(void)                                 \
    {                                                      \
        add(DATA_WRITABLE, 0);                             \
        *(uint64_t *)pointer() = (uint64_t)SELECTOR << 32; \
        FAULT(text);                                       \
    }
FAR_POINTER(lfs, "lfs eax, [rbx]")
FAR_POINTER(lgs, "lgs eax, [rbx]")
FAR_POINTER(lss, "lss eax, [rbx]")

static void user(void)
{
    in_user_mode();
    add(DATA_WRITABLE, 3);
    start.rcx |= 3;
    FAULT("mov ds, ecx");
}

static void code_to_ds(void)
{
    add(CODE_READABLE, 0);
    FAULT("mov ds, ecx");
}

static void far(struct program p)
{
    add(CODE_READABLE, 0);
    *(uint64_t *)pointer() = (uint64_t)SELECTOR << 32 | label_of(p, "target");
    run_program(p);
}

static void jmp(void)
{
    far(ASSEMBLE(MARK(fault) "jmp fword ptr [rbx]\n" MARK(after) "nop\n" MARK(target) "int3\n"));
}

static void call(void)
{
    far(ASSEMBLE(MARK(fault) "call fword ptr [rbx]\n" MARK(after) "nop\n" MARK(target) "int3\n"));
}

static void iretq_to(uint64_t cs, uint64_t ss, uintptr_t rsp)
{
    struct program p = ASSEMBLE(MARK(fault) "iretq\n" MARK(after) "nop\n" MARK(target) "int3\n");

    set_gate(VEC_BP, .dpl = 3);
    user_may_run_program();
    push_image((struct interrupt_frame){label_of(p, "target"), cs, start.rflags, rsp, ss});
    run_program(p);
}

static void retfq_to(uint64_t cs, uint64_t ss, uintptr_t rsp)
{
    struct program p = ASSEMBLE(MARK(fault) ".byte 0x48, 0xcb\n" MARK(after) "nop\n" MARK(target) "int3\n");
    uint64_t *words = (uint64_t *)(start.rsp -= 32);

    set_gate(VEC_BP, .dpl = 3);
    user_may_run_program();
    words[0] = label_of(p, "target");
    words[1] = cs;
    words[2] = rsp;
    words[3] = ss;
    run_program(p);
}

static void iretq_cs(void)
{
    add(CODE_READABLE, 0);
    iretq_to(SELECTOR, SEL_KERNEL_DATA, start.rsp);
}

static void retfq_cs(void)
{
    add(CODE_READABLE, 0);
    retfq_to(SELECTOR, 0, 0);
}

static void iretq_ss(void)
{
    add(DATA_WRITABLE, 3);
    iretq_to(SEL_USER_CODE64, SELECTOR | 3, stack_top(STACK_USER));
}

static void retfq_ss(void)
{
    add(DATA_WRITABLE, 3);
    retfq_to(SEL_USER_CODE64, SELECTOR | 3, stack_top(STACK_USER));
}

static void int_n(void)
{
    add(CODE_READABLE, 0);
    set_gate(0x40);
    gate_of(0x40)->selector = SELECTOR;
    FAULT("int 0x40");
}

#define LOOK(name, text)       \
    static void name(void)     \
    {                          \
        add(DATA_WRITABLE, 0); \
        FAULT(text);           \
    }
LOOK(lar, "lar eax, ecx")
LOOK(lsl, "lsl eax, ecx")
LOOK(verr, "verr cx")
LOOK(verw, "verw cx")

#define TYPES "SDM 3A \"Code- and Data-Segment Descriptor Types\"; SDM 3A \"Local Descriptor Table Register (LDTR)\""
#define ROW(name_, run_, mode, about_, ...)                                                             \
    {                                                                                                   \
        VARIANT, .name = name_, .about = about_, .spec = TYPES, .run = run_, .arg = {mode}, __VA_ARGS__ \
    }
#define PASSES .vector = NO_EXCEPTION
#define PAGE_FAULTS .vector = VEC_PF, .error = PF_P | PF_W, .saved_rip = AT_FAULT
#define BEYOND .vector = VEC_GP, .error = SELECTOR, .saved_rip = AT_FAULT
#define EACH_MODE(run, about, ...)                                                                                               \
    ROW(#run "_clear", run, CLEAR, about " from the LDT, accessed flag clear", __VA_ARGS__),                                     \
        ROW(#run "_read_only", run, READ_ONLY, about " from an LDT that nobody may write to, accessed flag clear", PAGE_FAULTS), \
        ROW(#run "_set", run, SET, about " from an LDT that nobody may write to, accessed flag set", __VA_ARGS__),               \
        ROW(#run "_short_1", run, SHORT_1, about ", the LDT's limit is before the descriptor's last byte", BEYOND),              \
        ROW(#run "_short_7", run, SHORT_7, about ", the LDT's limit is the descriptor's first byte", BEYOND)
#define DATA(run, about) EACH_MODE(run, about, PASSES)
#define CODE(run, about) EACH_MODE(run, about, .vector = VEC_BP, .error = NO_ERROR)
#define LOOKS(run, about)                                                                                            \
    ROW(#run "_clear", run, CLEAR, about " of a descriptor of the LDT, accessed flag clear", PASSES),                \
        ROW(#run "_read_only", run, READ_ONLY, about " of a descriptor of an LDT that nobody may write to", PASSES), \
        ROW(#run "_short_1", run, SHORT_1, about ", the LDT's limit is before the descriptor's last byte", PASSES),  \
        ROW(#run "_short_7", run, SHORT_7, about ", the LDT's limit is the descriptor's first byte", PASSES)

VARIANTS(DATA(mov_ds, "MOV DS"), DATA(mov_es, "MOV ES"), DATA(mov_fs, "MOV FS"), DATA(mov_gs, "MOV GS"), DATA(mov_ss, "MOV SS"),
         DATA(pop_fs, "POP FS"), DATA(pop_gs, "POP GS"), DATA(lfs, "LFS"), DATA(lgs, "LGS"), DATA(lss, "LSS"), DATA(user, "MOV DS at CPL 3"),
         DATA(code_to_ds, "MOV DS of a code segment"), CODE(jmp, "far JMP"), CODE(call, "far CALL"), CODE(iretq_cs, "CS of IRETQ"),
         CODE(retfq_cs, "CS of RETFQ"), CODE(iretq_ss, "SS of IRETQ to CPL 3"), CODE(retfq_ss, "SS of RETFQ to CPL 3"),
         EACH_MODE(int_n, "INT 0x40 whose gate names a code segment", .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER), LOOKS(lar, "LAR"),
         LOOKS(lsl, "LSL"), LOOKS(verr, "VERR"), LOOKS(verw, "VERW"));
