/*
 * Instructions with operands of many parts, and those whose mask leaves parts out. A part that is masked out can't fault; of what
 * a faulting FXSAVE or XSAVE has stored before, nothing is promised.
 */
#include <case.h>

#define SDM(volume, page) "SDM 2" #volume " \"" page "\""

static uintptr_t pair;

/* arg: the bytes of the operand that lie on the first page, which is present; the second isn't. */
static void prepare(void)
{
    pair = map_pages("pair", 2, PAGE_WRITE | PAGE_USER);
    change_page(pair, 0, PAGE_PRESENT);
    start.rbx = start.rdi = pair + PAGE_SIZE - ARG0;
}

static void enable_avx(void)
{
    write_cr4(read_cr4() | CR4_OSXSAVE);
    write_xcr0(XCR0_X87 | XCR0_SSE | XCR0_AVX);
}

static void fxsave(void)
{
    prepare();
    FAULT("fxsave [rbx]");
}

static void fxrstor(void)
{
    prepare();
    FAULT("fxrstor [rbx]");
}

static void fnstenv(void)
{
    prepare();
    FAULT("fnstenv [rbx]");
}

static void fnsave(void)
{
    prepare();
    FAULT("fnsave [rbx]");
}

/* The AVX component begins the second page: a store, while the header before it is read and written. */
static void xsave(void)
{
    enable_avx();
    prepare();
    start.rax = XCR0_X87 | XCR0_SSE | XCR0_AVX;
    start.rdx = 0;
    FAULT("xsave [rbx]");
}

static void sgdt(void)
{
    prepare();
    FAULT("sgdt [rbx]");
}

static void maskmovdqu_zero(void)
{
    in_user_mode();
    prepare();
    PROGRAM("pxor xmm1, xmm1\n" MARK(fault) "maskmovdqu xmm0, xmm1\n" MARK(after));
}

/* Bytes 3:0 to the present page. */
static void maskmovdqu_present(void)
{
    in_user_mode();
    prepare();
    record_memory("first", frame_of(start.rdi), 4);
    watch_sse();
    PROGRAM("pcmpeqd xmm1, xmm1\n"
            "psrldq xmm1, 12\n" MARK(fault) "maskmovdqu xmm0, xmm1\n" MARK(after));
}

static void maskmovdqu(void)
{
    in_user_mode();
    prepare();
    PROGRAM("pcmpeqd xmm1, xmm1\n" MARK(fault) "maskmovdqu xmm0, xmm1\n" MARK(after));
}

/* Elements 1:0 of four are on the present page, and only they are in the mask. */
static void vmaskmov_present(void)
{
    enable_avx();
    in_user_mode();
    prepare();
    PROGRAM("pcmpeqd xmm1, xmm1\n"
            "psrldq xmm1, 8\n" MARK(fault) "vmaskmovps [rbx], xmm1, xmm0\n" MARK(after));
}

static void vmaskmov_load_present(void)
{
    enable_avx();
    in_user_mode();
    prepare();
    PROGRAM("pcmpeqd xmm1, xmm1\n"
            "psrldq xmm1, 8\n" MARK(fault) "vmaskmovps xmm0, xmm1, [rbx]\n" MARK(after));
}

static void vmaskmov_zero(void)
{
    enable_avx();
    in_user_mode();
    prepare();
    PROGRAM("pxor xmm1, xmm1\n" MARK(fault) "vmaskmovps xmm0, xmm1, [rbx]\n" MARK(after));
}

static void vmaskmov(void)
{
    enable_avx();
    in_user_mode();
    prepare();
    PROGRAM("pcmpeqd xmm1, xmm1\n" MARK(fault) "vmaskmovps [rbx], xmm1, xmm0\n" MARK(after));
}

static void bt_far(void)
{
    in_user_mode();
    prepare();
    start.rax = PAGE_SIZE * 8 + 5; /* bit 5 of a byte a page away */
    FAULT("bt [rbx], rax");
}

static void bts_far_down(void)
{
    in_user_mode();
    prepare();
    change_page(pair, PAGE_PRESENT, 0);
    change_page(pair + PAGE_SIZE, 0, PAGE_PRESENT);
    start.rbx = pair + PAGE_SIZE;
    start.rax = (uint64_t)-64; /* the quadword before */
    FAULT("bts [rbx], rax");
}

/* FSTP pops only what it has stored. */
static void note_x87(void)
{
    uint16_t status;

    __asm__ volatile("fnstsw %0" : "=a"(status));
    note("top", status >> 11 & 7);
}

static void fstp(void)
{
    in_user_mode();
    prepare();
    at_end(note_x87);
    PROGRAM("fld1\n" MARK(fault) "fstp qword ptr [rbx]\n" MARK(after));
}

static void fistp(void)
{
    in_user_mode();
    prepare();
    at_end(note_x87);
    PROGRAM("fld1\n" MARK(fault) "fistp dword ptr [rbx]\n" MARK(after));
}

