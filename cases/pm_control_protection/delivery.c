/*
 * Supervisor shadow stacks in 32-bit protected mode. A delivery to the same privilege pushes CS, linear EIP and SSP on the shadow stack, each as 8
 * bytes, behind 4 zeros where SSP isn't a multiple of 8. One to an inner privilege goes to the shadow stack that IA32_PLi_SSP names, whose token has
 * to be free and becomes busy, with all of the frame within 32 bytes that are aligned, below 4 GiB: else #GP(0). From CPL 3 nothing is pushed there,
 * from rings 1 and 2 all three. IRET takes the words back, and frees the token.
 */
#include <case32.h>

#define FIRST 0x7f8u /* the last of its 32 bytes, as tokens need */
#define SECOND 0xbf8u
#define RING 0x400u /* where the SSP of rings 1 and 2 is */
#define BUSY 1u

static uintptr_t page;

static uint32_t word(unsigned offset)
{
    return ((uint32_t *)frame_of(page))[offset / 4];
}

/* ARG1: what the three words lie below, if they are pushed. */
static void see(void)
{
    unsigned top = (unsigned)ARG1;

    note("first", word(FIRST) - page);
    note("second", word(SECOND) - page);
    if (!top)
        return;
    note("cs", word(top - 8));
    note("eip_is_after", word(top - 16) == recorded_label("after"));
    note("eip_is_fault", word(top - 16) == recorded_label("fault"));
    note("ssp", word(top - 24) - page);
    note("upper_halves", word(top - 4) | word(top - 12) | word(top - 20));
}

/* ARG0: the second token, as an offset in the page. The program takes the first one and sets IA32_PL0_SSP, or PL1, to the second's address. */
static void set_up(void)
{
    uint32_t *words;

    page = map_page("shadow", PAGE_PRESENT | PAGE_D);
    words = frame_of(page);
    fill_words((uintptr_t)words, 0x5a5a5a5a, PAGE_SIZE / 4);
    words[FIRST / 4] = page + FIRST;
    words[SECOND / 4] = page + (uint32_t)ARG0;
    words[FIRST / 4 + 1] = words[SECOND / 4 + 1] = 0;
    write_cr4(read_cr4() | CR4_CET);
    write_msr(MSR_PL0_SSP, page + FIRST);
    start.ecx = MSR_S_CET;
    start.eax = CET_SH_STK_EN;
    start.edx = 0;
    start.ebx = page + SECOND;
    start.esi = 0;
    start.edi = MSR_PL0_SSP;
    at_end(see);
}

#define ON "wrmsr\nsetssbsy\nmov ecx, edi\nmov eax, ebx\nmov edx, esi\nwrmsr\n"

static void same(void)
{
    set_up();
    PROGRAM(ON MARK(fault) "int 0x40\n" MARK(after) "nop\n");
}

static void same_gate16(void)
{
    set_up();
    set_gate(0x40, .type = GATE_INTERRUPT16);
    PROGRAM(ON MARK(fault) "int 0x40\n" MARK(after) "nop\n");
}

static void same_undefined(void)
{
    set_up();
    PROGRAM(ON MARK(fault) "ud2\n" MARK(after) "nop\n");
}

static void same_error(void)
{
    set_up();
    PROGRAM(ON "mov ebx, 0xf00\n" MARK(fault) "mov ds, ebx\n" MARK(after) "nop\n");
}

/* A near CALL pushes 4 bytes, unless it goes to the next instruction. */
static void same_unaligned(void)
{
    set_up();
    PROGRAM(ON "call 1f\nnop\n1: lea esp, [esp+4]\n" MARK(fault) "int 0x40\n" MARK(after) "nop\n");
}

