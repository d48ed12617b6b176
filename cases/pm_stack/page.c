/*
 * Without change of privilege the frame is pushed with the rights of the CPL: at CPL 3 as by user code. A page that refuses the store gives #PF
 * at the instruction whose event was under way, and ESP is as before; CR2 is the first word that could not be pushed.
 */
#include <case32.h>

#define SPEC "SDM 3A \"Determination of Access Mode\", SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\""

/* At CPL ARG0; ARG1: the page's flags. ESP is so far above it. */
static void use_page(unsigned vector, uint32_t above)
{
    static const uint16_t code[] = {SEL_KERNEL_CODE, SEL_RING1_CODE, SEL_RING2_CODE, SEL_USER_CODE};
    uintptr_t pages = map_pages("stack", 2, PAGE_PRESENT | PAGE_WRITE | PAGE_USER);

    in_ring((unsigned)ARG0);
    __builtin_memset(frame_of(pages), 0xa5, PAGE_SIZE); /* the stacks' pattern */
    __builtin_memset(frame_of(pages + PAGE_SIZE), 0xa5, PAGE_SIZE);
    change_page(pages, PAGE_PRESENT | PAGE_WRITE | PAGE_USER, ARG1);
    record_entry("low", page_entry(pages, 1));
    start.esp = pages + PAGE_SIZE + above;
    set_gate(vector, .dpl = 3, .selector = code[ARG0]);
}

static void first_word(void)
{
    use_page(0x40, 0);
    FAULT("int 0x40");
}

static void last_word(void)
{
    use_page(0x40, 8);
    FAULT("int 0x40");
}

static void split_word(void)
{
    use_page(0x40, 6);
    FAULT("int 0x40");
}

static void ud2(void)
{
    use_page(VEC_UD, 0);
    FAULT("ud2");
}

static void error_code(void)
{
    use_page(VEC_GP, 12);
    start.ebx = GDT_LIMIT + 1;
    FAULT("mov fs, bx");
}

/* At CPL 0 the page fault has a task. */
static void with_task(void)
{
    set_task_gate(VEC_PF, add_task("handler"));
    first_word();
}

static void resumed(void)
{
    on_exception(0x40, resume);
    last_word();
}

#define ROW(name_, about_, cpl, flags, vector_, error_, rip_, run_, ...)                                                           \
    {                                                                                                                              \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .vector = vector_, .error = error_, .saved_rip = rip_, .run = run_, \
                 .arg = {cpl, flags}, __VA_ARGS__                                                                                  \
    }
#define PF(name, what, cpl, flags, error, run) ROW(name, "INT 0x40 at CPL " #cpl " to the same, " what, cpl, flags, VEC_PF, error, AT_FAULT, run, )
#define FITS(name, what, cpl, flags, run, ...) \
    ROW(name, "INT 0x40 at CPL " #cpl " to the same, " what ": delivered", cpl, flags, 0x40, NO_ERROR, AFTER, run, __VA_ARGS__)
#define OPEN (PAGE_PRESENT | PAGE_WRITE | PAGE_USER)

VARIANTS(PF("missing", "the stack's page isn't present", 3, 0, PF_W | PF_U, first_word),
         PF("read_only", "the stack's page is read-only", 3, PAGE_PRESENT | PAGE_USER, PF_P | PF_W | PF_U, first_word),
         PF("supervisor", "the stack's page is a supervisor's", 3, PAGE_PRESENT | PAGE_WRITE, PF_P | PF_W | PF_U, first_word),
         PF("third", "the frame's third word falls on a page that isn't present", 3, 0, PF_W | PF_U, last_word),
         PF("split", "the frame's second word lies partly on a page that isn't present", 3, 0, PF_W | PF_U, split_word),
         PF("task", "the stack's page isn't present, #PF has a task", 0, 0, PF_W, with_task),
         ROW("ud", "UD2 at CPL 3 to the same, the stack's page isn't present", 3, 0, VEC_PF, PF_W | PF_U, AT_FAULT, ud2, ),
         ROW("error_code", "#GP at CPL 3 to the same, only its error code falls on a page that isn't present", 3, 0, VEC_PF, PF_W | PF_U, AT_FAULT,
             error_code, ),
         ROW("ud_ring1", "UD2 at CPL 1 to the same, the stack's page isn't present", 1, 0, VEC_PF, PF_W, AT_FAULT, ud2, ),
         PF("read_only_ring1", "the stack's page is read-only, WP=1", 1, PAGE_PRESENT, PF_P | PF_W, first_word),
         FITS("supervisor_ring1", "the stack's page is a supervisor's", 1, PAGE_PRESENT | PAGE_WRITE, first_word, ),
         FITS("two", "the frame lies on two pages", 3, OPEN, last_word, ),
         FITS("two_split", "the frame's second word lies on two pages", 3, OPEN, split_word, ),
         FITS("two_resumed", "the frame lies on two pages, and the handler returns", 3, OPEN, resumed, .resumes = 1));
