/*
 * Stack instructions with an operand in memory, indirect branches, far pointers, bounds, and the operands of descriptor-table registers, at the
 * end of a real-mode segment. Nothing is loaded, pushed or popped.
 */
#include <case16.h>

#define OPERANDS(X)                                                                 \
    X(push, "", start.ebx = 0xffff, "push word ptr [bx]", VEC_GP)                   \
    X(push_bp, "", start.ebp = 0xffff, "push word ptr [bp]", VEC_SS)                \
    X(push_dword, "", start.ebx = 0xfffd, "push dword ptr [bx]", VEC_GP)            \
    X(pop, "", start.ebx = 0xffff, "pop word ptr [bx]", VEC_GP)                     \
    X(pop_bp, "", start.ebp = 0xffff, "pop word ptr [bp]", VEC_SS)                  \
    X(lds, "", start.ebx = 0xfffd, "lds di, [bx]", VEC_GP)                          \
    X(les_bp, "", start.ebp = 0xfffd, "les di, [bp]", VEC_SS)                       \
    X(lss, "", start.ebx = 0xfffd, "lss sp, [bx]", VEC_GP)                          \
    X(lfs, "", start.ebx = 0xfffd, "lfs di, [bx]", VEC_GP)                          \
    X(lgs_32, "", start.ebx = 0xfffb, "lgs edi, [bx]", VEC_GP)                      \
    X(bound, "", (start.eax = 0, start.ebx = 0xfffd), "bound ax, [bx]", VEC_GP)     \
    X(bound_bp, "", (start.eax = 0, start.ebp = 0xfffd), "bound ax, [bp]", VEC_SS)  \
    X(bound_32, "", (start.eax = 0, start.ebx = 0xfff9), "bound eax, [bx]", VEC_GP) \
    X(lgdt, "", start.ebx = 0xfffb, "lgdt [bx]", VEC_GP)                            \
    X(lidt, "", start.ebx = 0xfffb, "lidt [bx]", VEC_GP)                            \
    X(lidt_bp, "", start.ebp = 0xfffb, "lidt [bp]", VEC_SS)                         \
    X(sgdt, "", start.ebx = 0xfffb, "sgdt [bx]", VEC_GP)                            \
    X(sidt_bp, "", start.ebp = 0xfffb, "sidt [bp]", VEC_SS)                         \
    X(lmsw, "", start.ebx = 0xffff, "lmsw [bx]", VEC_GP)                            \
    X(smsw, "", start.ebx = 0xffff, "smsw [bx]", VEC_GP)

#define BRANCHES(X)                                                                \
    X(call, start.ebx = 0xffff, "call m16", ".byte 0xff, 0x17", VEC_GP)            \
    X(call_bp, start.ebp = 0xffff, "call m16", ".byte 0xff, 0x56, 0", VEC_SS)      \
    X(jmp, start.ebx = 0xffff, "jmp m16", ".byte 0xff, 0x27", VEC_GP)              \
    X(jmp_bp, start.ebp = 0xffff, "jmp m16", ".byte 0xff, 0x66, 0", VEC_SS)        \
    X(call_far, start.ebx = 0xfffd, "call m16:16", ".byte 0xff, 0x1f", VEC_GP)     \
    X(jmp_far, start.ebx = 0xfffd, "jmp m16:16", ".byte 0xff, 0x2f", VEC_GP)       \
    X(jmp_far_bp, start.ebp = 0xfffd, "jmp m16:16", ".byte 0xff, 0x6e, 0", VEC_SS) \
    X(jmp_far_32, start.ebx = 0xfffb, "jmp m16:32", ".byte 0x66, 0xff, 0x2f", VEC_GP)

static void clear_ends(void)
{
    fill_words(16 * REAL_STACK + 0xf000, 0, 0x3000 / sizeof(uintptr_t));
}

/* Pointers to the label `after` at the ends of DS and SS: a place for who goes there all the same. */
static struct program with_ends(struct program program)
{
    static const uint16_t segments[] = {REAL_DS, REAL_STACK};
    bool is_far = start.ebx != 0xffff && start.ebp != 0xffff;
    uint32_t offset = !is_far ? 0xffff : start.ebx == 0xfffb ? 0xfffb : 0xfffd;

    clear_ends();
    for (unsigned i = 0; i < 2; i++) {
        uint8_t *segment = (uint8_t *)(16 * (uintptr_t)segments[i]);

        if (is_far)
            *(uint16_t *)(segment + 0xffff) = REAL_CODE;
        *(uint16_t *)(segment + offset) = (uint16_t)(label_of(program, "after") - 16 * REAL_CODE);
    }
    return program;
}

#define DEFINE(name, needs, registers, instruction, vector) \
    static void name##_case(void)                           \
    {                                                       \
        clear_ends();                                       \
        registers;                                          \
        FAULT(instruction);                                 \
    }
OPERANDS(DEFINE)

#define DEFINE_BRANCH(name, registers, about, instruction, vector)                  \
    static void name##_case(void)                                                   \
    {                                                                               \
        registers;                                                                  \
        run_program(with_ends(ASSEMBLE(MARK(fault) instruction "\n" MARK(after)))); \
    }
BRANCHES(DEFINE_BRANCH)

#define SPEC "SDM 3B \"Segment Wraparound\"; SDM 2 \"Real-Address Mode Exceptions\" of the instruction"
#define ROW(name_, needs_, registers, instruction, vector_)                       \
    {VARIANT,                                                                     \
     .name = #name_,                                                              \
     .about = sizeof(#registers) > 1 ? instruction "; " #registers : instruction, \
     .spec = SPEC,                                                                \
     .needs = needs_,                                                             \
     .vector = vector_,                                                           \
     .error = NO_ERROR,                                                           \
     .saved_rip = vector_ == NO_EXCEPTION ? "" : AT_FAULT,                        \
     .run = name_##_case},
#define ROW_BRANCH(name, registers, about, instruction, vector) ROW(name, "", registers, about, vector)
VARIANTS(OPERANDS(ROW) BRANCHES(ROW_BRANCH));
