/*
 * The frame is pushed as by a supervisor, whoever was interrupted: SS, RSP, RFLAGS, CS, RIP, downwards. A page that refuses the
 * store gives #PF at the instruction whose event was under way, CR2 is the first word that could not be pushed, and RSP is as before.
 */
#include <case.h>

#define SPEC "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\""

static void ist(void)
{
    uintptr_t page = map_page("stack", ARG0);

    tss.ist[0] = page + PAGE_SIZE;
    set_gate(0x40, .ist = 1);
    FAULT("int 0x40");
}

/* SS and RSP find room, RFLAGS doesn't. */
static void crossing(void)
{
    uintptr_t pages = map_pages("stack", 2, PAGE_PRESENT | PAGE_WRITE);

    change_page(pages, PAGE_PRESENT, 0);
    tss.ist[0] = pages + PAGE_SIZE + 16;
    set_gate(0x40, .ist = 1);
    FAULT("int 0x40");
}

static void same_stack(void)
{
    start.rsp = map_page("stack", 0) + PAGE_SIZE - 5;
    set_gate(VEC_PF, .ist = 2);
    FAULT("int 0x40");
}

static void rsp0(void)
{
    uintptr_t page = map_page("stack", ARG0);

    tss.rsp[0] = page + PAGE_SIZE;
    set_gate(0x40, .dpl = 3);
    set_gate(VEC_PF, .ist = 2);
    in_user_mode();
    FAULT("int 0x40");
}

static void rsp0_ud(void)
{
    tss.rsp[0] = map_page("stack", 0) + PAGE_SIZE;
    set_gate(VEC_PF, .ist = 2);
    in_user_mode();
    FAULT("ud2");
}

static void rsp0_smap(void)
{
    write_cr4(read_cr4() | CR4_SMAP);
    __asm__ volatile("stac"); /* the harness's own, not the program's: it writes to the program's pages */
    rsp0();
}

#define ROW(name_, about_, id_, error_, run_, ...)                                                                                               \
    {                                                                                                                                            \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .id = id_, .vector = VEC_PF, .error = error_, .saved_rip = AT_FAULT, .run = run_, \
                 __VA_ARGS__                                                                                                                     \
    }

VARIANTS(ROW("ist_missing", "INT 0x40 at CPL 0, the page of IST1 isn't present", "idt-ist-stack-np", PF_W, ist, .arg = {0}),
         ROW("ist_read_only", "INT 0x40 at CPL 0 with CR0.WP=1, the page of IST1 is read-only", "idt-ist-stack-ro", PF_P | PF_W, ist,
             .arg = {PAGE_PRESENT}),
         ROW("crossing", "INT 0x40 at CPL 0, the frame's third word falls on a page that isn't present", NULL, PF_W, crossing),
         ROW("same", "INT 0x40 at CPL 0, RSP isn't aligned and its page isn't present", NULL, PF_W, same_stack),
         ROW("rsp0_missing", "INT 0x40 at CPL 3, the page of RSP0 isn't present", "idt-rsp0-stack-np", PF_W, rsp0, .arg = {0}),
         ROW("rsp0_missing_ud", "UD2 at CPL 3, the page of RSP0 isn't present", NULL, PF_W, rsp0_ud),
         ROW("rsp0_read_only", "INT 0x40 at CPL 3 with CR0.WP=1, the page of RSP0 is read-only", NULL, PF_P | PF_W, rsp0, .arg = {PAGE_PRESENT}),
         ROW("rsp0_user_page", "INT 0x40 at CPL 3 with CR4.SMAP=1 and AC=0, RSP0 lies on a user page", "idt-rsp0-stack-user-page-smap", PF_P | PF_W,
             rsp0_smap, .arg = {PAGE_PRESENT | PAGE_WRITE | PAGE_USER}, .needs = "smap"));
