/*
 * The interrupt table of real mode: IDTR's base and limit. An entry that isn't wholly within the limit is #GP; where that of #GP isn't, either,
 * #DF; and where that isn't, shutdown.
 */
#include <case16.h>

#define END(vector) ((vector)*4u + 3u) /* the last byte of its entry */

static void int_n(void)
{
    lidt(0, (uint16_t)ARG0);
    FAULT("int 0x40");
}

static void undefined(void)
{
    lidt(0, (uint16_t)ARG0);
    FAULT("ud2");
}

static void divide(void)
{
    lidt(0, (uint16_t)ARG0);
    start.ebx = 0;
    FAULT("div bl");
}

static void breakpoint(void)
{
    lidt(0, (uint16_t)ARG0);
    FAULT("int3");
}

static void icebp(void)
{
    lidt(0, (uint16_t)ARG0);
    FAULT(".byte 0xf1");
}

static void stack_fault(void)
{
    lidt(0, (uint16_t)ARG0);
    start.ebp = 0xfffd;
    FAULT("les di, [bp]");
}

static uint8_t copy[256 * sizeof(struct ivt_entry) + 1]; /* above 1 MiB */

/* The table with an entry for vector 0x40 that the one at 0 hasn't. */
static void copy_table(void *to)
{
    const uint8_t *from = (const uint8_t *)ivt;

    for (unsigned i = 0; i < sizeof(ivt); i++)
        ((uint8_t *)to)[i] = from[i];
    ivt[0x40] = (struct ivt_entry){0, 0};
}

static void unaligned(void)
{
    copy_table((void *)(REAL_FREE + 1));
    lidt(REAL_FREE + 1, sizeof(ivt) - 1);
    FAULT("int 0x40");
}

static void above_1mib(void)
{
    copy_table(copy);
    lidt((uintptr_t)copy, sizeof(ivt) - 1);
    FAULT("int 0x40");
}

/* The program itself loads IDTR, from DS:0. */
static void lidt_operand(uint32_t base)
{
    uint16_t *operand = (uint16_t *)(16 * REAL_DS);

    operand[0] = sizeof(ivt) - 1;
    operand[1] = (uint16_t)base;
    operand[2] = (uint16_t)(base >> 16);
}

static void lidt_24_bits(void)
{
    copy_table((void *)REAL_FREE);
    lidt_operand(0x5a000000 | REAL_FREE);
    PROGRAM("lidt [0]\n" MARK(fault) "int 0x40\n" MARK(after));
}

static void lidt_32_bits(void)
{
    copy_table(copy);
    lidt_operand((uint32_t)(uintptr_t)copy);
    PROGRAM(".byte 0x66, 0x0f, 0x01, 0x1e, 0, 0\n" MARK(fault) "int 0x40\n" MARK(after));
}

/* The entry's segment is loaded as it is. */
static void other_segment(void)
{
    struct program handler = ASSEMBLE("mov ax, cs\n.byte 0xe8, 0, 0\n1: pop bx\n.byte 0x81, 0xeb\n.word 1b - 0x8000\niret\n");

    set_ivt(0x40, handler);
    ivt[0x40].segment -= 0x7f;
    ivt[0x40].offset += 0x7f0;
    FAULT("int 0x40");
}

static void last_vector(void)
{
    FAULT("int 0xff");
}

#define LIMIT                                                                                                                                \
    "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\", REAL-ADDRESS-MODE; SDM 3B \"Interrupt and Exception Handling\" of \"8086 " \
    "Emulation\""
#define BASE "SDM 3B \"Interrupt and Exception Handling\" of \"8086 Emulation\"; SDM 2A \"LGDT/LIDT-Load Global/Interrupt Descriptor Table Register\""
#define DOUBLE "SDM 3A \"Interrupt 8-Double Fault Exception (#DF)\"; " LIMIT
#define ROW(name_, run_, limit, spec_, id_, about_, ...)                                                                               \
    {                                                                                                                                  \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .id = id_, .run = run_, .arg = {limit}, .error = NO_ERROR, __VA_ARGS__ \
    }
