/*
 * Task switches with CR4.CET=1: the new TSS is one of 32 bits that has SSP at offset 104, behind the limit of others: else #TS of it. With shadow
 * stacks at CPL 3 IRET wants an SSP that is a multiple of 8: else #TS of its own TSS; JMP, CALL and events want SSP in the new TSS to be a multiple
 * of 8 and a token that isn't busy there: else #TS of the new one, in the new task. CALL and events push CS, linear EIP and SSP there, IRET compares
 * them with the task that it returns to: else #CP(FAR-RET/IRET) in that task. From CPL 3 to CPL 0 SSP goes to IA32_PL3_SSP, and back from there.
 * What the supervisor's IA32_S_CET adds isn't shown: it is 0.
 */
#include <case32.h>

#define TSS_SSP 0x68u
#define OWN 0x700u
#define TOKEN 0x7f8u

static uintptr_t own, next;
static struct task *other;

/* ARG0: the way, ARG1: the limit. */
static void limited(void)
{
    enum task_switch way = (enum task_switch)ARG0;

    other = add_task_to_switch_to(way, false);
    set_task_descriptor(other, (struct descriptor){.type = way == BY_IRET ? SYSTEM_TSS_BUSY : SYSTEM_TSS_AVAILABLE, .limit = (uint32_t)ARG1});
    write_cr4(read_cr4() | CR4_CET);
    switch_task(way, other->selector);
}

static void of_16_bits(void)
{
    enum task_switch way = (enum task_switch)ARG0;

    other = add_task_to_switch_to(way, true);
    write_cr4(read_cr4() | CR4_CET);
    switch_task(way, other->selector);
}

static uint8_t *shadow(uintptr_t address)
{
    return frame_of(address);
}

static void set_words(uint8_t *at, uint32_t low, uint32_t high)
{
    __builtin_memcpy(at, &low, 4);
    __builtin_memcpy(at + 4, &high, 4);
}

static void note_shadow(void)
{
    static const char *const words[] = {"ssp", "lip", "cs", "token"};

    for (unsigned i = 0; i < 4; i++) {
        uint64_t word;

        __builtin_memcpy(&word, shadow(next) + TOKEN - 24 + 8 * i, 8);
        note(words[i], i == 3 ? word - next : word); /* the token from its page on */
    }
}

/* Both tasks at CPL 3, with a shadow stack of its own. `ssp`: of the new task. */
static void set_up(uint32_t ssp, struct program program)
{
    own = map_page("own", PAGE_PRESENT | PAGE_D | PAGE_USER);
    next = map_page("next", PAGE_PRESENT | PAGE_D | PAGE_USER);
    set_words(shadow(next) + TOKEN, (uint32_t)next + TOKEN, 0);
    other = add_task("other");
    set_task_program(other, program);
    other->tss.cs = SEL_USER_CODE;
    other->tss.ss = SEL_USER_DATA;
    *(volatile uint32_t *)((uintptr_t)&other->tss + TSS_SSP) = (uint32_t)next + ssp;
    set_task_descriptor(other, (struct descriptor){.type = SYSTEM_TSS_AVAILABLE, .limit = TSS_SSP + 3, .dpl = 3});
    set_tss_limit(TSS_SSP + 3);
    in_user_mode();
    set_gate(VEC_BP, .dpl = 3);
    set_gate(0x40, .dpl = 3);
    write_cr4(read_cr4() | CR4_CET);
    write_msr(MSR_U_CET, CET_SH_STK_EN | CET_WR_SHSTK_EN);
    write_msr(MSR_PL3_SSP, own + OWN);
    at_end(note_shadow);
}

#define ENTERED ASSEMBLE(MARK(entry) "rdsspd edi\nint3\n" MARK(stop))

static void entered(void)
{
    set_up(TOKEN, ENTERED);
    switch_task((enum task_switch)ARG0, other->selector);
}

/* ARG1: from the token's address. */
static void misaligned(void)
{
    set_up(TOKEN - (uint32_t)ARG1, ENTERED);
    switch_task((enum task_switch)ARG0, other->selector);
}

