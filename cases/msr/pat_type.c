/* Each of the eight fields of IA32_PAT takes a memory type; 2, 3 and what is above 7 is none: #GP(0), and the register keeps its value. */
#include <case.h>

#define RESET 0x0007040600070406ull

static void look(void)
{
    note("pat", read_msr(MSR_PAT));
}

/* ARG0: the field, ARG1: what is written there. */
static void run(void)
{
    unsigned shift = (unsigned)ARG0 * 8;
    uint64_t value = (RESET & ~(0xffull << shift)) | ARG1 << shift;

    write_msr(MSR_PAT, RESET);
    start.rcx = MSR_PAT;
    start.rax = (uint32_t)value;
    start.rdx = value >> 32;
    at_end(look);
    FAULT("wrmsr");
}

#define ROW(field, type, ...)                                                                                       \
    {                                                                                                               \
        VARIANT, .name = "pa" #field "_" #type, .about = "WRMSR of IA32_PAT with PA" #field "=" #type ", at CPL 0", \
                 .spec = "SDM 3A \"IA32_PAT MSR\"", .needs = "pat", .run = run, .arg = {field, type}, __VA_ARGS__   \
    }
#define BAD(field, type) ROW(field, type, .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT)
#define GOOD(type) ROW(7, type, .vector = NO_EXCEPTION)
#define FIELD(field) BAD(field, 2), BAD(field, 3), BAD(field, 0xe), BAD(field, 0x16), BAD(field, 0x26), BAD(field, 0x46), BAD(field, 0x86)

VARIANTS(FIELD(0), FIELD(1), FIELD(2), FIELD(3), FIELD(4), FIELD(5), FIELD(6), FIELD(7), GOOD(1), GOOD(4), GOOD(5), GOOD(6), GOOD(7));
