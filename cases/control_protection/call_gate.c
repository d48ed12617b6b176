/*
 * A far CALL through a gate from CPL 3 to 0 in 64-bit mode takes the token of the shadow stack that IA32_PL0_SSP names: it has to be free, of this
 * address, at 8n, and in the same 32 aligned bytes as the frame would be: else #GP(0) at the CALL, and nothing has changed.
 */
#include <case.h>

#define CURRENT 0x7f8u
#define OTHER 0xbf8u
#define ELSEWHERE 0xab8u
#define FOR_GP 0xff8u
#define BUSY 1u

/* ARG0: IA32_PL0_SSP, as an offset in the page. ARG1: exclusive-or to the token there. */
static void run(void)
{
    struct program p = ASSEMBLE("wrmsr\nsetssbsy\nmov ecx, 0x6a4\nmov eax, ebx\nwrmsr\niretq\n" MARK(fault) "call fword ptr [rbp]\n" MARK(
        after) "nop\n" MARK(target) "rdsspq rdi\nmov ecx, 0x6a2\nmov eax, 0\nwrmsr\njmp program_end\n");
    uintptr_t page = map_page("shadow", PAGE_PRESENT | PAGE_D), table = map_page("ssp_table", PAGE_PRESENT);
    uintptr_t pointer = map_page("pointer", PAGE_PRESENT | PAGE_USER), ssp = page + ARG0;

    *(uint64_t *)frame_of(page + CURRENT) = page + CURRENT;
    *(uint64_t *)frame_of(page + FOR_GP) = page + FOR_GP;
    *(volatile uint64_t *)frame_of(ssp) = ssp ^ ARG1;
    ((uint64_t *)frame_of(table))[2] = page + FOR_GP;
    *(uint16_t *)frame_of(pointer + 4) =
        (uint16_t)(add_call_gate("gate", (struct call_gate){.offset = label_of(p, "target"), .selector = SEL_KERNEL_CODE64, .dpl = 3}) | 3);
    set_gate(VEC_GP, .ist = 2);
    user_may_run_program();
    write_cr4(read_cr4() | CR4_CET);
    write_msr(MSR_PL0_SSP, page + CURRENT);
    write_msr(MSR_INTERRUPT_SSP_TABLE, table);
    start.rcx = MSR_S_CET;
    start.rax = CET_SH_STK_EN;
    start.rdx = 0;
    start.rbx = ssp;
    start.rbp = pointer;
    push_image((struct interrupt_frame){label_of(p, "fault"), SEL_USER_CODE64, start.rflags, stack_top(STACK_USER), SEL_USER_DATA});
    record_memory("current", frame_of(page + CURRENT), 8);
    record_memory("token", frame_of(ssp), 8);
    run_program(p);
}

static const uint64_t *frame;
static uintptr_t shadow;

static void note_frame(void)
{
    note("ssp", frame[0] - shadow);
    note("rip_is_after", frame[1] == recorded_label("after"));
    note("cs", frame[2]);
}

/* At CPL 0: CS, RIP and SSP go to the shadow stack. */
static void same(void)
{
    struct program p = ASSEMBLE("wrmsr\nsetssbsy\n" MARK(fault) "call fword ptr [rbp]\n" MARK(after) "nop\n" MARK(
        target) "rdsspq rdi\nmov ecx, 0x6a2\nmov eax, 0\nwrmsr\njmp program_end\n");
    uintptr_t page = map_page("shadow", PAGE_PRESENT | PAGE_D), pointer = map_page("pointer", PAGE_PRESENT);

    *(uint64_t *)frame_of(page + CURRENT) = page + CURRENT;
    *(uint16_t *)frame_of(pointer + 4) = add_call_gate("gate", (struct call_gate){.offset = label_of(p, "target"), .selector = SEL_KERNEL_CODE64});
    write_cr4(read_cr4() | CR4_CET);
    write_msr(MSR_PL0_SSP, page + CURRENT);
    start.rcx = MSR_S_CET;
    start.rax = CET_SH_STK_EN;
    start.rdx = 0;
    start.rbp = pointer;
    shadow = page;
    frame = frame_of(page + CURRENT - 24);
    at_end(note_frame);
    run_program(p);
}

#define ROW(name_, ssp, change, about_, ...)                                                                                                       \
    {                                                                                                                                              \
        VARIANT, .name = name_, .about = "far CALL through a gate at CPL 3, " about_, .spec = "SDM 2A \"CALL-Call Procedure\"", .needs = "cet_ss", \
                 .run = run, .arg = {ssp, change}, __VA_ARGS__                                                                                     \
    }
#define GP .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT
VARIANTS({VARIANT, .name = "same", .about = "far CALL through a gate at CPL 0", .spec = "SDM 2A \"CALL-Call Procedure\"", .needs = "cet_ss",
          .vector = NO_EXCEPTION, .run = same},
         ROW("free", OTHER, 0, "a free token of IA32_PL0_SSP", .vector = NO_EXCEPTION),
         ROW("busy", OTHER, BUSY, "the token of IA32_PL0_SSP is busy", GP), ROW("bit_1", OTHER, 2, "bit 1 of the token of IA32_PL0_SSP is 1", GP),
         ROW("address", OTHER, 64, "the token of IA32_PL0_SSP is of another address", GP),
         ROW("bit_32", OTHER, 1ull << 32, "bit 32 of the token of IA32_PL0_SSP differs", GP),
         ROW("top", OTHER, 1ull << 56, "byte 7 of the token of IA32_PL0_SSP is another", GP),
         ROW("unaligned", ELSEWHERE + 4, 0, "IA32_PL0_SSP isn't a multiple of 8", GP),
         ROW("region", ELSEWHERE - 8, 0, "token and frame aren't in 32 aligned bytes", GP));
