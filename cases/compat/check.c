/* What 64-bit mode and 32-bit mode check, in 32-bit code of IA-32e mode: by gates, returns, segment loads, looks at descriptors, and pages. */
#include <case.h>

static uint16_t segment(struct descriptor d)
{
    d.limit = 0xfffff;
    d.g = true;
    return add_descriptor("target", encode_descriptor(d));
}

static const struct descriptor descriptors[] = {
    {.type = CODE_READABLE, .l = true, .not_present = true},
    {.type = CODE_READABLE, .l = true, .dpl = 3},
    {.type = CODE_CONFORMING, .l = true, .dpl = 3},
    {.type = CODE_READABLE, .d = true},
    {.type = DATA_WRITABLE, .d = true},
    {.type = DATA_WRITABLE, .d = true, .dpl = 3},
    {.type = DATA_WRITABLE, .d = true, .not_present = true},
    {.type = DATA_READ_ONLY, .d = true},
    {.type = CODE_EXECUTE_ONLY, .d = true},
    {.type = DATA_WRITABLE, .d = true, .dpl = 3, .not_present = true},
    {.type = DATA_READ_ONLY, .d = true, .dpl = 3},
    {.type = CODE_CONFORMING, .d = true, .dpl = 3},
    {.type = CODE_READABLE, .d = true, .dpl = 3},
};
enum {
    CODE64_NP,
    CODE64_DPL3,
    CONFORMING64_DPL3,
    CODE32,
    DATA,
    DATA_DPL3,
    DATA_NP,
    READ_ONLY,
    EXECUTE_ONLY,
    DATA_DPL3_NP,
    READ_ONLY_DPL3,
    CONFORMING32_DPL3,
    CODE32_DPL3,
    NULL_SELECTOR,
    BEYOND
};
#define BEYOND_GDT (GDT_LIMIT + 1)

/* ARG0: which; ARG1: RPL. */
static uint16_t selector(void)
{
    if (ARG0 == NULL_SELECTOR)
        return (uint16_t)ARG1;
    return (uint16_t)((ARG0 == BEYOND ? BEYOND_GDT : segment(descriptors[ARG0])) | ARG1);
}

static void by_gate(void)
{
    in_compat_kernel();
    set_gate(0x40);
    gate_of(0x40)->selector = selector();
    FAULT32("int 0x40");
}

static void by_gate_user(void)
{
    in_compat_user();
    set_gate(0x40, .dpl = 3);
    gate_of(0x40)->selector = selector();
    FAULT32("int 0x40");
}

static void gate_offset(void)
{
    in_compat_kernel();
    *gate_of(0x40) = make_gate(NONCANONICAL, SEL_KERNEL_CODE64, 0, GATE_INTERRUPT, 0, true);
    FAULT32("int 0x40");
}

static void idt_limit(void)
{
    in_compat_kernel();
    lidt((uintptr_t)&idt, 0x40 * 16 + 14);
    FAULT32("int 0x40");
}

static void image(struct program p, uint32_t cs, uint32_t eflags, uint32_t ss)
{
    uint32_t *words = (uint32_t *)(start.rsp -= 20);

    user_may_run_program();
    *words++ = (uint32_t)label_of(p, "after");
    *words++ = cs;
    if (eflags)
        *words++ = eflags;
    *words++ = (uint32_t)stack_top(STACK_USER);
    *words++ = ss;
    run_program(p);
}

#define IRETD ASSEMBLE32(MARK(fault) "iretd\n" MARK(after) "nop\n")
#define RETF ASSEMBLE32(MARK(fault) "retf\n" MARK(after) "nop\n")

static void iretd_cs(void)
{
    in_compat_kernel();
    image(IRETD, selector(), (uint32_t)start.rflags, SEL_USER_DATA);
}

static void iretd_ss(void)
{
    in_compat_kernel();
    image(IRETD, SEL_USER_CODE32, (uint32_t)start.rflags, selector());
}

static void retf_cs(void)
{
    in_compat_kernel();
    image(RETF, selector(), 0, SEL_USER_DATA);
}

static void retf_ss(void)
{
    in_compat_kernel();
    image(RETF, SEL_USER_CODE32, 0, selector());
}

static void in_ring(bool user)
{
    if (user)
        in_compat_user();
    else
        in_compat_kernel();
}

static void pushed(void)
{
    start.rsp -= 4;
    *(uint32_t *)start.rsp = 0xa5a50000u | selector();
}

/* Of 32 or of 16 bits: the selector is in both places. */
static void far_pointer(void)
{
    uint8_t *pointer = frame_of(start.rbx = map_page_at("pointer", 0x40000000, PAGE_PRESENT | PAGE_WRITE | PAGE_USER));

    *(uint16_t *)(pointer + 2) = selector();
    *(uint16_t *)(pointer + 4) = *(uint16_t *)(pointer + 2);
}

