/* In compatibility mode, where segments have bases, DR0 to DR3 hold linear addresses: base and offset, for code as for data. */
#include <case.h>

static void code(void)
{
    struct program p = ASSEMBLE32(".skip 0x20, 0x90\n" MARK_OFFSET(fault) "nop\n" MARK_OFFSET(after));
    struct descriptor d = {.type = CODE_READABLE, .d = true, .dpl = 3, .base = (uint32_t)p.entry, .limit = 0xff};

    in_compat_user();
    start.cs = add_descriptor("based_code", encode_descriptor(d)) | 3;
    start.rip = 0x20;
    set_breakpoint(0, p.entry + 0x20, BREAK_EXECUTE, LENGTH_1);
    run_program(p);
}

/* ARG0: what is wrong with the breakpoint's address. */
static void data(void)
{
    uintptr_t page = map_page("data", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    struct descriptor d = {.type = DATA_WRITABLE, .d = true, .dpl = 3, .base = (uint32_t)page, .limit = 0xfff};

    in_compat_user();
    start.ds = add_descriptor("based_data", encode_descriptor(d)) | 3;
    start.rbx = 0x100;
    set_breakpoint(0, ARG0 ? start.rbx : page + start.rbx, BREAK_WRITE, LENGTH_4);
    FAULT32("mov [ebx], eax");
}

#define ROW(name_, run_, about_, other, ...)                                                                                              \
    {                                                                                                                                     \
        VARIANT, .name = name_, .env = COMPAT32, .about = about_ " in compatibility mode at CPL 3", .spec = "SDM 3B \"Debug Registers\"", \
                 .run = run_, .arg = {other}, __VA_ARGS__                                                                                 \
    }

VARIANTS(ROW("code", code, "NOP in a code segment with a base, DR0 with its linear address", 0, .vector = VEC_DB, .error = NO_ERROR,
             .saved_rip = AT_FAULT),
         ROW("data", data, "a store by a data segment with a base, DR0 with its linear address", 0, .vector = VEC_DB, .error = NO_ERROR,
             .saved_rip = AFTER),
         ROW("data_offset", data, "a store by a data segment with a base, DR0 with the offset", 1, .vector = NO_EXCEPTION));
