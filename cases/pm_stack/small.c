/*
 * Out of a stack segment with B=0 whose ESP has an upper half: a delivery to the same level pushes by SP, one to an inner level saves all of ESP, and
 * a call gate copies parameters by SP. Into an inner one with B=0 likewise.
 */
#include <case32.h>

#define SPEC "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\", \"CALL-Call Procedure\", SDM 3A \"Stack Alignment\""
#define UPPER 0xabcd0000u
#define SP 0x800u
#define RUN(instruction) PROGRAM("mov esp, edi\n" MARK(fault) instruction "\n" MARK(after))

static uintptr_t page;

static uint16_t small(const char *name, uint8_t dpl)
{
    page = map_page(name, PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    fill_words((uintptr_t)frame_of(page), 0xa5a5a5a5, PAGE_SIZE / 4);
    return (
        uint16_t)(add_descriptor("small", encode_descriptor((struct descriptor){.base = page, .limit = 0xfff, .type = DATA_WRITABLE, .dpl = dpl})) |
                  dpl);
}

/* arg: the CPL; the gate's type. */
static void outer(unsigned vector)
{
    in_ring((unsigned)ARG0);
    start.ss = small("stack", (uint8_t)ARG0);
    start.esp = SP;
    start.edi = UPPER | SP; /* the program loads ESP itself: IRET may leave the upper half out */
    set_gate(vector, .dpl = 3, .type = (unsigned)ARG1);
}

static void int_n(void)
{
    outer(0x40);
    RUN("int 0x40");
}

static void resumed(void)
{
    on_exception(0x40, resume);
    outer(0x40);
    PROGRAM("mov esp, edi\n" MARK(fault) "int 0x40\n" MARK(after) "push esi\npop ecx\nmov esp, 0x800\n");
}

static void page_fault(void)
{
    outer(VEC_PF);
    start.ebx = map_page("victim", 0);
    RUN("mov eax, [ebx]");
}

static void ring1(void)
{
    outer(0x40);
    set_gate(0x40, .dpl = 3, .selector = SEL_RING1_CODE);
    RUN("int 0x40");
}

/* EAX is the parameter, ECX ESP. */
static void call_gate(void)
{
    struct program p = ASSEMBLE("mov esp, edi\n" MARK(fault) "call fword ptr [ebx]\n" MARK(after) "nop\n" MARK(
        target) "mov eax, [esp+8]\nmov ecx, [esp+12]\nint3\n" MARK(reached));

    outer(VEC_BP);
    start.edi -= 4;
    *(uint32_t *)frame_of(page + SP - 4) = 0x11223344;
    start.ebx = map_page("pointer", PAGE_PRESENT | PAGE_USER);
    ((uint32_t *)frame_of(start.ebx))[1] =
        add_call_gate("gate", (struct call_gate){.offset = label_of(p, "target"), .selector = SEL_RING1_CODE, .parameters = 1, .dpl = 3}) | 3u;
    run_program(p);
}

#define ROW(name_, about_, cpl, type, vector_, error_, rip_, run_, ...)                                                            \
    {                                                                                                                              \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .vector = vector_, .error = error_, .saved_rip = rip_, .run = run_, \
                 .arg = {cpl, type}, __VA_ARGS__                                                                                   \
    }
VARIANTS(ROW("inner", "INT 0x40 at CPL 3, SS with B=0, to CPL 0", 3, GATE_INTERRUPT, 0x40, NO_ERROR, AFTER, int_n, ),
         ROW("inner_ring1", "INT 0x40 at CPL 1, SS with B=0, to CPL 0", 1, GATE_INTERRUPT, 0x40, NO_ERROR, AFTER, int_n, ),
         ROW("inner_to_ring1", "INT 0x40 at CPL 3, SS with B=0, to CPL 1", 3, GATE_INTERRUPT, 0x40, NO_ERROR, AFTER, ring1, ),
         ROW("inner_gate16", "INT 0x40 at CPL 3, SS with B=0, to CPL 0 through a 16-bit gate", 3, GATE_INTERRUPT16, 0x40, NO_ERROR, AFTER, int_n, ),
         ROW("inner_error_code", "load from a not-present page at CPL 3, SS with B=0, to CPL 0", 3, GATE_INTERRUPT, VEC_PF, PF_U, AT_FAULT,
             page_fault, ),
         ROW("inner_resumed", "INT 0x40 at CPL 3, SS with B=0, whose handler at CPL 0 returns", 3, GATE_INTERRUPT, 0x40, NO_ERROR, AFTER, resumed,
             .resumes = 1),
         ROW("call_gate", "CALL at CPL 3, SS with B=0, through a gate to CPL 1, one parameter", 3, GATE_INTERRUPT, VEC_BP, NO_ERROR, "reached",
             call_gate, ));
