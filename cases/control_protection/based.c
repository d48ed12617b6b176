/*
 * What goes onto a shadow stack in 64-bit mode is RIP, whatever base CS's descriptor has, and IRETQ and far RET compare RIP. In the table of IST
 * shadow stacks an entry has eight bytes.
 */
#include <case.h>

#define TOKEN 0x7f8u

static void shadow(uintptr_t page)
{
    *(uint64_t *)frame_of(page + TOKEN) = page + TOKEN;
}

static void set_up(void)
{
    uintptr_t page = map_page("shadow", PAGE_PRESENT | PAGE_D);

    shadow(page);
    write_cr4(read_cr4() | CR4_CET);
    write_msr(MSR_PL0_SSP, page + TOKEN);
    start.rcx = MSR_S_CET;
    start.rax = CET_SH_STK_EN;
    start.rdx = 0;
}

#define ON "wrmsr\nsetssbsy\n"
#define OFF "mov eax, 0\nwrmsr\n"

static void based(void)
{
    start.cs = add_descriptor("based", encode_descriptor((struct descriptor){.type = CODE_READABLE, .l = true, .base = 0x12345678}));
    set_up();
}

static void int_n(void)
{
    based();
    on_exception(0x40, resume);
    PROGRAM(ON MARK(fault) "int 0x40\n" MARK(after) OFF);
}

static void call(void)
{
    struct program p = ASSEMBLE(ON MARK(fault) "rex64 call fword ptr [rbx]\n" MARK(after) OFF "jmp program_end\n" MARK(target) "retfq\n");
    uint8_t *pointer;

    based();
    start.rbx = map_page("pointer", PAGE_PRESENT);
    pointer = frame_of(start.rbx);
    *(uint64_t *)pointer = label_of(p, "target");
    *(uint16_t *)(pointer + 8) = (uint16_t)start.cs;
    run_program(p);
}

/* The handler's shadow stack is above 4 GiB. */
static void ist(void)
{
    uintptr_t page = map_page_at("ist_shadow", 0x100010000, PAGE_PRESENT | PAGE_D), table = map_page("table", PAGE_PRESENT);

    set_up();
    shadow(page);
    ((uint64_t *)frame_of(table))[1] = page + TOKEN;
    write_msr(MSR_INTERRUPT_SSP_TABLE, table);
    set_gate(0x40, .ist = 1);
    on_exception(0x40, resume);
    PROGRAM(ON MARK(fault) "int 0x40\n" MARK(after) OFF);
}

#define ROW(name_, about_, spec_, ...)                                                                        \
    {                                                                                                         \
        VARIANT, .name = #name_, .about = about_, .spec = spec_, .needs = "cet_ss", .run = name_, __VA_ARGS__ \
    }
#define INT "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\", \"IRET/IRETD/IRETQ-Interrupt Return\""
VARIANTS(ROW(int_n, "INT n at CPL 0 and IRETQ, CS's descriptor has a base, shadow stacks at CPL 0", INT, .vector = 0x40, .error = NO_ERROR,
             .saved_rip = AFTER, .resumes = 1),
         ROW(call, "far CALL at CPL 0 and far RET, CS's descriptor has a base, shadow stacks at CPL 0",
             "SDM 2A \"CALL-Call Procedure\"; SDM 2B \"RET-Return from Procedure\"", .vector = NO_EXCEPTION),
         ROW(ist, "INT n at CPL 0 through an IST gate and IRETQ, the IST's shadow stack above 4 GiB", INT, .vector = 0x40, .error = NO_ERROR,
             .saved_rip = AFTER, .resumes = 1));
