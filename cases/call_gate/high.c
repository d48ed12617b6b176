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

static void code_order(void)
{
    struct descriptor d = {.type = CODE_READABLE, .d = true, .limit = 0xfffff, .g = true, .not_present = true};

    to((struct call_gate){.offset = 0x1000, .selector = add_descriptor("code32", encode_descriptor(d))});
}

#define ROW(name_, about_, ...)                                                                                       \
    {                                                                                                                 \
        VARIANT, .name = #name_, .about = about_, .spec = "SDM 2A \"CALL-Call Procedure\"", .run = name_, __VA_ARGS__ \
    }
VARIANTS(ROW(offset, "far CALL through a gate to the upper half", .vector = VEC_BP, .error = NO_ERROR),
         ROW(code_order, "far CALL through a gate to 32-bit code that isn't present", .vector = VEC_GP, .error = SEL_FREE, .saved_rip = AT_FAULT));