/* The program goes to the ring by IRETD, which frees the first token. */
static void from_ring(unsigned ring, struct program program)
{
    static const uint16_t code[] = {0, SEL_RING1_CODE, SEL_RING2_CODE, SEL_USER_CODE}, data[] = {0, SEL_RING1_DATA, SEL_RING2_DATA, SEL_USER_DATA};
    static const enum stack stacks[] = {0, STACK_RING1, STACK_RING2, STACK_USER};

    user_may_run_program();
    push_image(
        (struct interrupt_frame){
            .eip = label_of(program, "inside"), .cs = code[ring], .eflags = start.eflags, .esp = stack_top(stacks[ring]), .ss = data[ring]},
        true);
    run_program(program);
}

#define IN_RING(text) ASSEMBLE(ON "iretd\n" MARK(inside) text MARK(after) "nop\n")

static void user(void)
{
    set_up();
    set_gate(0x40, .dpl = 3);
    from_ring(3, IN_RING(MARK(fault) "int 0x40\n"));
}

static void user_undefined(void)
{
    set_up();
    from_ring(3, IN_RING(MARK(fault) "ud2\n"));
}

/* To ring 1, so that #GP finds the first shadow stack as it was. */
static void refused(void)
{
    start.edi = MSR_PL0_SSP + 1;
    set_gate(0x40, .dpl = 3, .selector = SEL_RING1_CODE);
    from_ring(3, IN_RING(MARK(fault) "int 0x40\n"));
}

static void user_token(void)
{
    set_up();
    refused();
}

static void user_not_aligned(void)
{
    set_up();
    start.ebx += 4;
    refused();
}

static void user_region(void)
{
    set_up();
    ((uint32_t *)frame_of(page))[(SECOND - 8) / 4] = page + SECOND - 8;
    ((uint32_t *)frame_of(page))[(SECOND - 8) / 4 + 1] = 0;
    start.ebx -= 8;
    refused();
}

static void user_above_4_gib(void)
{
    set_up();
    start.esi = 1;
    refused();
}

/* The second token is right, and in an ordinary page. */
static void user_ordinary(void)
{
    uintptr_t other = map_page("ordinary", PAGE_PRESENT | PAGE_WRITE);

    set_up();
    ((uint32_t *)frame_of(other))[SECOND / 4] = other + SECOND;
    start.ebx = other + SECOND;
    refused();
}

/* EBP: a pointer to a call gate, whose procedure is UD2. */
static void add_gate(struct program program)
{
    start.ebp = map_page("pointer", PAGE_PRESENT | PAGE_USER);
    ((uint32_t *)frame_of(start.ebp))[1] =
        add_call_gate("gate", (struct call_gate){.offset = label_of(program, "fault"), .selector = SEL_KERNEL_CODE, .dpl = 3}) | 3u;
}

static void gate_same(void)
{
    struct program program = ASSEMBLE(ON "call fword ptr [ebp]\n" MARK(after) "nop\n" MARK(fault) "ud2\n");

    set_up();
    add_gate(program);
    run_program(program);
}

/* IRETD to another ring than 3 finds CS, EIP and SSP on the shadow stack. */
#define TO_INNER_RING ON "mov eax, 2\nincsspd eax\niretd\n" MARK(inside)

static void from_inner_ring(unsigned ring, uint16_t code, struct program program)
{
    uint32_t *words;

    set_up();
    words = (uint32_t *)frame_of(page) + FIRST / 4;
    words[2] = page + RING;
    words[4] = label_of(program, "inside");
    words[6] = code;
    words[3] = words[5] = words[7] = 0;
    set_gate(0x40, .dpl = 3);
    from_ring(ring, program);
}

static void ring1(void)
{
    from_inner_ring(1, SEL_RING1_CODE, ASSEMBLE(TO_INNER_RING MARK(fault) "int 0x40\n" MARK(after) "nop\n"));
}

static void ring2(void)
{
    from_inner_ring(2, SEL_RING2_CODE, ASSEMBLE(TO_INNER_RING MARK(fault) "int 0x40\n" MARK(after) "nop\n"));
}

