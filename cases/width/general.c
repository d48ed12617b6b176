/* Operands of BMI1, BMI2, LZCNT and TZCNT: VEX.W and prefix 66 give the width. They are no AVX: CR4.OSXSAVE is 0. */
#include <case.h>

#define BEFORE() write_cr4(read_cr4() & ~(uint64_t)CR4_OSXSAVE), start.rax = 0

#define ALL(X)                                        \
    X(andn32, "bmi1", 4, 0, "andn ecx, eax, [rbx]")   \
    X(andn64, "bmi1", 8, 0, "andn rcx, rax, [rbx]")   \
    X(bextr32, "bmi1", 4, 0, "bextr ecx, [rbx], eax") \
    X(bextr64, "bmi1", 8, 0, "bextr rcx, [rbx], rax") \
    X(blsi32, "bmi1", 4, 0, "blsi ecx, [rbx]")        \
    X(blsi64, "bmi1", 8, 0, "blsi rcx, [rbx]")        \
    X(blsmsk32, "bmi1", 4, 0, "blsmsk ecx, [rbx]")    \
    X(blsmsk64, "bmi1", 8, 0, "blsmsk rcx, [rbx]")    \
    X(blsr32, "bmi1", 4, 0, "blsr ecx, [rbx]")        \
    X(blsr64, "bmi1", 8, 0, "blsr rcx, [rbx]")        \
    X(tzcnt16, "bmi1", 2, 0, "tzcnt cx, [rbx]")       \
    X(tzcnt32, "bmi1", 4, 0, "tzcnt ecx, [rbx]")      \
    X(tzcnt64, "bmi1", 8, 0, "tzcnt rcx, [rbx]")      \
    X(lzcnt16, "lzcnt", 2, 0, "lzcnt cx, [rbx]")      \
    X(lzcnt32, "lzcnt", 4, 0, "lzcnt ecx, [rbx]")     \
    X(lzcnt64, "lzcnt", 8, 0, "lzcnt rcx, [rbx]")     \
    X(bzhi32, "bmi2", 4, 0, "bzhi ecx, [rbx], eax")   \
    X(bzhi64, "bmi2", 8, 0, "bzhi rcx, [rbx], rax")   \
    X(mulx32, "bmi2", 4, 0, "mulx ecx, esi, [rbx]")   \
    X(mulx64, "bmi2", 8, 0, "mulx rcx, rsi, [rbx]")   \
    X(pdep32, "bmi2", 4, 0, "pdep ecx, eax, [rbx]")   \
    X(pdep64, "bmi2", 8, 0, "pdep rcx, rax, [rbx]")   \
    X(pext32, "bmi2", 4, 0, "pext ecx, eax, [rbx]")   \
    X(pext64, "bmi2", 8, 0, "pext rcx, rax, [rbx]")   \
    X(rorx32, "bmi2", 4, 0, "rorx ecx, [rbx], 3")     \
    X(rorx64, "bmi2", 8, 0, "rorx rcx, [rbx], 3")     \
    X(sarx32, "bmi2", 4, 0, "sarx ecx, [rbx], eax")   \
    X(sarx64, "bmi2", 8, 0, "sarx rcx, [rbx], rax")   \
    X(shlx32, "bmi2", 4, 0, "shlx ecx, [rbx], eax")   \
    X(shlx64, "bmi2", 8, 0, "shlx rcx, [rbx], rax")   \
    X(shrx32, "bmi2", 4, 0, "shrx ecx, [rbx], eax")   \
    X(shrx64, "bmi2", 8, 0, "shrx rcx, [rbx], rax")

#include "width.h"
