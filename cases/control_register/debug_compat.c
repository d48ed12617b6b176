/*
 * Compatibility mode moves 32 bits to and from debug registers: what is written is zero-extended, so that nothing above bit 31 of a register that
 * was there can stay, nor of the source be a reserved 1; what is read is truncated.
 */
#include <case.h>

#define HIGH 0x7654321000000000ull

static void note_register(void)
{
    note("dr3", read_dr3());
}

static void read(void)
{
    in_compat_kernel();
    write_dr0(HIGH | 0x89abcdef);
    FAULT32("mov ecx, dr0");
}

static void write(void)
{
    in_compat_kernel();
    write_dr3(HIGH | 0x01234567);
    start.rbx = 0x89abcdef;
    at_end(note_register);
    FAULT32("mov dr3, ebx");
}

static void read_dr7_(void)
{
    in_compat_kernel();
    FAULT32("mov ecx, dr7");
}

static void write_dr7_(void)
{
    in_compat_kernel();
    start.rbx = DR7_START | DR7_GE;
    FAULT32("mov dr7, ebx\nmov ecx, dr7");
}

#define ROW(name_, run_, about_)                                                                                                                    \
    {                                                                                                                                               \
        VARIANT, .name = name_, .env = COMPAT32, .about = about_ " in compatibility mode at CPL 0",                                                 \
                 .spec = "SDM 3B \"Debug Registers and Intel 64 Processors\"; SDM 2B \"MOV-Move to/from Debug Registers\"", .vector = NO_EXCEPTION, \
                 .run = run_                                                                                                                        \
    }

VARIANTS(ROW("read", read, "MOV ECX, DR0 of 64 bits"), ROW("write", write, "MOV DR3, EBX where DR3 had 64 bits"),
         ROW("read_dr7", read_dr7_, "MOV ECX, DR7"), ROW("write_dr7", write_dr7_, "MOV DR7, EBX of GE=1, read back"));
