/*
 * A stack pointer of 32 bits carries beyond bit 15: what is pushed and popped across a multiple of 64 KBytes lies there, and ESP goes on. The file
 * includes its mode's header before; begin() sets up the mode and says what ESP is to be.
 */
#define BOUNDARY 0x50010000u
#define TARGET "\n" MARK(after) "nop\n" MARK(target) "int3\n" MARK(reached)

static void begin(uint32_t esp);

/* arg: bytes below the boundary; words to be there, the first of them the target where there is one. */
enum { NO_TARGET, NEAR, FAR, FLAGS };

static void run(struct program p, unsigned kind)
{
    uint32_t esp = BOUNDARY - (uint32_t)ARG0, words[3] = {(uint32_t)label_of(p, "target"), CODE_SELECTOR, RFLAGS_FIXED | RFLAGS_AF}, at = esp;

    map_page_at("below", BOUNDARY - PAGE_SIZE, PAGE_PRESENT | PAGE_WRITE);
    map_page_at("above", BOUNDARY, PAGE_PRESENT | PAGE_WRITE);
    for (unsigned i = 0; i < kind; i++, at += 4) {
        *(uint16_t *)frame_of(at) = (uint16_t)words[i];
        *(uint16_t *)frame_of(at + 2) = (uint16_t)(words[i] >> 16);
    }
    begin(esp);
    run_program(p);
}

#define INSTRUCTIONS(X)                                                        \
    X(push, "push eax", 2, NO_TARGET, "PUSH")                                  \
    X(push_word, ".byte 0x66, 0x50", -1, NO_TARGET, "PUSH of 16 bits, across") \
    X(pop, "pop ecx", 4, NO_TARGET, "POP")                                     \
    X(popad, "popad", 16, NO_TARGET, "POPAD")                                  \
    X(pushad, "pushad", -16, NO_TARGET, "PUSHAD")                              \
    X(popa_word, ".byte 0x66, 0x61", 8, NO_TARGET, "POPA of 16 bits")          \
    X(pusha_word, ".byte 0x66, 0x60", -8, NO_TARGET, "PUSHA of 16 bits")       \
    X(popf_word, ".byte 0x66, 0x9d", 2, NO_TARGET, "POPF of 16 bits")          \
    X(pushfd, "pushfd", -2, NO_TARGET, "PUSHFD, across")                       \
    X(enter, "enter 0, 0", -2, NO_TARGET, "ENTER, across")                     \
    X(call, "call 1f\n1:", -4, NO_TARGET, "CALL")                              \
    X(call_far, CALL_FAR, -4, NO_TARGET, "far CALL")                           \
    X(ret, "ret", 4, NEAR, "RET")                                              \
    X(ret_n, "ret 8", 8, NEAR, "RET 8")                                        \
    X(retf, "retf", 6, FAR, "far RET")                                         \
    X(retf_n, "retf 8", 12, FAR, "far RET 8") X(iretd, "iretd", 8, FLAGS, "IRETD") X(iretd_edge, "iretd", 12, FLAGS, "IRETD up to it")
#define DEFINE(name, instruction, below, kind, about)                \
    static void name(void)                                           \
    {                                                                \
        run(ASSEMBLE_IN_MODE(MARK(fault) instruction TARGET), kind); \
    }
INSTRUCTIONS(DEFINE)
#define ROW(name_, instruction, below, kind, about_)         \
    {VARIANT,                                                \
     .name = #name_,                                         \
     .about = about_ " with ESP at a multiple of 64 KBytes", \
     .spec = "SDM 1 \"Address-Size Attribute for Stack\"",   \
     .vector = VEC_BP,                                       \
     .error = NO_ERROR,                                      \
     .saved_rip = "reached",                                 \
     .run = name_,                                           \
     .arg = {(uintptr_t)(intptr_t)(below)} ENVIRONMENT},
