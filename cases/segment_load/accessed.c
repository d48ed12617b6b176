/*
 * A load sets the accessed bit (bit 0 of the type) in the descriptor, and a load that faults doesn't: the bit is set when the selector is loaded.
 * The value is the descriptor's byte with P, DPL, S and type.
 */
#include <case.h>

static uint16_t selector;

static void look(void)
{
    note("access", ((volatile uint8_t *)gdt)[selector + 5]);
}

static void add(struct descriptor d)
{
    d.limit = 0xfffff;
    d.g = true;
    selector = add_descriptor("fresh", encode_descriptor(d) & ~DESCRIPTOR_ACCESSED);
    start.rcx = selector;
    at_end(look);
}

static void ds(void)
{
    add((struct descriptor){.type = DATA_WRITABLE, .d = true});
    FAULT("mov ds, ecx");
}

static void ss(void)
{
    add((struct descriptor){.type = DATA_WRITABLE, .d = true});
    FAULT("mov ss, ecx");
}

static void code(void)
{
    add((struct descriptor){.type = CODE_READABLE, .l = true});
    FAULT("mov ds, ecx");
}

/* At CPL 3 too: the access to the table is the processor's own. */
static void user(void)
{
    in_user_mode();
    add((struct descriptor){.type = DATA_WRITABLE, .d = true, .dpl = 3});
    FAULT("mov ds, ecx");
}

static void np(void)
{
    add((struct descriptor){.type = DATA_WRITABLE, .d = true, .not_present = true});
    FAULT("mov ds, ecx");
}

static void ss_np(void)
{
    add((struct descriptor){.type = DATA_WRITABLE, .d = true, .not_present = true});
    FAULT("mov ss, ecx");
}

static void dpl(void)
{
    in_user_mode();
    add((struct descriptor){.type = DATA_WRITABLE, .d = true});
    FAULT("mov ds, ecx");
}

static void execute_only(void)
{
    add((struct descriptor){.type = CODE_EXECUTE_ONLY, .l = true});
    FAULT("mov ds, ecx");
}

#define SPEC .spec = "SDM 3A \"Code- and Data-Segment Descriptor Types\"; SDM 2B \"MOV-Move\""
#define LOADED(name_, about_)                                                                \
    {                                                                                        \
        VARIANT, .name = #name_, .about = about_, SPEC, .vector = NO_EXCEPTION, .run = name_ \
    }
#define ROW(name_, vector_, about_)                                                                                               \
    {                                                                                                                             \
        VARIANT, .name = #name_, .about = about_, SPEC, .vector = vector_, .error = SEL_FREE, .saved_rip = AT_FAULT, .run = name_ \
    }

VARIANTS(LOADED(ds, "data into DS at CPL 0: accessed"), LOADED(ss, "data into SS at CPL 0: accessed"),
         LOADED(code, "readable code into DS at CPL 0: accessed"), LOADED(user, "data into DS at CPL 3: accessed"),
         ROW(np, VEC_NP, "not-present data into DS at CPL 0: not accessed"), ROW(ss_np, VEC_SS, "not-present data into SS at CPL 0: not accessed"),
         ROW(dpl, VEC_GP, "data of DPL 0 into DS at CPL 3: not accessed"),
         ROW(execute_only, VEC_GP, "execute-only code into DS at CPL 0: not accessed"));
