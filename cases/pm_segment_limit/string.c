/*
 * A repeated string instruction that comes to the limit keeps what it has done: ECX, ESI and EDI say which elements are left, and of CMPS and SCAS
 * the flags are those from before it. One element isn't done in part.
 */
#include <case32.h>

/* Both segments begin with pages of their own, of 0xb0, and have limit 0xfff; what lies behind is there, too. */
static uint16_t segment(const char *name, const char *pages_name)
{
    uintptr_t pages = map_pages(pages_name, 3, PAGE_PRESENT | PAGE_WRITE | PAGE_USER);

    for (unsigned page = 0; page < 3; page++)
        fill_words((uintptr_t)frame_of(pages + page * PAGE_SIZE), start.eax, PAGE_SIZE / 4);
    return add_descriptor(name, encode_descriptor((struct descriptor){.type = DATA_WRITABLE, .base = pages + PAGE_SIZE, .limit = 0xfff, .d = true}));
}

/* arg: ESI, EDI. */
static void set_up(void)
{
    start.ds = segment("source", "source_pages");
    start.es = segment("target", "target_pages");
    start.ecx = 0x10;
    start.esi = ARG0;
    start.edi = ARG1;
}

#define FORM(name, instruction) \
    static void name(void)      \
    {                           \
        set_up();               \
        FAULT(instruction);     \
    }
FORM(movsb, "rep movsb")
FORM(movsd, "rep movsd")
FORM(stosw, "rep stosw")
FORM(lodsb, "rep lodsb")
FORM(cmpsb, "repe cmpsb")
FORM(single, "movsd")
FORM(short_movsb, ".byte 0x67, 0xf3, 0xa4")

static void scasb(void)
{
    set_up();
    start.eax = 0;
    FAULT("repne scasb");
}

static void downwards(void)
{
    set_up();
    start.eflags |= EFLAGS_DF;
    FAULT("rep movsb");
}

#define ROW(name_, run_, esi_, edi_, about_)                                                                                                      \
    {                                                                                                                                             \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 2B \"REP/REPE/REPZ/REPNE/REPNZ-Repeat String Operation Prefix\"", .vector = VEC_GP, \
                 .error = 0, .saved_rip = AT_FAULT, .run = run_, .arg = {                                                                         \
                     esi_,                                                                                                                        \
                     edi_                                                                                                                         \
                 }                                                                                                                                \
    }
VARIANTS(ROW("movsb_source", movsb, 0xff8, 0, "REP MOVSB: after eight bytes ESI is beyond the limit"),
         ROW("movsb_target", movsb, 0, 0xffd, "REP MOVSB: after three bytes EDI is beyond the limit"),
         ROW("movsb_none", movsb, 0x1000, 0, "REP MOVSB: nothing is done"),
         ROW("movsd_source", movsd, 0xff6, 0, "REP MOVSD: the third doubleword has two bytes beyond the limit"),
         ROW("movsd_target", movsd, 0, 0xffb, "REP MOVSD: the second doubleword has three bytes beyond the limit of its target"),
         ROW("movsd_single", single, 0, 0xffd, "MOVSD: the doubleword has a byte beyond the limit of its target"),
         ROW("stosw", stosw, 0, 0xffb, "REP STOSW: the third word has a byte beyond the limit"),
         ROW("lodsb", lodsb, 0xffc, 0, "REP LODSB: after four bytes ESI is beyond the limit"),
         ROW("cmpsb", cmpsb, 0xffc, 0, "REPE CMPSB: after four equal bytes ESI is beyond the limit"),
         ROW("scasb", scasb, 0, 0xffe, "REPNE SCASB: after two bytes EDI is beyond the limit"),
         ROW("downwards", downwards, 4, 0x20, "REP MOVSB with DF=1: after five bytes ESI is below 0"),
         ROW("short_movsb", short_movsb, 0xffe, 0, "REP MOVSB with 16-bit addressing: after two bytes SI is beyond the limit"));
