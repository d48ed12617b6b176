/*
 * At CPL 3; between the two times INT 0x40's handler changes the state, or the first one faults and its handler mends the state: twice.h. `_off`:
 * the mended ones.
 */
#include <wide.h>

#define ACCUMULATOR REGISTER("ax")
#define POINTER REGISTER("bx")

static uint8_t *io_map;

/* A TSS with a map whose ports are all allowed, but for 0x80 where it is denied. */
static void set_map(uint8_t denied)
{
    uintptr_t page = map_page("tss", PAGE_PRESENT | PAGE_WRITE);
    TASK_STATE *copy = frame_of(page);

    *copy = tss;
    copy->io_map_base = sizeof(TASK_STATE);
    io_map = (uint8_t *)(copy + 1);
    io_map[0x80 / 8] = denied;
    load_tss(page, sizeof(TASK_STATE) + 0x80 / 8 + 1);
}

static void set_sse(void)
{
    write_cr4(read_cr4() | CR4_OSFXSR);
}

static void alignment(bool am)
{
    if (am)
        write_cr0(read_cr0() | CR0_AM);
    start.R(bx)++;
}

static void iopl_3(void)
{
    start.R(flags) |= RFLAGS_IOPL(3);
}

#define ACTION(name, ...)                                                    \
    static void name(struct interrupt_frame *frame, struct capture *capture) \
    {                                                                        \
        (void)frame;                                                         \
        (void)capture;                                                       \
        __VA_ARGS__;                                                         \
    }
ACTION(toggle_umip, write_cr4(read_cr4() ^ CR4_UMIP))
ACTION(toggle_tsd, write_cr4(read_cr4() ^ CR4_TSD))
ACTION(toggle_osfxsr, write_cr4(read_cr4() ^ CR4_OSFXSR))
ACTION(toggle_ts, write_cr0(read_cr0() ^ CR0_TS))
ACTION(toggle_em, write_cr0(read_cr0() ^ CR0_EM))
ACTION(toggle_am, write_cr0(read_cr0() ^ CR0_AM))
ACTION(toggle_ac, frame->R(flags) ^= RFLAGS_AC)
ACTION(toggle_iopl, frame->R(flags) ^= RFLAGS_IOPL(3))
ACTION(toggle_map, io_map[0x80 / 8] ^= 1)

/* Name, needs, the state in which the instruction passes, its change, the instruction, what hides its result. */
#define HIDE_TIME "mov eax, 0\nmov edx, 0\n"
#define STATES(X)                                                                                                 \
    X(umip_sgdt, "umip", , toggle_umip, "sgdt [" POINTER "]", "", "SGDT with CR4.UMIP=0, then 1")                 \
    X(umip_sidt, "umip", , toggle_umip, "sidt [" POINTER "]", "", "SIDT with CR4.UMIP=0, then 1")                 \
    X(umip_sldt, "umip", , toggle_umip, "sldt edx", "", "SLDT with CR4.UMIP=0, then 1")                           \
    X(umip_smsw, "umip", , toggle_umip, "smsw edx", "", "SMSW with CR4.UMIP=0, then 1")                           \
    X(umip_str, "umip", , toggle_umip, "str edx", "", "STR with CR4.UMIP=0, then 1")                              \
    X(tsd, "tsc", , toggle_tsd, "rdtsc", HIDE_TIME, "RDTSC with CR4.TSD=0, then 1")                               \
    X(am, "i486", (alignment(false), start.R(flags) |= RFLAGS_AC), toggle_am, "mov edx, [" POINTER "]", "",       \
      "a misaligned MOV with CR0.AM=0, then 1")                                                                   \
    X(ac, "i486", alignment(true), toggle_ac, "mov edx, [" POINTER "]", "", "a misaligned MOV with AC=0, then 1") \
    X(iopl_cli, "", iopl_3(), toggle_iopl, "cli", "", "CLI with IOPL 3, then 0")                                  \
    X(iopl_sti, "", iopl_3(), toggle_iopl, "sti", "", "STI with IOPL 3, then 0")                                  \
    X(iopl_out, "", iopl_3(), toggle_iopl, "out 0x80, al", "", "OUT with IOPL 3, then 0")                         \
    X(map, "", set_map(0), toggle_map, "out 0x80, al", "", "OUT with the port allowed, then denied, by the map")  \
    X(ts_x87, "", , toggle_ts, "fnop", "", "FNOP with CR0.TS=0, then 1")                                          \
    X(ts_sse, "sse", set_sse(), toggle_ts, "movaps xmm0, xmm1", "", "MOVAPS with CR0.TS=0, then 1")               \
    X(em_x87, "", , toggle_em, "fnop", "", "FNOP with CR0.EM=0, then 1")                                          \
    X(em_sse, "sse", set_sse(), toggle_em, "movaps xmm0, xmm1", "", "MOVAPS with CR0.EM=0, then 1")               \
    X(osfxsr, "sse", set_sse(), toggle_osfxsr, "movaps xmm0, xmm1", "", "MOVAPS with CR4.OSFXSR=1, then 0")

