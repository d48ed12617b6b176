/*
 * System instructions whose operand lies over a page edge, its second page missing: at each byte of a table register's image, and between the two
 * bytes of a selector. Nothing is loaded, and the exception finds GDT, IDT, LDTR, TR and CR0 as they were.
 */
#include <case32.h>

/* ARG0: bytes of the operand on the first page. */
static void set_up(void)
{
    uintptr_t pair = map_pages("pair", 2, PAGE_WRITE);
    uint8_t *memory;

    change_page(pair, 0, PAGE_PRESENT);
    start.ebx = pair + PAGE_SIZE - ARG0;
    memory = frame_of(pair);
    memory[0xfff] = SEL_FREE & 0xff;
}

#define RUN(name, text)         \
    static void do_##name(void) \
    {                           \
        set_up();               \
        FAULT(text);            \
    }
RUN(lgdt, "lgdt [ebx]")
RUN(lidt, "lidt [ebx]")
RUN(sgdt, "sgdt [ebx]")
RUN(sidt, "sidt [ebx]")
RUN(lldt, "lldt word ptr [ebx]")
RUN(ltr, "ltr word ptr [ebx]")
RUN(lmsw, "lmsw word ptr [ebx]")
RUN(sldt, "sldt word ptr [ebx]")
RUN(str, "str word ptr [ebx]")
RUN(smsw, "smsw word ptr [ebx]")

#define ROW(run_, split, error_)                                                                                                         \
    {                                                                                                                                    \
        VARIANT, .name = #run_ "_" #split, .about = #run_ " whose operand has its first " #split " bytes on a present page",             \
                 .spec = "SDM 3A \"Interrupt 14-Page-Fault Exception (#PF)\"", .vector = VEC_PF, .error = error_, .saved_rip = AT_FAULT, \
                 .run = do_##run_, .arg = {                                                                                              \
                     split                                                                                                               \
                 }                                                                                                                       \
    }
#define TABLE(run, error) ROW(run, 1, error), ROW(run, 2, error), ROW(run, 3, error), ROW(run, 4, error), ROW(run, 5, error)
VARIANTS(TABLE(lgdt, 0), TABLE(lidt, 0), TABLE(sgdt, PF_W), TABLE(sidt, PF_W), ROW(lldt, 1, 0), ROW(ltr, 1, 0), ROW(lmsw, 1, 0), ROW(sldt, 1, PF_W),
         ROW(str, 1, PF_W), ROW(smsw, 1, PF_W));
