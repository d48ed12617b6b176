/*
 * Each execution of IRET unblocks NMIs: of any operand size, in 64-bit mode and in compatibility mode, at CPL 0 and 3, to the same level and to an
 * outer one, and also one that faults, before the fault's handler begins. The first time it runs, the NMI's handler sends a second NMI to itself,
 * which waits for that IRET; the second time it ends the run by INT3. Another INT3 is where the program gets to without it.
 */
#include <case.h>

/* RBX: the ICR, EAX: the command for an NMI. ECX tells the second time from the first. EDI and RSI: what the variant needs. */
#define FIRST_TIME "cmp ecx, 0\njne 8f\nmov ecx, 1\nmov [rbx], eax\n"
#define SECOND_TIME "8: int3\n" MARK(second)
#define TARGET "7: " MARK(inner) "int3\n"
#define IRETW ".byte 0x66, 0xcf\n"
#define RETFQ ".byte 0x48, 0xcb\n"

static void run(struct program handler)
{
    enable_apic();
    block_nmi();
    send_self_nmi();
    start.rax = 0x4400;
    start.rbx = APIC_BASE + APIC_ICR_LOW;
    start.rcx = 0;
    set_gate(VEC_BP, .dpl = 3);
    on_exception_run(VEC_NMI, handler);
    PROGRAM(MARK(fault) "nop\n" MARK(after) "int3\n" MARK(behind));
}

/* From the NMI's handler to the program. */
static void outer(void)
{
    in_user_mode();
    run(HANDLER(FIRST_TIME "jmp 9f\n" SECOND_TIME "9:\n"));
}

/* To 32-bit code of CPL 3. EDI: a segment that begins at the target. */
static void word(void)
{
    struct program p = HANDLER(FIRST_TIME "sub rsp, 10\nmov word ptr [rsp], 0\nmov [rsp + 2], di\nmov dword ptr [rsp + 4], 0x43200002\n"
                                          "mov word ptr [rsp + 8], 0x23\n" IRETW ".code32\n" TARGET ".code64\n" SECOND_TIME);
    struct descriptor d = {.type = CODE_READABLE, .base = label_of(p, "inner"), .limit = 0xffff, .d = true, .dpl = 3};

    user_may_run_program();
    start.rdi = add_descriptor("short_code", encode_descriptor(d)) | 3u;
    run(p);
}

/* To compatibility mode at CPL 0. */
#define TO_COMPAT "push 0x30\nlea r9, [rip + 6f]\npush r9\n" RETFQ ".code32\n6: " MARK(returns)

static void compat(void)
{
    run(HANDLER(FIRST_TIME "lea r10, [rip + 7f]\nsub rsp, 12\nmov [rsp], r10d\nmov dword ptr [rsp + 4], 0x30\nmov dword ptr [rsp + 8], 2\n" TO_COMPAT
                           "iretd\n" TARGET ".code64\n" SECOND_TIME));
}

/* EDI: a segment that begins at the target. */
static void compat_word(void)
{
    struct program p = HANDLER(FIRST_TIME "sub rsp, 6\nmov word ptr [rsp], 0\nmov [rsp + 2], di\nmov word ptr [rsp + 4], 2\n" TO_COMPAT IRETW TARGET
                                          ".code64\n" SECOND_TIME);
    struct descriptor d = {.type = CODE_READABLE, .base = label_of(p, "inner"), .limit = 0xffff, .d = true};

    start.rdi = add_descriptor("short_code", encode_descriptor(d));
    run(p);
}

/* To CPL 3 by RET, with RSP at the image. EDI: CS. */
#define TO_USER "push 0x23\npush rsi\npush rdi\nlea r9, [rip + 6f]\npush r9\n" RETFQ "6: " MARK(returns)

static void user(void)
{
    struct program p = HANDLER(FIRST_TIME TO_USER "iretq\n" TARGET SECOND_TIME);
    uint64_t *image = (uint64_t *)(stack_top(STACK_USER) - 0x80);

    user_may_run_program();
    start.rdi = image[1] = SEL_USER_CODE64;
    image[0] = label_of(p, "inner");
    image[2] = RFLAGS_FIXED;
    image[3] = stack_top(STACK_USER) - 0x20;
    image[4] = SEL_USER_DATA;
    start.rsi = (uintptr_t)image;
    run(p);
}

