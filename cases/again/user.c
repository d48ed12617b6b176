/* At CPL 3 in 64-bit mode. */
#include <case.h>

#define TASK_STATE struct tss
#include "twice.h"
#include "user.h"

static void set_avx(uint64_t xcr0)
{
    write_cr4(read_cr4() | CR4_OSXSAVE);
    write_xcr0(xcr0);
}

ACTION(toggle_osxsave, write_cr4(read_cr4() ^ CR4_OSXSAVE))
ACTION(toggle_fsgsbase, write_cr4(read_cr4() ^ CR4_FSGSBASE))
ACTION(toggle_xcr0, write_xcr0(3))
ACTION(mend_xcr0, write_xcr0(7))

#define LONG_STATES(X)                                                                                            \
    X(osxsave, "avx", set_avx(7), toggle_osxsave, "vmovaps ymm0, ymm1", "", "VMOVAPS with CR4.OSXSAVE=1, then 0") \
    X(xcr0, "avx", set_avx(7), toggle_xcr0, "vmovaps ymm0, ymm1", "", "VMOVAPS with XCR0[2]=1, then 0")           \
    X(fsgsbase, "fsgsbase", write_cr4(read_cr4() | CR4_FSGSBASE), toggle_fsgsbase, "rdfsbase rdx", "", "RDFSBASE with CR4.FSGSBASE=1, then 0")
#define LONG_MENDED(X)                                                                                                    \
    X(xcr0_off, "avx", set_avx(3), mend_xcr0, "vmovaps ymm0, ymm1", "", UD, "VMOVAPS with XCR0[2]=0, then 1")             \
    X(fsgsbase_off, "fsgsbase", write_cr4(read_cr4() & ~(uint64_t)CR4_FSGSBASE), toggle_fsgsbase, "rdfsbase rdx", "", UD, \
      "RDFSBASE with CR4.FSGSBASE=0, then 1")
STATES(DEFINE)
LONG_STATES(DEFINE)
MENDED(DEFINE_MENDED)
LONG_MENDED(DEFINE_MENDED)
VARIANTS(STATES(ROW) LONG_STATES(ROW) MENDED(ROW_MENDED) LONG_MENDED(ROW_MENDED));
