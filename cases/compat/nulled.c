/*
 * What a return to an outer level makes NULL can't be used in compatibility mode: data and non-conforming code that the new CPL may not use.
 * Conforming code and data of the new CPL stay what they were.
 */
#include <case.h>

enum form { IRETQ, RETFQ, IRETD, RETF };
#define THERE(access) "\n.code32\n" MARK(used) access "\nint3\n" MARK(reached)

/* ARG0: the form; the last two begin in compatibility mode. RAX is the operand's address. */
static void back(struct program iretq, struct program retfq, struct program iretd, struct program retf)
{
    const struct program programs[] = {[IRETQ] = iretq, [RETFQ] = retfq, [IRETD] = iretd, [RETF] = retf};
    struct program p = programs[ARG0];

    start.rax = map_page_at("operand", 0x40000000, PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    start.rcx = SEL_USER_CODE32;
    start.rdx = SEL_USER_DATA;
    start.rdi = stack_top(STACK_USER);
    start.rbx = label_of(p, "used");
    if (ARG0 >= IRETD)
        in_compat_kernel();
    set_gate(VEC_BP, .dpl = 3);
    user_may_run_program();
    run_program(p);
}

#define BACK(access)                                                                                                                    \
    back(ASSEMBLE_AS(64, "push rdx\npush rdi\npushfq\npush rcx\npush rbx\n" MARK(fault) "iretq" THERE(access), "jmp program_end32"),    \
         ASSEMBLE_AS(64, "push rdx\npush rdi\npush rcx\npush rbx\n" MARK(fault) ".byte 0x48, 0xcb" THERE(access), "jmp program_end32"), \
         ASSEMBLE32("push edx\npush edi\npushfd\npush ecx\npush ebx\n" MARK(fault) "iretd" THERE(access)),                              \
         ASSEMBLE32("push edx\npush edi\npush ecx\npush ebx\n" MARK(fault) "retf" THERE(access)))

#define NEW_CPL 3
#include "../pm_return/nulled.h"
EACH(DEFINE)

#define SPEC                                                                                                             \
    "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"; SDM 2B \"RET-Return from Procedure\"; SDM 3A \"Segment Selectors\"; " \
    "SDM 3A \"Segment Loading Instructions in IA-32e Mode\""
#define ROW(name_, run_, env_, form, about_, ...)                                                                   \
    {                                                                                                               \
        VARIANT, .env = env_, .name = name_, .about = about_, .spec = SPEC, .run = run_, .arg = {form}, __VA_ARGS__ \
    }
#define FAULTS .vector = VEC_GP, .error = 0, .saved_rip = "used"
#define PASSES .vector = VEC_BP, .error = NO_ERROR, .saved_rip = "reached"
#define OF(register_, name, env, form, form_name, begin)                                                                                            \
    ROW(form_name "_" #register_ "_data", register_##_data, env, form, begin ", then " name " that held data of DPL 2", FAULTS),                    \
        ROW(form_name "_" #register_ "_code", register_##_code, env, form, begin ", then " name " that held code of DPL 0", FAULTS),                \
        ROW(form_name "_" #register_ "_conforming", register_##_conforming, env, form, begin ", then " name " that holds conforming code", PASSES), \
        ROW(form_name "_" #register_ "_own", register_##_own, env, form, begin ", then " name " that holds data of DPL 3", PASSES),
/* The bases of FS and GS behind NULL are the processor's own affair where 64-bit code has loaded them. */
#define FROM_64(register_, access, name)                                                \
    OF(register_, name, LONG64, IRETQ, "iretq", "IRETQ to CPL 3 of compatibility mode") \
    OF(register_, name, LONG64, RETFQ, "retfq", "far RET to CPL 3 of compatibility mode")
#define FROM_COMPAT(register_, access, name)                                              \
    OF(register_, name, COMPAT32, IRETD, "iretd", "IRETD in compatibility mode to CPL 3") \
    OF(register_, name, COMPAT32, RETF, "retf", "far RET in compatibility mode to CPL 3")
VARIANTS(DS_AND_ES(FROM_64) EACH(FROM_COMPAT));
