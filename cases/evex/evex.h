/* evex.h: what files of this folder have in common. Behind case.h. */
#define ALL_OF_AVX512 "avx512f avx512dq avx512cd avx512bw avx512vl"

static void enable(void)
{
    write_cr4(read_cr4() | CR4_OSXSAVE);
    write_xcr0(XCR0_X87 | XCR0_SSE | XCR0_AVX | XCR0_AVX512);
}
