/*
 * A return that leaves a shadow stack frees its token: IRETQ and far RET to CPL 3, and IRETQ at the same CPL where the frame names another stack. Far
 * RET at the same CPL frees none, nor does IRETQ that comes back to the token's own stack. Where another value is there it stays. To free it is a
 * write access, to compare the frame a read access, both of shadow-stack pages only.
 */
#include <case.h>

#define TOKEN 0x7f8u
#define OTHER 0xbf8u
#define FOR_PF 0xff8u

/* The token is that of the page `shadow`, which the program may make an ordinary one; IA32_PL0_SSP leads to another page behind it. */
static void set_up(struct program p)
{
    uintptr_t page = map_page("shadow", PAGE_PRESENT | PAGE_D), other = map_page("other_shadow", PAGE_PRESENT | PAGE_D);
    uintptr_t table = map_page("ssp_table", PAGE_PRESENT), pointer = map_page("pointer", PAGE_PRESENT);

    *(uint64_t *)frame_of(page + TOKEN) = page + TOKEN;
    *(uint64_t *)frame_of(other + OTHER) = other + OTHER;
    *(uint64_t *)frame_of(other + FOR_PF) = other + FOR_PF;
    ((uint64_t *)frame_of(table))[1] = other + FOR_PF;
    *(uint64_t *)frame_of(pointer) = label_of(p, "inner");
    *(uint16_t *)frame_of(pointer + 8) = SEL_KERNEL_CODE64;
    *gate_of(0x40) = make_gate(label_of(p, "inner"), SEL_KERNEL_CODE64, 0, GATE_INTERRUPT, 0, true);
    set_gate(VEC_PF, .ist = 1);
    set_gate(0x41, .dpl = 3);
    write_cr4(read_cr4() | CR4_CET);
    write_msr(MSR_PL0_SSP, page + TOKEN);
    write_msr(MSR_INTERRUPT_SSP_TABLE, table);
    start.rcx = MSR_S_CET;
    start.rax = CET_SH_STK_EN;
    start.rdx = 0;
    start.rbx = other + OTHER;
    start.rbp = page;
    start.rsi = (uintptr_t)frame_of(page + TOKEN); /* where it can be written */
    start.rdi = (uintptr_t)page_entry(page, 1);
    start.r8 = *page_entry(page, 1) | PAGE_WRITE;
    start.r9 = pointer;
    start.r10 = page + TOKEN - 64;
    record_memory("token", frame_of(page + TOKEN), 8);
    run_program(p);
}

#define ON "wrmsr\nsetssbsy\nmov ecx, 0x6a4\nmov eax, ebx\nwrmsr\n"
#define OFF "rdsspq r11\nmov ecx, 0x6a2\nmov eax, 0\nwrmsr\n"
#define ORDINARY "mov [rdi], r8\ninvlpg [rbp]\n"
#define TOP_BYTE "mov byte ptr [rsi+7], 1\n"
#define ELSEWHERE "mov [rsi-24], r10\n"

/* To CPL 3. The four words serve far RET, with RFLAGS between them IRETQ. */
#define OUTER(name, change, instruction)                                                                                                       \
    static void name(void)                                                                                                                     \
    {                                                                                                                                          \
        struct program p = ASSEMBLE(ON change MARK(fault) instruction "\n" MARK(inside) "int 0x41\n" MARK(after) "nop\n" MARK(inner) "nop\n"); \
        bool iret = instruction[0] == 'i';                                                                                                     \
        uint64_t *words;                                                                                                                       \
                                                                                                                                               \
        user_may_run_program();                                                                                                                \
        start.rsp -= iret ? 40 : 32;                                                                                                           \
        words = (uint64_t *)start.rsp;                                                                                                         \
        *words++ = label_of(p, "inside");                                                                                                      \
        *words++ = SEL_USER_CODE64;                                                                                                            \
        if (iret)                                                                                                                              \
            *words++ = start.rflags;                                                                                                           \
        *words++ = stack_top(STACK_USER);                                                                                                      \
        *words++ = SEL_USER_DATA;                                                                                                              \
        set_up(p);                                                                                                                             \
    }
OUTER(iret, "", "iretq")
OUTER(iret_top, TOP_BYTE, "iretq")
OUTER(iret_ordinary, ORDINARY, "iretq")
OUTER(retf, "", "retfq")
OUTER(retf_top, TOP_BYTE, "retfq")
OUTER(retf_ordinary, ORDINARY, "retfq")

/* At CPL 0, out of what INT or a far CALL has entered. */
#define SAME(name, enter, change, instruction)                                                                                       \
    static void name(void)                                                                                                           \
    {                                                                                                                                \
        set_up(ASSEMBLE(ON enter "\n" OFF "jmp program_end\n" MARK(inner) change MARK(fault) instruction "\n" MARK(after) "nop\n")); \
    }
SAME(same_iret, "int 0x40", "", "iretq")
SAME(same_iret_elsewhere, "int 0x40", ELSEWHERE, "iretq")
SAME(same_iret_ordinary, "int 0x40", ORDINARY, "iretq")
SAME(same_retf, "rex64 call fword ptr [r9]", "", "retfq")
SAME(same_retf_elsewhere, "rex64 call fword ptr [r9]", ELSEWHERE, "retfq")
SAME(same_retf_ordinary, "rex64 call fword ptr [r9]", ORDINARY, "retfq")

#define IRET "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\""
#define RET "SDM 2B \"RET-Return from Procedure\""
#define ROW(name_, spec_, about_, ...)                                                                                                   \
    {                                                                                                                                    \
        VARIANT, .name = #name_, .about = about_ ", shadow stacks at CPL 0", .spec = spec_, .needs = "cet_ss", .run = name_, __VA_ARGS__ \
    }
#define COMES .vector = 0x41, .error = NO_ERROR, .saved_rip = AFTER
#define PASSES .vector = NO_EXCEPTION
#define FAULTS(error_) .vector = VEC_PF, .error = error_, .saved_rip = AT_FAULT
VARIANTS(ROW(iret, IRET, "IRETQ to CPL 3", COMES), ROW(iret_top, IRET, "IRETQ to CPL 3, byte 7 of the token isn't that of its address", COMES),
         ROW(iret_ordinary, IRET, "IRETQ to CPL 3, the token in a page with R/W=1", FAULTS(PF_P | PF_W | PF_SS)),
         ROW(retf, RET, "far RET to CPL 3", COMES), ROW(retf_top, RET, "far RET to CPL 3, byte 7 of the token isn't that of its address", COMES),
         ROW(retf_ordinary, RET, "far RET to CPL 3, the token in a page with R/W=1", FAULTS(PF_P | PF_W | PF_SS)),
         ROW(same_iret, IRET, "IRETQ at CPL 0 back to the token", PASSES),
         ROW(same_iret_elsewhere, IRET, "IRETQ at CPL 0, the frame's SSP isn't the token's", PASSES),
         ROW(same_iret_ordinary, IRET, "IRETQ at CPL 0, the frame in a page with R/W=1", FAULTS(PF_P | PF_SS)),
         ROW(same_retf, RET, "far RET at CPL 0 back to the token", PASSES),
         ROW(same_retf_elsewhere, RET, "far RET at CPL 0, the frame's SSP isn't the token's", PASSES),
         ROW(same_retf_ordinary, RET, "far RET at CPL 0, the frame in a page with R/W=1", FAULTS(PF_P | PF_SS)));
