/*
 * With supervisor shadow stacks a delivery at CPL 0 pushes CS, linear RIP and the old pointer on the shadow stack; from CPL 3 it goes to the one
 * that IA32_PL0_SSP names and pushes nothing there; with an IST to the one in the interrupt SSP table. A shadow stack that is changed to has a
 * free token, which becomes busy, and all of the frame within 32 bytes that are aligned: else #GP(0). IRET frees the token.
 */
#include <case.h>

#define CURRENT 0x7f8u /* the last of its 32 bytes, as tokens need */
#define OTHER 0xbf8u
#define ELSEWHERE 0xab8u
#define FOR_GP 0xff8u
#define BUSY 1u

static uintptr_t page;
static uint64_t *table; /* of interrupt shadow stacks */
static struct program program;

static uint64_t word(unsigned offset)
{
    return *(uint64_t *)frame_of(page + offset);
}

/* ARG1: where the frame is expected, below a token. */
static void note_shadow(void)
{
    note("current", word(CURRENT) - page);
    note("other", word(OTHER) - page);
    note("cs", word((unsigned)ARG1 - 8));
    note("rip_is_after", word((unsigned)ARG1 - 16) == recorded_label("after"));
    note("ssp", word((unsigned)ARG1 - 24) - page);
}

static void note_tokens(void)
{
    note("current", word(CURRENT) - page);
    note("other", word(OTHER) - page);
}

/* ARG0: the other token, as an offset in the page. */
static void set_up(void (*notes)(void))
{
    table = frame_of(map_page("ssp_table", PAGE_PRESENT | PAGE_WRITE));
    page = map_page("shadow", PAGE_PRESENT | PAGE_D);
    *(uint64_t *)frame_of(page + CURRENT) = page + CURRENT;
    *(uint64_t *)frame_of(page + (OTHER)) = page + ARG0;
    *(uint64_t *)frame_of(page + FOR_GP) = page + FOR_GP;
    table[1] = page + OTHER;
    table[2] = page + FOR_GP;
    write_cr4(read_cr4() | CR4_CET);
    write_msr(MSR_PL0_SSP, page + CURRENT);
    write_msr(MSR_INTERRUPT_SSP_TABLE, (uintptr_t)table);
    start.rcx = MSR_S_CET;
    start.rax = CET_SH_STK_EN;
    start.rdx = 0;
    at_end(notes);
}

#define ON "wrmsr\nsetssbsy\n"
#define OFF "mov eax, 0\nwrmsr\n"

static void same(void)
{
    set_up(note_shadow);
    PROGRAM(ON MARK(fault) "int 0x40\n" MARK(after) "nop\n");
}

static void ist(void)
{
    set_up(note_shadow);
    set_gate(0x40, .ist = 1);
    PROGRAM(ON MARK(fault) "int 0x40\n" MARK(after) "nop\n");
}

static void ist_refused(void)
{
    set_up(note_tokens);
    set_gate(0x40, .ist = 1);
    PROGRAM(ON MARK(fault) "int 0x40\n" MARK(after) "nop\n");
}

/* The token of IST1 is good, but lies elsewhere: at offset ARG1. */
static void ist_elsewhere(void)
{
    set_up(note_tokens);
    table[1] = page + ARG1;
    *(uint64_t *)frame_of(page + ARG1) = page + ARG1;
    set_gate(0x40, .ist = 1);
    PROGRAM(ON MARK(fault) "int 0x40\n" MARK(after) "nop\n");
}

static void resumed(void)
{
    set_up(note_tokens);
    set_gate(0x40, .ist = (unsigned)ARG1);
    on_exception(0x40, resume);
    PROGRAM(ON MARK(fault) "int 0x40\n" MARK(after) OFF);
}

/* The handler makes doublewords of its frame. */
static void ist_iretd(void)
{
    set_up(note_tokens);
    set_gate(0x40, .ist = 1);
    on_exception_run(0x40, HANDLER("mov eax, [rsp + 8]\nmov [rsp + 4], eax\nmov eax, [rsp + 16]\nmov [rsp + 8], eax\n"
                                   "mov eax, [rsp + 24]\nmov [rsp + 12], eax\nmov eax, [rsp + 32]\nmov [rsp + 16], eax\niretd\n"));
    PROGRAM(ON MARK(fault) "int 0x40\n" MARK(after) OFF);
}

