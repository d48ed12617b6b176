/* What a MOV from a debug register asks first, in 16-bit code. */
#include <case32.h>

static void cpl(void)
{
    in_ring(3);
    in_code16();
    FAULT16("mov eax, dr0");
}

static void reserved(void)
{
    in_code16();
    write_cr4(read_cr4() | CR4_DE);
    FAULT16("mov eax, dr4");
}

#define MOV "SDM 2B \"MOV-Move to/from Debug Registers\""
VARIANTS({VARIANT, .name = "cpl", .about = "MOV from DR0 in 16-bit code at CPL 3", .spec = MOV, .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT,
          .run = cpl},
         {VARIANT, .name = "reserved", .about = "MOV from DR4 in 16-bit code, CR4.DE=1", .spec = MOV, .vector = VEC_UD, .error = NO_ERROR,
          .saved_rip = AT_FAULT, .run = reserved, .needs = "de"});
