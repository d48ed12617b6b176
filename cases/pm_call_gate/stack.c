/*
 * What far CALL through a gate to an inner level requires of the stack that the TSS names for it: that the TSS has it, #TS(TSS); that SS isn't null,
 * #TS(0), and is writable data with RPL and DPL of the new level, #TS(SS); that it is present and has room for the parameters and four words of the
 * gate's size, #SS(SS). Nothing has changed then. From CPL 3 to CPL 1, so that the handler has the stack of CPL 0.
 */
#include <case32.h>

static void through(struct call_gate g)
{
    struct program p = ASSEMBLE(MARK(fault) "call fword ptr [ebx]\n" MARK(after) "nop\n" MARK(target) "int3\n" MARK(reached));
    uint32_t *pointer;

    in_user_mode();
    set_gate(VEC_BP, .dpl = 3);
    g.offset = label_of(p, "target");
    g.selector = SEL_RING1_CODE;
    g.dpl = 3;
    start.ebx = map_page("pointer", PAGE_PRESENT | PAGE_USER);
    pointer = frame_of(start.ebx);
    pointer[1] = add_call_gate("gate", g) | 3u;
    start.esp -= 4 * g.parameters;
    run_program(p);
}

/* arg: SS1. */
static void number(void)
{
    tss.ss1 = ARG0;
    through((struct call_gate){0});
}

static void no_ldt(void)
{
    lldt(0);
    number();
}

#define OF(type, dpl, rpl) ((type) | (dpl) << 8 | (rpl) << 16)
#define NOT_PRESENT 0x1000u

static void described(void)
{
    struct descriptor d = {.type = (uint8_t)ARG0, .dpl = ARG0 >> 8 & 3, .not_present = ARG0 & NOT_PRESENT, .limit = 0xfffff, .d = true, .g = true};

    tss.ss1 = add_descriptor("stack", encode_descriptor(d)) | (ARG0 >> 16 & 3);
    through((struct call_gate){0});
}

/* arg: the TSS's limit. ESP1 is at 0xc, SS1 at 0x10. */
static void tss_limit(void)
{
    set_tss_limit((uint16_t)ARG0);
    through((struct call_gate){0});
}

/* arg: ESP1, in a segment of 4 KiB that has memory around it; the parameters. */
static void room(void)
{
    struct descriptor d = {.type = DATA_WRITABLE, .limit = 0xfff, .d = true, .dpl = 1};

    d.base = map_pages("pages", 3, PAGE_PRESENT | PAGE_WRITE) + PAGE_SIZE;
    tss.ss1 = add_descriptor("stack", encode_descriptor(d)) | 1u;
    tss.esp1 = ARG0;
    through((struct call_gate){.parameters = ARG1 & 31});
}

/* The page below ESP1 isn't present; the access is the new level's. */
static void not_mapped(void)
{
    uintptr_t page = map_pages("pages", 2, PAGE_PRESENT | PAGE_WRITE) + PAGE_SIZE;

    change_page(page - PAGE_SIZE, PAGE_PRESENT, 0);
    tss.esp1 = page + ARG0;
    through((struct call_gate){0});
}

#define SPEC .spec = "SDM 2A \"CALL-Call Procedure\"; SDM 3A \"Stack Switching\""
#define ROW(name_, run_, arg0, arg1, vector_, error_, about_)                                                                                        \
    {                                                                                                                                                \
        VARIANT, .name = name_, .about = about_, SPEC, .vector = vector_, .error = error_, .saved_rip = AT_FAULT, .run = run_, .arg = { arg0, arg1 } \
    }
#define REACHED(name_, run_, arg0, arg1, about_)                                                                                          \
    {                                                                                                                                     \
        VARIANT, .name = name_, .about = about_, SPEC, .vector = VEC_BP, .error = NO_ERROR, .saved_rip = "reached", .run = run_, .arg = { \
            arg0,                                                                                                                         \
            arg1                                                                                                                          \
        }                                                                                                                                 \
    }
