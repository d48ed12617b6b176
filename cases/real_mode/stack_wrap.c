/* Stacks that wrap, in real mode: INT n pushes three words. */
#include <case16.h>

#define ASSEMBLE_TEXT(text) ASSEMBLE16(text)
#define SS_ERROR NO_ERROR

#include "stack_wrap.h"

static void set_up(void)
{
}

#define INTERRUPTS(X)                                    \
    X(int_sp_2, 2, "INT n", "int 0x40", 0x40, AFTER)     \
    X(int_sp_4, 4, "INT n", "int 0x40", 0x40, AFTER)     \
    X(int3_sp_2, 2, "INT3", "int3", VEC_BP, AFTER)       \
    X(undefined_sp_2, 2, "UD2", "ud2", VEC_UD, AT_FAULT) \
    X(undefined_sp_4, 4, "UD2", "ud2", VEC_UD, AT_FAULT)
#define DEFINE_INTERRUPT(name, sp, about, instruction, ...) DEFINE_CALL(name, sp, about, instruction, )
INTERRUPTS(DEFINE_INTERRUPT)

/* The handler's IRET finds the frame where the pushes went. ARG0: SP. */
static void int_returns(void)
{
    fill();
    start.esp = (uint32_t)ARG0;
    set_ivt(0x40, ASSEMBLE("mov ax, 0x1234\n.byte 0xcf\n"));
    FAULT("int 0x40");
}

#define ROW_INTERRUPT(name, sp, about, instruction, vector_, place) ROW(name, sp, about, .vector = vector_, .error = NO_ERROR, .saved_rip = place)
VARIANTS(CALLS(ROW_CALL) RETURNS(ROW_RETURN)
             INTERRUPTS(ROW_INTERRUPT){VARIANT, .name = "int_returns_sp_2", .about = "INT n and its handler's IRET with SP=2", .spec = SPEC,
                                       .vector = NO_EXCEPTION, .run = int_returns, .arg = {2}},
         {VARIANT, .name = "int_returns_sp_4", .about = "INT n and its handler's IRET with SP=4", .spec = SPEC, .vector = NO_EXCEPTION,
          .run = int_returns, .arg = {4}});
