/*
 * ENTER pushes RBP, copies frame pointers, and makes room; RSP and RBP change last. It faults also where only a write to the
 * final RSP would.
 */
#include <case.h>

/* Three pages; RSP in the last, 8 bytes above its begin plus what is pushed. */
static uintptr_t prepare(uint64_t first, uint64_t last)
{
    uintptr_t pages = map_pages("stack", 3, PAGE_USER | PAGE_WRITE);

    in_user_mode();
    change_page(pages, PAGE_WRITE, first);
    change_page(pages + 2 * PAGE_SIZE, 0, last);
    start.rsp = pages + 2 * PAGE_SIZE + 0x800;
    return pages;
}

static void final_rsp(void)
{
    prepare(ARG0, PAGE_PRESENT);
    FAULT("enter 0x2000, 0");
}

/* The last 4 bytes of the final stack's quadword lie on the second page, which isn't there. */
static void final_across(void)
{
    prepare(PAGE_WRITE | PAGE_PRESENT, PAGE_PRESENT);
    FAULT("enter 0x17fc, 0");
}

/* Level 2 copies one frame pointer, from [RBP-8]. */
static void nested_source(void)
{
    start.rbp = prepare(0, PAGE_PRESENT) + 0x500;
    FAULT("enter 0, 2");
}

/* The third of three pushes lies on another page, not present. */
static void nested_push(void)
{
    uintptr_t pages = prepare(0, PAGE_PRESENT);

    start.rbp = pages + 2 * PAGE_SIZE + 0x500;
    start.rsp = pages + 2 * PAGE_SIZE + 0x10;
    FAULT("enter 0, 2");
}

/* The program loads ESP itself: IRETQ may leave its upper half out. ARG0: 1 where SS has B=0. The final stack pointer is on the first page, which
 * isn't there. */
static void compat(struct program p)
{
    uintptr_t pages = prepare(PAGE_WRITE, PAGE_PRESENT);
    struct descriptor d = {.base = (uint32_t)pages, .limit = 0xffff, .type = DATA_WRITABLE, .dpl = 3};

    in_compat_user();
    start.rsp = pages + 2 * PAGE_SIZE + 0x800;
    if (ARG0) {
        start.ss = add_descriptor("small_stack", encode_descriptor(d)) | 3;
        start.rsp -= pages;
    }
    start.rdi = start.rsp;
    run_program(p);
}

static void compat32(void)
{
    compat(ASSEMBLE32("mov esp, edi\n" MARK(fault) "enter 0x2000, 0\n" MARK(after)));
}

static void compat16(void)
{
    compat(ASSEMBLE32("mov esp, edi\n" MARK(fault) ".byte 0x66, 0xc8, 0, 0x20, 0\n" MARK(after)));
}

static void final16(void)
{
    prepare(ARG0, PAGE_PRESENT);
    FAULT(".byte 0x66, 0xc8, 0, 0x20, 0");
}

#define ROW(name_, about_, id_, run_, first_, error_)                                                                               \
    {                                                                                                                               \
        VARIANT, .name = name_, .about = "CPL-3 " about_, .spec = "SDM 2A \"ENTER\"", .id = id_, .vector = VEC_PF, .error = error_, \
                 .saved_rip = AT_FAULT, .run = run_, .arg = {                                                                       \
                     first_                                                                                                         \
                 }                                                                                                                  \
    }
#define COMPAT(name_, small, run_, about_)                                                                                                         \
    {                                                                                                                                              \
        VARIANT, .name = "compat_" name_, .about = "CPL-3 " about_ " in compatibility mode, the final ESP on a not-present page",                  \
                 .spec = "SDM 2A \"ENTER\"", .env = COMPAT32, .vector = VEC_PF, .error = PF_W | PF_U, .saved_rip = AT_FAULT, .run = run_, .arg = { \
                     small                                                                                                                         \
                 }                                                                                                                                 \
    }

VARIANTS(ROW("final_rsp", "ENTER 0x2000,0 with the final RSP on a not-present page", "pf-enter-final-rsp-np", final_rsp, PAGE_WRITE, PF_W | PF_U),
         ROW("final_rsp_read_only", "ENTER 0x2000,0 with the final RSP on a read-only page", NULL, final_rsp, PAGE_PRESENT, PF_P | PF_W | PF_U),
         ROW("final_across", "ENTER 0x17fc,0 with the final RSP 4 bytes below a not-present page", NULL, final_across, 0, PF_W | PF_U),
         ROW("nested_source", "ENTER 0,2 with [RBP-8] on a not-present page", "pf-enter-nested-np", nested_source, 0, PF_U),
         ROW("nested_push", "ENTER 0,2 whose third push is on a not-present page", NULL, nested_push, 0, PF_W | PF_U),
         ROW("final_rsp16", "ENTER 0x2000,0 with a 16-bit operand size and the final RSP on a not-present page", NULL, final16, PAGE_WRITE,
             PF_W | PF_U),
         COMPAT("32", 0, compat32, "ENTER 0x2000,0"), COMPAT("16", 0, compat16, "ENTER 0x2000,0 with a 16-bit operand size"),
         COMPAT("small_32", 1, compat32, "ENTER 0x2000,0 with SS.B=0"),
         COMPAT("small_16", 1, compat16, "ENTER 0x2000,0 with a 16-bit operand size and SS.B=0"));
