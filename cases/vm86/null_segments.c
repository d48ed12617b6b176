/*
 * Delivery out of virtual-8086 mode leaves DS, ES, FS and GS NULL, not only with selector 0: the handler can't use them. The gate leads to the access
 * itself: the harness's stubs would load the registers again by their selectors. It goes down the stack, so that its own frame has nothing above.
 */
#include <case32.h>

#define ACCESS(text) ASSEMBLE(MARK(entry) "lea esp, [esp - 0x100]\n" MARK(inner) text "\nint3\n")

static void run(struct program handler)
{
    uintptr_t inner = label_of(handler, "inner");

    in_vm86();
    name_place("inner", inner, 1);
    *gate_of(VEC_UD) = make_gate(label_of(handler, "entry"), SEL_KERNEL_CODE, GATE_INTERRUPT, 0, true);
    FAULT16("ud2");
}

static void ds(void)
{
    run(ACCESS("mov eax, ds:[0]"));
}

static void es(void)
{
    run(ACCESS("mov eax, es:[0]"));
}

static void fs(void)
{
    run(ACCESS("mov eax, fs:[0]"));
}

static void gs(void)
{
    run(ACCESS("mov gs:[0], eax"));
}

#define ROW(run_, about_)                                                                                                                   \
    {                                                                                                                                       \
        VARIANT, .name = #run_, .about = "UD2 in virtual-8086 mode, whose handler " about_,                                                 \
                 .spec = "SDM 3B \"Handling an Interrupt or Exception Through a Protected-Mode Trap or Interrupt Gate\"", .vector = VEC_GP, \
                 .error = 0, .saved_rip = "inner", .run = run_                                                                              \
    }
VARIANTS(ROW(ds, "loads through DS"), ROW(es, "loads through ES"), ROW(fs, "loads through FS"), ROW(gs, "stores through GS"));
