/*
 * The frame is pushed downwards with the rights of the handler's privilege level, whoever was interrupted: to CPL 0 to 2 as by a supervisor.
 * A page that refuses the store gives #PF at the instruction whose event was under way; CR2 is the first word that could not be pushed.
 */
#include <case32.h>

#define SPEC "SDM 3A \"Determination of Access Mode\", SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\""

static uint16_t code_1mib(void)
{
    return add_descriptor("code",
                          encode_descriptor((struct descriptor){.base = 0x100000, .limit = 0xffff, .d = true, .dpl = 1, .type = CODE_READABLE}));
}

/* From CPL ARG0; ARG1: the page's flags. ESP1 is so far above it. */
static void use_page(unsigned vector, unsigned type, uint32_t above)
{
    uintptr_t pages = map_pages("stack", 2, PAGE_PRESENT | PAGE_WRITE);

    in_ring((unsigned)ARG0);
    __builtin_memset(frame_of(pages), 0xa5, PAGE_SIZE); /* the stacks' pattern */
    __builtin_memset(frame_of(pages + PAGE_SIZE), 0xa5, PAGE_SIZE);
    change_page(pages, PAGE_PRESENT | PAGE_WRITE, ARG1);
    record_entry("low", page_entry(pages, 1));
    if (above)
        record_entry("high", page_entry(pages + PAGE_SIZE, 1));
    tss.esp1 = pages + PAGE_SIZE + above;
    set_gate(vector, .dpl = 3, .type = type, .selector = type == GATE_INTERRUPT16 ? code_1mib() : SEL_RING1_CODE);
}

static void first_word(void)
{
    use_page(0x40, GATE_INTERRUPT, 0);
    FAULT("int 0x40");
}

static void third_word(void)
{
    use_page(0x40, GATE_INTERRUPT, 8);
    FAULT("int 0x40");
}

static void third_word16(void)
{
    use_page(0x40, GATE_INTERRUPT16, 4);
    FAULT("int 0x40");
}

/* The second word lies on both pages. */
static void split_word(void)
{
    use_page(0x40, GATE_INTERRUPT, 6);
    FAULT("int 0x40");
}

static void error_code(void)
{
    use_page(VEC_GP, GATE_INTERRUPT, 20);
    start.ebx = GDT_LIMIT + 1;
    FAULT("mov fs, bx");
}

static void ud2(void)
{
    use_page(VEC_UD, GATE_INTERRUPT, 0);
    FAULT("ud2");
}

static void wp_clear(void)
{
    write_cr0(read_cr0() & ~CR0_WP);
    first_word();
}

#define ROW(name_, about_, cpl, flags, vector_, error_, rip_, run_, ...)                                                           \
    {                                                                                                                              \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .vector = vector_, .error = error_, .saved_rip = rip_, .run = run_, \
                 .arg = {cpl, flags}, __VA_ARGS__                                                                                  \
    }
#define PF(name, what, cpl, flags, error, run) ROW(name, "INT 0x40 at CPL " #cpl " to CPL 1, " what, cpl, flags, VEC_PF, error, AT_FAULT, run, )
#define FITS(name, what, cpl, flags, run) \
    ROW(name, "INT 0x40 at CPL " #cpl " to CPL 1, " what ": delivered", cpl, flags, 0x40, NO_ERROR, AFTER, run, )

VARIANTS(PF("missing", "the page of ESP1 isn't present", 3, 0, PF_W, first_word),
         PF("missing_ring2", "the page of ESP1 isn't present", 2, 0, PF_W, first_word),
         PF("read_only", "the page of ESP1 is read-only, WP=1", 3, PAGE_PRESENT, PF_P | PF_W, first_word),
         PF("third", "the frame's third word falls on a page that isn't present", 3, 0, PF_W, third_word),
         PF("third_gate16", "the third word of a 16-bit gate's frame falls on a page that isn't present", 3, 0, PF_W, third_word16),
         PF("split", "the frame's second word lies partly on a page that isn't present", 3, 0, PF_W, split_word),
         ROW("error_code", "#GP at CPL 3 to CPL 1, only its error code falls on a page that isn't present", 3, 0, VEC_PF, PF_W, AT_FAULT,
             error_code, ),
         ROW("ud", "UD2 at CPL 3 to CPL 1, the page of ESP1 isn't present", 3, 0, VEC_PF, PF_W, AT_FAULT, ud2, ),
         FITS("wp_clear", "the page of ESP1 is read-only, WP=0", 3, PAGE_PRESENT, wp_clear),
         FITS("supervisor", "the page of ESP1 is a supervisor's", 3, PAGE_PRESENT | PAGE_WRITE, first_word),
         FITS("user", "the page of ESP1 is a user's", 3, PAGE_PRESENT | PAGE_WRITE | PAGE_USER, first_word),
         FITS("two", "the frame lies on two pages: both become accessed and dirty", 3, PAGE_PRESENT | PAGE_WRITE, third_word),
         FITS("two_split", "the frame's second word lies on two pages", 3, PAGE_PRESENT | PAGE_WRITE, split_word));
