/* Real mode: three words of FLAGS, CS and IP through the interrupt table, never an error code; the fault's IP is the instruction's. */
#include <case16.h>

static void divide(void)
{
    start.ebx = 0;
    FAULT("div bl");
}

static void int_n(void)
{
    FAULT("int 0x40");
}

static void resumed(void)
{
    on_exception(0x40, resume);
    int_n();
}

/* The handler is a program of its own, whose IRET goes back. */
static void handler(void)
{
    set_ivt(0x40, ASSEMBLE("mov ax, 0x1234\niret\n"));
    FAULT("int 0x40");
}

static void limit_data(void)
{
    start.ebx = 0xffff;
    FAULT("mov ax, [bx]");
}

static void limit_stack(void)
{
    start.ebp = 0xffff;
    FAULT("mov ax, [bp]");
}

/* The entry's last byte is beyond the limit. */
static void table_limit(void)
{
    lidt(0, 0x40 * sizeof(struct ivt_entry) + 2);
    FAULT("int 0x40");
}

static void table_elsewhere(void)
{
    struct ivt_entry *table = (struct ivt_entry *)REAL_FREE;

    for (unsigned v = 0; v < 256; v++)
        table[v] = ivt[v];
    ivt[0x40] = (struct ivt_entry){0, 0};
    lidt(REAL_FREE, 256 * sizeof(struct ivt_entry) - 1);
    FAULT("int 0x40");
}

static void single_step(void)
{
    start.eflags |= EFLAGS_TF;
    PROGRAM(MARK(first) "nop\n" MARK(after) "nop\n");
}

static void nested(void)
{
    on_exception_run(VEC_UD, HANDLER(MARK(inner) "int3\n" MARK(inner_after)));
    FAULT("ud2");
}

#define DELIVERY "SDM 3B \"Interrupt and Exception Handling\" of \"8086 Emulation\""
#define ROW(name_, run_, vector_, rip_, resumes_, id_, about_)                                                                         \
    {                                                                                                                                  \
        VARIANT, .name = name_, .about = about_, .spec = DELIVERY, .id = id_, .vector = vector_, .error = NO_ERROR, .saved_rip = rip_, \
                 .resumes = resumes_, .run = run_                                                                                      \
    }
VARIANTS(ROW("divide", divide, VEC_DE, AT_FAULT, 0, "de-rm-div8", "DIV by 0"), ROW("int_n", int_n, 0x40, AFTER, 0, "rm-int-frame", "INT n"),
         ROW("int_n_resumed", resumed, 0x40, AFTER, 1, "resume-rm-roundtrip", "INT n, whose handler returns"),
         ROW("int_n_handler", handler, NO_EXCEPTION, "", 0, "rm-iret-restores", "INT n to a handler of the case's own"),
         ROW("limit_data", limit_data, VEC_GP, AT_FAULT, 0, "rm-gp-word-ffff rm-no-error-code-gp", "a word at offset 0xffff of DS"),
         ROW("limit_stack", limit_stack, VEC_SS, AT_FAULT, 0, "rm-ss-bp-ffff", "a word at offset 0xffff of SS"),
         ROW("table_limit", table_limit, VEC_GP, AT_FAULT, 0, "rm-ivt-limit-partial", "INT n, the last byte of its entry is beyond the IDT's limit"),
         ROW("table_elsewhere", table_elsewhere, 0x40, AFTER, 0, "rm-ivt-relocated", "INT n, the IDT's base isn't 0"),
         ROW("single_step", single_step, VEC_DB, AFTER, 0, "db-tf-rm", "single step"),
         ROW("nested", nested, VEC_UD, AT_FAULT, 0, "", "INT3 in the handler of UD2"));
