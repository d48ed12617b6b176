/*
 * DPL against CPL and RPL, for each kind of data segment and of readable code: expand-down data and nonconforming code are checked as ordinary data
 * are, conforming code isn't. MOV and its like raise #GP; LAR, LSL, VERR and VERW clear ZF. The file includes its mode's header before.
 */
#include <wide.h>

/* arg: the type, DPL << 8, RPL << 12; the ring. */
static void set_up(void)
{
    struct descriptor d = {.type = ARG0 & 0xff, .dpl = ARG0 >> 8 & 3, .limit = 0x1000, .d = true};
    unsigned rpl = ARG0 >> 12 & 3;

    if (ARG1)
        in_user_mode();
    start.R(cx) = (uint16_t)(add_descriptor("typed", encode_descriptor(d)) | rpl);
    start.R(ax) = 0x12345678;
}

#define RUN(name, instruction) \
    static void name(void)     \
    {                          \
        set_up();              \
        FAULT(instruction);    \
    }
RUN(mov_ds, "mov ds, ecx")
RUN(mov_es, "mov es, ecx")
RUN(mov_fs, "mov fs, ecx")
RUN(mov_gs, "mov gs, ecx")
RUN(lar, "lar ax, cx")
RUN(lsl, "lsl eax, ecx")
RUN(verr, "verr cx")
RUN(verw, "verw cx")

#define OF(type, dpl, rpl) ((type) | (dpl) << 8 | (rpl) << 12)
#define ROW(name_, run_, arg0, arg1, about_, ...)                                                            \
    {                                                                                                        \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .run = run_, .arg = {arg0, arg1}, __VA_ARGS__ \
    }
#define SPEC "SDM 3A \"Privilege Level Checking When Accessing Data Segments\", \"Accessing Data in Code Segments\""
#define REFUSED .vector = VEC_GP, .error = SEL_FREE, .saved_rip = AT_FAULT
#define PASSES .vector = NO_EXCEPTION
/* At CPL 3 with DPL 0; at CPL 0 with RPL 3 and DPL 2; and what is allowed. */
#define LOADS(name, run, type, about, ...)                                                             \
    ROW(name "_cpl", run, OF(type, 0, 0), 3, "CPL 3: " about " of DPL 0", __VA_ARGS__),                \
        ROW(name "_rpl", run, OF(type, 2, 3), 0, "CPL 0: " about " of DPL 2 with RPL 3", __VA_ARGS__), \
        ROW(name "_own", run, OF(type, 3, 3), 3, "CPL 3: " about " of DPL 3", PASSES)
#define TYPES(name, run, about, ...)                                                                                       \
    LOADS(name "_down", run, DATA_EXPAND_DOWN, about " expand-down data", __VA_ARGS__),                                    \
        LOADS(name "_down_read_only", run, DATA_EXPAND_DOWN_READ_ONLY, about " expand-down, read-only data", __VA_ARGS__), \
        LOADS(name "_read_only", run, DATA_READ_ONLY, about " read-only data", __VA_ARGS__),                               \
        LOADS(name "_code", run, CODE_READABLE, about " nonconforming code", __VA_ARGS__),                                 \
        LOADS(name "_conforming", run, CODE_CONFORMING, about " conforming code", PASSES)
#define ALL                                                                                                                          \
    TYPES("ds", mov_ds, "MOV DS of", REFUSED), TYPES("es", mov_es, "MOV ES of", REFUSED), TYPES("fs", mov_fs, "MOV FS of", REFUSED), \
        TYPES("gs", mov_gs, "MOV GS of", REFUSED), TYPES("lar", lar, "LAR of", PASSES), TYPES("lsl", lsl, "LSL of", PASSES),         \
        TYPES("verr", verr, "VERR of", PASSES), TYPES("verw", verw, "VERW of", PASSES)
