/*
 * A call gate reads its parameters from the caller's stack as any instruction does there: by SP where SS has B=0, and the upper half of ESP
 * doesn't count. Whether the offset wraps at 64 KBytes between two parameters no manual says. INT3 at the target: EAX is the first parameter,
 * ECX the last, EDX the word above them.
 */
#include <case32.h>

/* arg: ESP; whether the gate is of 16 bits. The parameters are 0xa0000001 to 0xa0000003, or 0xa001 to 0xa003. */
static void run_on(struct program p, struct descriptor stack)
{
    bool word = ARG1;
    unsigned size = word ? 2 : 4;
    uintptr_t pages = map_pages("outer", 17, PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    struct descriptor code = {.type = CODE_READABLE, .dpl = 1, .base = p.entry, .limit = 0xffff, .d = true};
    struct call_gate g = {.offset = label_of(p, "target") - p.entry, .dpl = 3, .parameters = 3, .is_16bit = word};

    in_user_mode();
    set_gate(VEC_BP, .dpl = 3);
    for (unsigned i = 0; i < 3; i++) {
        uint32_t parameter = (word ? 0xa001u : 0xa0000001u) + i;
        for (unsigned byte = 0; byte < size; byte++)
            ((uint8_t *)pages)[(ARG0 + i * size + byte) & 0xffff] = (uint8_t)(parameter >> 8 * byte);
    }
    stack.base = pages;
    stack.dpl = 3;
    start.ss = add_descriptor("small", encode_descriptor(stack)) | 3u;
    start.esp = 0x8000;
    start.ebp = (uint32_t)ARG0; /* IRET to such a stack loads SP alone */
    start.esi = 3 * size;
    g.selector = add_descriptor("code", encode_descriptor(code));
    start.ebx = map_page("pointer", PAGE_PRESENT | PAGE_USER);
    ((uint32_t *)frame_of(start.ebx))[1] = add_call_gate("gate", g) | 3u;
    run_program(p);
}

#define CALL "mov esp, ebp\n" MARK(fault) "call fword ptr [ebx]\n" MARK(after) "nop\n" MARK(target)
#define READ32 "mov eax, [esp+8]\nmov ecx, [esp+esi+4]\nmov edx, [esp+esi+8]\nint3\n"
#define READ16 "movzx eax, word ptr [esp+4]\nmovzx ecx, word ptr [esp+esi+2]\nmovzx edx, word ptr [esp+esi+4]\nint3\n"

static void up(void)
{
    struct program p = ASSEMBLE(CALL READ32 MARK(reached));

    run_on(p, (struct descriptor){.type = DATA_WRITABLE, .limit = 0xffff});
}

static void up16(void)
{
    struct program p = ASSEMBLE(CALL READ16 MARK(reached));

    run_on(p, (struct descriptor){.type = DATA_WRITABLE, .limit = 0xffff});
}

static void down(void)
{
    struct program p = ASSEMBLE(CALL READ32 MARK(reached));

    run_on(p, (struct descriptor){.type = DATA_EXPAND_DOWN, .limit = 0xfff});
}

static void down16(void)
{
    struct program p = ASSEMBLE(CALL READ16 MARK(reached));

    run_on(p, (struct descriptor){.type = DATA_EXPAND_DOWN, .limit = 0xfff});
}

#define ROW(name_, run_, esp_, word_, about_)                                                                                            \
    {                                                                                                                                    \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A \"Stack Switching\"; SDM 2A \"CALL-Call Procedure\"", .vector = VEC_BP, \
                 .error = NO_ERROR, .saved_rip = "reached", .run = run_, .arg = {                                                        \
                     esp_,                                                                                                               \
                     word_                                                                                                               \
                 }                                                                                                                       \
    }
VARIANTS(ROW("upper", up, 0x5a5a8000, false, "3 parameters from a stack with B=0: the upper half of ESP doesn't count"),
         ROW("down_upper", down, 0x5a5a8000, false, "3 parameters from an expand-down stack with B=0: the upper half of ESP doesn't count"),
         ROW("short_upper", up16, 0x5a5a8000, true, "16-bit gate, 3 parameters from a stack with B=0: the upper half of ESP doesn't count"),
         ROW("short_down_upper", down16, 0x5a5a8000, true,
             "16-bit gate, 3 parameters from an expand-down stack with B=0: the upper half of ESP doesn't count"));
