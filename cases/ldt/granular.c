/* G=1 counts the limit of an LDT's descriptor in pages: with a limit of 0 it has 512 entries. */
#include <case.h>

static uint64_t table[1024] __attribute__((aligned(8)));

/* ARG0: the selector. */
static void run(void)
{
    for (unsigned i = 0; i < 1024; i++)
        table[i] = gdt[SEL_KERNEL_DATA / 8];
    lldt(add_system_descriptor(
        "ldt", encode_descriptor((struct descriptor){.type = SYSTEM_LDT, .base = (uint32_t)(uintptr_t)table, .limit = 0, .g = true}), 0));
    start.rcx = ARG0;
    PROGRAM(MARK(fault) "mov ds, ecx\n" MARK(after) "mov eax, ds\n");
}

#define ROW(name_, selector_, about_, ...)                                                                                                    \
    {                                                                                                                                         \
        VARIANT, .name = name_, .about = "MOV DS of the " about_ " of an LDT with limit 0 and G=1", .spec = "SDM 3A \"Segment Descriptors\"", \
                 .run = run, .arg = {selector_}, __VA_ARGS__                                                                                  \
    }
VARIANTS(ROW("second", 8 | SELECTOR_TI, "second entry", .vector = NO_EXCEPTION),
         ROW("last", 0xff8 | SELECTOR_TI, "last entry", .vector = NO_EXCEPTION),
         ROW("beyond", 0x1000 | SELECTOR_TI, "513th entry", .vector = VEC_GP, .error = 0x1000 | SELECTOR_TI, .saved_rip = AT_FAULT));
