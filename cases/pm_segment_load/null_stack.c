/* MOV SS, POP SS and LSS of a NULL selector are #GP(0) at each CPL, whatever its RPL. */
#include <case32.h>

static void set_up(void)
{
    in_ring((unsigned)ARG0);
    start.ecx = (uint32_t)ARG1;
}

static void mov(void)
{
    set_up();
    FAULT("mov ss, ecx");
}

static void pop(void)
{
    set_up();
    PROGRAM("push ecx\n" MARK(fault) "pop ss\n" MARK(after));
}

static void lss(void)
{
    set_up();
    PROGRAM("push ecx\npush 0\n" MARK(fault) "lss eax, [esp]\n" MARK(after));
}

#define ROW(run_, name_, cpl, selector, about_)                                                                                              \
    {                                                                                                                                        \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 2B \"MOV-Move\"; SDM 2B \"POP-Pop a Value From the Stack\"", .vector = VEC_GP, \
                 .error = 0, .saved_rip = AT_FAULT, .run = run_, .arg = {                                                                    \
                     cpl,                                                                                                                    \
                     selector                                                                                                                \
                 }                                                                                                                           \
    }
VARIANTS(ROW(mov, "mov_cpl0", 0, 0, "MOV SS at CPL 0, selector 0"), ROW(mov, "mov_cpl0_rpl3", 0, 3, "MOV SS at CPL 0, selector 3"),
         ROW(mov, "mov_cpl1", 1, 1, "MOV SS at CPL 1, selector 1"), ROW(mov, "mov_cpl3", 3, 3, "MOV SS at CPL 3, selector 3"),
         ROW(pop, "pop_cpl0", 0, 0, "POP SS at CPL 0, selector 0"), ROW(lss, "lss_cpl0", 0, 0, "LSS at CPL 0, selector 0"));
