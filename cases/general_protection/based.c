/*
 * FS and GS have bases of 64 bits. Base and offset are added modulo 2^64, and only the sum has to be canonical; with prefix 67 the offset wraps at 32
 * bits before, the sum doesn't. Of CS, DS, ES and SS the base is 0, whatever their descriptors say.
 */
#include <case.h>

/* ARG0: the base, ARG1: the linear address; where it is canonical there is a page that is missing. */
static void set_up(void)
{
    if (current_case->vector == VEC_PF)
        map_page_at("victim", ARG1 & ~0xfffull, 0);
    start.fs_base = start.gs_base = ARG0;
    start.rbx = start.rsi = start.rdi = ARG1 - ARG0;
}

#define RUN(name, text)    \
    static void name(void) \
    {                      \
        set_up();          \
        FAULT(text);       \
    }
RUN(load, "mov eax, fs:[rbx]")
RUN(store, "mov gs:[rbx], eax")
RUN(add, "add byte ptr gs:[rbx + rcx * 8 - 0x1000], 1")
RUN(lods, "lods eax, dword ptr fs:[rsi]")
RUN(load_a32, "mov eax, fs:[ebx]")
RUN(lods_a32, "lods eax, dword ptr fs:[esi]")

static void indexed(void)
{
    start.rcx = 0x200;
    add();
}

/* EBX + 100H wraps, and the upper half of RBX is no part of it. */
static void wraps_a32(void)
{
    set_up();
    start.rbx = 0x12345678ffffff80;
    FAULT("mov eax, fs:[ebx + 0x100]");
}

static void based_segments(void)
{
    uint16_t selector =
        add_descriptor("based", encode_descriptor((struct descriptor){.type = DATA_WRITABLE, .base = 0x1000, .limit = 0xfffff, .g = true}));

    set_up();
    start.ds = start.es = start.ss = selector;
}

#define SEGMENT(name, text) \
    static void name(void)  \
    {                       \
        based_segments();   \
        FAULT(text);        \
    }
SEGMENT(ds_base, "mov eax, [rbx]")
SEGMENT(es_base, "stosd")
SEGMENT(ss_base, "mov eax, ss:[rbx]")
SEGMENT(cs_prefix, "mov eax, cs:[rbx]")

#define SPEC "SDM 3A \"Segmentation in IA-32e Mode\"; SDM 1 \"Segmentation in 64-Bit Mode\""
#define ROW(name_, run_, base, linear, about_, ...)                                                                                   \
    {                                                                                                                                 \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .saved_rip = AT_FAULT, .run = run_, .arg = {base, linear}, __VA_ARGS__ \
    }
#define READS .vector = VEC_PF, .error = 0
#define WRITES .vector = VEC_PF, .error = PF_W
#define GP .vector = VEC_GP, .error = 0
#define EACH(name, base, linear, about)                                                                                                           \
    ROW(name "_load", load, base, linear, "load from FS: " about, READS), ROW(name "_store", store, base, linear, "store to GS: " about, WRITES), \
        ROW(name "_add", indexed, base, linear, "ADD to GS with an index: " about, WRITES),                                                       \
        ROW(name "_lods", lods, base, linear, "LODS from FS: " about, READS)
#define EACH_GP(name, base, linear, about)                                                                                                 \
    ROW(name "_load", load, base, linear, "load from FS: " about, GP), ROW(name "_store", store, base, linear, "store to GS: " about, GP), \
        ROW(name "_add", indexed, base, linear, "ADD to GS with an index: " about, GP),                                                    \
        ROW(name "_lods", lods, base, linear, "LODS from FS: " about, GP)
#define LAST 0xfffffffffffff000u

VARIANTS(EACH("wraps", LAST, 0x40000010u, "base in the last page, a sum that wraps"),
         EACH("offset", 0xffff800040000010u, 0x40000010u, "an offset that isn't canonical"),
         EACH("upper_offset", 0x1000u, 0xffff876543210010u, "base low, offset in the upper half"),
         EACH("upper_base", 0xffff876543211000u, 0xffff876543210010u, "base in the upper half, offset negative"),
         EACH("last", 0xffff800000000000u, 0xfffffffffffffff8u, "base at the upper half's begin, sum at its end"),
         EACH("first_upper", LAST, 0xffff800000000000u, "base in the last page, sum at the upper half's begin"),
         EACH("last_lower", LAST, 0x7ffffffffff8u, "base in the last page, sum at the lower half's end"),
         EACH_GP("over", 0x7ffffffff000u, NONCANONICAL, "base in the last page of the lower half, sum beyond it"),
         EACH_GP("under", 0xffff800000000000u, 0xffff7ffffffffff8u, "base at the upper half's begin, sum below it"),
         EACH_GP("over_wraps", LAST, NONCANONICAL, "base in the last page, a sum that wraps to beyond the lower half"),
         ROW("a32", load_a32, 0x1fffff000u, 0x200000f00u, "load from FS with prefix 67: the sum doesn't end at 4 GiB", READS),
         ROW("a32_lods", lods_a32, 0x1ffff0000u, 0x200000ff0u, "LODS from FS with prefix 67: the sum doesn't end at 4 GiB", READS),
         ROW("a32_wraps", wraps_a32, 0x40000000u, 0x40000080u, "load from FS with prefix 67, the offset wraps at 4 GiB", READS),
         ROW("ds_base", ds_base, 0, 0x40000010u, "load from DS, whose descriptor has a base", READS),
         ROW("es_base", es_base, 0, 0x40000010u, "STOSD to ES, whose descriptor has a base", WRITES),
         ROW("ss_base", ss_base, 0, 0x40000010u, "load from SS, whose descriptor has a base", READS),
         ROW("cs_prefix", cs_prefix, 0x1000, 0x40000010u, "load with prefix CS, DS has a base", READS));