#define LOAD(name, user, set_up, text) \
    static void name(void)             \
    {                                  \
        in_ring(user);                 \
        set_up;                        \
        FAULT32(text);                 \
    }
LOAD(mov_ds, false, start.rcx = selector(), "mov ds, ecx")
LOAD(mov_ds_user, true, start.rcx = selector(), "mov ds, ecx")
LOAD(mov_ss, false, start.rcx = selector(), "mov ss, ecx")
LOAD(pop_ds, false, pushed(), "pop ds")
LOAD(pop_ds_user, true, pushed(), "pop ds")
LOAD(pop_ss, false, pushed(), "pop ss")
LOAD(pop_ss16, false, pushed(), ".byte 0x66, 0x17")
LOAD(lds, false, far_pointer(), "lds eax, [ebx]")
LOAD(les_user, true, far_pointer(), "les eax, [ebx]")
LOAD(lss, false, far_pointer(), "lss esp, [ebx]")
LOAD(lss16, false, far_pointer(), ".byte 0x66, 0x0f, 0xb2, 0x23")
LOAD(verr, false, start.rcx = selector(), "verr cx")
LOAD(verw, false, start.rcx = selector(), "verw cx")
LOAD(lar, false, start.rcx = selector(), "lar eax, ecx")
LOAD(lsl, false, start.rcx = selector(), "lsl eax, ecx")
LOAD(sti, true, , "sti")

#define SPEC "SDM 3A \"Modes of Operation\""
#define ROW(name_, run_, which, rpl, vector_, error_, about_)                                                                              \
    {                                                                                                                                      \
        VARIANT, .env = COMPAT32, .name = name_, .about = about_, .spec = SPEC, .vector = vector_, .error = error_, .saved_rip = AT_FAULT, \
                 .run = run_, .arg = {                                                                                                     \
                     which,                                                                                                                \
                     rpl                                                                                                                   \
                 }                                                                                                                         \
    }
#define OK(name_, run_, which, rpl, about_)                                                                                                \
    {                                                                                                                                      \
        VARIANT, .env = COMPAT32, .name = name_, .about = about_, .spec = SPEC, .vector = NO_EXCEPTION, .run = run_, .arg = { which, rpl } \
    }
