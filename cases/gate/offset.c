/*
 * A gate holds all 64 bits of the handler's address. The handler lies at that address alone, and jumps on to the capturing
 * stub, changing no register.
 */
#include <case.h>

#define SPEC "SDM 3A \"64-Bit Mode IDT\""

static void put_jump(uint8_t *code, uint64_t target)
{
    static const uint8_t jump[6] = {0xff, 0x25}; /* JMP [RIP+0] */

    for (unsigned i = 0; i < 6; i++)
        code[i] = jump[i];
    for (unsigned i = 0; i < 8; i++)
        code[6 + i] = (uint8_t)(target >> 8 * i);
}

static uint64_t offset_of(const struct gate *gate)
{
    return gate->offset_15_0 | (uint64_t)gate->offset_31_16 << 16 | (uint64_t)gate->offset_63_32 << 32;
}

static void run(void)
{
    unsigned vector = (unsigned)current_case->vector;
    uintptr_t handler = map_page_at("handler", ARG0 & ~0xfffull, PAGE_PRESENT) + (ARG0 & 0xfff);

    put_jump(frame_of(handler), offset_of(gate_of(vector)));
    *gate_of(vector) = make_gate(handler, SEL_KERNEL_CODE64, 0, GATE_INTERRUPT, 3, true);
    record_entry("handler", page_entry(handler, 1)); /* accessed */
    if (ARG1)
        in_user_mode();
    if (vector == 0x40)
        FAULT("int 0x40");
    FAULT("ud2");
}

VARIANTS({VARIANT, .name = "above_4_gib", .about = "INT 0x40 at CPL 0, handler at 0x12345678abc", .spec = SPEC, .vector = 0x40, .error = NO_ERROR,
          .saved_rip = AFTER, .run = run, .arg = {0x12345678abc, 0}},
         {VARIANT, .name = "lower_half_end", .about = "UD2 at CPL 0, handler in the last page of the lower half", .spec = SPEC, .vector = VEC_UD,
          .error = NO_ERROR, .saved_rip = AT_FAULT, .run = run, .arg = {0x7ffffffff123, 0}},
         {VARIANT, .name = "upper_half", .about = "INT 0x40 at CPL 0, handler in the first page of the upper half", .spec = SPEC, .vector = 0x40,
          .error = NO_ERROR, .saved_rip = AFTER, .run = run, .arg = {0xffff800000000000, 0}},
         {VARIANT, .name = "upper_half_user", .about = "INT 0x40 at CPL 3, handler in the upper half", .spec = SPEC, .vector = 0x40,
          .error = NO_ERROR, .saved_rip = AFTER, .run = run, .arg = {0xffffffffabcde765, 1}},
         {VARIANT, .name = "bit_31", .about = "UD2 at CPL 3, handler at 0x89abc000: offset 31 is no sign", .spec = SPEC, .vector = VEC_UD,
          .error = NO_ERROR, .saved_rip = AT_FAULT, .run = run, .arg = {0x89abc000, 1}});