/* The other way round: the state in which it faults, what mends that; the fault. */
#define GP VEC_GP, 0
#define UD VEC_UD, NO_ERROR
#define NM VEC_NM, NO_ERROR
#define MENDED(X)                                                                                                                             \
    X(umip_off, "umip", write_cr4(read_cr4() | CR4_UMIP), toggle_umip, "sgdt [" POINTER "]", "", GP, "SGDT with CR4.UMIP=1, then 0")          \
    X(tsd_off, "tsc", write_cr4(read_cr4() | CR4_TSD), toggle_tsd, "rdtsc", HIDE_TIME, GP, "RDTSC with CR4.TSD=1, then 0")                    \
    X(am_off, "i486", (alignment(true), start.R(flags) |= RFLAGS_AC), toggle_am, "mov edx, [" POINTER "]", "", VEC_AC, 0,                     \
      "a misaligned MOV with CR0.AM=1, then 0")                                                                                               \
    X(ac_off, "i486", (alignment(true), start.R(flags) |= RFLAGS_AC), toggle_ac, "mov edx, [" POINTER "]", "", VEC_AC, 0,                     \
      "a misaligned MOV with AC=1, then 0")                                                                                                   \
    X(iopl_cli_off, "", , toggle_iopl, "cli", "", GP, "CLI with IOPL 0, then 3")                                                              \
    X(iopl_out_off, "", , toggle_iopl, "out 0x80, al", "", GP, "OUT with IOPL 0, then 3")                                                     \
    X(map_off, "", set_map(1), toggle_map, "out 0x80, al", "", GP, "OUT with the port denied, then allowed, by the map")                      \
    X(ts_x87_off, "", write_cr0(read_cr0() | CR0_TS), toggle_ts, "fnop", "", NM, "FNOP with CR0.TS=1, then 0")                                \
    X(em_x87_off, "", write_cr0(read_cr0() | CR0_EM), toggle_em, "fnop", "", NM, "FNOP with CR0.EM=1, then 0")                                \
    X(em_sse_off, "sse", (set_sse(), write_cr0(read_cr0() | CR0_EM)), toggle_em, "movaps xmm0, xmm1", "", UD, "MOVAPS with CR0.EM=1, then 0") \
    X(osfxsr_off, "sse", write_cr4(read_cr4() & ~(uintptr_t)CR4_OSFXSR), toggle_osfxsr, "movaps xmm0, xmm1", "", UD,                          \
      "MOVAPS with CR4.OSFXSR=0, then 1")

static void set_up(void)
{
    in_user_mode();
    start.R(bx) = map_page("operand", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    start.R(bp) = 1;
}

#define DEFINE(name, needs, state, act, instruction, hide, ...)      \
    static void name##_twice(void)                                   \
    {                                                                \
        set_up();                                                    \
        set_gate(0x40, .dpl = 3);                                    \
        on_exception(0x40, act);                                     \
        state;                                                       \
        PROGRAM(TWICE(instruction, hide "int 0x40\n" MARK(behind))); \
    }
#define FIRST(vector, ...) vector
#define DEFINE_MENDED(name, needs, state, act, instruction, hide, vector, ...) \
    static void name##_mended(void)                                            \
    {                                                                          \
        set_up();                                                              \
        on_exception(FIRST(vector), act);                                      \
        state;                                                                 \
        PROGRAM(MARK(fault) instruction "\n" MARK(after) hide);                \
    }
#define SPEC "SDM 2 of the instruction; SDM 3A \"Control Registers\"; SDM 1 \"I/O Privilege Level\""
#define ROW(name_, needs_, state, act, instruction, hide, about_)                                    \
    {VARIANT,        .name = #name_,    .about = about_,       .spec = SPEC,        .needs = needs_, \
     .vector = 0x40, .error = NO_ERROR, .saved_rip = "behind", .run = name_##_twice},
#define ROW_MENDED(name_, needs_, state, act, instruction, hide, ...) ROW_MENDED_OF(name_, needs_, __VA_ARGS__)
#define ROW_MENDED_OF(name_, needs_, vector_, error_, about_)                                     \
    {VARIANT,           .name = #name_,  .about = about_, .spec = SPEC,          .needs = needs_, \
     .vector = vector_, .error = error_, .resumes = 1,    .saved_rip = AT_FAULT, .run = name_##_mended},
