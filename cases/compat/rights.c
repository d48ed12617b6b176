/* Compatibility mode checks the type of a segment at each access: read-only data isn't written, nor is code, and execute-only code isn't read.
 * #GP(0). */
#include <case.h>

static void page(void)
{
    in_compat_user();
    start.rbx = map_page("data", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
}

static uint16_t flat(const char *name, uint8_t type)
{
    return add_descriptor(name, encode_descriptor((struct descriptor){.type = type, .limit = 0xfffff, .g = true, .d = true, .dpl = 3})) | 3;
}

static void read_only(void)
{
    page();
    start.ds = flat("read_only", DATA_READ_ONLY);
    FAULT32("mov [ebx], eax");
}

static void code_in_ds(void)
{
    page();
    start.ds = flat("code", CODE_READABLE);
    FAULT32("mov [ebx], eax");
}

static void code(void)
{
    page();
    FAULT32("mov cs:[ebx], eax");
}

static void read_modify_write(void)
{
    page();
    start.ds = flat("read_only", DATA_READ_ONLY);
    FAULT32("add dword ptr [ebx], 0");
}

static void execute_only(void)
{
    page();
    start.cs = flat("execute_only", CODE_EXECUTE_ONLY);
    FAULT32("mov eax, cs:[ebx]");
}

/* What does no harm: reads of read-only data and of readable code. */
static void reads(void)
{
    page();
    start.ds = flat("read_only", DATA_READ_ONLY);
    FAULT32("mov ecx, [ebx]\nmov edx, cs:[ebx]");
}

#define ROW(name_, id_, about_)                                                                                                                   \
    {                                                                                                                                             \
        VARIANT, .name = #name_, .env = COMPAT32, .about = "compatibility mode at CPL 3: " about_, .spec = "SDM 3A \"Type Checking\"", .id = id_, \
                 .vector = VEC_GP, .saved_rip = AT_FAULT, .run = name_                                                                            \
    }

VARIANTS(ROW(read_only, "cm-ds-readonly-write", "a write to read-only data"), ROW(code_in_ds, "cm-ds-readonly-write", "a write to code in DS"),
         ROW(code, "cm-cs-write", "a write through CS"), ROW(read_modify_write, "cm-ds-readonly-write", "ADD of 0 to read-only data"),
         ROW(execute_only, "cm-cs-execonly-read", "a read of the execute-only code that runs"),
         {VARIANT, .name = "reads", .env = COMPAT32, .about = "compatibility mode at CPL 3: reads of read-only data and of readable code",
          .spec = "SDM 3A \"Type Checking\"", .vector = NO_EXCEPTION, .run = reads});