static void gate_ring1(void)
{
    struct program program = ASSEMBLE(TO_INNER_RING "call fword ptr [ebp]\n" MARK(after) "nop\n" MARK(fault) "ud2\n");

    add_gate(program);
    from_inner_ring(1, SEL_RING1_CODE, program);
}

static void gate_user(void)
{
    struct program program = IN_RING("call fword ptr [ebp]\nnop\n" MARK(fault) "ud2\n");

    set_up();
    add_gate(program);
    from_ring(3, program);
}

#define SPEC "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\"; SDM 1 \"Shadow Stacks\""
#define ROW(name_, run_, token, top, about_, ...)                                                                               \
    {                                                                                                                           \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .run = run_, .arg = {token, top}, .needs = "cet_ss", __VA_ARGS__ \
    }
#define COMES .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER
#define IN_GATE .vector = VEC_UD, .error = NO_ERROR, .saved_rip = AT_FAULT
#define FAULTS .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT

VARIANTS(ROW("same", same, SECOND, FIRST, "INT 0x40 at CPL 0", COMES),
         ROW("same_gate16", same_gate16, SECOND, FIRST, "INT 0x40 at CPL 0, 16-bit gate", COMES),
         ROW("same_undefined", same_undefined, SECOND, FIRST, "UD2 at CPL 0", .vector = VEC_UD, .error = NO_ERROR, .saved_rip = AT_FAULT),
         ROW("same_error", same_error, SECOND, FIRST, "MOV DS beyond the GDT at CPL 0", .vector = VEC_GP, .error = 0xf00, .saved_rip = AT_FAULT),
         ROW("same_unaligned", same_unaligned, SECOND, FIRST - 8, "INT 0x40 at CPL 0, SSP a multiple of 4 only", COMES),
         ROW("user", user, SECOND, 0, "INT 0x40 at CPL 3", COMES),
         ROW("user_undefined", user_undefined, SECOND, 0, "UD2 at CPL 3", .vector = VEC_UD, .error = NO_ERROR, .saved_rip = AT_FAULT),
         ROW("user_busy", user_token, SECOND | BUSY, 0, "INT 0x40 at CPL 3 to ring 1, the token of IA32_PL1_SSP is busy", FAULTS),
         ROW("user_address", user_token, SECOND + 32, 0, "INT 0x40 at CPL 3 to ring 1, the token of IA32_PL1_SSP is of another address", FAULTS),
         ROW("user_not_aligned", user_not_aligned, SECOND, 0, "INT 0x40 at CPL 3 to ring 1, IA32_PL1_SSP isn't a multiple of 8", FAULTS),
         ROW("user_region", user_region, SECOND, 0, "INT 0x40 at CPL 3 to ring 1, the frame would lie across 32 bytes", FAULTS),
         ROW("user_above_4_gib", user_above_4_gib, SECOND, 0, "INT 0x40 at CPL 3 to ring 1, IA32_PL1_SSP is above 4 GiB", FAULTS),
         ROW("user_ordinary", user_ordinary, SECOND, 0, "INT 0x40 at CPL 3 to ring 1, the token of IA32_PL1_SSP in a page with R/W=1",
             .vector = VEC_PF, .error = PF_P | PF_W | PF_SS, .saved_rip = AT_FAULT),
         ROW("ring1", ring1, SECOND, SECOND, "INT 0x40 at CPL 1", COMES), ROW("ring2", ring2, SECOND, SECOND, "INT 0x40 at CPL 2", COMES),
         ROW("gate_same", gate_same, SECOND, FIRST, "far CALL through a gate at CPL 0", IN_GATE),
         ROW("gate_ring1", gate_ring1, SECOND, SECOND, "far CALL through a gate at CPL 1", IN_GATE),
         ROW("gate_user", gate_user, SECOND, 0, "far CALL through a gate at CPL 3", IN_GATE));