/* ARG1: exclusive-or to the right token. */
static void refused(void)
{
    set_up(TOKEN, ENTERED);
    set_words(shadow(next) + TOKEN, ((uint32_t)next + TOKEN) ^ (uint32_t)ARG1, (uint32_t)(ARG1 >> 32));
    switch_task((enum task_switch)ARG0, other->selector);
}

static void iret_misaligned(void)
{
    set_up(TOKEN, ENTERED);
    set_task_descriptor(other, (struct descriptor){.type = SYSTEM_TSS_BUSY, .limit = TSS_SSP + 3, .dpl = 3});
    write_msr(MSR_PL3_SSP, own + OWN + 4);
    switch_task(BY_IRET, other->selector);
}

/* In the new task, EDI is SSP: CS lies at 16, linear EIP at 8, SSP at 0, the token at 24. */
#define BACK(name, text)                                                               \
    static void name(void)                                                             \
    {                                                                                  \
        set_up(TOKEN, ASSEMBLE(MARK(entry) "rdsspd edi\n" text MARK(back) "iretd\n")); \
        go_and_return();                                                               \
    }

static void go_and_return(void)
{
    uint32_t *pointer = frame_of(start.ebx = map_page("pointer", PAGE_PRESENT | PAGE_USER));
    struct gate *gate = gate_of(0x40);

    pointer[1] = other->selector;
    *gate = make_gate(0, other->selector, GATE_TASK, 3, true);
    if (ARG0 == BY_INT)
        PROGRAM(MARK(fault) "int 0x40\n" MARK(after) "rdsspd edi\n");
    else
        PROGRAM(MARK(fault) "call fword ptr [ebx]\n" MARK(after) "rdsspd edi\n");
}
BACK(back, "")
BACK(back_cs, "mov eax, 0x23\nwrssd [edi + 16], eax\n")
BACK(back_eip, "mov eax, 0x1234\nwrssd [edi + 8], eax\n")
BACK(back_bit_0, "mov eax, 1\nwrssd [edi], eax\n")
BACK(back_bit_1, "mov eax, 2\nwrssd [edi], eax\n")
BACK(back_bit_2, "mov eax, [edi]\nor eax, 4\nwrssd [edi], eax\n")
BACK(back_no_token, "lea eax, [edi + 0x100]\nwrssd [edi + 24], eax\n")

/* The new task at CPL 0, which has no shadow stack. */
static void through_ring0(void)
{
    set_up(TOKEN, ASSEMBLE(MARK(entry) "nop\n" MARK(back) "iretd\n"));
    other->tss.cs = SEL_KERNEL_CODE;
    other->tss.ss = SEL_KERNEL_DATA;
    go_and_return();
}

/* It gives the old one another. */
static void through_ring0_changed(void)
{
    set_up(TOKEN, ASSEMBLE(MARK(entry) "mov ecx, 0x6a7\nrdmsr\nadd eax, 0x40\nwrmsr\n" MARK(back) "iretd\n"));
    other->tss.cs = SEL_KERNEL_CODE;
    other->tss.ss = SEL_KERNEL_DATA;
    go_and_return();
}

#define SPEC "SDM 3A \"Task Switching\"; APM 2 \"Switching Tasks\""
#define ROW(name_, run_, way_, arg1_, about_, ...)                                                                               \
    {                                                                                                                            \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .needs = "cet_ss", .run = run_, .arg = {way_, arg1_}, __VA_ARGS__ \
    }
#define NEW_TSS(error_, place) .vector = VEC_TS, .error = error_, .saved_rip = place
#define OTHER SEL_FREE
#define COMES .vector = VEC_BP, .error = NO_ERROR, .saved_rip = "stop"
#define LIMITS(name, way, error, place, about)                                                                                 \
    ROW(name "_limit_67", limited, way, 0x67, about " to a TSS of limit 67H, CR4.CET=1, at CPL 0", NEW_TSS(error, place)),     \
        ROW(name "_limit_6a", limited, way, 0x6a, about " to a TSS of limit 6AH, CR4.CET=1, at CPL 0", NEW_TSS(error, place)), \
        ROW(name "_limit_6b", limited, way, 0x6b, about " to a TSS of limit 6BH, CR4.CET=1, at CPL 0", COMES),                 \
        ROW(name "_tss16", of_16_bits, way, 0, about " to a 16-bit TSS, CR4.CET=1, at CPL 0", NEW_TSS(error, place))
