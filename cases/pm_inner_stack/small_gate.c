/*
 * A far CALL through a gate, from CPL 3 to CPL 1, whose stack has B=0: SS, ESP, the parameters, CS and EIP are pushed by SP, in the gate's words.
 * INT3 at the target: EAX is the first parameter, ECX the last, EDX and EDI the two words above them, ESP and SS of the caller; EBP and ESI the two
 * below, EIP and CS. ARG0: the count of parameters, bit 8 of a 16-bit gate.
 */
#include <case32.h>

#define SHORT 0x100u

static void run_to(struct program p)
{
    struct descriptor stack = {.type = DATA_WRITABLE, .limit = 0xffff, .dpl = 1, .base = stack_base(STACK_ESP1)};
    struct descriptor code = {.type = CODE_READABLE, .dpl = 1, .base = p.entry, .limit = 0xffff, .d = true};
    struct call_gate g = {.offset = label_of(p, "target") - p.entry, .dpl = 3, .parameters = ARG0 & 31, .is_16bit = ARG0 & SHORT};
    uint16_t *caller;

    in_user_mode();
    tss.ss1 = add_descriptor("small", encode_descriptor(stack)) | 1;
    tss.esp1 = stack_top(STACK_ESP1) - stack_base(STACK_ESP1);
    g.selector = add_descriptor("code", encode_descriptor(code));
    set_gate(VEC_BP, .dpl = 3);
    start.ebx = map_page("pointer", PAGE_PRESENT | PAGE_USER);
    ((uint32_t *)frame_of(start.ebx))[1] = add_call_gate("gate", g) | 3u;
    caller = (uint16_t *)(start.esp -= 256);
    for (unsigned i = 0; i < 62; i++)
        caller[i] = (uint16_t)(0xa001 + i);
    start.esi = g.parameters * (g.is_16bit ? 2u : 4u);
    run_program(p);
}

#define CALL MARK(fault) "call fword ptr [ebx]\n" MARK(after) "nop\n" MARK(target)

static void wide(void)
{
    run_to(ASSEMBLE(CALL "movzx ebp, sp\nmov eax, [ebp+8]\nmov ecx, [ebp+esi+4]\nmov edx, [ebp+esi+8]\nmov edi, [ebp+esi+12]\n"
                         "mov ebx, [ebp]\nmov esi, [ebp+4]\nint3\n" MARK(reached)));
}

static void narrow(void)
{
    run_to(ASSEMBLE(CALL "movzx ebp, sp\nmovzx eax, word ptr [ebp+4]\nmovzx ecx, word ptr [ebp+esi+2]\nmovzx edx, word ptr [ebp+esi+4]\n"
                         "movzx edi, word ptr [ebp+esi+6]\nmovzx ebx, word ptr [ebp]\nmovzx esi, word ptr [ebp+2]\nint3\n" MARK(reached)));
}

#define ROW(name_, run_, count, about_)                                                                                                  \
    {                                                                                                                                    \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A \"Stack Switching\"; SDM 2A \"CALL-Call Procedure\"", .vector = VEC_BP, \
                 .error = NO_ERROR, .saved_rip = "reached", .run = run_, .arg = {                                                        \
                     count                                                                                                               \
                 }                                                                                                                       \
    }
VARIANTS(ROW("count0", wide, 0, "SS1 with B=0, a gate without parameters"), ROW("count2", wide, 2, "SS1 with B=0, a gate with 2 parameters"),
         ROW("count31", wide, 31, "SS1 with B=0, a gate with 31 parameters"),
         ROW("short_count0", narrow, SHORT, "SS1 with B=0, a 16-bit gate without parameters"),
         ROW("short_count3", narrow, SHORT | 3, "SS1 with B=0, a 16-bit gate with 3 parameters"),
         ROW("short_count31", narrow, SHORT | 31, "SS1 with B=0, a 16-bit gate with 31 parameters"));
