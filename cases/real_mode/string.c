/* Operands of string instructions and XLAT at the end of a real-mode segment: the source may have an override, the destination is in ES. */
#include <case16.h>

#define OPERANDS(X)                                                                                                \
    X(lodsw, "", start.esi = 0xffff, "lodsw", VEC_GP)                                                              \
    X(lodsw_ss, "", start.esi = 0xffff, "lodsw ax, ss:[si]", VEC_SS)                                               \
    X(lodsb_a32, "", start.esi = 0x10000, "lodsb al, [esi]", VEC_GP)                                               \
    X(stosw, "", start.edi = 0xffff, "stosw", VEC_GP)                                                              \
    X(stosd, "", start.edi = 0xfffd, "stosd", VEC_GP)                                                              \
    X(stosb_a32, "", start.edi = 0x10000, "stosb es:[edi], al", VEC_GP)                                            \
    X(movsw_source, "", (start.esi = 0xffff, start.edi = 0), "movsw", VEC_GP)                                      \
    X(movsw_source_ss, "", (start.esi = 0xffff, start.edi = 0), "movs word ptr es:[di], word ptr ss:[si]", VEC_SS) \
    X(movsw_destination, "", (start.esi = 0, start.edi = 0xffff), "movsw", VEC_GP)                                 \
    X(cmpsw_source, "", (start.esi = 0xffff, start.edi = 0), "cmpsw", VEC_GP)                                      \
    X(cmpsw_destination, "", (start.esi = 0, start.edi = 0xffff), "cmpsw", VEC_GP)                                 \
    X(scasw, "", start.edi = 0xffff, "scasw", VEC_GP)                                                              \
    X(rep_count_0, "", (start.edi = 0xffff, start.ecx = 0xb1b10000), "rep stosw", NO_EXCEPTION)                    \
    X(lodsw_wraps, "", start.esi = 0xfffe, "lodsw", NO_EXCEPTION)                                                  \
    X(xlat_wraps, "", (start.ebx = 0xffff, start.eax = 0xb0b0b001), "xlatb", NO_EXCEPTION)                         \
    X(xlat_a32, "", (start.ebx = 0xffff, start.eax = 0xb0b0b001), ".byte 0x67, 0xd7", VEC_GP)

/* What lies at the ends of DS, ES and SS, where the harness has nothing. */
static void clear_ends(void)
{
    fill_words(16 * REAL_STACK + 0xf000, 0, 0x3000 / sizeof(uintptr_t));
}

#define DEFINE(name, needs, registers, instruction, vector) \
    static void name##_case(void)                           \
    {                                                       \
        clear_ends();                                       \
        registers;                                          \
        FAULT(instruction);                                 \
    }
OPERANDS(DEFINE)

#define SPEC "SDM 3B \"Segment Wraparound\"; SDM 2 \"Real-Address Mode Exceptions\" of the instruction"
#define ROW(name_, needs_, registers, instruction, vector_)                       \
    {VARIANT,                                                                     \
     .name = #name_,                                                              \
     .about = sizeof(#registers) > 1 ? instruction "; " #registers : instruction, \
     .spec = SPEC,                                                                \
     .needs = needs_,                                                             \
     .vector = vector_,                                                           \
     .error = NO_ERROR,                                                           \
     .saved_rip = vector_ == NO_EXCEPTION ? "" : AT_FAULT,                        \
     .run = name_##_case},
VARIANTS(OPERANDS(ROW));
