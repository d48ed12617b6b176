/* At CPL 3 of 32-bit protected mode, and in virtual-8086 mode. */
#include <case32.h>

#define TASK_STATE struct tss32
#include "../again/twice.h"
#include "../again/user.h"

#define IN_VM86(X)                                                                                \
    X(vm_cli, iopl_3(), toggle_iopl, "cli", "CLI in virtual-8086 mode with IOPL 3, then 0")       \
    X(vm_sti, iopl_3(), toggle_iopl, "sti", "STI in virtual-8086 mode with IOPL 3, then 0")       \
    X(vm_pushf, iopl_3(), toggle_iopl, "pushf", "PUSHF in virtual-8086 mode with IOPL 3, then 0") \
    X(vm_ts, iopl_3(), toggle_ts, "fnop", "FNOP in virtual-8086 mode with CR0.TS=0, then 1")
#define DEFINE_VM86(name, state, act, instruction, about)         \
    static void name##_twice(void)                                \
    {                                                             \
        in_vm86();                                                \
        start.ebp = 1;                                            \
        set_gate(0x40, .dpl = 3);                                 \
        on_exception(0x40, act);                                  \
        state;                                                    \
        PROGRAM16(TWICE(instruction, "int 0x40\n" MARK(behind))); \
    }
STATES(DEFINE)
IN_VM86(DEFINE_VM86)
MENDED(DEFINE_MENDED)

#define ROW_VM86(name, state, act, instruction, about) ROW(name, "", state, act, instruction, "", about)
VARIANTS(STATES(ROW) IN_VM86(ROW_VM86) MENDED(ROW_MENDED));
