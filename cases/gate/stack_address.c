/* A new RSP that isn't canonical is #SS(EXT), wherever it came from: IST, RSP0, or the interrupted program. Nothing is pushed. */
#include <case.h>

#define SPEC "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\""

static void ist(void)
{
    tss.ist[0] = 0x0000900000000000;
    set_gate(0x40, .ist = 1);
    FAULT("int 0x40");
}

static void ist_user(void)
{
    tss.ist[0] = 0x0000900000000000;
    set_gate(0x40, .ist = 1, .dpl = 3);
    in_user_mode();
    FAULT("int 0x40");
}

static void rsp0(void)
{
    tss.rsp[0] = 0x0000900000000000;
    set_gate(0x40, .dpl = 3);
    set_gate(VEC_SS, .ist = 2);
    in_user_mode();
    FAULT("int 0x40");
}

static void rsp0_ud(void)
{
    tss.rsp[0] = 0x0000900000000000;
    set_gate(VEC_SS, .ist = 2);
    in_user_mode();
    FAULT("ud2");
}

static void same(void)
{
    start.rsp = ARG0;
    set_gate(VEC_SS, .ist = 2);
    FAULT("int 0x40");
}

static void same_ud(void)
{
    start.rsp = ARG0;
    set_gate(VEC_SS, .ist = 2);
    FAULT("ud2");
}

#define UPPER_HALF 0xffff800000000000

static void push(void)
{
    map_page_at("first", UPPER_HALF, PAGE_PRESENT | PAGE_WRITE);
    same();
}

static void push_ud(void)
{
    map_page_at("first", UPPER_HALF, PAGE_PRESENT | PAGE_WRITE);
    same_ud();
}

/* ARG0 as RSP0. */
static void rsp0_push(void)
{
    map_page_at("first", UPPER_HALF, PAGE_PRESENT | PAGE_WRITE);
    tss.rsp[0] = ARG0;
    set_gate(0x40, .dpl = 3);
    set_gate(VEC_SS, .ist = 2);
    in_user_mode();
    FAULT("int 0x40");
}

static void rsp0_push_ud(void)
{
    map_page_at("first", UPPER_HALF, PAGE_PRESENT | PAGE_WRITE);
    tss.rsp[0] = ARG0;
    set_gate(VEC_SS, .ist = 2);
    in_user_mode();
    FAULT("ud2");
}

static void ist_push(void)
{
    map_page_at("first", UPPER_HALF, PAGE_PRESENT | PAGE_WRITE);
    tss.ist[0] = ARG0;
    set_gate(0x40, .ist = 1);
    FAULT("int 0x40");
}

#define ROW(name_, about_, id_, error_, run_, ...)                                                                                               \
    {                                                                                                                                            \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .id = id_, .vector = VEC_SS, .error = error_, .saved_rip = AT_FAULT, .run = run_, \
                 __VA_ARGS__                                                                                                                     \
    }

VARIANTS(ROW("ist", "INT 0x40 at CPL 0, IST1 isn't canonical", "idt-ist-noncanon", 0, ist),
         ROW("ist_user", "INT 0x40 at CPL 3, IST1 isn't canonical", NULL, 0, ist_user),
         ROW("rsp0", "INT 0x40 at CPL 3, RSP0 isn't canonical", "idt-rsp0-noncanon", 0, rsp0),
         ROW("rsp0_ud", "UD2 at CPL 3, RSP0 isn't canonical", NULL, ERROR_EXT, rsp0_ud),
         ROW("same", "INT 0x40 at CPL 0, RSP isn't canonical", "idt-rsp-noncanon-same-cpl", 0, same, .arg = {NONCANONICAL + 0x1000}),
         ROW("same_ud", "UD2 at CPL 0, RSP isn't canonical", NULL, ERROR_EXT, same_ud, .arg = {NONCANONICAL + 0x1000}),
         ROW("same_push", "INT 0x40 at CPL 0, its last word would lie below the upper half", NULL, 0, push, .arg = {UPPER_HALF + 0x20}),
         ROW("same_push_ud", "UD2 at CPL 0, its last word would lie below the upper half", NULL, ERROR_EXT, push_ud, .arg = {UPPER_HALF + 0x20}),
         ROW("ist_push", "INT 0x40 at CPL 0, its last word on IST1 would lie below the upper half", NULL, 0, ist_push, .arg = {UPPER_HALF + 0x20}),
         ROW("rsp0_push", "INT 0x40 at CPL 3, its last word on RSP0 would lie below the upper half", NULL, 0, rsp0_push, .arg = {UPPER_HALF + 0x20}),
         ROW("rsp0_push_ud", "UD2 at CPL 3, its last word on RSP0 would lie below the upper half", NULL, ERROR_EXT, rsp0_push_ud,
             .arg = {UPPER_HALF + 0x20}));
