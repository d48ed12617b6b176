/*
 * What lies on shadow stacks in 32-bit protected mode, behind transfers and returns: eight bytes each of CS, linear EIP and SSP, four zeros where SSP
 * was no multiple of 8, tokens that are busy or free. A return whose frame is right but for one thing is refused for that.
 */
#include <case32.h>

#define FIRST 0x7f8u
#define SECOND 0xbf8u
#define RING 0x400u
#define LAST (PAGE_SIZE - 8)

static uintptr_t page;
static unsigned inner;  /* the ring that INT 0x40 leads to */
static uintptr_t where; /* the page; 0: anywhere */

static uint32_t *at(unsigned offset)
{
    return (uint32_t *)frame_of(page) + offset / 4;
}

static void token(unsigned offset)
{
    at(offset)[0] = page + offset;
    at(offset)[1] = offset == FIRST ? 0 : (uint32_t)(ARG1 >> 16);
}

/*
 * ARG0: where IA32_PL0_SSP leads to once the first token is taken. ARG1: how many bytes below each token are recorded, of what the harness's own
 * calls leave; the upper half of the second token.
 */
static void set_up(struct program program)
{
    page = where ? map_page_at("shadow", where, PAGE_PRESENT | PAGE_D) : map_page("shadow", PAGE_PRESENT | PAGE_D);
    fill_words((uintptr_t)at(0), 0x5a5a5a5a, PAGE_SIZE / 4);
    token(FIRST);
    token((unsigned)ARG0);
    write_cr4(read_cr4() | CR4_CET);
    write_msr(MSR_PL0_SSP, page + FIRST);
    start.ecx = MSR_S_CET;
    start.eax = CET_SH_STK_EN;
    start.edx = 0;
    start.ebx = page + (uint32_t)ARG0;
    start.esi = (uintptr_t)at(FIRST);
    start.ebp = page + FIRST - 64;
    start.edi = MSR_PL0_SSP + inner;
    record_memory("first", at(FIRST - (ARG1 & 0xff)), (ARG1 & 0xff) + 48);
    record_memory("second", at((unsigned)ARG0 - (ARG1 >> 8 & 0xff)), (ARG1 >> 8 & 0xff) + 8);
    run_program(program);
}

#define ON "wrmsr\nsetssbsy\nmov ecx, edi\nmov eax, ebx\nmov edx, 0\nwrmsr\n"
#define CALL "call 1f\nnop\n1: lea esp, [esp+4]\n" /* leaves SSP a multiple of 4 only */
#define INT MARK(fault) "int 0x40\n" MARK(after) "nop\n"

static void same(void)
{
    set_up(ASSEMBLE(ON INT));
}

static void same_unaligned(void)
{
    set_up(ASSEMBLE(ON CALL INT));
}

/* Handlers of the program's own; CPL stays 0. */
static void own(struct program program)
{
    *gate_of(0x40) = make_gate(label_of(program, "handler"), SEL_KERNEL_CODE, GATE_INTERRUPT, 0, true);
    set_up(program);
}

#define OWN(in_handler, last) ASSEMBLE(ON "int 0x40\n" MARK(back) "jmp 2f\n" MARK(handler) in_handler MARK(fault) last MARK(after) "nop\n2: nop\n")
/* The frame four bytes further up, and SSP there. */
#define MOVED                                                                                                                       \
    "mov eax, 1\nincsspd eax\nmov eax, [esi-24]\nmov [esi-20], eax\nmov dword ptr [esi-16], 0\nmov eax, [esp]\nmov [esi-12], eax\n" \
    "mov dword ptr [esi-8], 0\nmov [esi-4], cs\nmov dword ptr [esi], 0\n"

static void iret(void)
{
    own(ASSEMBLE(ON "int 0x40\nmov ecx, 0x6a2\nmov eax, 0\nwrmsr\njmp 2f\n" MARK(handler) "iretd\n2: nop\n"));
}

static void iret_moved(void)
{
    own(OWN(MOVED, "iretd\n"));
}

static void retf_moved(void)
{
    own(OWN(MOVED, "retf\n"));
}

static void from_ring(unsigned ring, struct program program)
{
    static const uint16_t code[] = {0, SEL_RING1_CODE, SEL_RING2_CODE, SEL_USER_CODE}, data[] = {0, SEL_RING1_DATA, SEL_RING2_DATA, SEL_USER_DATA};
    static const enum stack stacks[] = {0, STACK_RING1, STACK_RING2, STACK_USER};

    set_gate(0x40, .dpl = 3, .selector = inner ? SEL_RING1_CODE : 0);
    user_may_run_program();
    push_image(
        (struct interrupt_frame){
            .eip = label_of(program, "inside"), .cs = code[ring], .eflags = start.eflags, .esp = stack_top(stacks[ring]), .ss = data[ring]},
        true);
    set_up(program);
}

#define INSIDE "iretd\n" MARK(inside) INT

static void user(void)
{
    from_ring(3, ASSEMBLE(ON INSIDE));
}

