/*
 * instructions.h: programs of many instructions one behind the other with INT3 behind each, and the states of CR0, CR4, XCR0 and the x87
 * unit that they are tried in. BX is what the mode calls the register with the address of an operand of 512 bytes; DI holds the same.
 */

#include "common/cpu.h"

enum { TS = 1, EM = 2, NO_OSFXSR = 4, NO_OSXSAVE = 8, AVX_ON = 16, NO_YMM = 32, PENDING = 64, USER = 128, OSFXSR = 256, LOCK = 512, ZMM_ON = 1024 };

/* What LDMXCSR and FLDCW, FLDENV, FRSTOR load has all masked. */
static inline void fill_operand(void *memory)
{
    *(uint32_t *)((uintptr_t)memory + 64) = 0x1f80;
    *(uint32_t *)((uintptr_t)memory + 128) = 0x37f;
}

/* An unmasked division by zero. */
static inline void leave_exception_pending(void)
{
    uint16_t control = 0x37b;

    __asm__ volatile("fninit\n\tfldcw %0\n\tfldz\n\tfld1\n\tfdiv %%st(1), %%st" : : "m"(control));
}

/* Where there is none nothing needs CR4.OSFXSR. */
static inline bool has_fxsr(void)
{
    return !missing_feature("fxsr");
}

/* What of CR4 and XCR0 the state doesn't name stays: a 386 has neither. */
static inline void enter_state(unsigned state)
{
    write_cr0(read_cr0() & ~(CR0_TS | CR0_EM));
    if (state & PENDING)
        leave_exception_pending();
    if (state & (AVX_ON | NO_YMM)) {
        write_cr4(read_cr4() | CR4_OSXSAVE);
        write_xcr0(XCR0_X87 | XCR0_SSE | (state & AVX_ON ? XCR0_AVX : 0) | (state & ZMM_ON ? XCR0_AVX512 : 0));
    }
    if (state & NO_OSXSAVE)
        write_cr4(read_cr4() & ~CR4_OSXSAVE);
    if (state & OSFXSR && has_fxsr())
        write_cr4(read_cr4() | CR4_OSFXSR);
    if (state & NO_OSFXSR)
        write_cr4(read_cr4() & ~CR4_OSFXSR);
    write_cr0(read_cr0() | (state & TS ? CR0_TS : 0) | (state & EM ? CR0_EM : 0));
}

/* An instruction without LOCK begins behind its label. */
static inline unsigned behind_lock(unsigned state)
{
    return state & LOCK ? 0 : 1;
}

/*
 * The text has macros of the assembler: "op name, instruction" marks one and the LOCK prefix in front of it, "ops \"operands\", paddb, paddw" those
 * that are alike, "ops_as _256, ..." with this behind the name. The results of some are in EAX and ECX.
 */
#define MACROS                                                                                                                     \
    ".macro op_as name, suffix, instruction:vararg\n771:\n.pushsection .labels, \"a\"\n.long 771b, 0\n.asciz \"\\name\\suffix\"\n" \
    ".balign 32\n.popsection\n.byte 0xf0\n\\instruction\nint3\n.endm\n"                                                            \
    ".macro op name, instruction:vararg\nop_as \\name, , \\instruction\n.endm\n"                                                   \
    ".macro ops_as suffix, operands, list:vararg\n.irp one, \\list\nop_as \\one, \\suffix, \\one \\operands\n.endr\n.endm\n"       \
    ".macro ops operands, list:vararg\nops_as , \"\\operands\", \\list\n.endm\n"
#define END MARK(end) "nop\nmov eax, 0\nmov ecx, 0\n.purgem op_as\n.purgem op\n.purgem ops_as\n.purgem ops\n"

/* A row of a case that tries all states; arg is the CPL. */
#define ROW_OF_STATES(name_, group, about_, needs_, cpl)                                                                                    \
    {                                                                                                                                       \
        VARIANT, .name = name_, .about = about_ " " STATES_ABOUT ": vectors, a byte for each state, 0x03 if executed", .spec = STATES_SPEC, \
                 .needs = needs_, .run = group, .vector = NO_EXCEPTION, .arg = {                                                            \
                     cpl                                                                                                                    \
                 }                                                                                                                          \
    }

#define NM "SDM 3A \"Interrupt 7-Device Not Available Exception (#NM)\""
#define LOCK_SPEC "SDM 2A \"LOCK-Assert LOCK# Signal Prefix\""
