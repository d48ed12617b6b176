/*
 * W/R describes the access, so it follows from the instruction: what only reads its operand gives 0; what writes it, also
 * after having read it, gives 1. That holds for the page that isn't present, where nothing but the instruction can tell.
 * The instruction isn't executed: all registers are kept.
 */
#include <case.h>

#define OFFSET 0x5c0u

/* name, catalogue row, instruction. */
#define READS(X)                                                                                        \
    X(add_to_register, NULL, "add eax, [rbx]")                                                          \
    X(cmp, "pf-user-cmp-np", "cmp dword ptr [rbx], 1")                                                  \
    X(test, NULL, "test dword ptr [rbx], 1")                                                            \
    X(bt, NULL, "bt dword ptr [rbx], 0")                                                                \
    X(movzx, NULL, "movzx eax, byte ptr [rbx]")                                                         \
    X(movsxd, NULL, "movsxd rax, dword ptr [rbx]")                                                      \
    X(cmov_true, NULL, "cmove eax, [rbx]")                                                              \
    X(cmov_false, "pf-user-cmov-false-np", "cmovne eax, [rbx]") /* reads whatever the condition says */ \
    X(div, NULL, "div dword ptr [rbx]")                                                                 \
    X(imul, NULL, "imul eax, [rbx], 3")                                                                 \
    X(push, "pf-push-mem-src-np", "push qword ptr [rbx]")                                               \
    X(call, NULL, "call qword ptr [rbx]")                                                               \
    X(jmp, NULL, "jmp qword ptr [rbx]")                                                                 \
    X(mov_to_segment, NULL, "mov ds, word ptr [rbx]")                                                   \
    X(verr, NULL, "verr word ptr [rbx]")                                                                \
    X(lar, NULL, "lar eax, word ptr [rbx]")                                                             \
    X(fld, NULL, "fld qword ptr [rbx]")                                                                 \
    X(fild, NULL, "fild qword ptr [rbx]")                                                               \
    X(fldcw, NULL, "fldcw word ptr [rbx]")                                                              \
    X(ldmxcsr, NULL, "ldmxcsr dword ptr [rbx]")                                                         \
    X(movaps_load, NULL, "movaps xmm0, [rbx]")                                                          \
    X(addsd, NULL, "addsd xmm0, [rbx]")                                                                 \
    X(ucomiss, NULL, "ucomiss xmm0, dword ptr [rbx]")

#define WRITES(X)                                          \
    X(add, NULL, "add dword ptr [rbx], 1")                 \
    X(inc, NULL, "inc byte ptr [rbx]")                     \
    X(neg, NULL, "neg qword ptr [rbx]")                    \
    X(rol, NULL, "rol dword ptr [rbx], 3")                 \
    X(shld, NULL, "shld [rbx], eax, 3")                    \
    X(lock_or, NULL, "lock or dword ptr [rbx], 1")         \
    X(cmpxchg, "pf-user-cmpxchg-np", "cmpxchg [rbx], ecx") \
    X(lock_cmpxchg, NULL, "lock cmpxchg [rbx], ecx")       \
    X(cmpxchg8b, NULL, "cmpxchg8b [rbx]")                  \
    X(xchg, "pf-user-xchg-np", "xchg [rbx], eax")          \
    X(xadd, NULL, "xadd [rbx], eax")                       \
    X(bts, NULL, "bts dword ptr [rbx], 0")                 \
    X(btr, NULL, "btr dword ptr [rbx], 0")                 \
    X(btc, NULL, "btc dword ptr [rbx], 0")                 \
    X(setcc, "pf-user-setcc-np", "sete byte ptr [rbx]")    \
    X(pop, "pf-pop-mem-dest-np", "pop qword ptr [rbx]")    \
    X(mov_immediate, NULL, "mov qword ptr [rbx], 1")       \
    X(mov_from_segment, NULL, "mov word ptr [rbx], ds")    \
    X(movnti, NULL, "movnti [rbx], eax")                   \
    X(fst, NULL, "fst dword ptr [rbx]")                    \
    X(fnstcw, NULL, "fnstcw word ptr [rbx]")               \
    X(fnstsw, NULL, "fnstsw word ptr [rbx]")               \
    X(stmxcsr, NULL, "stmxcsr dword ptr [rbx]")            \
    X(movaps_store, NULL, "movaps [rbx], xmm0")            \
    X(movntdq, NULL, "movntdq [rbx], xmm0")                \
    X(sldt, NULL, "sldt word ptr [rbx]")                   \
    X(str, NULL, "str word ptr [rbx]")                     \
    X(smsw, NULL, "smsw word ptr [rbx]")

static void prepare(void)
{
    in_user_mode();
    start.rbx = map_page("victim", PAGE_WRITE | PAGE_USER) + OFFSET;
}

static void clflush(void)
{
    prepare();
    FAULT("clflush [rbx]");
}

static void cmpxchg16b(void)
{
    prepare();
    FAULT("cmpxchg16b [rbx]");
}

/* XLATB reads [RBX + AL], AL is 0xb0. */
static void xlat(void)
{
    prepare();
    FAULT("xlatb");
}

#define RUN(name_, id_, instruction_) \
    static void run_##name_(void)     \
    {                                 \
        prepare();                    \
        FAULT(instruction_);          \
    }
READS(RUN)
WRITES(RUN)

#define FIXED(text_) \
    .about = "CPL-3 " text_ " on a not-present page", .spec = "SDM 3A \"Page-Fault Exceptions\"", .vector = VEC_PF, .saved_rip = AT_FAULT
#define READ(name_, id_, instruction_) {VARIANT, .name = #name_, FIXED(instruction_), .id = id_, .error = PF_U, .run = run_##name_},
#define WRITE(name_, id_, instruction_) {VARIANT, .name = #name_, FIXED(instruction_), .id = id_, .error = PF_W | PF_U, .run = run_##name_},

VARIANTS(READS(READ) WRITES(WRITE){VARIANT, .name = "clflush", FIXED("clflush [rbx]"), .id = "pf-user-clflush-np", .error = PF_U, .run = clflush,
                                   .needs = "clfsh"},
         {VARIANT, .name = "xlat", FIXED("xlatb"), .error = PF_U, .run = xlat},
         {VARIANT, .name = "cmpxchg16b", FIXED("cmpxchg16b [rbx]"), .error = PF_W | PF_U, .run = cmpxchg16b, .needs = "cx16"});
