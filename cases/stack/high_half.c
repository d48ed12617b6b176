/* Code, stacks and TSS in the upper half of the address space: all 64 bits of RIP, RSP, RSPn, ISTn and of the TSS base count. */
#include <case.h>

static uintptr_t map_stack(void)
{
    uintptr_t page = map_page_at("high", 0xffff923456789000, PAGE_PRESENT | PAGE_WRITE);

    __builtin_memset(frame_of(page), 0xa5, PAGE_SIZE); /* the stacks' pattern */
    return page + 0x800;
}

static void current(void)
{
    start.rsp = map_stack() + 5;
    FAULT("int 0x40");
}

static void rsp0(void)
{
    in_user_mode();
    set_gate(0x40, .dpl = 3);
    tss.rsp[0] = map_stack();
    FAULT("int 0x40");
}

static void ist(void)
{
    set_gate(VEC_PF, .ist = 1);
    start.rbx = map_page("victim", 0);
    tss.ist[0] = map_stack();
    FAULT("mov eax, [rbx]");
}

/* INT 0x40 or UD2 at the end of a page. */
static void program_counter(void)
{
    bool fault = current_case->vector == VEC_UD;
    uintptr_t page = map_page_at("code", 0xffff876543210000, PAGE_PRESENT | (ARG0 ? PAGE_USER : 0));
    uint8_t *end = (uint8_t *)frame_of(page) + PAGE_SIZE;

    end[-4] = fault ? 0x0f : 0xcd;
    end[-3] = fault ? 0x0b : 0x40;
    if (ARG0)
        in_user_mode();
    set_gate(0x40, .dpl = 3);
    start.rip = page + PAGE_SIZE - 4;
    PROGRAM("");
}

static void task_state(void)
{
    uintptr_t page = map_page_at("tss_copy", 0xffffa55a12345000, PAGE_PRESENT | PAGE_WRITE);
    struct tss *copy = frame_of(page);

    in_user_mode();
    set_gate(0x40, .dpl = 3);
    *copy = tss;
    copy->rsp[0] = stack_top(STACK_RSP1); /* so that it can't be the other TSS's */
    load_tss(page, sizeof(tss) - 1);
    FAULT("int 0x40");
}

VARIANTS({VARIANT, .name = "current", .about = "INT 0x40 at CPL 0 with RSP in the upper half", .spec = "SDM 3A \"64-Bit Mode Stack Frame\"",
          .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER, .run = current},
         {VARIANT, .name = "rsp0", .about = "INT 0x40 at CPL 3 with RSP0 in the upper half", .spec = "SDM 3A \"64-Bit TSS\"", .vector = 0x40,
          .error = NO_ERROR, .saved_rip = AFTER, .run = rsp0},
         {VARIANT, .name = "ist", .about = "load from a not-present page at CPL 0, gate IST=1 with IST1 in the upper half",
          .spec = "SDM 3A \"64-Bit TSS\"", .vector = VEC_PF, .error = 0, .saved_rip = AT_FAULT, .run = ist},
         {VARIANT, .name = "rip", .about = "INT 0x40 at CPL 0 in the upper half", .spec = "SDM 3A \"64-Bit Mode Stack Frame\"", .vector = 0x40,
          .error = NO_ERROR, .run = program_counter},
         {VARIANT, .name = "rip_user", .about = "INT 0x40 at CPL 3 in the upper half", .spec = "SDM 3A \"64-Bit Mode Stack Frame\"", .vector = 0x40,
          .error = NO_ERROR, .run = program_counter, .arg = {1}},
         {VARIANT, .name = "rip_fault", .about = "UD2 at CPL 0 in the upper half", .spec = "SDM 3A \"64-Bit Mode Stack Frame\"", .vector = VEC_UD,
          .error = NO_ERROR, .run = program_counter},
         {VARIANT, .name = "tss", .about = "INT 0x40 at CPL 3, TSS in the upper half", .spec = "SDM 3A \"TSS Descriptor in 64-bit Mode\"",
          .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER, .run = task_state});
