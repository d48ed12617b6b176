/*
 * A repeated string instruction with a count of 0 does nothing: it accesses no memory and no port, whatever the segments and the pages are. The count
 * is CX or ECX by the address size.
 */
#include <case32.h>

#define SPEC "SDM 2B \"REP/REPE/REPZ/REPNE/REPNZ-Repeat String Operation Prefix\""
#define INSTRUCTIONS(X)                 \
    X(insb, "rep insb")                 \
    X(insd, "rep insd")                 \
    X(outsb, "rep outsb")               \
    X(outsw, "rep outsw")               \
    X(movsd, "rep movsd")               \
    X(stosb, "rep stosb")               \
    X(lodsd, "rep lodsd")               \
    X(cmpsb, "repe cmpsb")              \
    X(scasd, "repne scasd")             \
    X(movsb16, ".byte 0x67\nrep movsb") \
    X(stosd16, ".byte 0x67\nrep stosd") \
    X(insb16, ".byte 0x67\nrep insb")   \
    X(outsd16, ".byte 0x67\nrep outsd")

enum { NULL_SEGMENTS = 1, LIMIT = 2, MISSING = 4, USER = 8 };

/* arg: what is wrong, which nobody looks at; ECX. */
static void set_up(void)
{
    if (ARG0 & USER)
        in_user_mode();
    start.ecx = (uint32_t)ARG1;
    start.edx = 0x80;
    start.esi = start.edi = map_page("missing", 0);
    if (ARG0 & LIMIT)
        start.ds = start.es =
            add_descriptor("small", encode_descriptor((struct descriptor){.limit = 0xff, .d = true, .type = DATA_READ_ONLY, .dpl = 3})) | 3u;
    if (ARG0 & NULL_SEGMENTS)
        start.ds = start.es = 0;
}

#define DEFINE(name, instruction) \
    static void name(void)        \
    {                             \
        set_up();                 \
        FAULT(instruction);       \
    }
INSTRUCTIONS(DEFINE)

static void movs_cx_0(void)
{
    set_up();
    start.edi = map_page("target", PAGE_PRESENT | PAGE_WRITE);
    FAULT("rep movsb");
}

#define ROW(name_, run_, arg0, ecx, about_, ...)                                                            \
    {                                                                                                       \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .run = run_, .arg = {arg0, ecx}, __VA_ARGS__ \
    }
#define NONE(name, run, arg0, ecx, about) ROW(name, run, arg0, ecx, about, .vector = NO_EXCEPTION)
#define IO(name, instruction) NONE(#name "_null", name, NULL_SEGMENTS, 0, instruction ", count 0, null segments")
#define MEMORY(name, instruction)                                                                      \
    NONE(#name "_missing", name, MISSING | USER, 0, instruction ", count 0, at CPL 3, missing pages"), \
        NONE(#name "_limit", name, LIMIT, 0, instruction ", count 0, beyond the limit of read-only data")
#define SHORT(name, instruction) NONE(#name "_upper", name, NULL_SEGMENTS, 0x10000, instruction " with a 16-bit address size, CX=0, ECX isn't")
VARIANTS(IO(insb, "REP INSB"), IO(insd, "REP INSD"), IO(outsb, "REP OUTSB"), IO(outsw, "REP OUTSW"), MEMORY(movsd, "REP MOVSD"),
         MEMORY(stosb, "REP STOSB"), MEMORY(lodsd, "REP LODSD"), MEMORY(cmpsb, "REPE CMPSB"), MEMORY(scasd, "REPNE SCASD"),
         SHORT(movsb16, "REP MOVSB"), SHORT(stosd16, "REP STOSD"), SHORT(insb16, "REP INSB"), SHORT(outsd16, "REP OUTSD"),
         ROW("movsb_cx_0", movs_cx_0, MISSING, 0x10000, "REP MOVSB, ECX=0x10000, missing pages: CX isn't the count", .vector = VEC_PF, .error = 0,
             .saved_rip = AT_FAULT),
         ROW("insb_one_denied", insb, USER | MISSING, 1, "REP INSB, count 1, at CPL 3 with IOPL 0", .vector = VEC_GP, .error = 0,
             .saved_rip = AT_FAULT));