/* IRETD takes the frame from the shadow stack, which the program writes; [ESI-8] is the token that it frees. */
#define INNER(code)                                                                                                                       \
    "mov eax, 2\nincsspd eax\nlea eax, [ebx-0x7f8]\nmov [esi+8], eax\nmov dword ptr [esi+12], 0\nmov eax, [esp]\nmov [esi+16], eax\n"     \
    "mov dword ptr [esi+20], 0\nmov dword ptr [esi+24], " code "\nmov dword ptr [esi+28], 0\nlea eax, [ebx-0x3e0+1]\nmov [esi+32], eax\n" \
    "mov dword ptr [esi+36], 0\n"

static void ring1(void)
{
    from_ring(1, ASSEMBLE(ON INNER("0x29") INSIDE));
}

static void ring2(void)
{
    from_ring(2, ASSEMBLE(ON INNER("0x3a") INSIDE));
}

static void near(void)
{
    set_up(ASSEMBLE(ON "call 1f\nnop\n1: call 2f\njmp 3f\n2: ret\n3: mov dword ptr [esp], 0x1234\n" MARK(fault) "ret\n" MARK(after) "nop\n"));
}

static void near_twice(void)
{
    set_up(ASSEMBLE(ON "call 1f\njmp 4f\n1: call 2f\njmp 3f\n2: ret\n3: ret\n4: " INT));
}

static void near16(void)
{
    set_up(ASSEMBLE(ON "call 1f\nnop\n1: mov word ptr [esp], 0x1234\n" MARK(fault) ".byte 0x66, 0xc3\n" MARK(after) "nop\n"));
}

/* The code segment ends before the target: #GP(0) comes first with a 16-bit operand, #CP with one of 32 bits. */
static void beyond(struct program program)
{
    start.cs =
        add_descriptor("code", encode_descriptor((struct descriptor){.type = CODE_READABLE, .base = program.entry, .limit = 0x3ff, .d = true}));
    start.eip = 0;
    set_up(program);
}

static void near_beyond(void)
{
    beyond(ASSEMBLE(ON "call 1f\nnop\n1: mov dword ptr [esp], 0x1234\n" MARK(fault) "ret\n" MARK(after) "nop\n"));
}

static void near16_beyond(void)
{
    beyond(ASSEMBLE(ON "call 1f\nnop\n1: mov dword ptr [esp], 0x1234\n" MARK(fault) ".byte 0x66, 0xc3\n" MARK(after) "nop\n"));
}

/* IA32_S_CET enables them, CR4.CET doesn't. */
static void disabled(void)
{
    struct program program = ASSEMBLE("wrmsr\ncall 1f\nnop\n1: mov [esp], edi\nret\n" MARK(fault) MARK(after) "nop\n");

    start.ecx = MSR_S_CET;
    start.eax = CET_SH_STK_EN;
    start.edx = 0;
    start.edi = label_of(program, "after");
    write_cr4(read_cr4() | CR4_PSE);
    run_program(program);
}

/* The token is of 64 bits and names the address. */
static void above_4_gib(void)
{
    struct program program = ASSEMBLE("wrmsr\nsetssbsy\nmov ecx, edi\nmov eax, ebx\nmov edx, 1\nwrmsr\n" INSIDE);

    inner = 1;
    from_ring(3, program);
}

/* Bit 31 of SSP is 1. */
static void above_2_gib(void)
{
    where = 0x80010000;
    from_ring(3, ASSEMBLE(ON INSIDE));
}

/* The frame's SSP isn't the token's, which lies above the frame. */
#define ELSEWHERE "mov [esi-24], ebp\n"
#define OFF "rdsspd edi\nmov ecx, 0x6a2\nmov eax, 0\nwrmsr\n"

static void iret_elsewhere(void)
{
    own(ASSEMBLE(ON "int 0x40\n" OFF "jmp 2f\n" MARK(handler) ELSEWHERE "iretd\n2: nop\n"));
}

static void retf_elsewhere(void)
{
    own(ASSEMBLE(ON ".byte 0x9a\n.long 3f\n.word 8\n" OFF "jmp 2f\n" MARK(handler) "nop\n3: " ELSEWHERE "retf\n2: nop\n"));
}

/* A handler of the program's own for INT 0x40 at CPL 3. */
static void user_own(uint16_t code, struct program program)
{
    user_may_run_program();
    push_image(
        (struct interrupt_frame){
            .eip = label_of(program, "inside"), .cs = SEL_USER_CODE, .eflags = start.eflags, .esp = stack_top(STACK_USER), .ss = SEL_USER_DATA},
        true);
    *gate_of(0x40) = make_gate(label_of(program, "handler"), code, GATE_INTERRUPT, 3, true);
    set_up(program);
}

static void user_alone(void)
{
    user_own(SEL_KERNEL_CODE, ASSEMBLE(ON "iretd\n" MARK(inside) "int 0x40\n" MARK(handler) OFF));
}

