/* Operands of BMI1, BMI2, LZCNT and TZCNT: VEX.W and prefix 66 give the width. */
#include <case.h>

static void enable_avx(void)
{
    write_cr4(read_cr4() | CR4_OSXSAVE);
    write_xcr0(XCR0_X87 | XCR0_SSE | XCR0_AVX);
}

#define BEFORE() enable_avx()

#define ALL(X)                                                   \
    X(andn32, "avx bmi1", 4, 0, "andn ecx, eax, [rbx]")          \
    X(andn64, "avx bmi1", 8, 0, "andn rcx, rax, [rbx]")          \
    X(bextr32, "avx bmi1", 4, 0, "bextr ecx, [rbx], eax")        \
    X(bextr64, "avx bmi1", 8, 0, "bextr rcx, [rbx], rax")        \
    X(blsi32, "avx bmi1", 4, 0, "blsi ecx, [rbx]")               \
    X(blsi64, "avx bmi1", 8, 0, "blsi rcx, [rbx]")               \
    X(blsmsk32, "avx bmi1", 4, 0, "blsmsk ecx, [rbx]")           \
    X(blsmsk64, "avx bmi1", 8, 0, "blsmsk rcx, [rbx]")           \
    X(blsr32, "avx bmi1", 4, 0, "blsr ecx, [rbx]")               \
    X(blsr64, "avx bmi1", 8, 0, "blsr rcx, [rbx]")               \
    X(tzcnt16, "avx bmi1", 2, 0, "tzcnt cx, [rbx]")              \
    X(tzcnt32, "avx bmi1", 4, 0, "tzcnt ecx, [rbx]")             \
    X(tzcnt64, "avx bmi1", 8, 0, "tzcnt rcx, [rbx]")             \
    X(lzcnt16, "avx lzcnt", 2, 0, "lzcnt cx, [rbx]")             \
    X(lzcnt32, "avx lzcnt", 4, 0, "lzcnt ecx, [rbx]")            \
    X(lzcnt64, "avx lzcnt", 8, 0, "lzcnt rcx, [rbx]")            \
    X(bzhi32, "avx bmi2", 4, 0, "bzhi ecx, [rbx], eax")          \
    X(bzhi64, "avx bmi2", 8, 0, "bzhi rcx, [rbx], rax")          \
    X(mulx32, "avx bmi2", 4, 0, "mulx ecx, esi, [rbx]")          \
    X(mulx64, "avx bmi2", 8, 0, "mulx rcx, rsi, [rbx]")          \
    X(pdep32, "avx bmi2", 4, 0, "pdep ecx, eax, [rbx]")          \
    X(pdep64, "avx bmi2", 8, 0, "pdep rcx, rax, [rbx]")          \
    X(pext32, "avx bmi2", 4, 0, "pext ecx, eax, [rbx]")          \
    X(pext64, "avx bmi2", 8, 0, "pext rcx, rax, [rbx]")          \
    X(rorx32, "avx bmi2", 4, 0, "rorx ecx, [rbx], 3")            \
    X(rorx64, "avx bmi2", 8, 0, "rorx rcx, [rbx], 3")            \
    X(sarx32, "avx bmi2", 4, 0, "sarx ecx, [rbx], eax")          \
    X(sarx64, "avx bmi2", 8, 0, "sarx rcx, [rbx], rax")          \
    X(shlx32, "avx bmi2", 4, 0, "shlx ecx, [rbx], eax")          \
    X(shlx64, "avx bmi2", 8, 0, "shlx rcx, [rbx], rax")          \
    X(shrx32, "avx bmi2", 4, 0, "shrx ecx, [rbx], eax")          \
    X(shrx64, "avx bmi2", 8, 0, "shrx rcx, [rbx], rax")

#include "width.h"
