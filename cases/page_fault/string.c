/*
 * A repeated string instruction that faults keeps what it has done: RCX, RSI and RDI say which elements are left, the flags
 * are those from before it. The element that faults isn't counted. Without a prefix nothing is done.
 */
#include <case.h>

static uintptr_t source, pair; /* a page of 0x80, 0x81, ...; two pages of which one isn't present */

/* arg: the bytes before the pair's second page that the instruction finds. */
static void prepare(void)
{
    source = map_pages("source", 2, PAGE_PRESENT | PAGE_WRITE);
    pair = map_pages("pair", 2, PAGE_WRITE);
    for (unsigned page = 0; page < 2; page++)
        for (unsigned i = 0; i < PAGE_SIZE; i++)
            ((uint8_t *)frame_of(source + page * PAGE_SIZE))[i] = (uint8_t)(0x80 + (i & 0x3f));
    change_page(pair, 0, PAGE_PRESENT);
    start.rcx = 16;
    start.rsi = source + 0x100;
    start.rdi = pair + PAGE_SIZE - ARG0;
}

/* What the instruction reads is in the pair, from `first` upwards by `step`. */
static void fill_pair(unsigned first, unsigned step)
{
    uint8_t *bytes = frame_of(pair);

    for (unsigned i = 0; i < ARG0; i++)
        bytes[PAGE_SIZE - ARG0 + i] = (uint8_t)(first + i * step);
}

static void see_destination(void)
{
    record_memory("destination", (uint8_t *)frame_of(pair) + PAGE_SIZE - ARG0, ARG0 & ~7ull);
}

static void movs_source(void)
{
    prepare();
    start.rsi = pair + PAGE_SIZE + 0x5c0;
    start.rdi = source;
    FAULT("movsb");
}

static void movs_destination(void)
{
    prepare();
    start.rdi = pair + PAGE_SIZE + 0x5c0;
    FAULT("movsb");
}

static void cmps_both(void)
{
    prepare();
    change_page(source, PAGE_PRESENT, 0);
    start.rdi = pair + PAGE_SIZE + 0x5c0;
    FAULT("cmpsb");
}

static void rep_movsb(void)
{
    prepare();
    see_destination();
    FAULT("rep movsb");
}

static void rep_movsb_read_only(void)
{
    prepare();
    see_destination();
    change_page(pair + PAGE_SIZE, PAGE_WRITE, PAGE_PRESENT);
    FAULT("rep movsb");
}

static void rep_movsb_source(void)
{
    prepare();
    fill_pair(0x10, 1);
    start.rsi = start.rdi;
    start.rdi = source;
    record_memory("destination", frame_of(source), 16);
    FAULT("rep movsb");
}

/* DF=1: from the pair's second page down into the first, which isn't present. */
static void rep_movsb_down(void)
{
    prepare();
    change_page(pair, PAGE_PRESENT, 0);
    change_page(pair + PAGE_SIZE, 0, PAGE_PRESENT);
    start.rdi = pair + PAGE_SIZE + 7;
    start.rflags |= RFLAGS_DF;
    record_memory("destination", frame_of(pair + PAGE_SIZE), 8);
    FAULT("rep movsb");
}

static void rep_movsq(void)
{
    prepare();
    record_memory("destination", (uint8_t *)frame_of(pair) + PAGE_SIZE - ARG0, ARG0 & ~7ull);
    FAULT("rep movsq");
}

/* Long enough for fast strings: a page and a half onto a page and what isn't there. */
static void rep_movsb_large(void)
{
    prepare();
    start.rsi = source;
    start.rdi = pair;
    start.rcx = PAGE_SIZE + PAGE_SIZE / 2;
    record_memory("destination", (uint8_t *)frame_of(pair) + PAGE_SIZE - 16, 16);
    FAULT("rep movsb");
}

static void rep_stosb(void)
{
    prepare();
    see_destination();
    FAULT("rep stosb");
}

static void rep_stosq_large(void)
{
    prepare();
    start.rdi = pair;
    start.rcx = PAGE_SIZE;
    record_memory("destination", (uint8_t *)frame_of(pair) + PAGE_SIZE - 16, 16);
    FAULT("rep stosq");
}

static void rep_lodsb(void)
{
    prepare();
    fill_pair(0x11, 1);
    start.rsi = start.rdi;
    FAULT("rep lodsb");
}

/* Equal data: ZF stays 1 and CF 0 inside, while the flags before were others. */
static void repe_cmpsb(void)
{
    prepare();
    fill_pair(0x80, 1);
    start.rsi = pair + PAGE_SIZE - ARG0;
    start.rdi = source;
    start.rflags &= ~RFLAGS_ZF;
    FAULT("repe cmpsb");
}

static void repne_scasb(void)
{
    prepare();
    fill_pair(0x80, 1);
    start.rax = 0x11;
    start.rflags &= ~(RFLAGS_CF | RFLAGS_OF);
    FAULT("repne scasb");
}

