/* Delivery out of virtual-8086 mode leaves DS, ES, FS and GS NULL, not only with selector 0: the handler can't use them. */
#include <case32.h>

static void run(struct program handler)
{
    in_vm86();
    on_exception_run(VEC_UD, handler);
    FAULT16("ud2");
}

static void ds(void)
{
    run(HANDLER(MARK(inner) "mov eax, ds:[0]\n"));
}

static void es(void)
{
    run(HANDLER(MARK(inner) "mov eax, es:[0]\n"));
}

static void fs(void)
{
    run(HANDLER(MARK(inner) "mov eax, fs:[0]\n"));
}

static void gs(void)
{
    run(HANDLER(MARK(inner) "mov gs:[0], eax\n"));
}

#define ROW(run_, about_)                                                                                                                   \
    {                                                                                                                                       \
        VARIANT, .name = #run_, .about = "#UD in virtual-8086 mode, whose handler " about_,                                                 \
                 .spec = "SDM 3B \"Handling an Interrupt or Exception Through a Protected-Mode Trap or Interrupt Gate\"", .vector = VEC_UD, \
                 .error = NO_ERROR, .saved_rip = AT_FAULT, .run = run_                                                                      \
    }
VARIANTS(ROW(ds, "loads through DS"), ROW(es, "loads through ES"), ROW(fs, "loads through FS"), ROW(gs, "stores through GS"));
