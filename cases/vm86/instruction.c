/* Exceptions out of virtual-8086 mode: the frame has ES, DS, FS and GS too, and the handler begins with these four null. */
#include <case32.h>

static void undefined(void)
{
    in_vm86();
    FAULT16("ud2");
}

/* A word at offset 0xffff reaches beyond the segment. */
static void limit(void)
{
    in_vm86();
    start.ebx = 0xffff;
    FAULT16("mov ax, [bx]");
}

static void privileged(void)
{
    in_vm86();
    FAULT16("hlt");
}

static void breakpoint(void)
{
    in_vm86();
    set_gate(VEC_BP, .dpl = 3);
    FAULT16("int3");
}

static void resumed(void)
{
    on_exception(VEC_BP, resume);
    breakpoint();
}

#define ROW(name_, run_, vector_, error_, rip_, resumes_, spec_, id_, about_)                                                     \
    {                                                                                                                             \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .id = id_, .vector = vector_, .error = error_, .saved_rip = rip_, \
                 .resumes = resumes_, .run = run_                                                                                 \
    }
#define FRAME "SDM 3B \"Class 1-Hardware Interrupt and Exception Handling in Virtual-8086 Mode\""
VARIANTS(ROW("undefined", undefined, VEC_UD, NO_ERROR, AT_FAULT, 0, FRAME, "vm86-ud2", "UD2 in virtual-8086 mode"),
         ROW("limit", limit, VEC_GP, 0, AT_FAULT, 0, FRAME, "vm86-gp-limit", "a word at offset 0xffff in virtual-8086 mode"),
         ROW("privileged", privileged, VEC_GP, 0, AT_FAULT, 0, "SDM 3B \"Sensitive Instructions\"", "vm86-hlt", "HLT in virtual-8086 mode"),
         ROW("breakpoint", breakpoint, VEC_BP, NO_ERROR, AFTER, 0, FRAME, "vm86-int3", "INT3 in virtual-8086 mode"),
         ROW("resumed", resumed, VEC_BP, NO_ERROR, AFTER, 1, FRAME, "", "INT3 in virtual-8086 mode, whose handler returns"));
