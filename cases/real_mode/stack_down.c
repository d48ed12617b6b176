/*
 * Pushes at the lower edge of a stack segment in real mode. What crosses the edge is #SS; where the frame of that #SS would cross it, too, the
 * processor shuts down. SP wraps between two accesses that are aligned. PUSHA with SP from 7 to 15 is #GP.
 */
#include <case16.h>

/* The segment's end, where the harness has nothing: the stack's pattern, as below it. */
static void fill_end(void)
{
    fill_words(16 * REAL_STACK + 0xf000, 0xa5a5a5a5, 0x1000 / sizeof(uintptr_t) + 1);
}

#define ACCESSES(X)                                                \
    X(push_sp_0, 0, "push ax", NO_EXCEPTION, "rm-push-sp0-wraps")  \
    X(push_sp_1, 1, "push ax", SHUTDOWN, "rm-ss-push-sp1")         \
    X(push_sp_2, 2, "push ax", NO_EXCEPTION, "")                   \
    X(push_immediate_sp_1, 1, "push 0x1234", SHUTDOWN, "")         \
    X(push_byte_sp_1, 1, "push 0x12", SHUTDOWN, "")                \
    X(push_sreg_sp_1, 1, "push es", SHUTDOWN, "")                  \
    X(push_memory_sp_1, 1, "push word ptr [0]", SHUTDOWN, "")      \
    X(pushf_sp_1, 1, "pushf", SHUTDOWN, "")                        \
    X(push_dword_sp_0, 0, "push eax", NO_EXCEPTION, "")            \
    X(push_dword_sp_1, 1, "push eax", SHUTDOWN, "")                \
    X(push_dword_sp_3, 3, "push eax", SHUTDOWN, "")                \
    X(push_dword_sp_4, 4, "push eax", NO_EXCEPTION, "")            \
    X(push_sreg_dword_sp_0, 0, "data32 push es", NO_EXCEPTION, "") \
    X(push_sreg_dword_sp_4, 4, "data32 push fs", NO_EXCEPTION, "") \
    X(pusha_sp_0, 0, "pusha", NO_EXCEPTION, "")                    \
    X(pusha_sp_1, 1, "pusha", SHUTDOWN, "")                        \
    X(pusha_sp_3, 3, "pusha", SHUTDOWN, "")                        \
    X(pusha_sp_5, 5, "pusha", SHUTDOWN, "")                        \
    X(pusha_sp_7, 7, "pusha", VEC_GP, "")                          \
    X(pusha_sp_9, 9, "pusha", VEC_GP, "")                          \
    X(pusha_sp_11, 11, "pusha", VEC_GP, "")                        \
    X(pusha_sp_13, 13, "pusha", VEC_GP, "")                        \
    X(pusha_sp_15, 15, "pusha", VEC_GP, "")                        \
    X(pusha_sp_16, 16, "pusha", NO_EXCEPTION, "")                  \
    X(pusha_sp_17, 17, "pusha", NO_EXCEPTION, "")                  \
    X(pushad_sp_1, 1, "pushad", SHUTDOWN, "")                      \
    X(pushad_sp_3, 3, "pushad", SHUTDOWN, "")                      \
    X(pushad_sp_5, 5, "pushad", SHUTDOWN, "")                      \
    X(pushad_sp_7, 7, "pushad", VEC_GP, "")                        \
    X(pushad_sp_15, 15, "pushad", VEC_GP, "")                      \
    X(pushad_sp_32, 32, "pushad", NO_EXCEPTION, "")                \
    X(enter_sp_1, 1, "enter 0, 0", SHUTDOWN, "")                   \
    X(enter_sp_0, 0, "enter 0, 0", NO_EXCEPTION, "")               \
    X(int_sp_0, 0, "int 0x40", 0x40, "")                           \
    X(int_sp_1, 1, "int 0x40", SHUTDOWN, "")                       \
    X(int_sp_3, 3, "int 0x40", SHUTDOWN, "")                       \
    X(int_sp_5, 5, "int 0x40", SHUTDOWN, "rm-int-sp-5-shutdown")   \
    X(int_sp_6, 6, "int 0x40", 0x40, "")                           \
    X(int_sp_7, 7, "int 0x40", 0x40, "")                           \
    X(int3_sp_1, 1, "int3", SHUTDOWN, "")                          \
    X(int3_sp_5, 5, "int3", SHUTDOWN, "")                          \
    X(int3_sp_6, 6, "int3", VEC_BP, "")                            \
    X(fault_sp_5, 5, "ud2", SHUTDOWN, "")                          \
    X(fault_sp_6, 6, "ud2", VEC_UD, "")

#define DEFINE(name, sp, instruction, vector, id) \
    static void name(void)                        \
    {                                             \
        fill_end();                               \
        start.esp = sp;                           \
        FAULT(instruction);                       \
    }
ACCESSES(DEFINE)

/* To the instruction behind it, whose label is 771 (MARK). Assemblers don't agree on the operand size that the mnemonics have in 16-bit code. */
#define CALLS(X)                                                                             \
    X(call_sp_0, 0, "call", ".byte 0xe8, 0, 0", NO_EXCEPTION, "")                            \
    X(call_sp_1, 1, "call", ".byte 0xe8, 0, 0", SHUTDOWN, "")                                \
    X(call_dword_sp_3, 3, "call of 32 bits", ".byte 0x66, 0xe8, 0, 0, 0, 0", SHUTDOWN, "")   \
    X(call_far_sp_0, 0, "lcall", ".byte 0x9a\n.word 771f - 0x8000, 0x800", NO_EXCEPTION, "") \
    X(call_far_sp_1, 1, "lcall", ".byte 0x9a\n.word 771f - 0x8000, 0x800", SHUTDOWN, "")     \
    X(call_far_sp_3, 3, "lcall", ".byte 0x9a\n.word 771f - 0x8000, 0x800", SHUTDOWN, "")     \
    X(call_far_dword_sp_7, 7, "lcall of 32 bits", ".byte 0x66, 0x9a\n.long 771f - 0x8000\n.word 0x800", VEC_SS, "")
#define DEFINE_CALL(name, sp, instruction, text, vector, id) DEFINE(name, sp, text, vector, id)
CALLS(DEFINE_CALL)

/* Words copied from below BP. */
static void enter_nested(void)
{
    start.ebp = 1;
    FAULT("enter 0, 2");
}

#define SPEC "SDM 3B \"Segment Wraparound\"; SDM 2 \"Real-Address Mode Exceptions\" of the instruction"
#define ROW(name_, sp, instruction, vector_, id_)                    \
    {VARIANT,                                                        \
     .name = #name_,                                                 \
     .about = instruction " with SP=" #sp,                           \
     .spec = SPEC,                                                   \
     .id = id_,                                                      \
     .vector = vector_,                                              \
     .error = NO_ERROR,                                              \
     .saved_rip = vector_ < 0                            ? ""        \
                  : vector_ == 0x40 || vector_ == VEC_BP ? AFTER     \
                                                         : AT_FAULT, \
     .run = name_},
#define ROW_CALL(name, sp, instruction, text, vector, id) ROW(name, sp, instruction, vector, id)
VARIANTS(ACCESSES(ROW) CALLS(ROW_CALL){VARIANT, .name = "enter_nested", .about = "ENTER of level 2, BP=1: the word to copy crosses the edge",
                                       .spec = SPEC, .vector = VEC_SS, .error = NO_ERROR, .saved_rip = AT_FAULT, .run = enter_nested});
