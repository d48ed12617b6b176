/* Pops at the upper edge of a stack segment in real mode: what crosses it is #SS, and SP wraps behind the last word. */
#include <case16.h>

/* The segment's end, where the harness has nothing: the stack's pattern, as below it. */
static void fill_end(void)
{
    fill_words(16 * REAL_STACK + 0xf000, 0xa5a5a5a5, 0x1000 / sizeof(uintptr_t) + 4);
}

/* What a return pops, in words of this size: the place where a jump to `target` lies. */
#define RETURN_IP 0xf000u
static void place_return(struct program program, size_t size)
{
    const uint16_t image[] = {RETURN_IP, REAL_CODE, (uint16_t)start.eflags};
    uint16_t target = (uint16_t)(label_of(program, "target") - 16 * REAL_CODE);
    const uint8_t jump[] = {0xea, (uint8_t)target, (uint8_t)(target >> 8), REAL_CODE & 0xff, REAL_CODE >> 8};

    for (unsigned i = 0; i < 3; i++) {
        uint16_t *word = (uint16_t *)(16 * REAL_STACK + (uintptr_t)start.esp + i * size);

        word[0] = image[i];
        if (size == 4)
            word[1] = 0;
    }
    for (unsigned i = 0; i < sizeof(jump); i++)
        ((uint8_t *)(16 * REAL_CODE + RETURN_IP))[i] = jump[i];
}

#define ACCESSES(X)                                                  \
    X(pop_sp_ffff, 0xffff, "pop ax", VEC_SS)                         \
    X(pop_sp_fffe, 0xfffe, "pop ax", NO_EXCEPTION)                   \
    X(pop_sreg_sp_ffff, 0xffff, "pop es", VEC_SS)                    \
    X(pop_memory_sp_ffff, 0xffff, "pop word ptr [0]", VEC_SS)        \
    X(pop_dword_sp_fffd, 0xfffd, "pop eax", VEC_SS)                  \
    X(pop_dword_sp_fffe, 0xfffe, "pop eax", VEC_SS)                  \
    X(pop_dword_sp_fffc, 0xfffc, "pop eax", NO_EXCEPTION)            \
    X(pop_sreg_dword_sp_fffc, 0xfffc, "data32 pop es", NO_EXCEPTION) \
    X(pop_sreg_dword_sp_fff8, 0xfff8, "data32 pop fs", NO_EXCEPTION) \
    X(popa_sp_fff1, 0xfff1, "popa", VEC_SS)                          \
    X(popa_sp_ffff, 0xffff, "popa", VEC_SS)                          \
    X(popa_sp_fff0, 0xfff0, "popa", NO_EXCEPTION)                    \
    X(popad_sp_ffe1, 0xffe1, "popad", VEC_SS)

#define DEFINE(name, sp, instruction, vector) \
    static void name(void)                    \
    {                                         \
        fill_end();                           \
        start.esp = sp;                       \
        FAULT(instruction);                   \
    }
ACCESSES(DEFINE)

/* Flags for who pops them all the same. */
static void popf(void)
{
    fill_end();
    start.esp = (uint32_t)ARG0;
    *(uint16_t *)(16 * REAL_STACK + (uintptr_t)start.esp) = (uint16_t)start.eflags;
    if (ARG1)
        FAULT("popfd");
    else
        FAULT("popf");
}

/* Bytes, since assemblers don't agree on the operand size that these mnemonics have in 16-bit code. */
#define RETURNS(X)                                                                  \
    X(ret_sp_ffff, 0xffff, 2, "ret", ".byte 0xc3", VEC_SS)                          \
    X(ret_sp_fffe, 0xfffe, 2, "ret", ".byte 0xc3", NO_EXCEPTION)                    \
    X(ret_dword_sp_fffd, 0xfffd, 4, "ret of 32 bits", ".byte 0x66, 0xc3", VEC_SS)   \
    X(retf_sp_fffd, 0xfffd, 2, "retf", ".byte 0xcb", VEC_SS)                        \
    X(retf_sp_fffc, 0xfffc, 2, "retf", ".byte 0xcb", NO_EXCEPTION)                  \
    X(retf_dword_sp_fff9, 0xfff9, 4, "retf of 32 bits", ".byte 0x66, 0xcb", VEC_SS) \
    X(iret_sp_fffb, 0xfffb, 2, "iret", ".byte 0xcf", VEC_SS)                        \
    X(iret_sp_fffa, 0xfffa, 2, "iret", ".byte 0xcf", NO_EXCEPTION)                  \
    X(iretd_sp_fff5, 0xfff5, 4, "iretd", ".byte 0x66, 0xcf", VEC_SS)

#define DEFINE_RETURN(name, sp, size, about, instruction, vector)                                   \
    static void name(void)                                                                          \
    {                                                                                               \
        struct program p = ASSEMBLE(MARK(fault) instruction "\n" MARK(after) "ud2\n" MARK(target)); \
                                                                                                    \
        fill_end();                                                                                 \
        start.esp = sp;                                                                             \
        place_return(p, size);                                                                      \
        run_program(p);                                                                             \
    }
RETURNS(DEFINE_RETURN)

/* LEAVE takes SP from BP. */
static void leave(void)
{
    fill_end();
    start.ebp = 0xffff;
    FAULT("leave");
}

static void leave_fits(void)
{
    fill_end();
    start.ebp = 0xfffe;
    FAULT("leave");
}

#define SPEC "SDM 3B \"Segment Wraparound\"; SDM 2 \"Real-Address Mode Exceptions\" of the instruction"
#define ROW(name_, sp, instruction, vector_)    \
    {VARIANT,                                   \
     .name = #name_,                            \
     .about = instruction " with SP=" #sp,      \
     .spec = SPEC,                              \
     .vector = vector_,                         \
     .error = NO_ERROR,                         \
     .saved_rip = vector_ < 0       ? ""        \
                  : vector_ == 0x40 ? AFTER     \
                                    : AT_FAULT, \
     .run = name_},
#define ROW_RETURN(name, sp, size, about, instruction, vector) ROW(name, sp, about, vector)
VARIANTS(ACCESSES(ROW) RETURNS(ROW_RETURN){VARIANT, .name = "leave_bp_ffff", .about = "LEAVE, BP=0xffff", .spec = SPEC, .vector = VEC_SS,
                                           .error = NO_ERROR, .saved_rip = AT_FAULT, .run = leave},
         {VARIANT, .name = "popf_sp_ffff", .about = "popf with SP=0xffff", .spec = SPEC, .vector = VEC_SS, .error = NO_ERROR, .saved_rip = AT_FAULT,
          .run = popf, .arg = {0xffff, 0}},
         {VARIANT, .name = "popfd_sp_fffd", .about = "popfd with SP=0xfffd", .spec = SPEC, .vector = VEC_SS, .error = NO_ERROR, .saved_rip = AT_FAULT,
          .run = popf, .arg = {0xfffd, 1}},
         {VARIANT, .name = "leave_bp_fffe", .about = "LEAVE, BP=0xfffe", .spec = SPEC, .vector = NO_EXCEPTION, .run = leave_fits});
