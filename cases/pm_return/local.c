/*
 * Far RET and IRET at CPL 3 to a code segment of the LDT: the checks are those of the GDT's, and the error code has TI. The LDT is the GDT, so that
 * who forgets TI finds the same descriptor.
 */
#include <case32.h>

enum { RETF, IRET };
enum { GOOD, RPL0, DPL0, CONFORMING, DATA, NOT_PRESENT, BEYOND };

static void push(uint32_t value)
{
    start.esp -= 4;
    *(uint32_t *)start.esp = value;
}

/* arg: the form, what is wrong. */
static void run(void)
{
    static const struct descriptor descriptors[] = {
        [GOOD] = {.type = CODE_READABLE, .dpl = 3},
        [RPL0] = {.type = CODE_READABLE},
        [DPL0] = {.type = CODE_READABLE},
        [CONFORMING] = {.type = CODE_CONFORMING},
        [DATA] = {.type = DATA_WRITABLE, .dpl = 3},
        [NOT_PRESENT] = {.type = CODE_READABLE, .dpl = 3, .not_present = true},
        [BEYOND] = {.type = CODE_READABLE, .dpl = 3},
    };
    struct program retf = ASSEMBLE(MARK(fault) "retf\n" MARK(after) "nop\n" MARK(target) "int3\n" MARK(reached));
    struct program iret = ASSEMBLE(MARK(fault) "iretd\n" MARK(after) "nop\n" MARK(target) "int3\n" MARK(reached));
    struct program p = ARG0 == IRET ? iret : retf;
    struct descriptor d = descriptors[ARG1];
    uint16_t selector;

    in_ring(3);
    set_gate(VEC_BP, .dpl = 3);
    d.limit = 0xfffff, d.g = d.d = true;
    selector = local_selector(ARG1 == BEYOND ? GDT_LIMIT + 1 : add_descriptor("target", encode_descriptor(d)));
    if (ARG0 == IRET)
        push(start.eflags);
    push(selector | (ARG1 == RPL0 ? 0 : 3u));
    push(label_of(p, "target"));
    run_program(p);
}

#define ERROR_OF(defect) ((defect) == BEYOND ? (GDT_LIMIT + 1) | SELECTOR_TI : SEL_FREE | SELECTOR_TI)
#define ROW(name_, form, defect, spec_, about_)                                                                                                 \
    {                                                                                                                                           \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .vector = (defect) == NOT_PRESENT ? VEC_NP : VEC_GP, .error = ERROR_OF(defect), \
                 .saved_rip = AT_FAULT, .run = run, .arg = {                                                                                    \
                     form,                                                                                                                      \
                     defect                                                                                                                     \
                 }                                                                                                                              \
    }
#define REACHED(name_, form, defect, spec_, about_)                                                                                               \
    {                                                                                                                                             \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .vector = VEC_BP, .error = NO_ERROR, .saved_rip = "reached", .run = run, .arg = { \
            form,                                                                                                                                 \
            defect                                                                                                                                \
        }                                                                                                                                         \
    }
#define EACH(name, form, spec, about)                                                                   \
    ROW(name "_rpl0", form, RPL0, spec, about " code of the LDT with RPL 0 and DPL 0"),                 \
        ROW(name "_dpl0", form, DPL0, spec, about " code of the LDT with RPL 3 and DPL 0"),             \
        ROW(name "_data", form, DATA, spec, about " a data segment of the LDT"),                        \
        ROW(name "_not_present", form, NOT_PRESENT, spec, about " code of the LDT that isn't present"), \
        ROW(name "_beyond", form, BEYOND, spec, about " code behind the LDT's limit"),                  \
        REACHED(name "_good", form, GOOD, spec, about " code of the LDT: done"),                        \
        REACHED(name "_conforming", form, CONFORMING, spec, about " conforming code of the LDT of DPL 0: done")
VARIANTS(EACH("retf", RETF, "SDM 2B \"RET-Return From Procedure\"; SDM 3A \"Error Code\"", "far RET at CPL 3 to"),
         EACH("iret", IRET, "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"; SDM 3A \"Error Code\"", "IRETD at CPL 3 to"));
