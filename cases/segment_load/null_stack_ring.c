/*
 * A NULL selector with RPL 1 or 2 in SS of a 64-bit program of that ring leaves the CPL as it is: what is privileged is refused, a frame has the CPL
 * in CS, and the handler's stack comes from the TSS.
 */
#include <case.h>

/* ARG0: the ring. */
static void in_ring(void)
{
    uint8_t ring = (uint8_t)ARG0;

    start.cs = add_descriptor("code", encode_descriptor((struct descriptor){.type = CODE_READABLE, .dpl = ring, .l = true})) | ring;
    start.ss = add_descriptor("data", encode_descriptor((struct descriptor){.type = DATA_WRITABLE, .dpl = ring})) | ring;
    start.rcx = ring;
}

#define BY(name, before, load)                                       \
    static void name##_privileged(void)                              \
    {                                                                \
        in_ring();                                                   \
        before;                                                      \
        PROGRAM(load "\n" MARK(fault) "mov rax, cr0\n" MARK(after)); \
    }                                                                \
    static void name##_int_n(void)                                   \
    {                                                                \
        in_ring();                                                   \
        before;                                                      \
        set_gate(0x40, .dpl = 3);                                    \
        PROGRAM(load "\n" MARK(fault) "int 0x40\n" MARK(after));     \
    }                                                                \
    static void name##_dpl_0(void)                                   \
    {                                                                \
        in_ring();                                                   \
        before;                                                      \
        PROGRAM(load "\n" MARK(fault) "int 0x41\n" MARK(after));     \
    }
BY(mov, (void)0, "mov ss, ecx")
BY(lss,
   (start.rbx = map_page("pointer", PAGE_PRESENT | PAGE_WRITE), *(uint32_t *)frame_of(start.rbx) = (uint32_t)stack_top(STACK_KERNEL) - 0x400,
    *(uint16_t *)frame_of(start.rbx + 4) = (uint16_t)ARG0),
   "lss esp, [rbx]")

#define MOV "SDM 2B \"MOV-Move\""
#define LSS "SDM 2A \"LDS/LES/LFS/LGS/LSS-Load Far Pointer\""
#define ROW(run_, name_, ring, spec_, vector_, error_, rip, about_)                                                                               \
    {                                                                                                                                             \
        VARIANT, .name = #run_ "_" name_, .about = "CPL " #ring ": " about_, .spec = spec_, .vector = vector_, .error = error_, .saved_rip = rip, \
                 .run = run_, .arg = {                                                                                                            \
                     ring                                                                                                                         \
                 }                                                                                                                                \
    }
#define RINGS(load, SPEC, text)                                                                                                 \
    ROW(load##_privileged, "1", 1, SPEC, VEC_GP, 0, AT_FAULT, text " of selector 1, MOV from CR0"),                             \
        ROW(load##_privileged, "2", 2, SPEC, VEC_GP, 0, AT_FAULT, text " of selector 2, MOV from CR0"),                         \
        ROW(load##_int_n, "1", 1, SPEC, 0x40, NO_ERROR, AFTER, text " of selector 1, INT 0x40"),                                \
        ROW(load##_int_n, "2", 2, SPEC, 0x40, NO_ERROR, AFTER, text " of selector 2, INT 0x40"),                                \
        ROW(load##_dpl_0, "1", 1, SPEC, VEC_GP, 0x41 * 8 + 2, AT_FAULT, text " of selector 1, INT 0x41, whose gate has DPL 0"), \
        ROW(load##_dpl_0, "2", 2, SPEC, VEC_GP, 0x41 * 8 + 2, AT_FAULT, text " of selector 2, INT 0x41, whose gate has DPL 0")
VARIANTS(RINGS(mov, MOV, "MOV SS"), RINGS(lss, LSS, "LSS"));