static void user_compat(void)
{
    struct program p = HANDLER(FIRST_TIME TO_USER ".code32\niretd\n" TARGET ".code64\n" SECOND_TIME);
    uint32_t *image = (uint32_t *)(stack_top(STACK_USER) - 0x80);

    user_may_run_program();
    start.rdi = image[1] = SEL_USER_CODE32;
    image[0] = (uint32_t)label_of(p, "inner");
    image[2] = RFLAGS_FIXED;
    start.rsi = (uintptr_t)image;
    run(p);
}

/* The fault's handler, which the second NMI comes before. ARG0: the vector, ARG1: its IST. */
static void faults(struct program handler)
{
    struct program p = HANDLER(MARK(handler) "int3\n" MARK(reached));

    on_exception_run((unsigned)ARG0, p);
    *gate_of((unsigned)ARG0) = make_gate(p.entry, SEL_KERNEL_CODE64, (unsigned)ARG1, GATE_INTERRUPT, 0, true);
    run(handler);
}

#define FAULTS(name, text)                                                    \
    static void name(void)                                                    \
    {                                                                         \
        faults(HANDLER(FIRST_TIME text MARK(returns) "iretq\n" SECOND_TIME)); \
    }
FAULTS(fault_nt, "pushfq\nor dword ptr [rsp], 0x4000\npopfq\n")
FAULTS(of_code, "mov [rsp + 8], edi\n")
FAULTS(of_stack, "mov [rsp + 32], edi\n")
FAULTS(of_page, "mov rsp, rdi\n")

static void fault_code(void)
{
    struct descriptor d = {.type = CODE_READABLE, .l = true, .not_present = true};

    start.rdi = add_descriptor("np_code", encode_descriptor(d));
    of_code();
}

static void fault_stack(void)
{
    struct descriptor d = {.type = DATA_READ_ONLY, .d = true};

    start.rdi = add_descriptor("read_only", encode_descriptor(d));
    of_stack();
}

static void fault_page(void)
{
    start.rdi = map_page("missing", PAGE_WRITE);
    of_page();
}

/* CS of the image is NULL. */
static void fault_compat(void)
{
    faults(HANDLER(FIRST_TIME "push 0\npush 0\n" TO_COMPAT "iretd\n.code64\n" SECOND_TIME));
}

/* CS of the image has RPL 0. */
static void fault_user(void)
{
    uint64_t *image = (uint64_t *)(stack_top(STACK_USER) - 0x80);

    user_may_run_program();
    image[1] = SEL_KERNEL_CODE64;
    start.rdi = SEL_USER_CODE64;
    start.rsi = (uintptr_t)image;
    faults(HANDLER(FIRST_TIME TO_USER "iretq\n" SECOND_TIME));
}

#define ROW(name_, env_, vector_, ist, about_)                                                                                                     \
    {                                                                                                                                              \
        VARIANT, .name = #name_, .about = "in an NMI's handler, another waits: " about_, .spec = "SDM 3A \"Handling Multiple NMIs\"", .env = env_, \
                 .needs = "apic", .vector = VEC_NMI, .error = NO_ERROR, .saved_rip = AT_FAULT, .run = name_, .arg = {                              \
                     vector_,                                                                                                                      \
                     ist                                                                                                                           \
                 }                                                                                                                                 \
    }

VARIANTS(ROW(outer, LONG64, 0, 0, "IRETQ to CPL 3"), ROW(word, COMPAT32, 0, 0, "IRET of a word in 64-bit mode to CPL 3"),
         ROW(compat, COMPAT32, 0, 0, "IRETD in compatibility mode at CPL 0"),
         ROW(compat_word, COMPAT32, 0, 0, "IRET of a word in compatibility mode at CPL 0"), ROW(user, LONG64, 0, 0, "IRETQ at CPL 3"),
         ROW(user_compat, COMPAT32, 0, 0, "IRETD in compatibility mode at CPL 3"), ROW(fault_nt, LONG64, VEC_GP, 0, "IRETQ with NT=1 is #GP(0)"),
         ROW(fault_code, LONG64, VEC_NP, 0, "IRETQ to a code segment that isn't present is #NP"),
         ROW(fault_stack, LONG64, VEC_GP, 0, "IRETQ to a stack that can't be written is #GP"),
         ROW(fault_page, LONG64, VEC_PF, 1, "IRETQ from a missing page is #PF"),
         ROW(fault_compat, COMPAT32, VEC_GP, 0, "IRETD in compatibility mode with CS=0 is #GP(0)"),
         ROW(fault_user, LONG64, VEC_GP, 0, "IRETQ at CPL 3 to code of CPL 0 is #GP"));
