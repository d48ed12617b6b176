/*
 * VEX encodings that no instruction has: a length (L), an operand (vvvv), a W or a map that the opcode doesn't have, memory where only a
 * register makes sense and the other way round, an instruction without a VEX form, and gathers that name a register twice. AVX is enabled,
 * memory is there, and nothing changes.
 */
#include <case.h>

static void enable(void)
{
    write_cr4(read_cr4() | CR4_OSXSAVE);
    write_xcr0(XCR0_X87 | XCR0_SSE | XCR0_AVX);
    start.rbx = map_page("area", PAGE_PRESENT | PAGE_WRITE);
    record_memory("area", frame_of(start.rbx), 16);
}

#define VEX(name, ...)               \
    static void name(void)           \
    {                                \
        enable();                    \
        FAULT(".byte " __VA_ARGS__); \
    }

VEX(vvvv_move, "0xc5, 0xf0, 0x28, 0x03")
VEX(vvvv_store, "0xc5, 0xf0, 0x29, 0x03")
VEX(vvvv_movmskps, "0xc5, 0xf0, 0x50, 0xc1")
VEX(vvvv_ldmxcsr, "0xc5, 0xf0, 0xae, 0x13")
VEX(vvvv_zeroall, "0xc5, 0xf4, 0x77")
VEX(vvvv_zeroupper, "0xc5, 0xf0, 0x77")
VEX(length_movd, "0xc5, 0xfd, 0x6e, 0xc0")
VEX(length_movq, "0xc5, 0xfd, 0xd6, 0x03")
VEX(length_movlps, "0xc5, 0xfc, 0x12, 0x03")
VEX(length_movlps_store, "0xc5, 0xfc, 0x13, 0x03")
VEX(length_ldmxcsr, "0xc5, 0xfc, 0xae, 0x13")
VEX(length_stmxcsr, "0xc5, 0xfc, 0xae, 0x1b")
VEX(length_maskmovdqu, "0xc5, 0xfd, 0xf7, 0xc1")
VEX(length_dppd, "0xc4, 0xe3, 0x7d, 0x41, 0x03, 0x00")
VEX(length_pcmpestri, "0xc4, 0xe3, 0x7d, 0x61, 0x03, 0x00")
VEX(length_phminposuw, "0xc4, 0xe2, 0x7d, 0x41, 0x03")
VEX(length_insertps, "0xc4, 0xe3, 0x7d, 0x21, 0x03, 0x00")
VEX(length_insertf128, "0xc4, 0xe3, 0x79, 0x18, 0x03, 0x00")
VEX(length_extractf128, "0xc4, 0xe3, 0x79, 0x19, 0x03, 0x00")
VEX(length_perm2f128, "0xc4, 0xe3, 0x79, 0x06, 0x03, 0x00")
VEX(length_broadcastf128, "0xc4, 0xe2, 0x79, 0x1a, 0x03")
VEX(length_broadcastsd, "0xc4, 0xe2, 0x79, 0x19, 0x03")
VEX(length_permq, "0xc4, 0xe3, 0xf9, 0x00, 0x03, 0x00")
VEX(length_andn, "0xc4, 0xe2, 0x7c, 0xf2, 0xc0")
VEX(w_maskmovps, "0xc4, 0xe2, 0xf9, 0x2c, 0x03")
VEX(w_testps, "0xc4, 0xe2, 0xf9, 0x0e, 0x03")
VEX(w_permilps, "0xc4, 0xe2, 0xf9, 0x0c, 0x03")
VEX(w_perm2f128, "0xc4, 0xe3, 0xfd, 0x06, 0x03, 0x00")
VEX(w_blendvps, "0xc4, 0xe3, 0xf9, 0x4a, 0x03, 0x00")
VEX(w_permq, "0xc4, 0xe3, 0x7d, 0x00, 0x03, 0x00")
VEX(map_0, "0xc4, 0xe0, 0x78, 0x28, 0x03")
VEX(map_31, "0xc4, 0xff, 0x78, 0x28, 0x03")
VEX(no_form_cpuid, "0xc5, 0xf8, 0xa2")
VEX(no_form_mmx, "0xc5, 0xf8, 0x6f, 0x03")
VEX(no_form_movnti, "0xc5, 0xf8, 0xc3, 0x03")
VEX(no_form_fxsave, "0xc5, 0xf8, 0xae, 0x03")
VEX(no_form_group17, "0xc4, 0xe2, 0x78, 0xf3, 0xc0")
VEX(no_form_permilps, "0xc4, 0xe2, 0x70, 0x0c, 0xc2")
VEX(no_form_pinsrw, "0xc5, 0xf0, 0xc4, 0xc0, 0x00")
VEX(register_maskmovps, "0xc4, 0xe2, 0x79, 0x2c, 0xc1")
VEX(register_broadcastf128, "0xc4, 0xe2, 0x7d, 0x1a, 0xc0")
VEX(register_ldmxcsr, "0xc5, 0xf8, 0xae, 0xd0")
VEX(register_gather, "0xc4, 0xe2, 0x69, 0x92, 0xcc")
VEX(memory_maskmovdqu, "0xc5, 0xf9, 0xf7, 0x03")
VEX(memory_pmovmskb, "0xc5, 0xf9, 0xd7, 0x03")
VEX(gather_no_vsib, "0xc4, 0xe2, 0x69, 0x92, 0x0b")
VEX(gather_destination_mask, "0xc4, 0xe2, 0x71, 0x92, 0x0c, 0x1b")
VEX(gather_mask_index, "0xc4, 0xe2, 0x61, 0x92, 0x0c, 0x1b")
VEX(gather_destination_index, "0xc4, 0xe2, 0x69, 0x92, 0x1c, 0x1b")

