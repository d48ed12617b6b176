/*
 * INS and OUTS at a CPL above IOPL: the I/O map is looked at before the memory operand, so a port that is denied is #GP(0) though the operand's page
 * is missing, and an allowed one is #PF. The ports begin at 0x7f, whose bit is the last of its byte: the others are in the map's next byte, with
 * which the TSS ends. Only DX says which port. REP has done no iteration: RCX, RSI and RDI are kept.
 */
#include <case.h>

#define WHERE "at CPL 3 with IOPL=2"
#include "io_string.h"

#define MAP sizeof(struct tss)
#define MAP_BYTE(port) (MAP + (port) / 8)

static void set_up(void)
{
    uintptr_t page = map_page("tss", PAGE_PRESENT | PAGE_WRITE);
    uint8_t *bytes = frame_of(page);
    unsigned last = PORT + (unsigned)ARG1 - 1;

    *(struct tss *)bytes = tss;
    ((struct tss *)bytes)->io_map_base = MAP;
    if (ARG0 == DENIED)
        bytes[MAP_BYTE(last)] |= (uint8_t)(1u << last % 8);
    load_tss(page, (uint16_t)(MAP_BYTE(PORT) + (ARG0 != SHORT)));
    start.rdx = 0xa5a50000u | PORT;
    start.rcx = 3;
    start.rdi = start.rsi = map_page("operand", PAGE_WRITE | PAGE_USER) + 0x5c0;
    start.rflags |= RFLAGS_IOPL(2);
}

#define FORM(name, set_mode, fault, instruction) \
    static void name(void)                       \
    {                                            \
        set_mode();                              \
        set_up();                                \
        fault(instruction);                      \
    }
#define FORMS(op)                                   \
    FORM(op, in_user_mode, FAULT, #op)              \
    FORM(rep_##op, in_user_mode, FAULT, "rep " #op) \
    FORM(compat_rep_##op, in_compat_user, FAULT32, "rep " #op)
FORMS(insb)
FORMS(insw)
FORMS(insd)
FORMS(outsb)
FORMS(outsw)
FORMS(outsd)

#define ROWS(op, spec, page_error, size, about)                                                                                      \
    BOTH(op, spec, page_error, size, about, ), BOTH(rep_##op, spec, page_error, size, "REP " about, ),                               \
        ROW(rep_##op, "_short", spec, SHORT, size, VEC_GP, 0, "REP " about ", the TSS ends at the map's byte with the first bit", ), \
        BOTH(compat_rep_##op, spec, page_error, size, "REP " about " in compatibility mode", .env = COMPAT32)

VARIANTS(ROWS(insb, INS, PF_W | PF_U, 1, "INSB"), ROWS(insw, INS, PF_W | PF_U, 2, "INSW"), ROWS(insd, INS, PF_W | PF_U, 4, "INSD"),
         ROWS(outsb, OUTS, PF_U, 1, "OUTSB"), ROWS(outsw, OUTS, PF_U, 2, "OUTSW"), ROWS(outsd, OUTS, PF_U, 4, "OUTSD"));
