/* A frame across two pages: every word goes where it belongs, and both pages become accessed and dirty. */
#include <case.h>

static uintptr_t map_stack(void)
{
    uintptr_t low = map_pages("pair", 2, PAGE_PRESENT | PAGE_WRITE);

    __builtin_memset(frame_of(low), 0xa5, PAGE_SIZE); /* the stacks' pattern */
    __builtin_memset(frame_of(low + PAGE_SIZE), 0xa5, PAGE_SIZE);
    record_entry("low", page_entry(low, 1));
    record_entry("high", page_entry(low + PAGE_SIZE, 1));
    return low + PAGE_SIZE + 16;
}

static void current(void)
{
    start.rsp = map_stack();
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
    set_gate(0x40, .ist = 1);
    tss.ist[0] = map_stack();
    FAULT("int 0x40");
}

VARIANTS({VARIANT, .name = "current", .about = "INT 0x40 at CPL 0, SS and RSP in one page, the rest of the frame in the page below",
          .spec = "SDM 3A \"64-Bit Mode Stack Frame\"", .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER, .run = current},
         {VARIANT, .name = "rsp0", .about = "INT 0x40 at CPL 3, RSP0 16 bytes above a page's begin", .spec = "SDM 3A \"64-Bit Mode Stack Frame\"",
          .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER, .run = rsp0},
         {VARIANT, .name = "ist", .about = "INT 0x40 at CPL 0, IST1 16 bytes above a page's begin", .spec = "SDM 3A \"64-Bit Mode Stack Frame\"",
          .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER, .run = ist});
