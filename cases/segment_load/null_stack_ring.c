/*
 * A NULL selector with RPL 1 or 2 in SS of a 64-bit program of that ring leaves the CPL as it is: what is privileged is refused, a frame has the CPL
 * in CS, and the handler's stack comes from the TSS.
 */
#include <case.h>

#include "../general_protection/in_ring.h"

/* ARG0: the ring. */
static void mov(struct program program)
{
    in_ring((uint8_t)ARG0);
    start.rcx = ARG0;
    set_gate(0x40, .dpl = 3);
    run_program(program);
}

static void lss(struct program program)
{
    uint8_t *pointer = (uint8_t *)frame_of(start.rbx = map_page("pointer", PAGE_PRESENT | PAGE_WRITE));

    *(uint32_t *)pointer = (uint32_t)stack_top(STACK_KERNEL) - 0x400;
    *(uint16_t *)(pointer + 4) = (uint16_t)ARG0;
    mov(program);
}

#define FORM(load, text, name, instruction)                                 \
    static void load##_##name(void)                                         \
    {                                                                       \
        load(ASSEMBLE(text "\n" MARK(fault) instruction "\n" MARK(after))); \
    }
#define FORMS(load, text)                        \
    FORM(load, text, privileged, "mov rax, cr0") \
    FORM(load, text, int_n, "int 0x40")          \
    FORM(load, text, dpl_0, "int 0x41")
FORMS(mov, "mov ss, ecx")
FORMS(lss, "lss esp, [rbx]")

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
