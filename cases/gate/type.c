/*
 * In IA-32e mode the IDT holds 64-bit interrupt and trap gates only, types 0xE and 0xF of system descriptors. Everything else
 * is #GP, present or not: a gate of zeros has the wrong type, so it isn't #NP.
 */
#include <case.h>

#define SPEC "SDM 3A \"64-Bit Mode IDT\""
#define PRESENT 0x80u
#define S_FLAG 0x10u

static void int_n(void)
{
    gate_of(0x40)->type_dpl_p = (uint8_t)ARG0;
    FAULT("int 0x40");
}

static void zero(void)
{
    *gate_of(0x40) = (struct gate){0};
    FAULT("int 0x40");
}

static void ud2_zero(void)
{
    *gate_of(VEC_UD) = (struct gate){0};
    FAULT("ud2");
}

#define ROW(name_, about_, id_, type, run_)                                                                                                  \
    {                                                                                                                                        \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .id = id_, .vector = VEC_GP, .error = IDT_ERROR(0x40), .saved_rip = AT_FAULT, \
                 .run = run_, .arg = {                                                                                                       \
                     type                                                                                                                    \
                 }                                                                                                                           \
    }
#define TYPE(n, meaning, id_) ROW(#n, "INT 0x40 at CPL 0, gate of type " #n ", " meaning, id_, PRESENT | (n), int_n)

VARIANTS(TYPE(0, "reserved", "idt-type-0"), TYPE(1, "16-bit TSS", "idt-type-1"), TYPE(2, "LDT", "idt-type-2"), TYPE(3, "busy 16-bit TSS", NULL),
         TYPE(4, "16-bit call gate", NULL), TYPE(5, "task gate", "idt-type-5"), TYPE(6, "16-bit interrupt gate", "idt-type-6"),
         TYPE(7, "16-bit trap gate", "idt-type-7"), TYPE(8, "reserved", NULL), TYPE(9, "64-bit TSS", "idt-type-9"), TYPE(10, "reserved", NULL),
         TYPE(11, "busy 64-bit TSS", NULL), TYPE(12, "64-bit call gate", "idt-type-12"), TYPE(13, "reserved", "idt-type-13"),
         ROW("code_segment", "INT 0x40 at CPL 0, gate of type 0xE with the S flag: a code segment's descriptor", "idt-type-s-bit",
             PRESENT | S_FLAG | GATE_INTERRUPT, int_n),
         ROW("code_segment_f", "INT 0x40 at CPL 0, gate of type 0xF with the S flag: a code segment's descriptor", NULL, PRESENT | S_FLAG | GATE_TRAP,
             int_n),
         ROW("zero", "INT 0x40 at CPL 0, gate of zeros: #GP, not #NP", "idt-zero-entry", 0, zero),
         {VARIANT, .name = "zero_ud", .about = "UD2 at CPL 0, gate of zeros: #GP, not #NP", .spec = SPEC, .vector = VEC_GP,
          .error = IDT_ERROR(VEC_UD) | ERROR_EXT, .saved_rip = AT_FAULT, .run = ud2_zero});
