/*
 * The stack of far transfers with SMAP. A return to CPL 3 that begins there, and what else stays at CPL 3, pops and pushes as a user: nothing
 * refuses that. At CPL 0 a user's page is refused unless EFLAGS.AC=1: these accesses are explicit ones.
 */
#include <case.h>

#define OFFSET 0x600u /* an image lies in one block of 64 bytes */

enum who { USER, KERNEL, KERNEL_AC };

/* arg: who. */
static void begin(void)
{
    if (ARG0 == USER) {
        in_user_mode();
        return;
    }
    start.rsp = map_page("victim", PAGE_PRESENT | PAGE_USER | PAGE_WRITE) + OFFSET;
    set_gate(VEC_PF, .ist = 1);
    if (ARG0 == KERNEL_AC)
        start.rflags |= RFLAGS_AC;
}

/* The harness has written to the stack before. */
static void run(struct program p)
{
    write_cr4(read_cr4() | CR4_SMAP);
    run_program(p);
}

static void iretq(void)
{
    struct program p = ASSEMBLE(MARK(fault) "iretq\n" MARK(after));

    begin();
    push_image((struct interrupt_frame){label_of(p, "after"), start.cs, start.rflags, start.rsp, start.ss});
    run(p);
}

static void iretd(void)
{
    struct program p = ASSEMBLE(MARK(fault) "iretd\n" MARK(after));
    uint32_t *image;

    begin();
    image = (uint32_t *)start.rsp - 5;
    image[0] = (uint32_t)label_of(p, "after");
    image[1] = (uint32_t)start.cs;
    image[2] = (uint32_t)start.rflags;
    image[3] = (uint32_t)start.rsp;
    image[4] = (uint32_t)start.ss;
    start.rsp = (uintptr_t)image;
    run(p);
}

static void retf(void)
{
    struct program p = ASSEMBLE(MARK(fault) ".byte 0xcb\n" MARK(after));
    uint32_t *image;

    begin();
    image = (uint32_t *)start.rsp - 2;
    image[0] = (uint32_t)label_of(p, "after");
    image[1] = (uint32_t)start.cs;
    start.rsp = (uintptr_t)image;
    run(p);
}

static void retfq(void)
{
    struct program p = ASSEMBLE(MARK(fault) ".byte 0x48, 0xcb\n" MARK(after));
    uint64_t *image;

    begin();
    image = (uint64_t *)start.rsp - 2;
    image[0] = label_of(p, "after");
    image[1] = start.cs;
    start.rsp = (uintptr_t)image;
    run(p);
}

/* RBX: the operand, in a page that both levels may read; `selector` is of code, or of a gate. */
static void call_far(struct program p, uint64_t selector)
{
    uintptr_t operand = map_page("operand", PAGE_PRESENT | (ARG0 == USER ? PAGE_USER : 0));
    uint32_t *pointer = frame_of(operand);

    pointer[0] = (uint32_t)label_of(p, "after");
    pointer[1] = (uint32_t)selector;
    start.rbx = operand;
    run(p);
}

#define CALL_FAR ASSEMBLE(MARK(fault) "call fword ptr [rbx]\n" MARK(after))

static void call(void)
{
    struct program p = CALL_FAR;

    begin();
    call_far(p, start.cs);
}

static void call_gate(void)
{
    struct program p = CALL_FAR;

    begin();
    call_far(p, add_call_gate("gate", (struct call_gate){.offset = label_of(p, "after"), .selector = (uint16_t)start.cs, .dpl = 3}) | 3u);
}

#define ROW(name_, run_, who, about_, ...)                                                                                                         \
    {                                                                                                                                              \
        VARIANT, .name = name_, .about = about_ ", SMAP=1", .spec = "SDM 3A \"Determination of Access Rights\"; SDM 3A \"Page-Fault Exceptions\"", \
                 .run = run_, .arg = {who}, .needs = "smap", __VA_ARGS__                                                                           \
    }
#define ROWS(run, instruction, error_)                                                                                                \
    ROW(#run "_user", run, USER, instruction " at CPL 3 and to it, AC=0", .vector = NO_EXCEPTION),                                    \
        ROW(#run "_ac1", run, KERNEL_AC, instruction " at CPL 0 on a user page, AC=1", .vector = NO_EXCEPTION),                       \
        ROW(#run, run, KERNEL, instruction " at CPL 0 on a user page, AC=0, #PF with IST 1", .vector = VEC_PF, .saved_rip = AT_FAULT, \
            .error = error_)

VARIANTS(ROWS(iretq, "IRETQ", PF_P), ROWS(iretd, "IRETD", PF_P), ROWS(retf, "far RET", PF_P), ROWS(retfq, "far RET with REX.W", PF_P),
         ROWS(call, "far CALL", PF_P | PF_W), ROWS(call_gate, "CALL through a gate to the same CPL", PF_P | PF_W));
