/* LLDT in protected mode (SDM 2A "LLDT-Load Local Descriptor Table Register"): a present LDT of the GDT, or a null selector, and then no selector of
 * an LDT is good. */
#include <case32.h>

#define NOT_PRESENT 1u
#define RPL3 2u /* of the selector, which isn't part of the error code */

static void try_lldt(uint16_t selector)
{
    record_tasks(); /* LDTR is recorded with them */
    start.ebx = 0x12340000u | selector | (ARG1 & RPL3 ? 3 : 0);
    FAULT("lldt bx");
}

static struct descriptor table(uint8_t type)
{
    return (struct descriptor){.type = type, .base = (uintptr_t)gdt, .limit = GDT_LIMIT, .not_present = ARG1 & NOT_PRESENT};
}

static void of_type(void)
{
    try_lldt(add_descriptor("table", encode_descriptor(table((uint8_t)ARG0))));
}

static void null(void)
{
    lldt(add_descriptor("table", encode_descriptor(table(SYSTEM_LDT))));
    try_lldt((uint16_t)ARG0);
}

static void local(void)
{
    try_lldt(local_selector(add_descriptor("table", encode_descriptor(table(SYSTEM_LDT)))));
}

static void beyond(void)
{
    try_lldt(add_descriptor_beyond("table", encode_descriptor(table(SYSTEM_LDT))));
}

static void kernel_data(void)
{
    try_lldt(SEL_KERNEL_DATA);
}

static void user(void)
{
    in_user_mode();
    of_type();
}

static void memory(void)
{
    uint16_t *operand = frame_of(start.ebx = map_page("operand", PAGE_PRESENT));

    record_tasks();
    operand[0x7ff] = add_descriptor("table", encode_descriptor(table(SYSTEM_LDT)));
    FAULT("lldt word ptr [ebx + 0xffe]");
}

static void memory_page(void)
{
    record_tasks();
    start.ebx = map_page("operand", PAGE_WRITE);
    FAULT("lldt word ptr [ebx]");
}

/* ECX: a selector of the LDT that LLDT loads, or takes away. */
static void then_load(void)
{
    record_tasks();
    start.ebx = add_descriptor("table", encode_descriptor(table(SYSTEM_LDT)));
    if (ARG0)
        lldt((uint16_t)start.ebx);
    if (ARG0)
        start.ebx = 0;
    start.ecx = SEL_DATA_ES | SELECTOR_TI;
    PROGRAM("lldt bx\n" MARK(fault) "mov fs, ecx\n" MARK(after));
}

/* The selector's last byte of its eight is beyond the LDT's limit. */
static void then_load_limit(void)
{
    record_tasks();
    start.ebx =
        add_descriptor("table", encode_descriptor((struct descriptor){.type = SYSTEM_LDT, .base = (uintptr_t)gdt, .limit = (SEL_DATA_ES | 7u) - 1}));
    start.ecx = SEL_DATA_ES | SELECTOR_TI;
    PROGRAM("lldt bx\n" MARK(fault) "mov fs, ecx\n" MARK(after));
}

#define ROW(name_, run_, arg0_, arg1_, vector_, error_, rip_, id_, about_)                                                                     \
    {                                                                                                                                          \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 2A \"LLDT-Load Local Descriptor Table Register\"", .id = id_, .vector = vector_, \
                 .error = error_, .saved_rip = rip_, .run = run_, .arg = {                                                                     \
                     arg0_,                                                                                                                    \
                     arg1_                                                                                                                     \
                 }                                                                                                                             \
    }
#define GOES(name, run, arg0, about) ROW(name, run, arg0, 0, NO_EXCEPTION, 0, "", "", about)
#define FAULTS(name, run, arg0, arg1, vector, error, id, about) ROW(name, run, arg0, arg1, vector, error, AT_FAULT, id, about)
VARIANTS(GOES("present", of_type, SYSTEM_LDT, "LLDT of an LDT"), GOES("null", null, 0, "LLDT of a null selector"),
         GOES("null_rpl", null, 3, "LLDT of a null selector with RPL 3"), GOES("memory", memory, 0, "LLDT of a word at a page's end"),
         GOES("then_load", then_load, 0, "LLDT, then MOV FS of a selector of that LDT"),
         FAULTS("not_present", of_type, SYSTEM_LDT, 1, VEC_NP, SEL_FREE, "", "LLDT of an LDT with P=0"),
         FAULTS("not_present_rpl", of_type, SYSTEM_LDT, NOT_PRESENT | RPL3, VEC_NP, SEL_FREE, "", "LLDT of an LDT with P=0, RPL 3"),
         FAULTS("tss_rpl", of_type, SYSTEM_TSS_AVAILABLE, RPL3, VEC_GP, SEL_FREE, "", "LLDT of a TSS, RPL 3"),
         FAULTS("data_rpl", of_type, DATA_WRITABLE, RPL3, VEC_GP, SEL_FREE, "", "LLDT of a data segment, RPL 3"),
         FAULTS("local_rpl", local, 0, RPL3, VEC_GP, SEL_FREE | SELECTOR_TI, "", "LLDT of a selector with TI=1, RPL 3"),
         FAULTS("beyond_rpl", beyond, 0, RPL3, VEC_GP, SEL_FREE, "", "LLDT of an LDT that is not all in the GDT, RPL 3"),
         FAULTS("kernel_data", kernel_data, 0, 0, VEC_GP, SEL_KERNEL_DATA, "lldt-pm32-data", "LLDT of a data segment"),
         FAULTS("data", of_type, DATA_READ_ONLY, 0, VEC_GP, SEL_FREE, "", "LLDT of a read-only data segment"),
         FAULTS("data_type_2", of_type, DATA_WRITABLE, 0, VEC_GP, SEL_FREE, "", "LLDT of a data segment with the type of an LDT, but S=1"),
         FAULTS("code", of_type, CODE_READABLE, 0, VEC_GP, SEL_FREE, "", "LLDT of a code segment"),
         FAULTS("tss", of_type, SYSTEM_TSS_AVAILABLE, 0, VEC_GP, SEL_FREE, "", "LLDT of a TSS"),
         FAULTS("call_gate", of_type, SYSTEM_CALL_GATE, 0, VEC_GP, SEL_FREE, "", "LLDT of a call gate"),
         FAULTS("type_0", of_type, 0, 0, VEC_GP, SEL_FREE, "", "LLDT of type 0"),
         FAULTS("tss_not_present", of_type, SYSTEM_TSS_AVAILABLE, 1, VEC_GP, SEL_FREE, "", "LLDT of a TSS with P=0: the type comes first"),
         FAULTS("local", local, 0, 0, VEC_GP, SEL_FREE | SELECTOR_TI, "", "LLDT of a selector with TI=1"),
         FAULTS("beyond", beyond, 0, 0, VEC_GP, SEL_FREE, "", "LLDT of an LDT that is not all in the GDT"),
         FAULTS("user", user, SYSTEM_LDT, 0, VEC_GP, 0, "", "LLDT at CPL 3"),
         FAULTS("memory_page", memory_page, 0, 0, VEC_PF, 0, "", "LLDT of a word on a page that is not present"),
         FAULTS("then_load_null", then_load, 1, 0, VEC_GP, SELECTOR_ERROR(SEL_DATA_ES) | SELECTOR_TI, "",
                "LLDT of a null selector, then MOV FS of a selector of the LDT that was"),
         FAULTS("then_load_limit", then_load_limit, 0, 0, VEC_GP, SELECTOR_ERROR(SEL_DATA_ES) | SELECTOR_TI, "",
                "LLDT, then MOV FS of a selector beyond that LDT's limit"));