#define GP .vector = VEC_GP, .saved_rip = AT_FAULT
#define DF .vector = VEC_DF, .saved_rip = UNDEFINED
#define PASSES(vector_) .vector = vector_, .saved_rip = AFTER
VARIANTS(ROW("int_beyond", int_n, END(0x3f), LIMIT, "rm-ivt-limit-int", "INT n, its entry begins behind the limit", GP),
         ROW("int_one_byte", int_n, END(0x3f) + 1, LIMIT, "", "INT n, one byte of its entry is within the limit", GP),
         ROW("int_two_bytes", int_n, END(0x3f) + 2, LIMIT, "", "INT n, two bytes of its entry are within the limit", GP),
         ROW("int_within", int_n, END(0x40), LIMIT, "", "INT n, its entry ends at the limit", PASSES(0x40)),
         ROW("int3_beyond", breakpoint, END(VEC_BP) - 1, DOUBLE, "", "INT3, its entry and those of #DF and #GP aren't within the limit",
             .vector = SHUTDOWN),
         ROW("int3_within", breakpoint, END(VEC_BP), LIMIT, "", "INT3, its entry ends at the limit", PASSES(VEC_BP)),
         ROW("int1_within", icebp, END(VEC_DB), LIMIT, "", "INT1, its entry ends at the limit", PASSES(VEC_DB)),
         ROW("divide_within", divide, END(VEC_DE), LIMIT, "", "#DE, its entry ends at the limit", .vector = VEC_DE, .saved_rip = AT_FAULT),
         ROW("divide_beyond", divide, END(VEC_DE) - 1, DOUBLE, "", "#DE, its entry isn't within the limit", .vector = SHUTDOWN),
         ROW("undefined_within", undefined, END(VEC_UD), LIMIT, "", "#UD, its entry ends at the limit", .vector = VEC_UD, .saved_rip = AT_FAULT),
         ROW("double_fault", int_n, END(VEC_GP) - 1, DOUBLE, "rm-ivt-limit-df", "INT n, its entry and that of #GP aren't within the limit", DF),
         ROW("double_fault_within", int_n, END(VEC_DF), DOUBLE, "", "the same, the entry of #DF ends at the limit", DF),
         ROW("double_fault_ss", stack_fault, END(VEC_SS) - 1, DOUBLE, "", "#SS, its entry and that of #GP aren't within the limit", DF),
         ROW("shutdown", int_n, END(VEC_DF) - 1, DOUBLE, "triple-rm-ivt-limit", "INT n, its entry and those of #GP and #DF aren't within the limit",
             .vector = SHUTDOWN),
         ROW("shutdown_limit_0", int_n, 0, DOUBLE, "rm-limit-shutdown", "INT n with IDTR's limit 0", .vector = SHUTDOWN),
         ROW("shutdown_undefined", undefined, 0, DOUBLE, "", "UD2 with IDTR's limit 0", .vector = SHUTDOWN),
         ROW("base_unaligned", unaligned, 0, BASE, "rm-ivt-relocated", "IDTR's base is odd", PASSES(0x40)),
         ROW("base_above_1mib", above_1mib, 0, BASE, "rm-ivt-relocated", "IDTR's base is above 1 MByte", PASSES(0x40)),
         ROW("lidt_24_bits", lidt_24_bits, 0, BASE, "", "LIDT with a 16-bit operand size takes 24 bits of the base", PASSES(0x40)),
         ROW("lidt_32_bits", lidt_32_bits, 0, BASE, "", "LIDT with a 32-bit operand size takes all bits of the base", PASSES(0x40)),
         ROW("segment", other_segment, 0, LIMIT, "", "INT n to another segment and offset of the same place", .vector = NO_EXCEPTION),
         ROW("last_vector", last_vector, 0, LIMIT, "", "INT 0xff", PASSES(0xff)));
