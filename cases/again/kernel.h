/* At CPL 0, where the program itself changes the state: twice.h. What both widths have; DATA is a register's name. */
#include <wide.h>

#define ACCUMULATOR REGISTER("ax")
#define DATA REGISTER("dx")

static void set_fwait(void)
{
    write_cr0((read_cr0() | CR0_TS) & ~(uintptr_t)CR0_MP);
}

static void set_cr4(uintptr_t bits)
{
    write_cr4(read_cr4() | bits);
}

#define NM VEC_NM, NO_ERROR, AT_FAULT
#define UD VEC_UD, NO_ERROR, AT_FAULT
#define GP VEC_GP, 0, AT_FAULT
#define DB VEC_DB, NO_ERROR
#define ROWS(X)                                                                                                           \
    X(ts_x87, "", , "fnop", TOGGLE_CR0(8), NM, "FNOP with CR0.TS=0, then 1")                                              \
    X(ts_lmsw, "", , "fnop", "smsw eax\nor eax, 8\nlmsw ax\n", NM, "FNOP with CR0.TS=0, then 1 by LMSW")                  \
    X(ts_mmx, "mmx", , "movq mm0, mm1", TOGGLE_CR0(8), NM, "MOVQ of MMX registers with CR0.TS=0, then 1")                 \
    X(ts_sse, "sse", set_cr4(CR4_OSFXSR), "movaps xmm0, xmm1", TOGGLE_CR0(8), NM, "MOVAPS with CR0.TS=0, then 1")         \
    X(mp_fwait, "", set_fwait(), "fwait", TOGGLE_CR0(2), NM, "FWAIT with CR0.TS=1, MP=0, then 1")                         \
    X(em_x87, "", , "fnop", TOGGLE_CR0(4), NM, "FNOP with CR0.EM=0, then 1")                                              \
    X(em_mmx, "mmx", , "movq mm0, mm1", TOGGLE_CR0(4), UD, "MOVQ of MMX registers with CR0.EM=0, then 1")                 \
    X(em_sse, "sse", set_cr4(CR4_OSFXSR), "movaps xmm0, xmm1", TOGGLE_CR0(4), UD, "MOVAPS with CR0.EM=0, then 1")         \
    X(osfxsr, "sse", set_cr4(CR4_OSFXSR), "movaps xmm0, xmm1", TOGGLE_CR4(0x200), UD, "MOVAPS with CR4.OSFXSR=1, then 0") \
    X(de, "de", , "mov " DATA ", dr4", TOGGLE_CR4(8), UD, "MOV from DR4 with CR4.DE=0, then 1")                           \
    X(gd, "", , "mov " DATA ", dr3", SET_DR7(0x2400), DB, AT_FAULT, "MOV from DR3 with DR7.GD=0, then 1")                 \
    X(instruction_breakpoint, "", , "nop", HERE_0 SET_DR7(0x401), DB, AT_FAULT, "NOP, then one with a breakpoint")        \
    X(cpl, "", prepare_user(), "clts", TO_CPL_3, GP, "CLTS at CPL 0, then 3")

#define DEFINE_IN(run, name, state, instruction, change) \
    static void name##_twice(void)                       \
    {                                                    \
        state;                                           \
        start.R(bp) = 1;                                 \
        run(TWICE(instruction, change));                 \
    }
#define DEFINE(name, needs, state, instruction, change, ...) DEFINE_IN(PROGRAM, name, state, instruction, change)

#define ROW(name, needs, state, instruction, change, ...) ROW_OF(name, needs, __VA_ARGS__, )
#define ROW_OF(name_, needs_, vector_, error_, rip_, about_, ...)                                  \
    {VARIANT,           .name = #name_,  .about = about_,   .spec = SPEC,         .needs = needs_, \
     .vector = vector_, .error = error_, .saved_rip = rip_, .run = name_##_twice, __VA_ARGS__},
