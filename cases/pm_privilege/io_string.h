/* general_protection/io_string.c in 32-bit modes. Whoever includes this defines INSTRUCTION(text), the program, and set_up(). */
#include "../general_protection/io_string.h"

static void open_ports(void)
{
    for (unsigned port = PORT; port < PORT + ARG1 - (ARG0 == DENIED); port++)
        allow_port(port);
    allow_port(PORT + (unsigned)ARG1);
    set_tss_limit((uint16_t)(tss.io_map_base + PORT / 8 + (ARG0 != SHORT)));
    start.edx = 0xa5a50000u | PORT;
}

static void set_up(void);

#define FORM(name, instruction)   \
    static void name(void)        \
    {                             \
        set_up();                 \
        INSTRUCTION(instruction); \
    }
#define FORMS(op) FORM(op, #op) FORM(rep_##op, "rep " #op)
FORMS(insb)
FORMS(insw)
FORMS(insd)
FORMS(outsb)
FORMS(outsw)
FORMS(outsd)

#define ROWS(op, spec, page_error, size, about)                                                        \
    BOTH(op, spec, page_error, size, about, ), BOTH(rep_##op, spec, page_error, size, "REP " about, ), \
        ROW(rep_##op, "_short", spec, SHORT, size, VEC_GP, 0, "REP " about ", the TSS ends at the map's byte with the first bit", )
#define ALL_ROWS                                                                                                               \
    ROWS(insb, INS, PF_W | PF_U, 1, "INSB"), ROWS(insw, INS, PF_W | PF_U, 2, "INSW"), ROWS(insd, INS, PF_W | PF_U, 4, "INSD"), \
        ROWS(outsb, OUTS, PF_U, 1, "OUTSB"), ROWS(outsw, OUTS, PF_U, 2, "OUTSW"), ROWS(outsd, OUTS, PF_U, 4, "OUTSD")
