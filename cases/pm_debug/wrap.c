/*
 * An instruction breakpoint is on a linear address: base and EIP wrap at 4 GiB. So do the base of a table and the index, where CR2 shows it, and the
 * addresses of a fetch.
 */
#include <case32.h>

#define BASE 0x80000000u

static uint16_t code_segment(void)
{
    return add_descriptor("code",
                          encode_descriptor((struct descriptor){.type = CODE_READABLE, .base = BASE, .limit = 0xfffff, .d = true, .g = true}));
}

static void breakpoint(void)
{
    struct program program = ASSEMBLE("nop\n" MARK(fault) "nop\n" MARK(after));

    start.cs = code_segment();
    start.eip = program.entry + BASE;
    set_breakpoint(0, label_of(program, "fault"), BREAK_EXECUTE, LENGTH_1);
    run_program(program);
}

static void fetch(void)
{
    start.cs = code_segment();
    start.ebx = map_page("victim", 0);
    start.eip = start.ebx + BASE;
    PROGRAM("");
}

/* A GDT in the last page; what follows would be in the first one, which isn't present. */
static void gdt_index(void)
{
    uintptr_t page = map_page_at("gdt", 0xfffff000, PAGE_PRESENT | PAGE_WRITE);

    for (unsigned i = 0; i <= GDT_LIMIT / 8; i++)
        ((uint64_t *)frame_of(page))[i] = gdt[i];
    lgdt(page, 0x1fff);
    start.ecx = 0x1008;
    FAULT("mov fs, ecx");
}

#define ROW(name_, run_, vector_, error_, rip_, spec_, about_)                                                                     \
    {                                                                                                                              \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .vector = vector_, .error = error_, .saved_rip = rip_, .run = run_ \
    }
VARIANTS(ROW("breakpoint", breakpoint, VEC_DB, NO_ERROR, NULL, "SDM 3A \"Logical Address Translation\"; SDM 3B \"Debug Address Registers (DR0-DR3)\"",
             "an instruction breakpoint, base and EIP add up to more than 4 GiB"),
         ROW("fetch", fetch, VEC_PF, 0, NULL, "SDM 3A \"Logical Address Translation\"", "a fetch from a page that isn't present, likewise"),
         ROW("gdt", gdt_index, VEC_PF, 0, AT_FAULT, "SDM 3A \"Logical Address Translation\"",
             "MOV FS of a descriptor at 4 GiB + 8, which is linear address 8"));
