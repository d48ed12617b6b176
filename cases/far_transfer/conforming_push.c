/*
 * CALL far to conforming code stays at its CPL: what it pushes is pushed with the program's rights, whatever the DPL of the code. A page that those
 * don't reach is a page fault with the error code of the program's CPL, and nothing is loaded.
 */
#include <case.h>

/* ARG0: what the page of the stack lacks; ARG1: the DPL of the code. `size`: of the offset. */
static void set_up(unsigned size)
{
    uintptr_t page = map_page("stack", PAGE_PRESENT | PAGE_WRITE | PAGE_USER), pointer = map_page("pointer", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    struct descriptor code = {.type = CODE_CONFORMING, .limit = 0xfffff, .g = true, .l = true, .dpl = (uint8_t)ARG1};

    *(uint64_t *)frame_of(pointer) = 0x8000; /* whoever gets there finds no page of CPL 3 */
    *(uint16_t *)frame_of(pointer + size) = add_descriptor("conforming", encode_descriptor(code));
    change_page(page, ARG0, 0);
    start.rsp = page + 0x800;
    start.rbx = pointer;
}

static void call16(void)
{
    in_user_mode();
    set_up(2);
    FAULT(".byte 0x66, 0xff, 0x1b"); /* CALL m16:16 [RBX] */
}

static void call32(void)
{
    in_user_mode();
    set_up(4);
    FAULT(".byte 0xff, 0x1b");
}

static void call64(void)
{
    in_user_mode();
    set_up(8);
    FAULT(".byte 0x48, 0xff, 0x1b");
}

static void call16_compat(void)
{
    in_compat_user();
    set_up(2);
    FAULT32(".byte 0x66, 0xff, 0x1b");
}

static void call32_compat(void)
{
    in_compat_user();
    set_up(4);
    FAULT32(".byte 0xff, 0x1b");
}

#define ROW(env_, run_, what, stack, name_, error_, about_, dpl)                                                                                  \
    {                                                                                                                                             \
        VARIANT, .env = env_, .name = #run_ "_" name_, .about = "CPL 3: " what " to conforming code of DPL " #dpl ", RSP on a page that " about_, \
                 .spec = "SDM 3A \"Interrupt 14-Page-Fault Exception (#PF)\"", .vector = VEC_PF, .error = error_, .saved_rip = AT_FAULT,          \
                 .run = run_, .arg = {                                                                                                            \
                     stack,                                                                                                                       \
                     dpl                                                                                                                          \
                 }                                                                                                                                \
    }
#define STACKS(env, run, what)                                                                      \
    ROW(env, run, what, PAGE_USER, "supervisor", PF_P | PF_W | PF_U, "is a supervisor's", 0),       \
        ROW(env, run, what, PAGE_WRITE, "read_only", PF_P | PF_W | PF_U, "nobody may write to", 0), \
        ROW(env, run, what, PAGE_PRESENT, "missing", PF_W | PF_U, "isn't there", 0),                \
        ROW(env, run, what, PAGE_PRESENT, "dpl_2", PF_W | PF_U, "isn't there", 2),                  \
        ROW(env, run, what, PAGE_USER, "dpl_3", PF_P | PF_W | PF_U, "is a supervisor's", 3)
VARIANTS(STACKS(LONG64, call16, "CALL m16:16"), STACKS(LONG64, call32, "CALL m16:32"), STACKS(LONG64, call64, "CALL m16:64"),
         STACKS(COMPAT32, call16_compat, "compatibility mode, CALL m16:16"), STACKS(COMPAT32, call32_compat, "compatibility mode, CALL m16:32"));
