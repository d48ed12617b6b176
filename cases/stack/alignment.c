/*
 * The processor aligns RSP to 16 bytes before it pushes, whatever RSP was; the frame holds the RSP that was, to the
 * byte. So an error code shows in the alignment of the handler's RSP, and nothing above the aligned RSP is written.
 */
#include <case.h>

static void without_error(void)
{
    start.rsp = stack_top(STACK_KERNEL) - 16 + ARG0;
    FAULT("int 0x40");
}

static void with_error(void)
{
    start.rsp = stack_top(STACK_KERNEL) - 16 + ARG0;
    start.rbx = map_page("victim", 0);
    FAULT("mov eax, [rbx]");
}

static void by_interrupt(void)
{
    enable_apic();
    send_self(0x60);
    start.rsp = stack_top(STACK_KERNEL) - 16 + ARG0;
    start.rflags &= ~RFLAGS_IF;
    PROGRAM("sti\n" MARK(fault) "nop\n" MARK(after) "nop\n");
}

#define PLAIN(k)                                                                                                                      \
    {                                                                                                                                 \
        VARIANT, .name = #k, .about = "INT 0x40 at CPL 0 with RSP = 16m+" #k, .spec = "SDM 3A \"64-Bit Mode Stack Frame\"",           \
                 .id = "frame-align-noerr-" #k, .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER, .run = without_error, .arg = { \
                     k                                                                                                                \
                 }                                                                                                                    \
    }
#define ERROR(k)                                                                                                                                 \
    {                                                                                                                                            \
        VARIANT, .name = "error_" #k, .about = "load from a not-present page at CPL 0 with RSP = 16m+" #k,                                       \
                 .spec = "SDM 3A \"64-Bit Mode Stack Frame\"", .id = "frame-align-err-" #k, .vector = VEC_PF, .error = 0, .saved_rip = AT_FAULT, \
                 .run = with_error, .arg = {                                                                                                     \
                     k                                                                                                                           \
                 }                                                                                                                               \
    }

VARIANTS(PLAIN(0), PLAIN(1), PLAIN(2), PLAIN(3), PLAIN(4), PLAIN(5), PLAIN(6), PLAIN(7), PLAIN(8), PLAIN(9), PLAIN(10), PLAIN(11), PLAIN(12),
         PLAIN(13), PLAIN(14), PLAIN(15), ERROR(0), ERROR(1), ERROR(2), ERROR(3), ERROR(4), ERROR(5), ERROR(6), ERROR(7), ERROR(8), ERROR(9),
         ERROR(10), ERROR(11), ERROR(12), ERROR(13), ERROR(14), ERROR(15),
         {VARIANT, .name = "interrupt_9", .about = "a fixed self-IPI at CPL 0 with RSP = 16m+9", .spec = "SDM 3A \"64-Bit Mode Stack Frame\"",
          .needs = "apic", .vector = 0x60, .error = NO_ERROR, .saved_rip = AFTER, .run = by_interrupt, .arg = {9}});
