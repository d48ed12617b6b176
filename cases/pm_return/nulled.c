/*
 * What a return to an outer level makes null can't be used there, not only has selector 0: data and non-conforming code that the new CPL may not
 * use. Conforming code and data of the new CPL stay what they were.
 */
#include <case32.h>

enum form { IRETD, RETF };
#define BEHIND(access) "\n" MARK(used) access "\n" MARK(behind) "nop\n"

/* ARG0: the form; ARG1: the new CPL. EAX is the operand's address. */
static void back(struct program iretd, struct program retf)
{
    static const uint16_t code[] = {SEL_KERNEL_CODE, SEL_RING1_CODE, SEL_RING2_CODE, SEL_USER_CODE};
    static const uint16_t data[] = {SEL_KERNEL_DATA, SEL_RING1_DATA, SEL_RING2_DATA, SEL_USER_DATA};
    struct program p = ARG0 == IRETD ? iretd : retf;

    start.eax = map_page("operand", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    start.ecx = code[ARG1];
    start.edx = data[ARG1];
    start.edi = 0x1230;
    start.ebx = label_of(p, "used");
    user_may_run_program();
    run_program(p);
}

#define BACK(access)                                                                                      \
    back(ASSEMBLE("push edx\npush edi\npushfd\npush ecx\npush ebx\n" MARK(fault) "iretd" BEHIND(access)), \
         ASSEMBLE("push edx\npush edi\npush ecx\npush ebx\n" MARK(fault) "retf" BEHIND(access)))

#define NEW_CPL ((uint8_t)ARG1)
#include "nulled.h"
EACH(DEFINE)

#define ROW(name_, run_, form, cpl, about_, ...)                                                                \
    {                                                                                                           \
        VARIANT, .name = name_, .about = about_,                                                                \
                 .spec = "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"; SDM 2B \"RET-Return from Procedure\"; " \
                         "SDM 3A \"Segment Selectors\"",                                                        \
                 .run = run_, .arg = {form, cpl}, __VA_ARGS__                                                   \
    }
#define FAULTS .vector = VEC_GP, .error = 0, .saved_rip = "used"
#define PASSES .vector = NO_EXCEPTION
#define OF(register_, access, name)                                                                                                          \
    ROW("iretd_" #register_ "_data", register_##_data, IRETD, 3, "IRETD to CPL 3, then " name " that held data of DPL 2", FAULTS),           \
        ROW("retf_" #register_ "_data", register_##_data, RETF, 3, "far RET to CPL 3, then " name " that held data of DPL 2", FAULTS),       \
        ROW("iretd_" #register_ "_data_ring1", register_##_data, IRETD, 1, "IRETD to CPL 1, then " name " that held data of DPL 0", FAULTS), \
        ROW("retf_" #register_ "_data_ring2", register_##_data, RETF, 2, "far RET to CPL 2, then " name " that held data of DPL 1", FAULTS), \
        ROW("iretd_" #register_ "_code", register_##_code, IRETD, 3, "IRETD to CPL 3, then " name " that held code of DPL 0", FAULTS),       \
        ROW("retf_" #register_ "_code", register_##_code, RETF, 3, "far RET to CPL 3, then " name " that held code of DPL 0", FAULTS),       \
        ROW("iretd_" #register_ "_conforming", register_##_conforming, IRETD, 3, "IRETD to CPL 3, then " name " that holds conforming code", \
            PASSES),                                                                                                                         \
        ROW("retf_" #register_ "_conforming", register_##_conforming, RETF, 3, "far RET to CPL 3, then " name " that holds conforming code", \
            PASSES),                                                                                                                         \
        ROW("iretd_" #register_ "_own", register_##_own, IRETD, 3, "IRETD to CPL 3, then " name " that holds data of DPL 3", PASSES),        \
        ROW("retf_" #register_ "_own", register_##_own, RETF, 1, "far RET to CPL 1, then " name " that holds data of DPL 1", PASSES),
VARIANTS(EACH(OF));
