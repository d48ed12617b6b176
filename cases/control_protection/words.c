/*
 * Supervisor shadow stacks in 64-bit mode: what near CALL and INT leave there, eight bytes each, and returns one behind the other. A return whose
 * frame is right but for one thing is refused for that.
 */
#include <case.h>

#define TOKEN 0x7f8u

static uintptr_t page;

static uint64_t *at(unsigned offset)
{
    return (uint64_t *)frame_of(page + offset);
}

/* ARG0: how many bytes below the token are recorded, of what the harness's own calls leave. */
static void set_up(struct program program)
{
    page = map_page("shadow", PAGE_PRESENT | PAGE_D);
    fill_words((uintptr_t)at(0), 0x5a5a5a5a5a5a5a5a, PAGE_SIZE / 8);
    *at(TOKEN) = page + TOKEN;
    write_cr4(read_cr4() | CR4_CET);
    write_msr(MSR_PL0_SSP, page + TOKEN);
    start.rcx = MSR_S_CET;
    start.rax = CET_SH_STK_EN;
    start.rdx = 0;
    start.rsi = (uintptr_t)at(TOKEN);
    record_memory("shadow", at(TOKEN - ARG0), ARG0 + 8);
    run_program(program);
}

#define ON "wrmsr\nsetssbsy\n"
#define INT MARK(fault) "int 0x40\n" MARK(after) "nop\n"

static void same(void)
{
    set_up(ASSEMBLE(ON INT));
}

/* SSP is a multiple of 4 only. */
static void same_unaligned(void)
{
    set_up(ASSEMBLE(ON "call 1f\nnop\n1: mov eax, 1\nincsspd eax\n" INT));
}

static void near_twice(void)
{
    set_up(ASSEMBLE(ON "call 1f\njmp 4f\n1: call 2f\njmp 3f\n2: ret\n3: ret\n4: " INT));
}

/* What the shadow stack has differs above bit 31. */
static void near_high(void)
{
    set_up(ASSEMBLE(ON "call 1f\nnop\n1: mov byte ptr [rsi-4], 1\n" MARK(fault) "ret\n" MARK(after) "nop\n"));
}

static void own(struct program program)
{
    *gate_of(0x40) = make_gate(label_of(program, "handler"), SEL_KERNEL_CODE64, 0, GATE_INTERRUPT, 0, true);
    set_up(program);
}

#define OWN(in_handler, last) ASSEMBLE(ON "int 0x40\n" MARK(back) "jmp 2f\n" MARK(handler) in_handler MARK(fault) last MARK(after) "nop\n2: nop\n")
/* The frame four bytes further up, and SSP there. */
#define MOVED                                                                                                                              \
    "mov eax, 1\nincsspd eax\nmov rax, [rsi-24]\nmov [rsi-20], rax\nmov rax, [rsp]\nmov [rsi-12], rax\nmov eax, 0\nmov [rsi-4], rax\nmov " \
    "[rsi-4], cs\n"

static void iret_moved(void)
{
    own(OWN(MOVED, "iretq\n"));
}

static void retf_moved(void)
{
    own(OWN(MOVED, "retfq\n"));
}

/* What the shadow stack has differs in its last byte. */
static void near_top(void)
{
    set_up(ASSEMBLE(ON "call 1f\nnop\n1: mov byte ptr [rsi-1], 1\n" MARK(fault) "ret\n" MARK(after) "nop\n"));
}

#define INT_PAGE "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\"; SDM 1 \"Shadow Stacks\""
#define IRET "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\""
#define RET "SDM 2B \"RET-Return from Procedure\""
#define ROW(name_, run_, below_, spec_, about_, ...)                                                                                  \
    {                                                                                                                                 \
        VARIANT, .name = name_, .about = about_ " at CPL 0, supervisor shadow stacks", .spec = spec_, .needs = "cet_ss", .run = run_, \
                 .arg = {below_}, __VA_ARGS__                                                                                         \
    }
#define COMES .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER
#define CP(error_) .vector = VEC_CP, .error = error_, .saved_rip = AT_FAULT
VARIANTS(ROW("same", same, 24, INT_PAGE, "INT 0x40", COMES),
         ROW("same_unaligned", same_unaligned, 32, INT_PAGE, "INT 0x40, SSP a multiple of 4 only", COMES),
         ROW("near_twice", near_twice, 24, RET, "two CALLs and RETs, then INT 0x40", COMES),
         ROW("near_high", near_high, 32, RET, "RET, the address on the shadow stack is another above bit 31", CP(1)),
         ROW("near_top", near_top, 32, RET, "RET, the address on the shadow stack is another in byte 7", CP(1)),
         ROW("iret_moved", iret_moved, 32, IRET, "IRETQ, the frame right but at no multiple of 8", CP(2)),
         ROW("retf_moved", retf_moved, 32, RET, "far RET, the frame right but at no multiple of 8", CP(2)));
