/*
 * The handler's CPL decides the RPL in CS: the RPL of the gate's selector is not checked and not taken. A conforming code
 * segment keeps the CPL.
 */
#include <case.h>

#define SPEC "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\""

static void run(void)
{
    if (ARG1)
        in_user_mode();
    set_gate(0x40, .selector = (uint16_t)(SEL_KERNEL_CODE64 | ARG0), .dpl = 3);
    FAULT("int 0x40");
}

static void conforming(void)
{
    set_gate(0x40, .selector = add_descriptor("conforming", encode_descriptor((struct descriptor){.type = CODE_CONFORMING, .l = true})));
    FAULT("int 0x40");
}

static void execute_only(void)
{
    set_gate(0x40, .selector = add_descriptor("execute_only", encode_descriptor((struct descriptor){.type = CODE_EXECUTE_ONLY, .l = true})));
    FAULT("int 0x40");
}

/* Base and limit of a 64-bit code segment are ignored. */
static void poisoned(void)
{
    struct descriptor d = {.base = 0x12345678, .limit = 0, .type = CODE_READABLE, .l = true};

    set_gate(0x40, .selector = add_descriptor("poisoned", encode_descriptor(d)));
    FAULT("int 0x40");
}

#define RPL(name_, cpl_text, rpl, user)                                                                                        \
    {                                                                                                                          \
        VARIANT, .name = name_, .about = "INT 0x40 at CPL " cpl_text ", selector with RPL " #rpl " in the gate", .spec = SPEC, \
                 .id = "frame-cs-rpl-forced", .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER, .run = run, .arg = {      \
                     rpl,                                                                                                      \
                     user                                                                                                      \
                 }                                                                                                             \
    }

VARIANTS(RPL("rpl1", "0", 1, 0), RPL("rpl2", "0", 2, 0), RPL("rpl3", "0", 3, 0), RPL("rpl3_user", "3", 3, 1),
         {VARIANT, .name = "conforming", .about = "INT 0x40 at CPL 0, gate to a conforming code segment of DPL 0", .spec = SPEC, .vector = 0x40,
          .error = NO_ERROR, .saved_rip = AFTER, .run = conforming},
         {VARIANT, .name = "execute_only", .about = "INT 0x40 at CPL 0, gate to an execute-only code segment", .spec = SPEC, .vector = 0x40,
          .error = NO_ERROR, .saved_rip = AFTER, .run = execute_only},
         {VARIANT, .name = "poisoned", .about = "INT 0x40 at CPL 0, gate to a 64-bit code segment with a base and limit 0",
          .spec = "SDM 3A \"Segmentation in IA-32e Mode\"", .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER, .run = poisoned});
