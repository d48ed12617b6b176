/*
 * A descriptor lies wholly within its table: up to the limit of GDTR, with TI set up to that of the LDT, of which there is none where LDTR is null.
 * Else it is #GP(selector). Index 0 of the LDT is a descriptor like any other.
 */
#include <case32.h>

static uint64_t table[16];

static uint64_t data(void)
{
    return encode_descriptor((struct descriptor){.type = DATA_WRITABLE, .limit = 0xfffff, .d = true, .g = true, .dpl = 3});
}

/* arg: the selector; the limit of its table. */
static void load(void)
{
    start.ecx = ARG0;
    FAULT("mov fs, ecx");
}

static void global(void)
{
    add_descriptor("data", data());
    lgdt((uintptr_t)gdt, (uint16_t)ARG1);
    load();
}

static void global_user(void)
{
    in_user_mode();
    global();
}

/* The last of all that there can be: 64 KiB of table. */
static void global_whole(void)
{
    uintptr_t whole = map_pages("whole", 16, PAGE_PRESENT | PAGE_WRITE);

    for (unsigned i = 0; i <= GDT_LIMIT / 8; i++)
        ((uint64_t *)whole)[i] = gdt[i];
    *(uint64_t *)(whole + 0xfff8) = data();
    lgdt(whole, 0xffff);
    load();
}

static void local(void)
{
    for (unsigned i = 0; i < 16; i++)
        table[i] = data();
    lldt(add_descriptor("ldt", encode_descriptor((struct descriptor){.type = SYSTEM_LDT, .base = (uintptr_t)table, .limit = (uint32_t)ARG1})));
    load();
}

static void local_user(void)
{
    in_user_mode();
    local();
}

static void local_stack(void)
{
    in_user_mode();
    for (unsigned i = 0; i < 16; i++)
        table[i] = data();
    lldt(add_descriptor("ldt", encode_descriptor((struct descriptor){.type = SYSTEM_LDT, .base = (uintptr_t)table, .limit = (uint32_t)ARG1})));
    start.ecx = ARG0;
    FAULT("mov ss, ecx");
}

/* Another descriptor there than in the GDT at the same index. */
static void local_not_present(void)
{
    table[SEL_KERNEL_DATA / 8] =
        encode_descriptor((struct descriptor){.type = DATA_WRITABLE, .limit = 0xfffff, .d = true, .g = true, .not_present = true});
    lldt(add_descriptor("ldt", encode_descriptor((struct descriptor){.type = SYSTEM_LDT, .base = (uintptr_t)table, .limit = (uint32_t)ARG1})));
    load();
}

static void no_ldt(void)
{
    lldt(0);
    load();
}

static void no_ldt_stack(void)
{
    lldt(0);
    start.ecx = ARG0;
    FAULT("mov ss, ecx");
}

#define SPEC .spec = "SDM 3A \"Segment Descriptor Tables\", \"Limit Checking\""
#define GP(name_, run_, selector_, limit_, about_)                                                                                               \
    {                                                                                                                                            \
        VARIANT, .name = name_, .about = about_, SPEC, .vector = VEC_GP, .error = SELECTOR_ERROR(selector_), .saved_rip = AT_FAULT, .run = run_, \
                 .arg = {                                                                                                                        \
                     selector_,                                                                                                                  \
                     limit_                                                                                                                      \
                 }                                                                                                                               \
    }
#define OK(name_, run_, selector_, limit_, about_)                                                                       \
    {                                                                                                                    \
        VARIANT, .name = name_, .about = about_, SPEC, .vector = NO_EXCEPTION, .run = run_, .arg = { selector_, limit_ } \
    }
#define LOCAL(index, rpl) ((index)*8 | SELECTOR_TI | (rpl))
VARIANTS(OK("gdt_last", global, SEL_FREE, SEL_FREE + 7, "the last descriptor within the GDT's limit"),
         GP("gdt_short", global, SEL_FREE, SEL_FREE + 6, "the descriptor's last byte is beyond the GDT's limit"),
         GP("gdt_short7", global, SEL_FREE, SEL_FREE, "only the descriptor's first byte is within the GDT's limit"),
         GP("gdt_beyond", global, SEL_FREE, SEL_FREE - 1, "the descriptor is beyond the GDT's limit"),
         GP("gdt_rpl", global, SEL_FREE | 3, SEL_FREE + 6, "RPL 3: the descriptor's last byte is beyond the GDT's limit"),
         OK("gdt_rpl_last", global, SEL_FREE | 3, SEL_FREE + 7, "RPL 3: the last descriptor within the GDT's limit"),
         GP("gdt_user", global_user, SEL_FREE | 3, SEL_FREE + 6, "CPL 3: the descriptor's last byte is beyond the GDT's limit"),
         OK("gdt_whole", global_whole, 0xfff8, 0, "selector 0xfff8 of a GDT with limit 0xffff"),
         OK("ldt_first", local, LOCAL(0, 0), 0x7f, "index 0 of the LDT"), OK("ldt_first_rpl", local, LOCAL(0, 3), 0x7f, "RPL 3: index 0 of the LDT"),
         OK("ldt_last", local, LOCAL(15, 0), 0x7f, "the last descriptor within the LDT's limit"),
         GP("ldt_short", local, LOCAL(15, 0), 0x7e, "the descriptor's last byte is beyond the LDT's limit"),
         GP("ldt_beyond", local, LOCAL(16, 0), 0x7f, "the descriptor is beyond the LDT's limit"),
         GP("ldt_first_short", local, LOCAL(0, 3), 6, "RPL 3: index 0 of an LDT with limit 6"),
         GP("ldt_empty", local, LOCAL(0, 0), 0, "index 0 of an LDT with limit 0"),
         OK("ldt_user", local_user, LOCAL(3, 3), 0x7f, "CPL 3: a descriptor of the LDT"),
         GP("ldt_user_beyond", local_user, LOCAL(16, 3), 0x7f, "CPL 3: the descriptor is beyond the LDT's limit"),
         OK("ldt_stack", local_stack, LOCAL(2, 3), 0x7f, "CPL 3: a descriptor of the LDT into SS"),
         GP("ldt_stack_beyond", local_stack, LOCAL(16, 3), 0x7f, "CPL 3: a descriptor beyond the LDT's limit into SS"),
         {VARIANT, .name = "ldt_own", .about = "the LDT's descriptor isn't present, the GDT's at that index is", SPEC, .vector = VEC_NP,
          .error = SEL_KERNEL_DATA | SELECTOR_TI, .saved_rip = AT_FAULT, .run = local_not_present, .arg = {SEL_KERNEL_DATA | SELECTOR_TI, 0x7f}},
         GP("no_ldt", no_ldt, SEL_KERNEL_DATA | SELECTOR_TI, 0, "LDTR null"), GP("no_ldt_first", no_ldt, LOCAL(0, 0), 0, "LDTR null: index 0"),
         GP("no_ldt_first_rpl", no_ldt, LOCAL(0, 3), 0, "LDTR null, RPL 3: index 0"),
         GP("no_ldt_stack", no_ldt_stack, SEL_KERNEL_DATA | SELECTOR_TI, 0, "LDTR null: into SS"),
         GP("no_ldt_last", no_ldt, 0xffff, 0, "LDTR null: selector 0xffff"));
