/*
 * What IRET makes of the flags on the stack: the status flags, DF and NT always; IF only where CPL is at most IOPL, IOPL only at CPL 0, both as they
 * were before the return; AC only with a 32-bit operand size, VM never where CPL isn't 0; bits 1, 3, 5 and 15 are what they always are. INT3 behind
 * it shows the flags.
 */
#include <case32.h>

static const uint16_t code[] = {SEL_KERNEL_CODE, SEL_RING1_CODE, SEL_RING2_CODE, SEL_USER_CODE};
static const uint16_t data[] = {SEL_KERNEL_DATA, SEL_RING1_DATA, SEL_RING2_DATA, SEL_USER_DATA};

#define AT(cpl, new_cpl) ((cpl) | (new_cpl) << 4)
#define SHORT 0x100
#define FROM_TO(before, image) ((before) | (uint64_t)(image) << 32)

/* arg: FROM_TO(flags, flags on the stack); AT(CPL, new CPL), SHORT for a 16-bit operand size. */
static void run(void)
{
    struct program iretd =
        ASSEMBLE("push esi\npush edi\npush edx\npush ecx\npush ebx\n" MARK(fault) "iretd\n" MARK(after) MARK(target) "int3\n" MARK(reached));
    struct program iret = ASSEMBLE("push dx\npush cx\npush bx\n" MARK(fault) ".byte 0x66, 0xcf\n" MARK(after) MARK(target) "int3\n" MARK(reached));
    unsigned cpl = ARG1 & 3, new_cpl = ARG1 >> 4 & 3;
    struct program p = ARG1 & SHORT ? iret : iretd;

    in_ring(cpl);
    user_may_run_program();
    set_gate(VEC_BP, .dpl = 3);
    start.eflags = (uint32_t)ARG0;
    start.edx = (uint32_t)(ARG0 >> 32);
    start.ecx = code[new_cpl];
    start.ebx = label_of(p, "target");
    start.esi = data[new_cpl];
    start.edi = 0x1230;
    if (ARG1 & SHORT) {
        struct descriptor d = {.type = CODE_READABLE, .base = p.entry, .limit = 0xffff, .d = true, .dpl = (uint8_t)cpl};

        start.ecx = add_descriptor("short_code", encode_descriptor(d)) | cpl;
        start.ebx -= p.entry;
    }
    run_program(p);
}

#define ROW(name_, flags_, at_, needs_, about_)                                                                                               \
    {                                                                                                                                         \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"", .vector = VEC_BP, .error = NO_ERROR, \
                 .saved_rip = "reached", .needs = needs_, .run = run, .arg = {                                                                \
                     flags_,                                                                                                                  \
                     at_                                                                                                                      \
                 }                                                                                                                            \
    }
