/*
 * System instructions whose operand lies over a page edge, its second page missing: at each byte of a table register's image, and between the two
 * bytes of a selector. Nothing is loaded, and the exception finds GDT, IDT, LDTR, TR and CR0 as they were.
 */
#include <case.h>

/* ARG0: bytes of the operand on the first page. */
static void set_up(void)
{
    uintptr_t pair = map_pages("pair", 2, PAGE_WRITE);
    uint8_t *memory;

    change_page(pair, 0, PAGE_PRESENT);
    start.rbx = pair + PAGE_SIZE - ARG0;
    memory = frame_of(pair);
    memory[0xfff] = SEL_FREE & 0xff;
}

#define RUN(name, text)         \
    static void do_##name(void) \
    {                           \
        set_up();               \
        FAULT(text);            \
    }
RUN(lgdt, "lgdt [rbx]")
RUN(lidt, "lidt [rbx]")
RUN(sgdt, "sgdt [rbx]")
RUN(sidt, "sidt [rbx]")
RUN(lldt, "lldt word ptr [rbx]")
RUN(ltr, "ltr word ptr [rbx]")
RUN(lmsw, "lmsw word ptr [rbx]")
RUN(sldt, "sldt word ptr [rbx]")
RUN(str, "str word ptr [rbx]")
RUN(smsw, "smsw word ptr [rbx]")

#define ROW(run_, split, error_)                                                                                                         \
    {                                                                                                                                    \
        VARIANT, .name = #run_ "_" #split, .about = #run_ " whose operand has its first " #split " bytes on a present page",             \
                 .spec = "SDM 3A \"Interrupt 14-Page-Fault Exception (#PF)\"", .vector = VEC_PF, .error = error_, .saved_rip = AT_FAULT, \
                 .run = do_##run_, .arg = {                                                                                              \
                     split                                                                                                               \
                 }                                                                                                                       \
    }
#define TABLE(run, error)                                                                                                                       \
    ROW(run, 1, error), ROW(run, 2, error), ROW(run, 3, error), ROW(run, 4, error), ROW(run, 5, error), ROW(run, 6, error), ROW(run, 7, error), \
        ROW(run, 8, error), ROW(run, 9, error)
VARIANTS(TABLE(lgdt, 0), TABLE(lidt, 0), TABLE(sgdt, PF_W), TABLE(sidt, PF_W), ROW(lldt, 1, 0), ROW(ltr, 1, 0), ROW(lmsw, 1, 0), ROW(sldt, 1, PF_W),
         ROW(str, 1, PF_W), ROW(smsw, 1, PF_W));
