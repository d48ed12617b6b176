/* MOVAPS wants its 16 bytes on a 16-byte boundary: #GP(0), whatever CR0.AM and RFLAGS.AC say. MOVUPS doesn't. */
#include <case.h>

static void set_up(void)
{
    start.rbx = map_page("operand", PAGE_PRESENT | PAGE_WRITE | PAGE_USER) + 8;
    record_memory("operand", frame_of(start.rbx - 8), 32);
}

static void load(void)
{
    set_up();
    FAULT("movaps xmm0, [rbx]");
}

static void store(void)
{
    set_up();
    FAULT("movaps [rbx], xmm0");
}

static void stack(void)
{
    FAULT("movaps xmm0, [rsp - 24]");
}

static void user(void)
{
    in_user_mode();
    set_up();
    write_cr0(read_cr0() | CR0_AM);
    start.rflags |= RFLAGS_AC;
    FAULT("movaps xmm0, [rbx]");
}

static void unaligned(void)
{
    set_up();
    FAULT("movups xmm0, [rbx]");
}

#define ROW(name_, id_, about_, spec_, ...)                                                           \
    {                                                                                                 \
        VARIANT, .name = #name_, .about = about_, .spec = spec_, .id = id_, .run = name_, __VA_ARGS__ \
    }
#define MOVAPS "SDM 2B \"MOVAPS-Move Aligned Packed Single-Precision Floating-Point Values\""
#define MOVUPS "SDM 2B \"MOVUPS-Move Unaligned Packed Single-Precision Floating-Point Values\""
#define FAULTS .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT

VARIANTS(ROW(load, "gp-align-movaps", "MOVAPS from 16n+8 at CPL 0", MOVAPS, FAULTS),
         ROW(store, "gp-align-movaps-store", "MOVAPS to 16n+8 at CPL 0", MOVAPS, FAULTS),
         ROW(stack, "gp-align-movaps-stack", "MOVAPS from 16n+8 on the stack at CPL 0: not #SS", MOVAPS, FAULTS),
         ROW(user, "ac-movaps-is-gp", "MOVAPS from 16n+8 at CPL 3 with CR0.AM=1, AC=1: not #AC", MOVAPS, FAULTS),
         ROW(unaligned, "gp-align-movups-ok", "MOVUPS from 16n+8 at CPL 0", MOVUPS, .vector = NO_EXCEPTION));
