/* 16-bit gates: words of 2 bytes, an error code too, and the lower halves of EIP and EFLAGS. */
#include <case32.h>

#define VECTOR 0x40u

static void int_n(void)
{
    in_ring(ARG0);
    set_gate(VECTOR, .dpl = 3, .type = ARG1);
    FAULT("int 0x40");
}

static void resumed(void)
{
    set_gate(VECTOR, .type = GATE_INTERRUPT16);
    on_exception(VECTOR, resume);
    start.cs = SEL_CODE_1MIB; /* whose EIP has 16 bits */
    FAULT("int 0x40");
}

static void error_code(void)
{
    in_ring(ARG0);
    set_gate(VEC_GP, .type = GATE_INTERRUPT16);
    start.ebx = GDT_LIMIT + 1;
    FAULT("mov fs, bx");
}

#define ROW(name_, run_, arg0_, arg1_, vector_, error_, rip_, resumes_, id_, about_)                                                                \
    {                                                                                                                                               \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A \"Mixing 16-Bit and 32-Bit Code\"", .id = id_, .vector = vector_, .error = error_, \
                 .saved_rip = rip_, .resumes = resumes_, .run = run_, .arg = {                                                                      \
                     arg0_,                                                                                                                         \
                     arg1_                                                                                                                          \
                 }                                                                                                                                  \
    }
VARIANTS(ROW("interrupt", int_n, 0, GATE_INTERRUPT16, VECTOR, NO_ERROR, AFTER, 0, "pm-gate16-int", "INT n through a 16-bit interrupt gate at CPL 0"),
         ROW("trap", int_n, 0, GATE_TRAP16, VECTOR, NO_ERROR, AFTER, 0, "", "INT n through a 16-bit trap gate at CPL 0"),
         ROW("interrupt_user", int_n, 3, GATE_INTERRUPT16, VECTOR, NO_ERROR, AFTER, 0, "", "INT n through a 16-bit interrupt gate at CPL 3"),
         ROW("trap_user", int_n, 3, GATE_TRAP16, VECTOR, NO_ERROR, AFTER, 0, "pm-gate16-trap-inter", "INT n through a 16-bit trap gate at CPL 3"),
         ROW("error_code", error_code, 0, 0, VEC_GP, GDT_LIMIT + 1, AT_FAULT, 0, "pm-gate16-err", "#GP through a 16-bit interrupt gate at CPL 0"),
         ROW("error_code_user", error_code, 3, 0, VEC_GP, GDT_LIMIT + 1, AT_FAULT, 0, "", "#GP through a 16-bit interrupt gate at CPL 3"),
         ROW("resumed", resumed, 0, 0, VECTOR, NO_ERROR, AFTER, 1, "", "INT n through a 16-bit interrupt gate whose handler returns"));
