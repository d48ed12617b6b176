/* A call gate's offset has 64 bits, and the limit of the code it leads to doesn't count. What isn't 64-bit code is refused, present or not. */
#include <case.h>

static void to(struct call_gate g)
{
    uint8_t *pointer;

    start.rbx = map_page("pointer", PAGE_PRESENT);
    pointer = frame_of(start.rbx);
    *(uint16_t *)(pointer + 4) = (uint16_t)add_call_gate("gate", g);
    FAULT("call fword ptr [rbx]");
}

static void offset(void)
{
    uintptr_t page = map_page_at("code", 0xffff876543210000, PAGE_PRESENT);

    *(uint8_t *)frame_of(page + 0x123) = 0xcc;
    to((struct call_gate){.offset = page + 0x123, .selector = SEL_KERNEL_CODE64});
}

/* Where a 32-bit gate has its count there is nothing, and nothing around the type of the last doubleword: to CPL 0, so that a count would copy. */
static void reserved(void)
{
    struct program p = ASSEMBLE(MARK(before) "call fword ptr [rbx]\n" MARK(next) "nop\n" MARK(fault) "int3\n" MARK(after));
    uint8_t *pointer = frame_of(start.rbx = map_page("pointer", PAGE_PRESENT | PAGE_USER));
    struct call_gate gate = {.offset = label_of(p, "fault"), .selector = SEL_KERNEL_CODE64, .dpl = 3};
    uint16_t selector = add_system_descriptor("gate", call_gate_low(gate) | ARG0, call_gate_high(gate) | ARG1);

    in_user_mode();
    *(uint16_t *)(pointer + 4) = selector | 3u;
    run_program(p);
}

static void code_order(void)
{
    struct descriptor d = {.type = CODE_READABLE, .d = true, .limit = 0xfffff, .g = true, .not_present = true};

    to((struct call_gate){.offset = 0x1000, .selector = add_descriptor("code32", encode_descriptor(d))});
}

#define ROW(name_, about_, ...)                                                                                       \
    {                                                                                                                 \
        VARIANT, .name = #name_, .about = about_, .spec = "SDM 2A \"CALL-Call Procedure\"", .run = name_, __VA_ARGS__ \
    }
#define RESERVED(name_, low_, high_, about_)                                                                                                         \
    {                                                                                                                                                \
        VARIANT, .name = name_, .about = "far CALL through a gate to CPL 0, " about_, .spec = "SDM 3A \"IA-32e Mode Call Gates\"", .vector = VEC_BP, \
                 .error = NO_ERROR, .saved_rip = AFTER, .run = reserved, .arg = {                                                                    \
                     low_,                                                                                                                           \
                     high_                                                                                                                           \
                 }                                                                                                                                   \
    }
VARIANTS(RESERVED("reserved_count", 0xffull << 32, 0, "all bits of its fifth byte are set"),
         RESERVED("reserved_upper", 0, 0xffffe0ffull << 32, "bits 31:13 and 7:0 of its last doubleword are set"),
         ROW(offset, "far CALL through a gate to the upper half", .vector = VEC_BP, .error = NO_ERROR),
         ROW(code_order, "far CALL through a gate to 32-bit code that isn't present", .vector = VEC_GP, .error = SEL_FREE, .saved_rip = AT_FAULT));
