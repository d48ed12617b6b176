/*
 * The stack of far transfers with SMAP. What stays at CPL 3 pops and pushes as a user: nothing refuses that. Below CPL 3 a user's page is refused
 * unless EFLAGS.AC=1: these accesses are explicit ones.
 */
#include <case32.h>

#define OFFSET 0x600u /* an image lies in one block of 64 bytes */

enum who { USER, RING_1, RING_1_AC };

/* arg: who. */
static void begin(void)
{
    if (ARG0 == USER) {
        in_user_mode();
        return;
    }
    in_ring(1);
    start.esp = map_page("victim", PAGE_PRESENT | PAGE_USER | PAGE_WRITE) + OFFSET;
    if (ARG0 == RING_1_AC)
        start.eflags |= EFLAGS_AC;
}

/* The harness has written to the stack before. */
static void run(struct program p)
{
    write_cr4(read_cr4() | CR4_SMAP);
    run_program(p);
}

static void iretd(void)
{
    struct program p = ASSEMBLE(MARK(fault) "iretd\n" MARK(after));

    begin();
    push_image((struct interrupt_frame){label_of(p, "after"), start.cs, start.eflags, 0, 0}, false);
    run(p);
}

static void return_far(struct program p)
{
    uint32_t *image;

    begin();
    image = (uint32_t *)start.esp - 2;
    image[0] = label_of(p, "after");
    image[1] = start.cs;
    start.esp = (uintptr_t)image;
    run(p);
}

static void retf(void)
{
    return_far(ASSEMBLE(MARK(fault) "retf\n" MARK(after)));
}

static void retf_8(void)
{
    return_far(ASSEMBLE(MARK(fault) "retf 8\n" MARK(after)));
}

/* EBX: the operand, in a page of the own level; `selector` is of code, or of a gate. */
static void call_far(struct program p, uint32_t selector)
{
    uint32_t *pointer;

    start.ebx = map_page("operand", PAGE_PRESENT | (ARG0 == USER ? PAGE_USER : 0));
    pointer = frame_of(start.ebx);
    pointer[0] = label_of(p, "after");
    pointer[1] = selector;
    run(p);
}

#define CALL_FAR ASSEMBLE(MARK(fault) "call fword ptr [ebx]\n" MARK(after))

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

#define ROW(name_, run_, who, about_, ...)                                                                                                  \
    {                                                                                                                                       \
        VARIANT, .name = name_, .about = about_ ", SMAP=1", .spec = "SDM 3A \"Determination of Access Rights\", \"Page-Fault Exceptions\"", \
                 .run = run_, .arg = {who}, .needs = "smap", __VA_ARGS__                                                                    \
    }
#define ROWS(run, instruction, error_)                                                                          \
    ROW(#run "_user", run, USER, instruction " at CPL 3 and to it, AC=0", .vector = NO_EXCEPTION),              \
        ROW(#run "_ac1", run, RING_1_AC, instruction " at CPL 1 on a user page, AC=1", .vector = NO_EXCEPTION), \
        ROW(#run, run, RING_1, instruction " at CPL 1 on a user page, AC=0", .vector = VEC_PF, .saved_rip = AT_FAULT, .error = error_)

VARIANTS(ROWS(iretd, "IRETD", PF_P), ROWS(retf, "far RET", PF_P), ROWS(retf_8, "far RET 8", PF_P), ROWS(call, "far CALL", PF_P | PF_W),
         ROWS(call_gate, "CALL through a gate to the same CPL", PF_P | PF_W));
