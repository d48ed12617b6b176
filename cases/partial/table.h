/*
 * What partial/table.c and pm_paging/table.c have in common. System instructions whose operand lies over a page edge, its second page missing: at
 * each byte of a table register's image, and between the two bytes of a selector. Nothing is loaded, and the exception finds GDT, IDT, LDTR, TR and
 * CR0 as they were. The file includes case.h or case32.h before, and says by TABLE(run, error) how many bytes such an image has.
 */
#include <wide.h>

#define POINTER REGISTER("bx")

/* ARG0: bytes of the operand on the first page. */
static void set_up(void)
{
    uintptr_t pair = map_pages("pair", 2, PAGE_WRITE);
    uint8_t *memory;

    change_page(pair, 0, PAGE_PRESENT);
    start.R(bx) = pair + PAGE_SIZE - ARG0;
    memory = frame_of(pair);
    memory[0xfff] = SEL_FREE & 0xff;
}

#define RUN(name, text)         \
    static void do_##name(void) \
    {                           \
        set_up();               \
        FAULT(text);            \
    }
RUN(lgdt, "lgdt [" POINTER "]")
RUN(lidt, "lidt [" POINTER "]")
RUN(sgdt, "sgdt [" POINTER "]")
RUN(sidt, "sidt [" POINTER "]")
RUN(lldt, "lldt word ptr [" POINTER "]")
RUN(ltr, "ltr word ptr [" POINTER "]")
RUN(lmsw, "lmsw word ptr [" POINTER "]")
RUN(sldt, "sldt word ptr [" POINTER "]")
RUN(str, "str word ptr [" POINTER "]")
RUN(smsw, "smsw word ptr [" POINTER "]")

#define ROW(run_, split, error_)                                                                                                         \
    {                                                                                                                                    \
        VARIANT, .name = #run_ "_" #split, .about = #run_ " whose operand has its first " #split " bytes on a present page",             \
                 .spec = "SDM 3A \"Interrupt 14-Page-Fault Exception (#PF)\"", .vector = VEC_PF, .error = error_, .saved_rip = AT_FAULT, \
                 .run = do_##run_, .arg = {                                                                                              \
                     split                                                                                                               \
                 }                                                                                                                       \
    }

#define ALL                                                                                                                                     \
    TABLE(lgdt, 0), TABLE(lidt, 0), TABLE(sgdt, PF_W), TABLE(sidt, PF_W), ROW(lldt, 1, 0), ROW(ltr, 1, 0), ROW(lmsw, 1, 0), ROW(sldt, 1, PF_W), \
        ROW(str, 1, PF_W), ROW(smsw, 1, PF_W)
