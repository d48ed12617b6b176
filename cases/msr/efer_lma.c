/*
 * IA32_EFER.LMA is CR0.PG & IA32_EFER.LME at all times: compatibility mode leaves IA-32e mode by clearing CR0.PG and is back by setting it, with LME
 * cleared and set meanwhile or not. What WRMSR has in its place is ignored.
 */
#include <case.h>

#define MODE "0x500" /* LME and LMA */
#define LME "0x100"
#define SEE(register) "rdmsr\nand eax, " MODE "\nmov " register ", eax\n"
#define CHANGE(how) "rdmsr\n" how "\nwrmsr\n"
#define OFF "mov cr0, ebx\njmp 1f\n1:\n"
#define ON "mov cr0, edi\njmp 2f\n2:\n"
#define STOP SEE("edx") "cmp ecx, ecx\n" MARK(fault) "int3\n" MARK(after) "nop\n"

static void set_up(void)
{
    start.rcx = MSR_EFER;
    start.rdi = read_cr0();
    start.rbx = start.rdi & ~(uint64_t)CR0_PG;
    start.rbp = 0;
}

static void kept(void)
{
    set_up();
    PROGRAM("rdmsr\nand eax, ~0x400\ncmp ecx, ecx\n" MARK(write) "wrmsr\n" STOP);
}

#define COMPAT(name, text)    \
    static void name(void)    \
    {                         \
        set_up();             \
        in_compat_kernel();   \
        PROGRAM32(text STOP); \
    }
COMPAT(compat_kept, "rdmsr\nand eax, ~0x400\ncmp ecx, ecx\n" MARK(write) "wrmsr\n")
COMPAT(off, OFF SEE("esi") ON)
COMPAT(off_twice, "mov cr0, ebx\njmp 1f\n1:\nmov cr0, edi\njmp 2f\n2:\n"
                  "mov cr0, ebx\njmp 3f\n3:\n" SEE("esi") "mov cr0, edi\njmp 4f\n4:\n")
COMPAT(lme, OFF CHANGE("and eax, ~" LME) SEE("esi") CHANGE("or eax, " LME) SEE("ebp") ON)

#define IGNORED "SDM 3A \"Three Paging Modes\""
#define SWITCH "SDM 3A \"Switching Out of IA-32e Mode Operation\""
#define ROW(run_, spec_, about_, ...)                                                                                                               \
    {                                                                                                                                               \
        VARIANT, .name = #run_, .about = about_, .spec = spec_, .run = run_, .vector = VEC_BP, .saved_rip = "after", .error = NO_ERROR, __VA_ARGS__ \
    }

VARIANTS(ROW(kept, IGNORED, "WRMSR of IA32_EFER with LMA=0 in 64-bit mode", ),
         ROW(compat_kept, IGNORED, "WRMSR of IA32_EFER with LMA=0 in compatibility mode", .env = COMPAT32),
         ROW(off, SWITCH, "compatibility mode, CR0.PG cleared and set", .env = COMPAT32),
         ROW(off_twice, SWITCH, "compatibility mode, CR0.PG cleared and set twice", .env = COMPAT32),
         ROW(lme, SWITCH, "compatibility mode, CR0.PG cleared, IA32_EFER.LME cleared and set, CR0.PG set", .env = COMPAT32));