static void rep_insb(void)
{
    prepare();
    start.rcx = 4;
    start.rdx = 0x61;
    FAULT("rep insb");
}

static void rep_outsb(void)
{
    prepare();
    start.rcx = 4;
    start.rsi = start.rdi;
    start.rdx = 0x80;
    FAULT("rep outsb");
}

/* With a 32-bit address size the registers are ECX, ESI and EDI. */
static void rep_movsb_32(void)
{
    prepare();
    see_destination();
    FAULT("addr32 rep movsb");
}

/* The handler makes the page present; IRETQ goes on with the ninth byte. */
static void repair(struct interrupt_frame *frame, struct capture *capture)
{
    (void)frame;
    (void)capture;
    change_page(pair + PAGE_SIZE, 0, PAGE_PRESENT);
}

static void rep_resume(void)
{
    prepare();
    on_exception(VEC_PF, repair);
    see_destination();
    record_memory("rest", frame_of(pair + PAGE_SIZE), 16);
    FAULT("rep movsb");
}

#define ROW(name_, about_, id_, run_, before_, error_, ...)                                                                                   \
    {                                                                                                                                         \
        VARIANT, .name = name_, .about = "CPL-0 " about_, .spec = "SDM 2B \"REP/REPE/REPZ/REPNE/REPNZ\"; SDM 3A \"Program or Task Restart\"", \
                 .id = id_, .vector = VEC_PF, .error = error_, .saved_rip = AT_FAULT, .run = run_, .arg = {before_}, __VA_ARGS__              \
    }

VARIANTS(ROW("movs_source", "MOVSB from a not-present page", "pf-movs-src-np", movs_source, 0, 0),
         ROW("movs_destination", "MOVSB to a not-present page", "pf-movs-dst-np", movs_destination, 0, PF_W),
         ROW("cmps_both", "CMPSB of two not-present pages", "pf-cmps-both-np", cmps_both, 0, 0),
         ROW("rep_movsb", "REP MOVSB, RCX=16, 8 bytes before a not-present destination", "pf-rep-movsb-dst", rep_movsb, 8, PF_W),
         ROW("rep_movsb_read_only", "REP MOVSB, RCX=16, 8 bytes before a read-only destination", NULL, rep_movsb_read_only, 8, PF_P | PF_W),
         ROW("rep_movsb_source", "REP MOVSB, RCX=16, 8 bytes before a not-present source", "pf-rep-movsb-src", rep_movsb_source, 8, 0),
         ROW("rep_movsb_down", "REP MOVSB, DF=1, RCX=16, 8 bytes above a not-present destination", "pf-rep-movsb-df1", rep_movsb_down, 8, PF_W),
         ROW("rep_movsb_32", "REP MOVSB with 32-bit addresses, RCX=16, 8 bytes before a not-present destination", NULL, rep_movsb_32, 8, PF_W),
         ROW("rep_movsq", "REP MOVSQ, RCX=16, 3 elements before a not-present destination", "pf-rep-movsq-aligned", rep_movsq, 24, PF_W),
         ROW("rep_movsq_straddle", "REP MOVSQ, RCX=16, 2.5 elements before a not-present destination", "pf-rep-movsq-straddle", rep_movsq, 20, PF_W),
         ROW("rep_movsb_large", "REP MOVSB, RCX=0x1800, a page before a not-present destination", "pf-rep-movsb-large", rep_movsb_large, 0, PF_W),
         ROW("rep_stosb", "REP STOSB, RCX=16, 8 bytes before a not-present destination", "pf-rep-stosb", rep_stosb, 8, PF_W),
         ROW("rep_stosq_large", "REP STOSQ, RCX=0x1000, a page before a not-present destination", NULL, rep_stosq_large, 0, PF_W),
         ROW("rep_lodsb", "REP LODSB, RCX=16, 8 bytes before a not-present source", "pf-rep-lodsb", rep_lodsb, 8, 0),
         ROW("repe_cmpsb", "REPE CMPSB, RCX=16, 8 equal bytes before a not-present source", "pf-rep-cmpsb-equal", repe_cmpsb, 8, 0),
         ROW("repne_scasb", "REPNE SCASB, RCX=16, 8 unequal bytes before a not-present operand", "pf-rep-scasb", repne_scasb, 8, 0),
         ROW("rep_insb", "REP INSB, RCX=4, 2 bytes before a not-present destination", "pf-rep-insb-dst", rep_insb, 2, PF_W),
         ROW("rep_outsb", "REP OUTSB, RCX=4, 2 bytes before a not-present source", "pf-rep-outsb-src", rep_outsb, 2, 0),
         ROW("rep_resume", "REP MOVSB, RCX=16, 8 bytes before a destination that the handler makes present", "pf-rep-resume", rep_resume, 8, PF_W,
             .resumes = 1));