VEX(vvvv_three_bytes, "0xc4, 0xe1, 0x70, 0x28, 0x03")
VEX(legacy_broadcastss, "0x66, 0x0f, 0x38, 0x18, 0x03")
VEX(legacy_permq, "0x66, 0x0f, 0x3a, 0x00, 0x03, 0x00")
VEX(legacy_andn, "0x0f, 0x38, 0xf2, 0xc0")

static void address16_gather(void)
{
    in_compat_kernel();
    enable();
    FAULT32(".byte 0x67, 0xc4, 0xe2, 0x69, 0x92, 0x0c, 0x1b");
}

/* YMM state isn't enabled. */
#define DISABLED(name, ...)              \
    static void name(void)               \
    {                                    \
        enable();                        \
        write_xcr0(XCR0_X87 | XCR0_SSE); \
        FAULT(".byte " __VA_ARGS__);     \
    }
DISABLED(disabled_gather, "0xc4, 0xe2, 0x69, 0x92, 0x0c, 0x1b")
DISABLED(disabled_broadcastss, "0xc4, 0xe2, 0x79, 0x18, 0x03")
DISABLED(disabled_zeroupper, "0xc5, 0xf8, 0x77")
DISABLED(disabled_maskmovps, "0xc4, 0xe2, 0x79, 0x2c, 0x03")
DISABLED(disabled_insertf128, "0xc4, 0xe3, 0x7d, 0x18, 0x03, 0x00")

#define ROW(name_, about_, spec_, needs_)                                                                                                  \
    {                                                                                                                                      \
        VARIANT, .name = #name_, .about = about_, .spec = spec_, .vector = VEC_UD, .error = NO_ERROR, .saved_rip = AT_FAULT, .run = name_, \
                 .needs = needs_                                                                                                           \
    }
#define FORMAT "SDM 2A \"Intel AVX Instruction Format\""
#define MAP_A "SDM 2D \"Opcode Map\""
#define GATHER "SDM 2D \"VGATHERDPS/VGATHERQPS-Gather Packed SP FP values Using Signed Dword/Qword Indices\""
#define MASKMOVDQU "SDM 2B \"MASKMOVDQU-Store Selected Bytes of Double Quadword\""
#define LDMXCSR "SDM 2A \"LDMXCSR-Load MXCSR Register\""
#define MOVLPS "SDM 2B \"MOVLPS-Move Low Packed Single-Precision Floating-Point Values\""
#define MASKMOVPS "SDM 2D \"VMASKMOV-Conditional SIMD Packed Loads and Stores\""
#define BROADCAST "SDM 2D \"VBROADCAST-Load with Broadcast Floating-Point Data\""
#define PERM2F128 "SDM 2D \"VPERM2F128-Permute Floating-Point Values\""
#define PERMQ "SDM 2D \"VPERMQ-Qwords Element Permutation\""

