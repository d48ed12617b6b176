/* handlers.h: the handlers of a 64-bit kernel for each.h and in_states.h, which have come(). */

#define HANDLER_OF(name, vector)                                                         \
    __attribute__((interrupt)) static void come_by_##name(struct interrupt_frame *frame) \
    {                                                                                    \
        come(frame, vector);                                                             \
    }
HANDLER_OF(breakpoint, VEC_BP)
HANDLER_OF(invalid_opcode, VEC_UD)
HANDLER_OF(device_not_available, VEC_NM)
HANDLER_OF(x87_floating_point, VEC_MF)

static void set_handlers(void)
{
    set_handler(&idt.breakpoint, come_by_breakpoint, .dpl = 3);
    set_handler(&idt.invalid_opcode, come_by_invalid_opcode);
    set_handler(&idt.device_not_available, come_by_device_not_available);
    set_handler(&idt.x87_floating_point, come_by_x87_floating_point);
}