#define SHADOWS(name, way, error, about)                                                                                                      \
    ROW(name, entered, way, 0, about " with shadow stacks at CPL 3", COMES),                                                                  \
        ROW(name "_ssp_4", misaligned, way, 4, about " with shadow stacks at CPL 3, SSP of the new TSS is 8n+4", NEW_TSS(error, "entry")),    \
        ROW(name "_ssp_1", misaligned, way, 7, about " with shadow stacks at CPL 3, SSP of the new TSS is 8n+1", NEW_TSS(error, "entry")),    \
        ROW(name "_busy", refused, way, 1, about " with shadow stacks at CPL 3, the token is busy", NEW_TSS(error, "entry")),                 \
        ROW(name "_token_bit_1", refused, way, 2, about " with shadow stacks at CPL 3, bit 1 of the token is 1", NEW_TSS(error, "entry")),    \
        ROW(name "_token_bit_3", refused, way, 8, about " with shadow stacks at CPL 3, a token of another address", NEW_TSS(error, "entry")), \
        ROW(name "_token_bit_32", refused, way, 1ull << 32, about " with shadow stacks at CPL 3, bit 32 of the token is 1", NEW_TSS(error, "entry"))
#define RETURN(name_, run_, about_, ...)                                                                          \
    ROW("call_" name_, run_, BY_CALL, 0, "far CALL to a task with shadow stacks at CPL 3, " about_, __VA_ARGS__), \
        ROW("int_" name_, run_, BY_INT, 0, "INT n to a task with shadow stacks at CPL 3, " about_, __VA_ARGS__)
#define ENDS .vector = NO_EXCEPTION
#define CP .vector = VEC_CP, .error = 2, .saved_rip = AFTER
VARIANTS(LIMITS("jmp", BY_JMP, OTHER, AT_FAULT, "far JMP"), LIMITS("call", BY_CALL, OTHER, AT_FAULT, "far CALL"),
         LIMITS("int", BY_INT, OTHER, AT_FAULT, "INT n"), LIMITS("iret", BY_IRET, OTHER, AT_FAULT, "IRET with NT=1"),
         LIMITS("ud", BY_UD, OTHER | ERROR_EXT, AT_FAULT, "#UD"), SHADOWS("jmp", BY_JMP, OTHER, "far JMP"),
         SHADOWS("call", BY_CALL, OTHER, "far CALL"), SHADOWS("int", BY_INT, OTHER, "INT n"), SHADOWS("ud", BY_UD, OTHER | ERROR_EXT, "#UD"),
         ROW("iret_ssp_4", iret_misaligned, BY_IRET, 0, "IRET with NT=1 at CPL 3, SSP is 8n+4", NEW_TSS(SEL_TSS, AT_FAULT)),
         RETURN("back", back, "IRET back", ENDS), RETURN("back_cs", back_cs, "another CS on the shadow stack, IRET", CP),
         RETURN("back_eip", back_eip, "another EIP on the shadow stack, IRET", CP),
         RETURN("back_bit_0", back_bit_0, "an SSP of 1 on the shadow stack, IRET", CP),
         RETURN("back_bit_1", back_bit_1, "an SSP of 2 on the shadow stack, IRET", CP),
         RETURN("back_bit_2", back_bit_2, "an SSP of 8n+4 on the shadow stack, IRET", ENDS),
         RETURN("back_no_token", back_no_token, "a token of another address, IRET", ENDS),
         RETURN("through_ring0", through_ring0, "the task at CPL 0, IRET back", ENDS),
         RETURN("through_ring0_changed", through_ring0_changed, "the task at CPL 0, which changes IA32_PL3_SSP, IRET back", ENDS));
