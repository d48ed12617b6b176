/*
 * Compatibility mode checks data segments as protected mode does: every byte of an access lies within the limit, and the segment is usable.
 * Violations are #GP(0). The segment's base is a page `data`; those behind it are there too, so that nothing else can fault.
 */
#include <case.h>

static uintptr_t data;

static uint16_t segment(struct descriptor d)
{
    user_may_run_program();
    data = map_pages("data", 18, PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    d.base = (uint32_t)data;
    d.dpl = 3;
    return add_descriptor("segment", encode_descriptor(d)) | 3;
}

static void limited(struct descriptor d)
{
    in_compat_user();
    start.ds = segment(d);
    start.rbx = ARG0;
}

#define UP                                               \
    (struct descriptor)                                  \
    {                                                    \
        .type = DATA_WRITABLE, .d = true, .limit = 0xfff \
    }
#define DOWN                                                \
    (struct descriptor)                                     \
    {                                                       \
        .type = DATA_EXPAND_DOWN, .d = true, .limit = 0xfff \
    }

static void read4(void)
{
    limited(UP);
    FAULT32("mov eax, [ebx]");
}

static void read1(void)
{
    limited(UP);
    FAULT32("mov al, [ebx]");
}

static void write4(void)
{
    limited(UP);
    record_memory("end", (void *)((uintptr_t)frame_of(data) + 0xff0), 16);
    FAULT32("mov [ebx], eax");
}

static void pages(void)
{
    limited((struct descriptor){.type = DATA_WRITABLE, .d = true, .g = true, .limit = 0});
    FAULT32("mov al, [ebx]");
}

static void down(void)
{
    limited(DOWN);
    FAULT32("mov eax, [ebx]");
}

static void down16(void)
{
    limited((struct descriptor){.type = DATA_EXPAND_DOWN, .limit = 0xfff});
    FAULT32("mov al, [ebx]");
}

static void ebp(void)
{
    limited(UP);
    start.rbp = ARG0;
    FAULT32("mov eax, ds:[ebp]");
}

static void null_read(void)
{
    in_compat_user();
    start.ds = ARG0;
    start.rbx = map_page("data", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    FAULT32("mov eax, [ebx]");
}

static void null_write(void)
{
    in_compat_user();
    start.rcx = ARG0;
    start.rbx = map_page("data", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    PROGRAM32("mov ds, ecx\n" MARK(fault) "mov [ebx], eax\n" MARK(after));
}

static void null_es(void)
{
    in_compat_user();
    start.es = ARG0;
    start.rdi = map_page("data", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    FAULT32("stosb");
}

/* Compatibility mode loads the selector itself: the base of FS is then nobody's, but the segment is unusable. */
static void null_fs(void)
{
    in_compat_user();
    start.rbx = map_page("data", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    start.rcx = 0;
    PROGRAM32("mov fs, ecx\n" MARK(fault) "mov eax, fs:[ebx]\n" MARK(after));
}

#define SPEC .env = COMPAT32, .spec = "SDM 3A \"Limit Checking\""
#define GP(name_, run_, arg0, id_, about_)                                                                                                 \
    {                                                                                                                                      \
        VARIANT, .name = name_, .about = "compatibility mode at CPL 3: " about_, SPEC, .id = id_, .vector = VEC_GP, .saved_rip = AT_FAULT, \
                 .run = run_, .arg = {                                                                                                     \
                     arg0                                                                                                                  \
                 }                                                                                                                         \
    }
#define OK(name_, run_, arg0, id_, about_)                                                                                                      \
    {                                                                                                                                           \
        VARIANT, .name = name_, .about = "compatibility mode at CPL 3: " about_, SPEC, .id = id_, .vector = NO_EXCEPTION, .run = run_, .arg = { \
            arg0                                                                                                                                \
        }                                                                                                                                       \
    }

VARIANTS(OK("last", read4, 0xffc, "cm-ds-limit-last-ok", "the last doubleword within the limit"),
         GP("straddle", read4, 0xffe, "cm-ds-limit", "a doubleword across the limit"),
         GP("straddle_byte", read4, 0xffd, "cm-ds-limit", "a doubleword with one byte beyond the limit"),
         GP("straddle_write", write4, 0xffe, "cm-ds-limit", "a doubleword written across the limit: nothing is written"),
         GP("beyond", read1, 0x1000, "cm-ds-limit-byte-over", "a byte beyond the limit"),
         GP("beyond_ebp", ebp, 0x1000, "cm-ds-override-ebp", "beyond the limit with EBP and a DS override: not a stack fault"),
         OK("pages_last", pages, 0xfff, "", "G=1, limit 0: the last byte"),
         GP("pages_beyond", pages, 0x1000, "cm-granularity-limit", "G=1, limit 0: a byte beyond"),
         GP("down_below", down, 0x800, "cm-expdown-below", "expand-down, an offset below the limit"),
         GP("down_at", down, 0xfff, "cm-expdown-below", "expand-down, the limit itself"),
         OK("down_above", down, 0x1000, "cm-expdown-above-ok", "expand-down, the first offset above the limit"),
         OK("down16_last", down16, 0xffff, "", "expand-down with B=0, offset 0xffff"),
         GP("down16_top", down16, 0x10000, "cm-expdown-16bit-top", "expand-down with B=0, an offset above 0xffff"),
         GP("null", null_read, 0, "cm-ds-null-read", "a read through null DS"),
         GP("null_write", null_write, 3, "cm-ds-null-write", "a write through DS 3: null"),
         GP("null_es", null_es, 0, "cm-es-null-stos", "STOSB through null ES"), GP("null_fs", null_fs, 0, "cm-fs-null", "a read through null FS"));
