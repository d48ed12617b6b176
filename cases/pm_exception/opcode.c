/* Reserved opcodes, reserved forms of opcodes that have others, and instructions of a mode or a feature that isn't on: #UD. */
#include <case32.h>

#include "opcode_run.h"
#include "reserved.h"

#define SPEC "SDM 3A \"Interrupt 6-Invalid Opcode Exception (#UD)\", SDM 2D \"Opcode Map\""

/* What compatibility mode's cases at CPL 3 haven't: the state of control registers, or who intercepts it, decides. */
#define NOT_ENABLED(X)                                                                 \
    X(vmcall, "VMCALL outside VMX operation", 0, 0x0f, 0x01, 0xc1)                     \
    X(vmlaunch, "VMLAUNCH outside VMX operation", 0, 0x0f, 0x01, 0xc2)                 \
    X(vmxoff, "VMXOFF outside VMX operation", 0, 0x0f, 0x01, 0xc4)                     \
    X(xgetbv, "XGETBV with CR4.OSXSAVE=0", 0, 0x0f, 0x01, 0xd0)                        \
    X(xsetbv, "XSETBV with CR4.OSXSAVE=0", 0, 0x0f, 0x01, 0xd1)                        \
    X(rdpkru, "RDPKRU with CR4.PKE=0", 0, 0x0f, 0x01, 0xee)                            \
    X(getsec, "GETSEC with CR4.SMXE=0", 0, 0x0f, 0x37)                                 \
    X(vmptrld, "VMPTRLD outside VMX operation", 0, 0x0f, 0xc7, 0x33)                   \
    X(vmread, "VMREAD outside VMX operation", 0, 0x0f, 0x78, 0xc0)                     \
    X(vmwrite, "VMWRITE outside VMX operation", 0, 0x0f, 0x79, 0xc0)                   \
    X(xsave, "XSAVE with CR4.OSXSAVE=0", 0, 0x0f, 0xae, 0x23)                          \
    X(mov_to_cr1, "MOV to CR1", 0, 0x0f, 0x22, 0xc8)                                   \
    X(mov_from_cr5, "MOV from CR5", 0, 0x0f, 0x20, 0xe8)                               \
    X(mov_to_cr6, "MOV to CR6", 0, 0x0f, 0x22, 0xf0)                                   \
    X(vex, "VEX of two bytes with CR4.OSXSAVE=0", 0, 0xc5, 0xf8, 0x28, 0xc0)           \
    X(vex_3, "VEX of three bytes with CR4.OSXSAVE=0", 0, 0xc4, 0xe1, 0x78, 0x28, 0xc0) \
    X(evex, "EVEX with CR4.OSXSAVE=0", 0, 0x62, 0xf1, 0x7c, 0x48, 0x28, 0xc0)          \
    X(invept, "INVEPT outside VMX operation", 0, 0x66, 0x0f, 0x38, 0x80, 0x03)

#define RESERVED_ROW(name, about, ...) UD(#name, about, __VA_ARGS__),

VARIANTS(RESERVED(RESERVED_ROW) MORE_RESERVED(RESERVED_ROW) NOT_ENABLED(RESERVED_ROW));