VARIANTS(ROW("status_set", FROM_TO(0x2, 0xcd7), AT(0, 0), "", "CPL 0: status flags and DF set"),
         ROW("status_clear", FROM_TO(0x8d7, 0x2), AT(0, 0), "", "CPL 0: status flags clear"),
         ROW("reserved", FROM_TO(0x2, 0x802a), AT(0, 0), "", "CPL 0: bits 3, 5 and 15 set, bit 1 clear"),
         ROW("reserved_clear", FROM_TO(0x2, 0x0), AT(0, 0), "", "CPL 0: all clear"), ROW("nt", FROM_TO(0x2, 0x4002), AT(0, 0), "", "CPL 0: NT set"),
         ROW("if_set", FROM_TO(0x2, 0x202), AT(0, 0), "", "CPL 0: IF set"), ROW("if_clear", FROM_TO(0x202, 0x2), AT(0, 0), "", "CPL 0: IF clear"),
         ROW("iopl_set", FROM_TO(0x2, 0x3002), AT(0, 0), "", "CPL 0: IOPL 3"),
         ROW("iopl_clear", FROM_TO(0x3002, 0x2), AT(0, 0), "", "CPL 0: IOPL 0, it was 3"),
         ROW("ac", FROM_TO(0x2, 0x40002), AT(0, 0), "i486", "CPL 0: AC set"), ROW("id", FROM_TO(0x2, 0x200002), AT(0, 0), "cpuid", "CPL 0: ID set"),
         ROW("outer_if_iopl", FROM_TO(0x2, 0x3202), AT(0, 3), "", "from CPL 0 to CPL 3: IF and IOPL set: by the CPL before"),
         ROW("outer_if_clear", FROM_TO(0x202, 0x2), AT(0, 3), "", "from CPL 0 to CPL 3: IF clear"),
         ROW("ring1_if", FROM_TO(0x202, 0x2), AT(1, 1), "", "CPL 1, IOPL 0: IF clear: kept"),
         ROW("ring1_if_set", FROM_TO(0x2, 0x202), AT(1, 1), "", "CPL 1, IOPL 0: IF set: kept"),
         ROW("ring1_if_iopl1", FROM_TO(0x1202, 0x1002), AT(1, 1), "", "CPL 1, IOPL 1: IF clear"),
         ROW("ring1_iopl", FROM_TO(0x1002, 0x3002), AT(1, 1), "", "CPL 1, IOPL 1: IOPL 3: kept"),
         ROW("ring2_if_iopl1", FROM_TO(0x1202, 0x1002), AT(2, 2), "", "CPL 2, IOPL 1: IF clear: kept"),
         ROW("user_if", FROM_TO(0x202, 0x2), AT(3, 3), "", "CPL 3, IOPL 0: IF clear: kept"),
         ROW("user_if_iopl3", FROM_TO(0x3202, 0x3002), AT(3, 3), "", "CPL 3, IOPL 3: IF clear"),
         ROW("user_iopl", FROM_TO(0x2, 0x3002), AT(3, 3), "", "CPL 3, IOPL 0: IOPL 3: kept"),
         ROW("user_iopl_clear", FROM_TO(0x3002, 0x2), AT(3, 3), "", "CPL 3, IOPL 3: IOPL 0: kept"),
         ROW("ring1_outer_if", FROM_TO(0x1002, 0x1202), AT(1, 3), "", "from CPL 1 to CPL 3, IOPL 1: IF set: by the CPL before"),
         ROW("ring1_outer_if_kept", FROM_TO(0x2, 0x202), AT(1, 3), "", "from CPL 1 to CPL 3, IOPL 0: IF set: kept"),
         ROW("ring2_outer_iopl", FROM_TO(0x2002, 0x3002), AT(2, 3), "", "from CPL 2 to CPL 3, IOPL 2: IOPL 3: kept"),
         ROW("ring1_vm", FROM_TO(0x2, 0x20002), AT(1, 1), "", "CPL 1: VM set: no return to virtual-8086 mode"),
         ROW("user_vm", FROM_TO(0x2, 0x20002), AT(3, 3), "", "CPL 3: VM set: no return to virtual-8086 mode"),
         ROW("ring1_outer_vm", FROM_TO(0x2, 0x20002), AT(1, 3), "", "from CPL 1 to CPL 3: VM set: no return to virtual-8086 mode"),
         ROW("user_nt_ac", FROM_TO(0x2, 0x44002), AT(3, 3), "i486", "CPL 3: NT and AC set"),
         ROW("short_status", FROM_TO(0x40002, 0xcd7), AT(0, 0) | SHORT, "i486", "CPL 0, 16-bit operand size: status flags and DF; AC is kept"),
         ROW("short_if_iopl", FROM_TO(0x2, 0x3202), AT(0, 0) | SHORT, "", "CPL 0, 16-bit operand size: IF and IOPL set"),
         ROW("short_user_if", FROM_TO(0x202, 0x3002), AT(3, 3) | SHORT, "", "CPL 3, IOPL 0, 16-bit operand size: IF clear, IOPL 3: kept"));
