/* pm_privilege/io_string.c in virtual-8086 mode, where the map is asked whatever IOPL is: here it is 3. */
#include <case32.h>

#define PORT 0x7fu
#define MISSING 0x10000u
#define OPERAND (MISSING + 0x800u)

enum map { ALLOWED, DENIED, SHORT };

/* ARG0: ALLOWED, DENIED by the bit of the last port, or SHORT, where the map's next byte is beyond the TSS's limit. ARG1: the operand's size. */
static void set_up(void)
{
    in_vm86();
    start.eflags |= EFLAGS_IOPL(3);
    for (unsigned port = PORT; port < PORT + ARG1 - (ARG0 == DENIED); port++)
        allow_port(port);
    allow_port(PORT + (unsigned)ARG1);
    set_tss_limit((uint16_t)(tss.io_map_base + PORT / 8 + (ARG0 != SHORT)));
    change_page(MISSING, PAGE_PRESENT, PAGE_USER);
    name_place("operand", MISSING, PAGE_SIZE);
    start.edx = 0xa5a50000u | PORT;
    start.ecx = 0xb1b10003;
    start.esi = OPERAND - 16 * REAL_DS;
    start.edi = OPERAND - 16 * REAL_ES;
}

#define FORM(name, instruction) \
    static void name(void)      \
    {                           \
        set_up();               \
        FAULT16(instruction);   \
    }
#define FORMS(op) FORM(op, #op) FORM(rep_##op, "rep " #op)
FORMS(insb)
FORMS(insw)
FORMS(insd)
FORMS(outsb)
FORMS(outsw)
FORMS(outsd)

/* The operand's second byte is beyond the limit of SS. */
static void outsw_limit(void)
{
    set_up();
    start.esi = 0xffff;
    FAULT16("outs dx, word ptr ss:[si]");
}

#define INS "SDM 2A \"INS/INSB/INSW/INSD-Input from Port to String\"; SDM 1 \"I/O Permission Bit Map\""
#define OUTS "SDM 2B \"OUTS/OUTSB/OUTSW/OUTSD-Output String to Port\"; SDM 1 \"I/O Permission Bit Map\""
#define ROW(run_, tail, spec_, map, size, vector_, error_, about_, ...)                                                                  \
    {                                                                                                                                    \
        VARIANT, .name = #run_ tail, .about = about_ ", its page missing, in virtual-8086 mode with IOPL=3", .spec = spec_, .run = run_, \
                 .arg = {map, size}, .vector = vector_, .error = error_, .saved_rip = AT_FAULT, __VA_ARGS__                              \
    }
#define BOTH(run, spec, page_error, size, about, ...)                                                   \
    ROW(run, "_denied", spec, DENIED, size, VEC_GP, 0, about ", the last port is denied", __VA_ARGS__), \
        ROW(run, "_allowed", spec, ALLOWED, size, VEC_PF, page_error, about ", all ports are allowed", __VA_ARGS__)
#define ROWS(op, spec, page_error, size, about)                                                        \
    BOTH(op, spec, page_error, size, about, ), BOTH(rep_##op, spec, page_error, size, "REP " about, ), \
        ROW(rep_##op, "_short", spec, SHORT, size, VEC_GP, 0, "REP " about ", the TSS ends at the map's byte with the first bit", )
VARIANTS(ROWS(insb, INS, PF_W | PF_U, 1, "INSB"), ROWS(insw, INS, PF_W | PF_U, 2, "INSW"), ROWS(insd, INS, PF_W | PF_U, 4, "INSD"),
         ROWS(outsb, OUTS, PF_U, 1, "OUTSB"), ROWS(outsw, OUTS, PF_U, 2, "OUTSW"), ROWS(outsd, OUTS, PF_U, 4, "OUTSD"),
         {VARIANT, .name = "outsw_limit_denied",
          .about = "OUTSW from beyond the limit of SS in virtual-8086 mode with IOPL=3, the last port is denied", .spec = OUTS, .run = outsw_limit,
          .arg = {DENIED, 2}, .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT});
