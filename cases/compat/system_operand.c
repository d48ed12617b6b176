/*
 * System instructions in 32-bit code of IA-32e mode: those that are privileged are refused at CPL 3, and an operand over a page edge whose second
 * page is missing is a page fault at CPL 0, with nothing loaded. Table registers have images of six bytes there.
 */
#include <case.h>

/* ARG0: bytes of the operand on the first page, or 0: CPL 3, all on one page. */
static void set_up(void)
{
    uintptr_t pair = map_pages("pair", 2, PAGE_WRITE | PAGE_USER);

    change_page(pair, 0, PAGE_PRESENT);
    if (ARG0)
        in_compat_kernel();
    else
        in_compat_user();
    start.rbx = pair + PAGE_SIZE - (ARG0 ? ARG0 : 0x100);
}

#define RUN(name, text)         \
    static void do_##name(void) \
    {                           \
        set_up();               \
        FAULT32(text);          \
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
RUN(invlpg, "invlpg [ebx]")

#define ROW(run_, split, error_)                                                                                                              \
    {                                                                                                                                         \
        VARIANT, .env = COMPAT32, .name = #run_ "_" #split, .about = #run_ " whose operand has its first " #split " bytes on a present page", \
                 .spec = "SDM 3A \"Interrupt 14-Page-Fault Exception (#PF)\"", .vector = VEC_PF, .error = error_, .saved_rip = AT_FAULT,      \
                 .run = do_##run_, .arg = {                                                                                                   \
                     split                                                                                                                    \
                 }                                                                                                                            \
    }
#define USER(run_)                                                                                                                   \
    {                                                                                                                                \
        VARIANT, .env = COMPAT32, .name = #run_ "_user", .about = #run_ " of a memory operand at CPL 3",                             \
                 .spec = "SDM 3A \"Privileged Instructions\"", .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT, .run = do_##run_ \
    }
#define TABLE(run, error) ROW(run, 1, error), ROW(run, 2, error), ROW(run, 4, error)
VARIANTS(TABLE(lgdt, 0), TABLE(lidt, 0), TABLE(sgdt, PF_W), TABLE(sidt, PF_W), ROW(lldt, 1, 0), ROW(ltr, 1, 0), ROW(lmsw, 1, 0), ROW(sldt, 1, PF_W),
         ROW(str, 1, PF_W), ROW(smsw, 1, PF_W), USER(lgdt), USER(lidt), USER(lldt), USER(ltr), USER(lmsw), USER(invlpg));