/* The program turns shadow stacks on, goes to CPL 3 by IRETQ, which frees the token, and raises the event there. */
static void user_with(unsigned token, unsigned ist)
{
    program = ASSEMBLE(ON "mov ecx, 0x6a4\nmov eax, ebx\nwrmsr\niretq\n" MARK(fault) "int 0x40\n" MARK(after) "nop\n");
    set_up(note_tokens);
    user_may_run_program();
    *(uint64_t *)frame_of(page + token) = page + (token == OTHER ? ARG0 : token);
    set_gate(0x40, .dpl = 3, .ist = ist);
    set_gate(VEC_GP, .ist = 2);
    start.rbx = page + token;
    push_image((struct interrupt_frame){label_of(program, "fault"), SEL_USER_CODE64, start.rflags, stack_top(STACK_USER), SEL_USER_DATA});
    run_program(program);
}

static void user(void)
{
    user_with(OTHER, (unsigned)ARG1);
}

static void user_elsewhere(void)
{
    user_with((unsigned)ARG1, 0);
}

#define ROW(name_, run_, token, arg_, about_, ...)                                                                                                  \
    {                                                                                                                                               \
        VARIANT, .name = name_, .about = about_ ", supervisor shadow stacks",                                                                       \
                 .spec = "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\"; SDM 1 \"Shadow Stacks\"", .run = run_, .arg = {token, arg_}, \
                 .needs = "cet_ss", __VA_ARGS__                                                                                                     \
    }
#define COMES .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER
#define FAULTS .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT

VARIANTS(ROW("same", same, OTHER, CURRENT, "INT 0x40 at CPL 0", COMES), ROW("ist", ist, OTHER, OTHER, "INT 0x40 at CPL 0 by IST1", COMES),
         ROW("ist_busy", ist_refused, OTHER | BUSY, 0, "INT 0x40 at CPL 0 by IST1, its token is busy", FAULTS),
         ROW("ist_address", ist_refused, OTHER + 32, 0, "INT 0x40 at CPL 0 by IST1, its token is of another address", FAULTS),
         ROW("resumed", resumed, OTHER, 0, "INT 0x40 at CPL 0, its handler returns", COMES, .resumes = 1),
         ROW("ist_resumed", resumed, OTHER, 1, "INT 0x40 at CPL 0 by IST1, its handler returns", COMES, .resumes = 1),
         ROW("ist_iretd", ist_iretd, OTHER, 0, "INT 0x40 at CPL 0 by IST1, its handler returns by IRETD", COMES, .resumes = 1),
         ROW("user", user, OTHER, 0, "INT 0x40 at CPL 3", COMES), ROW("user_ist", user, OTHER, 1, "INT 0x40 at CPL 3 by IST1", COMES),
         ROW("user_busy", user, OTHER | BUSY, 0, "INT 0x40 at CPL 3, the token of IA32_PL0_SSP is busy", FAULTS),
         ROW("ist_unaligned", ist_elsewhere, OTHER, ELSEWHERE + 4, "INT 0x40 at CPL 0 by IST1, its token's address isn't a multiple of 8", FAULTS),
         ROW("ist_region", ist_elsewhere, OTHER, ELSEWHERE - 8, "INT 0x40 at CPL 0 by IST1, token and frame aren't in 32 aligned bytes", FAULTS),
         ROW("user_unaligned", user_elsewhere, OTHER, ELSEWHERE + 4, "INT 0x40 at CPL 3, IA32_PL0_SSP isn't a multiple of 8", FAULTS),
         ROW("user_region", user_elsewhere, OTHER, ELSEWHERE - 8, "INT 0x40 at CPL 3, token and frame aren't in 32 aligned bytes", FAULTS),
         ROW("user_address", user, OTHER + 32, 0, "INT 0x40 at CPL 3, the token of IA32_PL0_SSP is of another address", FAULTS),
         ROW("ist_top", ist_refused, OTHER | 1ull << 56, 0, "INT 0x40 at CPL 0 by IST1, byte 7 of its token is another", FAULTS),
         ROW("user_top", user, OTHER | 1ull << 56, 0, "INT 0x40 at CPL 3, byte 7 of the token of IA32_PL0_SSP is another", FAULTS));