/* Handlers at rings 1 and 2, with #UD to CPL 0. */
#define IN_RING ASSEMBLE(ON "iretd\n" MARK(inside) "int 0x40\n" MARK(handler) "rdsspd esi\n" MARK(fault) "ud2\n" MARK(after) "nop\n")

static void user_ring1(void)
{
    inner = 1;
    user_own(SEL_RING1_CODE, IN_RING);
}

static void user_ring2(void)
{
    inner = 2;
    user_own(SEL_RING2_CODE, IN_RING);
}

#define INT_PAGE "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\"; SDM 1 \"Shadow Stacks\""
#define IRET "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\""
#define RET "SDM 2B \"RET-Return from Procedure\""
#define ROW(name_, run_, second, first_below_, second_below_, upper_, spec_, about_, ...)                                    \
    {                                                                                                                        \
        VARIANT, .name = name_, .about = about_ ", supervisor shadow stacks", .spec = spec_, .needs = "cet_ss", .run = run_, \
                 .arg = {second, (first_below_) | (second_below_) << 8 | (upper_) << 16}, __VA_ARGS__                        \
    }
#define COMES .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER
#define PASSES .vector = NO_EXCEPTION
#define CP(error_) .vector = VEC_CP, .error = error_, .saved_rip = AT_FAULT
VARIANTS(ROW("same", same, SECOND, 24, 32, 0, INT_PAGE, "INT 0x40 at CPL 0", COMES),
         ROW("same_unaligned", same_unaligned, SECOND, 32, 32, 0, INT_PAGE, "INT 0x40 at CPL 0, SSP a multiple of 4 only", COMES),
         ROW("iret", iret, SECOND, 24, 32, 0, IRET, "INT 0x40 and IRETD at CPL 0", PASSES),
         ROW("iret_moved", iret_moved, SECOND, 32, 32, 0, IRET, "IRETD, the frame right but at no multiple of 8", CP(2)),
         ROW("retf_moved", retf_moved, SECOND, 32, 32, 0, RET, "far RET, the frame right but at no multiple of 8", CP(2)),
         ROW("user", user, SECOND, 32, 0, 0, INT_PAGE, "IRETD to CPL 3, INT 0x40 there", COMES),
         ROW("user_last", user, LAST, 32, 0, 0, INT_PAGE, "IRETD to CPL 3, INT 0x40 there, the token at the end of the last page", COMES),
         ROW("ring1", ring1, SECOND, 32, 24, 0, INT_PAGE, "IRETD to ring 1, INT 0x40 there", COMES),
         ROW("ring2", ring2, SECOND, 32, 24, 0, INT_PAGE, "IRETD to ring 2, INT 0x40 there", COMES),
         ROW("near", near, SECOND, 32, 32, 0, RET, "two CALLs and RETs, the second to another EIP", CP(1)),
         ROW("near_twice", near_twice, SECOND, 24, 32, 0, RET, "two CALLs and RETs, then INT 0x40", COMES),
         ROW("near16", near16, SECOND, 32, 32, 0, RET, "16-bit RET, another IP on the shadow stack", CP(1)),
         ROW("near_beyond", near_beyond, SECOND, 32, 32, 0, RET, "RET beyond the code segment's limit and to another EIP", .vector = VEC_CP,
             .error = 1),
         ROW("near16_beyond", near16_beyond, SECOND, 32, 32, 0, RET, "16-bit RET, likewise", .vector = VEC_GP, .error = 0),
         ROW("disabled", disabled, SECOND, 0, 0, 0, RET, "RET to another EIP, CR4.CET=0", PASSES),
         ROW("user_alone", user_alone, SECOND, 0, 16, 0, INT_PAGE, "INT 0x40 at CPL 3", PASSES),
         ROW("user_ring1", user_ring1, SECOND, 0, 16, 0, INT_PAGE, "INT 0x40 at CPL 3 to ring 1, #UD there", .vector = VEC_UD, .error = NO_ERROR,
             .saved_rip = AT_FAULT),
         ROW("user_ring2", user_ring2, SECOND, 0, 16, 0, INT_PAGE, "INT 0x40 at CPL 3 to ring 2, #UD there", .vector = VEC_UD, .error = NO_ERROR,
             .saved_rip = AT_FAULT),
         ROW("iret_elsewhere", iret_elsewhere, SECOND, 24, 0, 0, IRET, "INT 0x40 and IRETD at CPL 0 to another SSP", PASSES),
         ROW("retf_elsewhere", retf_elsewhere, SECOND, 24, 0, 0, RET, "far CALL and far RET at CPL 0 to another SSP", PASSES),
         ROW("above_2_gib", above_2_gib, SECOND, 32, 0, 0, INT_PAGE, "IRETD to CPL 3, INT 0x40 there, the shadow stack above 2 GiB", COMES),
         ROW("above_4_gib", above_4_gib, SECOND, 0, 32, 1, INT_PAGE, "INT 0x40 at CPL 3 to ring 1, IA32_PL1_SSP and its token are above 4 GiB",
             .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT));
