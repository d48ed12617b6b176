/* At CPL 0 of 32-bit protected mode; the program itself changes the state: ../again/twice.h. */
#include <case32.h>

#define ACCUMULATOR "eax"
#include "../again/twice.h"

#define ARM_0 "mov dr0, ebx\n"
#define HERE_0 ".byte 0xba\n.long 1b\nmov dr0, edx\n"
#define TO_CPL_3 "mov eax, esp\npush esi\npush eax\npushfd\npush edi\n.byte 0x68\n.long 1b\niretd\n"
#define TO_16_BIT "push ecx\n.byte 0x68\n.long 1b\nretf\n"

static void set_fwait(void)
{
    write_cr0((read_cr0() | CR0_TS) & ~(uintptr_t)CR0_MP);
}

static void set_cr4(uint32_t bits)
{
    write_cr4(read_cr4() | bits);
}

static void prepare_user(void)
{
    user_may_run_program();
    start.edi = SEL_USER_CODE;
    start.esi = SEL_USER_DATA;
}

static void prepare_code16(void)
{
    start.ecx = add_descriptor("code16", encode_descriptor((struct descriptor){.limit = 0xfffff, .g = true, .type = CODE_READABLE}));
}

/* EBX: an operand; ECX: data whose limit ends before it, or NULL. */
static void prepare_segment(bool is_null)
{
    start.ebx = map_page("operand", PAGE_PRESENT | PAGE_WRITE);
    start.ecx = is_null ? 0 : add_descriptor("small", encode_descriptor((struct descriptor){.limit = 0xff, .type = DATA_WRITABLE}));
}

static void prepare_read_only(void)
{
    start.ebx = map_page("operand", PAGE_PRESENT | PAGE_WRITE);
    start.ecx = add_descriptor("read_only", encode_descriptor((struct descriptor){.limit = 0xfffff, .g = true, .type = DATA_READ_ONLY}));
}

#define NM VEC_NM, NO_ERROR, AT_FAULT
#define UD VEC_UD, NO_ERROR, AT_FAULT
#define GP VEC_GP, 0, AT_FAULT
#define DB VEC_DB, NO_ERROR
#define ROWS(X)                                                                                                                      \
    X(ts_x87, "", , "fnop", TOGGLE_CR0(8), NM, "FNOP with CR0.TS=0, then 1")                                                         \
    X(ts_lmsw, "", , "fnop", "smsw eax\nor eax, 8\nlmsw ax\n", NM, "FNOP with CR0.TS=0, then 1 by LMSW")                             \
    X(ts_mmx, "mmx", , "movq mm0, mm1", TOGGLE_CR0(8), NM, "MOVQ of MMX registers with CR0.TS=0, then 1")                            \
    X(ts_sse, "sse", set_cr4(CR4_OSFXSR), "movaps xmm0, xmm1", TOGGLE_CR0(8), NM, "MOVAPS with CR0.TS=0, then 1")                    \
    X(mp_fwait, "", set_fwait(), "fwait", TOGGLE_CR0(2), NM, "FWAIT with CR0.TS=1, MP=0, then 1")                                    \
    X(em_x87, "", , "fnop", TOGGLE_CR0(4), NM, "FNOP with CR0.EM=0, then 1")                                                         \
    X(em_mmx, "mmx", , "movq mm0, mm1", TOGGLE_CR0(4), UD, "MOVQ of MMX registers with CR0.EM=0, then 1")                            \
    X(em_sse, "sse", set_cr4(CR4_OSFXSR), "movaps xmm0, xmm1", TOGGLE_CR0(4), UD, "MOVAPS with CR0.EM=0, then 1")                    \
    X(osfxsr, "sse", set_cr4(CR4_OSFXSR), "movaps xmm0, xmm1", TOGGLE_CR4(0x200), UD, "MOVAPS with CR4.OSFXSR=1, then 0")            \
    X(de, "de", , "mov edx, dr4", TOGGLE_CR4(8), UD, "MOV from DR4 with CR4.DE=0, then 1")                                           \
    X(gd, "", , "mov edx, dr3", SET_DR7(0x2400), DB, AT_FAULT, "MOV from DR3 with DR7.GD=0, then 1")                                 \
    X(instruction_breakpoint, "", , "nop", HERE_0 SET_DR7(0x401), DB, AT_FAULT, "NOP, then one with a breakpoint")                   \
    X(data_breakpoint, "", prepare_segment(true), "mov edx, [ebx]", ARM_0 SET_DR7(0xf0401), DB, AFTER,                               \
      "MOV from memory, then with a breakpoint on it")                                                                               \
    X(cpl, "", prepare_user(), "clts", TO_CPL_3, GP, "CLTS at CPL 0, then 3")                                                        \
    X(code16, "", prepare_code16(), ".byte 0xb8, 0, 0\n" MARK(inner) ".byte 0x0f, 0x0b", TO_16_BIT, VEC_UD, NO_ERROR, "inner",       \
      "B8 in 32-bit code, then in 16-bit code, where its operand ends before UD2")                                                   \
    X(ds_limit, "", prepare_segment(false), "mov edx, [ebx]", "mov ds, cx\n", GP, "MOV from DS, then with a limit before it")        \
    X(ds_null, "", prepare_segment(true), "mov edx, [ebx]", "mov ds, cx\n", GP, "MOV from DS, then with NULL in DS")                 \
    X(ds_read_only, "", prepare_read_only(), "mov [ebx], edx", "mov ds, cx\n", GP, "MOV to DS, then with a read-only segment in DS") \
    X(es_limit, "", prepare_segment(false), "mov edx, es:[ebx]", "mov es, cx\n", GP, "MOV from ES, then with a limit before it")     \
    X(fs_null, "", prepare_segment(true), "mov edx, fs:[ebx]", "mov fs, cx\n", GP, "MOV from FS, then with NULL in FS")              \
    X(gs_limit, "", prepare_segment(false), "mov edx, gs:[ebx]", "mov gs, cx\n", GP, "MOV from GS, then with a limit before it")

#define DEFINE(name, needs, state, instruction, change, ...) \
    static void name##_twice(void)                           \
    {                                                        \
        state;                                               \
        start.ebp = 1;                                       \
        PROGRAM(TWICE(instruction, change));                 \
    }
ROWS(DEFINE)

#define SPEC "SDM 2 of the instruction; SDM 3A \"Control Registers\"; SDM 3B \"Debug Registers\"; SDM 3A \"Segment Descriptors\""
#define ROW(name, needs, state, instruction, change, ...) ROW_OF(name, needs, __VA_ARGS__)
#define ROW_OF(name_, needs_, vector_, error_, rip_, about_)                                      \
    {VARIANT,           .name = #name_,  .about = about_,   .spec = SPEC,        .needs = needs_, \
     .vector = vector_, .error = error_, .saved_rip = rip_, .run = name_##_twice},
VARIANTS(ROWS(ROW));