#define LOOK(run) \
    OK(#run "_beyond", run, BEYOND, 0, #run " of a selector beyond the GDT's limit"), OK(#run "_null", run, NULL_SELECTOR, 0, #run " of NULL")

VARIANTS(ROW("gate_beyond", by_gate, BEYOND, 0, VEC_GP, BEYOND_GDT, "INT 0x40, the gate's selector beyond the GDT's limit"),
         ROW("gate_dpl", by_gate, CODE64_DPL3, 0, VEC_GP, SEL_FREE, "INT 0x40, the handler's code of DPL 3"),
         ROW("gate_conforming", by_gate, CONFORMING64_DPL3, 0, VEC_GP, SEL_FREE, "INT 0x40, the handler's code conforming, of DPL 3"),
         ROW("gate_not_present", by_gate, CODE64_NP, 0, VEC_NP, SEL_FREE, "INT 0x40, the handler's code not present"),
         ROW("gate_not_present_user", by_gate_user, CODE64_NP, 0, VEC_NP, SEL_FREE, "INT 0x40 at CPL 3, the handler's code not present"),
         ROW("gate_null", by_gate, NULL_SELECTOR, 0, VEC_GP, 0, "INT 0x40, the gate's selector NULL"),
         ROW("gate_data", by_gate, DATA, 0, VEC_GP, SEL_FREE, "INT 0x40, the gate's selector a data segment's"),
         ROW("gate_offset", gate_offset, 0, 0, VEC_GP, 0, "INT 0x40, the gate's offset not canonical"),
         ROW("idt_limit", idt_limit, 0, 0, VEC_GP, IDT_ERROR(0x40), "INT 0x40 of a gate that doesn't lie whole within the IDT's limit"),
         ROW("iretd_conforming", iretd_cs, CONFORMING32_DPL3, 0, VEC_GP, SEL_FREE, "IRETD to conforming code of DPL 3 with RPL 0"),
         ROW("iretd_dpl", iretd_cs, CODE32, 3, VEC_GP, SEL_FREE, "IRETD to code of DPL 0 with RPL 3"),
         ROW("iretd_beyond", iretd_cs, BEYOND, 3, VEC_GP, BEYOND_GDT, "IRETD, CS beyond the GDT's limit"),
         ROW("iretd_ss_beyond", iretd_ss, BEYOND, 3, VEC_GP, BEYOND_GDT, "IRETD to CPL 3, SS beyond the GDT's limit"),
         ROW("iretd_ss_dpl", iretd_ss, DATA, 3, VEC_GP, SEL_FREE, "IRETD to CPL 3, SS of DPL 0"),
         ROW("iretd_ss_null", iretd_ss, NULL_SELECTOR, 3, VEC_GP, 0, "IRETD to CPL 3, SS NULL"),
         ROW("iretd_ss_rpl", iretd_ss, DATA_DPL3, 0, VEC_GP, SEL_FREE, "IRETD to CPL 3, SS with RPL 0"),
         ROW("iretd_ss_type", iretd_ss, READ_ONLY_DPL3, 3, VEC_GP, SEL_FREE, "IRETD to CPL 3, SS read-only"),
         ROW("retf_conforming", retf_cs, CONFORMING32_DPL3, 0, VEC_GP, SEL_FREE, "RETF to conforming code of DPL 3 with RPL 0"),
         ROW("retf_dpl", retf_cs, CODE32, 3, VEC_GP, SEL_FREE, "RETF to code of DPL 0 with RPL 3"),
         ROW("retf_dpl3", retf_cs, CODE32_DPL3, 0, VEC_GP, SEL_FREE, "RETF to code of DPL 3 with RPL 0"),
         ROW("retf_beyond", retf_cs, BEYOND, 3, VEC_GP, BEYOND_GDT, "RETF, CS beyond the GDT's limit"),
         ROW("retf_ss_beyond", retf_ss, BEYOND, 3, VEC_GP, BEYOND_GDT, "RETF to CPL 3, SS beyond the GDT's limit"),
         ROW("retf_ss_dpl", retf_ss, DATA, 3, VEC_GP, SEL_FREE, "RETF to CPL 3, SS of DPL 0"),
         ROW("retf_ss_null", retf_ss, NULL_SELECTOR, 3, VEC_GP, 0, "RETF to CPL 3, SS NULL"),
         ROW("retf_ss_rpl", retf_ss, DATA_DPL3, 0, VEC_GP, SEL_FREE, "RETF to CPL 3, SS with RPL 0"),
         ROW("retf_ss_type", retf_ss, READ_ONLY_DPL3, 3, VEC_GP, SEL_FREE, "RETF to CPL 3, SS read-only"),
         ROW("mov_ds_type", mov_ds, EXECUTE_ONLY, 0, VEC_GP, SEL_FREE, "MOV DS of execute-only code"),
         ROW("mov_ds_rpl", mov_ds, DATA, 3, VEC_GP, SEL_FREE, "MOV DS of data of DPL 0 with RPL 3"),
         ROW("mov_ds_dpl", mov_ds_user, DATA, 0, VEC_GP, SEL_FREE, "MOV DS of data of DPL 0 at CPL 3"),
         ROW("mov_ss_dpl", mov_ss, DATA_DPL3, 0, VEC_GP, SEL_FREE, "MOV SS of data of DPL 3"),
         ROW("mov_ss_rpl", mov_ss, DATA, 3, VEC_GP, SEL_FREE, "MOV SS with RPL 3"),
         ROW("pop_ds_type", pop_ds, EXECUTE_ONLY, 0, VEC_GP, SEL_FREE, "POP DS of execute-only code, garbage above the selector"),
         ROW("pop_ds_dpl", pop_ds_user, DATA, 0, VEC_GP, SEL_FREE, "POP DS of data of DPL 0 at CPL 3, garbage above the selector"),
         ROW("pop_ss_dpl", pop_ss, DATA_DPL3, 0, VEC_GP, SEL_FREE, "POP SS of data of DPL 3, garbage above the selector"),
         ROW("pop_ss_rpl", pop_ss, DATA, 3, VEC_GP, SEL_FREE, "POP SS with RPL 3, garbage above the selector"),
         ROW("pop_ss_type", pop_ss, READ_ONLY, 0, VEC_GP, SEL_FREE, "POP SS of read-only data, garbage above the selector"),
         ROW("pop_ss16_rpl", pop_ss16, DATA, 3, VEC_GP, SEL_FREE, "POP SS of a 16-bit word, with RPL 3"),
         ROW("lds_type", lds, EXECUTE_ONLY, 0, VEC_GP, SEL_FREE, "LDS of execute-only code"),
         ROW("les_dpl", les_user, DATA, 0, VEC_GP, SEL_FREE, "LES of data of DPL 0 at CPL 3"),
         ROW("lss_dpl", lss, DATA_DPL3, 0, VEC_GP, SEL_FREE, "LSS of data of DPL 3"),
         ROW("lss_rpl", lss, DATA, 3, VEC_GP, SEL_FREE, "LSS with RPL 3"), ROW("lss16_rpl", lss16, DATA, 3, VEC_GP, SEL_FREE, "LSS SP with RPL 3"),
         ROW("lss_type", lss, READ_ONLY, 0, VEC_GP, SEL_FREE, "LSS of read-only data"), ROW("sti", sti, 0, 0, VEC_GP, 0, "STI at CPL 3, IOPL 0"),
         LOOK(verr), LOOK(verw), LOOK(lar), LOOK(lsl));
