/* REP at the end of a real-mode segment: what was done before stays, and the registers are those of the iteration that faults. */
#include <case16.h>

#define STRINGS(X)                                                                                                         \
    X(movsw_source, "rep movsw, SI=0xfffb", 0xfffb, 0x10, 3, "rep movsw", VEC_GP, "rm-string-limit")                       \
    X(movsw_destination, "rep movsw, DI=0xfffb", 0x10, 0xfffb, 3, "rep movsw", VEC_GP, "")                                 \
    X(movsd_source, "rep movsd, SI=0xfff9", 0xfff9, 0x10, 3, "rep movsd", VEC_GP, "")                                      \
    X(stosw, "rep stosw, DI=0xfffb", 0, 0xfffb, 3, "rep stosw", VEC_GP, "")                                                \
    X(lodsw, "rep lodsw, SI=0xfffb", 0xfffb, 0, 3, "rep lodsw", VEC_GP, "")                                                \
    X(cmpsw, "repe cmpsw, SI=0xfffb", 0xfffb, 0x10, 3, "repe cmpsw", VEC_GP, "")                                           \
    X(scasw, "repne scasw, DI=0xfffb", 0, 0xfffb, 3, "repne scasw", VEC_GP, "")                                            \
    X(wraps, "rep stosw, DI=0xfffc", 0, 0xfffc, 4, "rep stosw", NO_EXCEPTION, "")                                          \
    X(wraps_movsb, "rep movsb, SI=DI=0xfffe", 0xfffe, 0xfffe, 4, "rep movsb", NO_EXCEPTION, "")                            \
    X(movsw_ss, "rep movs from SS, SI=0xfffb", 0xfffb, 0x10, 3, "rep movs word ptr es:[di], word ptr ss:[si]", VEC_SS, "") \
    X(a32, "a32 rep stosw, EDI=0xfffe", 0, 0xfffe, 2, "rep stosw es:[edi], ax", VEC_GP, "")

#define DEFINE(name, about, source, destination, count, instruction, vector, id) \
    static void name(void)                                                       \
    {                                                                            \
        fill_words(16 * REAL_STACK + 0xf000, 0, 0x3000 / sizeof(uintptr_t));     \
        start.esi = source;                                                      \
        start.edi = destination;                                                 \
        start.ecx = count;                                                       \
        FAULT(instruction);                                                      \
    }
STRINGS(DEFINE)

static void down(void)
{
    start.eflags |= EFLAGS_DF;
    start.edi = 3;
    start.ecx = 4;
    FAULT("rep stosw");
}

#define SPEC "SDM 2B \"REP/REPE/REPZ/REPNE/REPNZ-Repeat String Operation Prefix\"; SDM 3B \"Segment Wraparound\""
#define ROW(name_, about_, source, destination, count, instruction, vector_, id_) \
    {VARIANT,                                                                     \
     .name = #name_,                                                              \
     .about = about_ ", the count is " #count,                                    \
     .spec = SPEC,                                                                \
     .id = id_,                                                                   \
     .vector = vector_,                                                           \
     .error = NO_ERROR,                                                           \
     .saved_rip = vector_ == NO_EXCEPTION ? "" : AT_FAULT,                        \
     .run = name_},
VARIANTS(STRINGS(ROW){VARIANT, .name = "down", .about = "rep stosw, DF=1, DI=3, the count is 4", .spec = SPEC, .vector = VEC_GP, .error = NO_ERROR,
                      .saved_rip = AT_FAULT, .run = down});
