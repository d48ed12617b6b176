/*
 * WRMSR checks what it writes: a segment base must be canonical. The register keeps its value. What counts is the widest linear address that the
 * processor supports, not the one that is in use, so the address is canonical for neither.
 */
#include <case.h>

static void note_base(void)
{
    note("msr", read_msr((uint32_t)ARG0));
}

static void run(void)
{
    write_msr((uint32_t)ARG0, start.fs_base);
    start.gs_base = ARG0 == MSR_GS_BASE ? start.fs_base : start.gs_base;
    start.rcx = ARG0;
    start.rdx = (uint32_t)(NONCANONICAL_57 >> 32);
    start.rax = 0;
    at_end(note_base);
    FAULT("wrmsr");
}

#define ROW(name_, msr, id_, about_)                                                                                                          \
    {                                                                                                                                         \
        VARIANT, .name = name_, .about = "WRMSR of a non-canonical address to " about_ ", at CPL 0",                                          \
                 .spec = "SDM 2D \"WRMSR-Write to Model Specific Register\"", .id = id_, .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT, \
                 .run = run, .arg = {                                                                                                         \
                     msr                                                                                                                      \
                 }                                                                                                                            \
    }

VARIANTS(ROW("fs_base", MSR_FS_BASE, "msr-noncanon-fs-base", "IA32_FS_BASE"), ROW("gs_base", MSR_GS_BASE, "msr-noncanon-gs-base", "IA32_GS_BASE"),
         ROW("kernel_gs_base", MSR_KERNEL_GS_BASE, "msr-noncanon-kernel-gs-base", "IA32_KERNEL_GS_BASE"),
         ROW("lstar", MSR_LSTAR, "msr-noncanon-lstar", "IA32_LSTAR"));