static void fbstp(void)
{
    in_user_mode();
    prepare();
    at_end(note_x87);
    PROGRAM("fld1\n" MARK(fault) "fbstp [rbx]\n" MARK(after));
}

/* A load that faults pushes nothing. */
static void fld(void)
{
    in_user_mode();
    prepare();
    at_end(note_x87);
    FAULT("fld tbyte ptr [rbx]");
}

#define ROW(name_, about_, page_, id_, run_, before_, ...)                                                            \
    {                                                                                                                 \
        VARIANT, .name = name_, .about = about_, .spec = page_, .id = id_, .run = run_, .arg = {before_}, __VA_ARGS__ \
    }
#define FAULTS .vector = VEC_PF, .saved_rip = AT_FAULT, .error
#define GRANTED .vector = NO_EXCEPTION

VARIANTS(ROW("fxsave", "CPL-0 FXSAVE, second half on a not-present page", SDM(A, "FXSAVE"), "pf-cross-fxsave-np", fxsave, 256, FAULTS = PF_W),
         ROW("fxrstor", "CPL-0 FXRSTOR, second half on a not-present page", SDM(A, "FXRSTOR"), NULL, fxrstor, 256, FAULTS = 0),
         ROW("fnstenv", "CPL-0 FNSTENV, second half on a not-present page", SDM(A, "FSTENV/FNSTENV"), NULL, fnstenv, 12, FAULTS = PF_W),
         ROW("fnsave", "CPL-0 FNSAVE, second half on a not-present page", SDM(A, "FSAVE/FNSAVE"), NULL, fnsave, 60, FAULTS = PF_W),
         ROW("xsave", "CPL-0 XSAVE, AVX state on a not-present page", SDM(D, "XSAVE"), "pf-cross-xsave-np", xsave, 576, FAULTS = PF_W,
             .needs = "xsave avx"),
         ROW("sgdt", "CPL-0 SGDT, base on a not-present page", SDM(B, "SGDT"), NULL, sgdt, 2, FAULTS = PF_W),
         ROW("maskmovdqu_zero", "CPL-3 MASKMOVDQU with a mask of zeros to a not-present page", SDM(B, "MASKMOVDQU"), "pf-user-maskmov-zero-mask",
             maskmovdqu_zero, 0, FAULTS = PF_W | PF_U),
         ROW("maskmovdqu_present", "CPL-3 MASKMOVDQU of 4 bytes before a not-present page", SDM(B, "MASKMOVDQU"), NULL, maskmovdqu_present, 4,
             GRANTED),
         ROW("maskmovdqu", "CPL-3 MASKMOVDQU of 16 bytes to a not-present page", SDM(B, "MASKMOVDQU"), NULL, maskmovdqu, 0, FAULTS = PF_W | PF_U),
         ROW("vmaskmov_present", "CPL-3 VMASKMOVPS store of 2 elements before a not-present page", SDM(C, "VMASKMOV"), NULL, vmaskmov_present, 8,
             GRANTED, .needs = "xsave avx"),
         ROW("vmaskmov_load_present", "CPL-3 VMASKMOVPS load of 2 elements before a not-present page", SDM(C, "VMASKMOV"), NULL,
             vmaskmov_load_present, 8, GRANTED, .needs = "xsave avx"),
         ROW("vmaskmov_zero", "CPL-3 VMASKMOVPS load with a mask of zeros from a not-present page", SDM(C, "VMASKMOV"), NULL, vmaskmov_zero, 0,
             GRANTED, .needs = "xsave avx"),
         ROW("vmaskmov", "CPL-3 VMASKMOVPS store of 4 elements, two on a not-present page", SDM(C, "VMASKMOV"), NULL, vmaskmov, 8,
             FAULTS = PF_W | PF_U, .needs = "xsave avx"),
         ROW("bt_far", "CPL-3 BT with a bit offset into a not-present page", SDM(A, "BT"), "pf-user-bt-regbit-far", bt_far, PAGE_SIZE, FAULTS = PF_U),
         ROW("bts_far_down", "CPL-3 BTS with a bit offset down into a not-present page", SDM(A, "BTS"), NULL, bts_far_down, 0, FAULTS = PF_W | PF_U),
         ROW("fstp", "CPL-3 FSTP to a not-present page", SDM(A, "FST/FSTP"), NULL, fstp, 0, FAULTS = PF_W | PF_U),
         ROW("fistp", "CPL-3 FISTP to a not-present page", SDM(A, "FIST/FISTP"), NULL, fistp, 0, FAULTS = PF_W | PF_U),
         ROW("fbstp", "CPL-3 FBSTP to a not-present page", SDM(A, "FBSTP"), NULL, fbstp, 0, FAULTS = PF_W | PF_U),
         ROW("fld", "CPL-3 FLD from a not-present page", SDM(A, "FLD"), NULL, fld, 0, FAULTS = PF_U));