VARIANTS(ROW("null", number, 0, 0, VEC_TS, 0, "SS1 is 0"), ROW("null_rpl", number, 1, 0, VEC_TS, 0, "SS1 is 1: null"),
         ROW("beyond", number, (GDT_LIMIT + 1) | 1, 0, VEC_TS, GDT_LIMIT + 1, "SS1 is beyond the GDT's limit"),
         ROW("no_ldt", no_ldt, SEL_RING1_DATA | SELECTOR_TI, 0, VEC_TS, SELECTOR_ERROR(SEL_RING1_DATA) | SELECTOR_TI, "SS1 is of the LDT, LDTR null"),
         ROW("rpl", number, SELECTOR_ERROR(SEL_RING1_DATA) | 3, 0, VEC_TS, SELECTOR_ERROR(SEL_RING1_DATA), "RPL of SS1 is 3"),
         ROW("rpl0", number, SELECTOR_ERROR(SEL_RING1_DATA), 0, VEC_TS, SELECTOR_ERROR(SEL_RING1_DATA), "RPL of SS1 is 0"),
         ROW("dpl0", number, SEL_KERNEL_DATA | 1, 0, VEC_TS, SEL_KERNEL_DATA, "DPL of SS1 is 0"),
         ROW("dpl3", described, OF(DATA_WRITABLE, 3, 1), 0, VEC_TS, SEL_FREE, "DPL of SS1 is 3"),
         ROW("rpl_dpl", number, SEL_USER_DATA, 0, VEC_TS, SELECTOR_ERROR(SEL_USER_DATA), "RPL and DPL of SS1 are 3"),
         ROW("read_only", described, OF(DATA_READ_ONLY, 1, 1), 0, VEC_TS, SEL_FREE, "SS1 is read-only"),
         ROW("code", described, OF(CODE_READABLE, 1, 1), 0, VEC_TS, SEL_FREE, "SS1 is code"),
         ROW("system", described, OF(SYSTEM_LDT, 1, 1), 0, VEC_TS, SEL_FREE, "SS1 is an LDT"),
         ROW("not_present", described, OF(DATA_WRITABLE, 1, 1) | NOT_PRESENT, 0, VEC_SS, SEL_FREE, "SS1 isn't present"),
         ROW("not_present_rpl", described, OF(DATA_WRITABLE, 1, 3) | NOT_PRESENT, 0, VEC_TS, SEL_FREE, "SS1 isn't present, its RPL is 3"),
         ROW("not_present_read_only", described, OF(DATA_READ_ONLY, 1, 1) | NOT_PRESENT, 0, VEC_TS, SEL_FREE, "SS1 isn't present, and read-only"),
         ROW("tss_limit", tss_limit, 0x10, 0, VEC_TS, SEL_TSS, "the TSS ends within SS1"),
         ROW("tss_limit_before", tss_limit, 0xb, 0, VEC_TS, SEL_TSS, "the TSS ends before ESP1"),
         REACHED("tss_limit_enough", tss_limit, 0x13, 0, "the TSS ends behind the doubleword of SS1"),
         ROW("room", room, 0xc, 0, VEC_SS, SEL_FREE, "room for three of four doublewords"),
         ROW("room_over", room, 0xf, 0, VEC_SS, SEL_FREE, "room for 15 of 16 bytes"),
         REACHED("room_enough", room, 0x10, 0, "room for four doublewords"),
         ROW("room_top", room, 0x1001, 0, VEC_SS, SEL_FREE, "the first doubleword has one byte beyond the limit"),
         ROW("room_parameters", room, 0x10, 1, VEC_SS, SEL_FREE, "one parameter: room for four of five doublewords"),
         REACHED("room_parameters_enough", room, 0x14, 1, "one parameter: room for five doublewords"),
         ROW("room_parameters31", room, 0x88, 31, VEC_SS, SEL_FREE, "31 parameters: room for 34 of 35 doublewords"),
         ROW("not_mapped", not_mapped, 0, 0, VEC_PF, PF_W, "the page below ESP1 isn't present"),
         ROW("not_mapped_across", not_mapped, 8, 0, VEC_PF, PF_W, "the third doubleword is on a page that isn't present"));