VARIANTS(ROW(vvvv_move, "VMOVAPS XMM0, [RBX], vvvv=1110b", FORMAT, "avx"), ROW(vvvv_store, "VMOVAPS [RBX], XMM0, vvvv=1110b", FORMAT, "avx"),
         ROW(vvvv_movmskps, "VMOVMSKPS, vvvv=1110b", "SDM 2B \"MOVMSKPS-Extract Packed Single-Precision Floating-Point Sign Mask\"", "avx"),
         ROW(vvvv_ldmxcsr, "VLDMXCSR, vvvv=1110b", LDMXCSR, "avx"),
         ROW(vvvv_zeroall, "VZEROALL, vvvv=1110b", "SDM 2D \"VZEROALL-Zero All YMM Registers\"", "avx"),
         ROW(vvvv_zeroupper, "VZEROUPPER, vvvv=1110b", "SDM 2D \"VZEROUPPER-Zero Upper Bits of YMM Registers\"", "avx"),
         ROW(length_movd, "VMOVD XMM0, EAX with L=1", "SDM 2B \"MOVD/MOVQ-Move Doubleword/Move Quadword\"", "avx"),
         ROW(length_movq, "VMOVQ [RBX], XMM0 with L=1", "SDM 2B \"MOVQ-Move Quadword\"", "avx"),
         ROW(length_movlps, "VMOVLPS with L=1", MOVLPS, "avx"), ROW(length_movlps_store, "VMOVLPS [RBX], XMM0 with L=1", MOVLPS, "avx"),
         ROW(length_ldmxcsr, "VLDMXCSR with L=1", LDMXCSR, "avx"),
         ROW(length_stmxcsr, "VSTMXCSR with L=1", "SDM 2B \"STMXCSR-Store MXCSR Register State\"", "avx"),
         ROW(length_maskmovdqu, "VMASKMOVDQU with L=1", MASKMOVDQU, "avx"),
         ROW(length_dppd, "VDPPD with L=1", "SDM 2A \"DPPD-Dot Product of Packed Double Precision Floating-Point Values\"", "avx"),
         ROW(length_pcmpestri, "VPCMPESTRI with L=1", "SDM 2B \"PCMPESTRI-Packed Compare Explicit Length Strings, Return Index\"", "avx"),
         ROW(length_phminposuw, "VPHMINPOSUW with L=1", "SDM 2B \"PHMINPOSUW-Packed Horizontal Word Minimum\"", "avx"),
         ROW(length_insertps, "VINSERTPS with L=1", "SDM 2A \"INSERTPS-Insert Scalar Single-Precision Floating-Point Value\"", "avx"),
         ROW(length_insertf128, "VINSERTF128 with L=0", "SDM 2D \"VINSERTF128-Insert Packed Floating-Point Values\"", "avx"),
         ROW(length_extractf128, "VEXTRACTF128 with L=0", "SDM 2D \"VEXTRACTF128-Extract Packed Floating-Point Values\"", "avx"),
         ROW(length_perm2f128, "VPERM2F128 with L=0", PERM2F128, "avx"), ROW(length_broadcastf128, "VBROADCASTF128 with L=0", BROADCAST, "avx"),
         ROW(length_broadcastsd, "VBROADCASTSD with L=0", BROADCAST, "avx"), ROW(length_permq, "VPERMQ with L=0", PERMQ, "avx2"),
         ROW(length_andn, "ANDN with L=1", "SDM 2A \"ANDN-Logical AND NOT\"", "avx bmi1"), ROW(w_maskmovps, "VMASKMOVPS with W=1", MASKMOVPS, "avx"),
         ROW(w_testps, "VTESTPS with W=1", "SDM 2D \"VTESTPD/VTESTPS-Packed Bit Test\"", "avx"),
         ROW(w_permilps, "VPERMILPS with W=1", "SDM 2D \"VPERMILPS-Permute Single-Precision Floating-Point Values\"", "avx"),
         ROW(w_perm2f128, "VPERM2F128 with W=1", PERM2F128, "avx"),
         ROW(w_blendvps, "VBLENDVPS with W=1", "SDM 2A \"BLENDVPS-Variable Blend Packed Single Precision Floating-Point Values\"", "avx"),
         ROW(w_permq, "VPERMQ with W=0", PERMQ, "avx2"), ROW(map_0, "map 0", FORMAT, "avx"), ROW(map_31, "map 31", FORMAT, "avx"),
         ROW(no_form_cpuid, "CPUID behind VEX", MAP_A, "avx"), ROW(no_form_mmx, "MOVQ of an MMX register behind VEX", MAP_A, "avx"),
         ROW(no_form_movnti, "MOVNTI behind VEX", MAP_A, "avx"), ROW(no_form_fxsave, "FXSAVE behind VEX", MAP_A, "avx"),
         ROW(no_form_permilps, "VPERMILPS without 66 in pp", MAP_A, "avx"), ROW(no_form_pinsrw, "PINSRW of an MMX register behind VEX", MAP_A, "avx"),
         ROW(no_form_group17, "VEX.0F38 F3 /0", MAP_A, "avx bmi1"), ROW(register_maskmovps, "VMASKMOVPS of a register", MASKMOVPS, "avx"),
         ROW(register_broadcastf128, "VBROADCASTF128 of a register", BROADCAST, "avx"),
         ROW(register_ldmxcsr, "VLDMXCSR of a register", LDMXCSR, "avx"), ROW(register_gather, "VGATHERDPS of a register", GATHER, "avx2"),
         ROW(memory_maskmovdqu, "VMASKMOVDQU with memory", MASKMOVDQU, "avx"),
         ROW(memory_pmovmskb, "VPMOVMSKB of memory", "SDM 2B \"PMOVMSKB-Move Byte Mask\"", "avx"),
         ROW(vvvv_three_bytes, "VMOVAPS behind three bytes of VEX, vvvv=1110b", FORMAT, "avx"),
         ROW(legacy_broadcastss, "VBROADCASTSS without VEX", MAP_A, "avx"), ROW(legacy_permq, "VPERMQ without VEX", MAP_A, "avx2"),
         ROW(legacy_andn, "ANDN without VEX", MAP_A, "bmi1"),
         {VARIANT, .name = "address16_gather", .about = "VGATHERDPS with 16-bit addresses in compatibility mode", .spec = GATHER, .env = COMPAT32,
          .vector = VEC_UD, .error = NO_ERROR, .saved_rip = AT_FAULT, .run = address16_gather, .needs = "avx2"},
         ROW(disabled_gather, "VGATHERDPS with XCR0.AVX=0", GATHER, "avx2"),
         ROW(disabled_broadcastss, "VBROADCASTSS with XCR0.AVX=0", BROADCAST, "avx"),
         ROW(disabled_zeroupper, "VZEROUPPER with XCR0.AVX=0", "SDM 2D \"VZEROUPPER-Zero Upper Bits of YMM Registers\"", "avx"),
         ROW(disabled_maskmovps, "VMASKMOVPS with XCR0.AVX=0", MASKMOVPS, "avx"),
         ROW(disabled_insertf128, "VINSERTF128 with XCR0.AVX=0", "SDM 2D \"VINSERTF128-Insert Packed Floating-Point Values\"", "avx"),
         ROW(gather_no_vsib, "VGATHERDPS without VSIB", GATHER, "avx2"),
         ROW(gather_destination_mask, "VGATHERDPS, destination and mask the same", GATHER, "avx2"),
         ROW(gather_mask_index, "VGATHERDPS, mask and index the same", GATHER, "avx2"),
         ROW(gather_destination_index, "VGATHERDPS, destination and index the same", GATHER, "avx2"));
