/*
 * What writes its operand, on a page that may only be read: error code with W, registers, flags and memory as before, whatever was read.
 */
#include <case.h>

#define SPEC "SDM 3A \"Exception Classifications\"; SDM 3A \"Interrupt 14-Page-Fault Exception (#PF)\""

#define FUNCTION(name_, needs_, setup_, instruction_)                         \
    static void run_##name_(void)                                             \
    {                                                                         \
        in_user_mode();                                                       \
        start.rbx = start.rdi = map_page("victim", PAGE_PRESENT | PAGE_USER); \
        start.rsi = start.rsp -= 0x100;                                       \
        record_memory("victim", frame_of(start.rbx), 16);                     \
        PROGRAM(setup_ MARK(fault) instruction_ "\n" MARK(after));            \
    }
#define ROW(name_, needs_, setup_, instruction_)            \
    {VARIANT,                                               \
     .name = #name_,                                        \
     .about = "CPL-3 " instruction_ " on a read-only page", \
     .spec = SPEC,                                          \
     .needs = needs_,                                       \
     .vector = VEC_PF,                                      \
     .error = PF_P | PF_W | PF_U,                           \
     .saved_rip = AT_FAULT,                                 \
     .run = run_##name_},

#define ALL(X)                                                                    \
    X(add, NULL, "", "add dword ptr [rbx], 1")                                    \
    X(adc, NULL, "", "adc dword ptr [rbx], eax")                                  \
    X(sub, NULL, "", "sub dword ptr [rbx], ecx")                                  \
    X(sbb, NULL, "", "sbb dword ptr [rbx], 1")                                    \
    X(and, NULL, "", "and dword ptr [rbx], 1")                                    \
    X(or, NULL, "", "or dword ptr [rbx], 1")                                      \
    X(xor, NULL, "", "xor dword ptr [rbx], eax")                                  \
    X(inc, NULL, "", "inc dword ptr [rbx]")                                       \
    X(dec, NULL, "", "dec dword ptr [rbx]")                                       \
    X(neg, NULL, "", "neg dword ptr [rbx]")                                       \
    X(not, NULL, "", "not dword ptr [rbx]")                                       \
    X(rol, NULL, "", "rol dword ptr [rbx], 3")                                    \
    X(rcl, NULL, "", "rcl dword ptr [rbx], cl")                                   \
    X(ror, NULL, "", "ror dword ptr [rbx], 1")                                    \
    X(rcr, NULL, "", "rcr dword ptr [rbx], 3")                                    \
    X(shl, NULL, "", "shl dword ptr [rbx], 3")                                    \
    X(sar, NULL, "", "sar dword ptr [rbx], 1")                                    \
    X(shld, NULL, "", "shld dword ptr [rbx], eax, 3")                             \
    X(shrd, NULL, "", "shrd dword ptr [rbx], eax, cl")                            \
    X(bts, NULL, "", "bts dword ptr [rbx], 1")                                    \
    X(btr, NULL, "", "btr dword ptr [rbx], 1")                                    \
    X(btc, NULL, "", "btc dword ptr [rbx], 31")                                   \
    X(xchg, NULL, "", "xchg dword ptr [rbx], eax")                                \
    X(xadd, NULL, "", "xadd dword ptr [rbx], ecx")                                \
    X(cmpxchg, NULL, "", "cmpxchg dword ptr [rbx], ecx")                          \
    X(cmpxchg_equal, NULL, "sub eax, eax\nstc\n", "cmpxchg dword ptr [rbx], ecx") \
    X(cmpxchg8b, NULL, "", "cmpxchg8b qword ptr [rbx]")                           \
    X(lock_add, NULL, "", "lock add dword ptr [rbx], 1")                          \
    X(lock_xadd, NULL, "", "lock xadd dword ptr [rbx], ecx")                      \
    X(lock_cmpxchg, NULL, "", "lock cmpxchg dword ptr [rbx], ecx")                \
    X(lock_bts, NULL, "", "lock bts dword ptr [rbx], 1")                          \
    X(lock_inc, NULL, "", "lock inc dword ptr [rbx]")                             \
    X(lock_not, NULL, "", "lock not dword ptr [rbx]")                             \
    X(lock_cmpxchg8b, NULL, "", "lock cmpxchg8b qword ptr [rbx]")                 \
    X(setz, NULL, "", "setz byte ptr [rbx]")                                      \
    X(pop, NULL, "", "pop qword ptr [rbx]")                                       \
    X(add8, NULL, "", "add byte ptr [rbx], cl")                                   \
    X(add16, NULL, "", "add word ptr [rbx], cx")                                  \
    X(add64, NULL, "", "add qword ptr [rbx], rcx")                                \
    X(xadd8, NULL, "", "xadd byte ptr [rbx], cl")                                 \
    X(xadd64, NULL, "", "xadd qword ptr [rbx], rcx")                              \
    X(cmpxchg64, NULL, "", "cmpxchg qword ptr [rbx], rcx")                        \
    X(xchg8, NULL, "", "xchg byte ptr [rbx], cl")                                 \
    X(xchg64, NULL, "", "xchg qword ptr [rbx], rax")                              \
    X(cmpxchg16b, "cx16", "", "cmpxchg16b xmmword ptr [rbx]")                     \
    X(movbe, "movbe", "", "movbe dword ptr [rbx], eax")                           \
    X(stos, NULL, "", "stosd")                                                    \
    X(movs, NULL, "", "movsd")

ALL(FUNCTION)

VARIANTS(ALL(ROW));
