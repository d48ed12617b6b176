/* Stacks in the upper half of the address space: all 64 bits of RSP, RSPn and ISTn count. */
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

VARIANTS({VARIANT, .name = "current", .about = "INT 0x40 at CPL 0 with RSP in the upper half", .spec = "SDM 3A \"64-Bit Mode Stack Frame\"",
          .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER, .run = current},
         {VARIANT, .name = "rsp0", .about = "INT 0x40 at CPL 3 with RSP0 in the upper half", .spec = "SDM 3A \"64-Bit TSS\"", .vector = 0x40,
          .error = NO_ERROR, .saved_rip = AFTER, .run = rsp0},
         {VARIANT, .name = "ist", .about = "load from a not-present page at CPL 0, gate IST=1 with IST1 in the upper half",
          .spec = "SDM 3A \"64-Bit TSS\"", .vector = VEC_PF, .error = 0, .saved_rip = AT_FAULT, .run = ist});
