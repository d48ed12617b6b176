/* Compatibility mode: linear addresses of 32 bits, zero-extended in CR2 and in the frame; paging is that of 64-bit mode. */
#include <case.h>

#define OFFSET 0x5c0u

static void user(uint64_t flags)
{
    start.rbx = map_page("victim", flags) + OFFSET;
    in_compat_user();
}

static void read(void)
{
    user(PAGE_WRITE | PAGE_USER);
    FAULT32("mov eax, [ebx]");
}

static void write(void)
{
    user(PAGE_WRITE | PAGE_USER);
    FAULT32("mov [ebx], eax");
}

static void write_read_only(void)
{
    user(PAGE_PRESENT | PAGE_USER);
    FAULT32("mov [ebx], eax");
}

static void read_supervisor(void)
{
    user(PAGE_PRESENT | PAGE_WRITE);
    FAULT32("mov eax, [ebx]");
}

static void fetch(void)
{
    user(PAGE_WRITE | PAGE_USER);
    name_place("target", start.rbx, 1);
    FAULT32("jmp ebx");
}

static void kernel_write(void)
{
    start.rbx = map_page("victim", PAGE_WRITE) + OFFSET;
    in_compat_kernel();
    FAULT32("mov [ebx], eax");
}

static void top(void)
{
    start.rbx = 0xfffff000;
    in_compat_user();
    FAULT32("mov eax, [ebx]");
}

/* 0xfffff000 + 0x2000 is 0x1000 in 32 bits. */
static void wrap(void)
{
    struct descriptor d = {.base = 0xfffff000, .limit = 0xfffff, .g = true, .type = DATA_WRITABLE, .d = true, .dpl = 3};

    unmap_page(0x1000);
    start.ds = add_descriptor("high_base", encode_descriptor(d)) | 3;
    start.rbx = 0x2000;
    in_compat_user();
    FAULT32("mov eax, [ebx]");
}

/* PUSHAD of eight registers, the lower ones on a not-present page. Of what was pushed before nothing is promised. */
static void pusha(void)
{
    uintptr_t pages = map_pages("stack", 2, PAGE_WRITE | PAGE_USER);

    change_page(pages + PAGE_SIZE, 0, PAGE_PRESENT);
    in_compat_user();
    start.rsp = pages + PAGE_SIZE + 16;
    FAULT32("pushad");
}

static void popa(void)
{
    uintptr_t pages = map_pages("stack", 2, PAGE_WRITE | PAGE_USER);

    change_page(pages, 0, PAGE_PRESENT);
    in_compat_user();
    start.rsp = pages + PAGE_SIZE - 16;
    FAULT32("popad");
}

#define ROW(name_, about_, id_, run_, error_, rip_, ...)                                                                                   \
    {                                                                                                                                      \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A \"Interrupt 14-Page-Fault Exception (#PF)\"", .id = id_, .env = COMPAT32, \
                 .vector = VEC_PF, .error = error_, .saved_rip = rip_, .run = run_, __VA_ARGS__                                            \
    }

VARIANTS(ROW("read", "CPL-3 load from a not-present page", "pf-compat-read-np", read, PF_U, AT_FAULT),
         ROW("write", "CPL-3 store to a not-present page", "pf-compat-write-np", write, PF_W | PF_U, AT_FAULT),
         ROW("write_read_only", "CPL-3 store to a read-only page", NULL, write_read_only, PF_P | PF_W | PF_U, AT_FAULT),
         ROW("read_supervisor", "CPL-3 load from a supervisor page", NULL, read_supervisor, PF_P | PF_U, AT_FAULT),
         ROW("fetch", "CPL-3 JMP to a not-present page, NXE=1", "pf-compat-fetch-np", fetch, PF_U | PF_I, "target", .needs = "nx"),
         ROW("kernel_write", "CPL-0 store to a not-present page", "pf-compat-ring0-write", kernel_write, PF_W, AT_FAULT),
         ROW("top", "CPL-3 load from 0xfffff000", "pf-cr2-compat", top, PF_U, AT_FAULT),
         ROW("wrap", "CPL-3 load, DS base 0xfffff000, offset 0x2000", "pf-compat-wrap-base", wrap, PF_U, AT_FAULT),
         ROW("pusha", "CPL-3 PUSHAD into a not-present page", NULL, pusha, PF_W | PF_U, AT_FAULT),
         ROW("popa", "CPL-3 POPAD running into a not-present page", NULL, popa, PF_U, AT_FAULT));
