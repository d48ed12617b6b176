/*
 * Double faults that begin in virtual-8086 mode and at CPL 3: two contributory exceptions, a page fault and a contributory one, and what is none: #UD
 * and #NP.
 */
#include <case32.h>

static void go(struct program p32, struct program p16)
{
    if (ARG0)
        in_vm86();
    else
        in_ring(3);
    run_program(ARG0 ? p16 : p32);
}

#define BOTH(text) go(ASSEMBLE(MARK(fault) text "\n" MARK(after)), ASSEMBLE16(MARK(fault) text "\n" MARK(after)))

static void contributory(void)
{
    set_gate(VEC_GP, .not_present = true);
    BOTH("hlt");
}

static void divide(void)
{
    set_gate(VEC_DE, .not_present = true);
    start.ebx = 0;
    BOTH("div bl");
}

static void page_fault(void)
{
    set_gate(VEC_PF, .not_present = true);
    change_page(16 * REAL_GS, PAGE_PRESENT, 0);
    go(ASSEMBLE(MARK(fault) "mov eax, [0x3600]\n" MARK(after)), ASSEMBLE16(MARK(fault) "mov ax, gs:[0]\n" MARK(after)));
}

static void benign(void)
{
    set_gate(VEC_UD, .not_present = true);
    BOTH("ud2");
}

/* #DF's own gate, too. */
static void shutdown(void)
{
    set_gate(VEC_DF, .not_present = true);
    contributory();
}

#define SPEC "SDM 3A \"Interrupt 8-Double Fault Exception (#DF)\""
#define ROW(name_, run_, vm86, vector_, error_, rip_, about_)                                                                                      \
    {                                                                                                                                              \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .vector = vector_, .error = error_, .saved_rip = rip_, .run = run_, .arg = { vm86 } \
    }
#define EACH(name, vm86, about)                                                                                                             \
    ROW(name "_contributory", contributory, vm86, VEC_DF, 0, UNDEFINED, "HLT " about ", the gate of #GP isn't present"),                    \
        ROW(name "_divide", divide, vm86, VEC_DF, 0, UNDEFINED, "DIV by 0 " about ", the gate of #DE isn't present"),                       \
        ROW(name "_page_fault", page_fault, vm86, VEC_DF, 0, UNDEFINED, "page fault " about ", the gate of #PF isn't present"),             \
        ROW(name "_benign", benign, vm86, VEC_NP, IDT_ERROR(VEC_UD) | ERROR_EXT, AT_FAULT, "UD2 " about ", the gate of #UD isn't present"), \
        ROW(name "_shutdown", shutdown, vm86, SHUTDOWN, 0, "", "HLT " about ", the gates of #GP and #DF aren't present")
VARIANTS(EACH("vm86", 1, "in virtual-8086 mode"), EACH("user", 0, "at CPL 3"));
