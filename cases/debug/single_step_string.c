/*
 * A repeated string instruction is stepped by iterations: RIP stays at the instruction and RF=1 is pushed after every
 * iteration but the last, after which RIP is behind the instruction and RF=0.
 */
#include <case.h>

static uintptr_t source;

static void prepare(uint64_t count)
{
    source = map_page("source", PAGE_PRESENT);
    start.rsi = source;
    start.rdi = map_page("destination", PAGE_PRESENT | PAGE_WRITE);
    start.rcx = count;
    start.rflags |= RFLAGS_TF;
    for (unsigned i = 0; i < 8; i++)
        ((uint8_t *)frame_of(source))[i] = (uint8_t)(0x11 * (i + 1));
    record_memory("destination", frame_of(start.rdi), 8);
}

static void movs(void)
{
    prepare(ARG0);
    FAULT("rep movsb");
}

static void until_the_end(struct interrupt_frame *frame, struct capture *capture)
{
    if (frame->rip == recorded_label("after"))
        stop_stepping(frame, capture);
}

static void every(void)
{
    on_exception(VEC_DB, until_the_end);
    movs();
}

/* Equal bytes but the third: REPE ends there by its condition. */
static void cmps(void)
{
    prepare(5);
    for (unsigned i = 0; i < 8; i++)
        ((uint8_t *)frame_of(start.rdi))[i] = i == 2 ? 0 : (uint8_t)(0x11 * (i + 1));
    on_exception(VEC_DB, until_the_end);
    FAULT("repe cmpsb");
}

#define RF "SDM 3B \"Instruction-Breakpoint Exception Condition\", \"Single-Step Exception Condition\""

VARIANTS({VARIANT, .name = "first", .about = "REP MOVSB with RCX=5 and TF=1", .spec = RF, .id = "db-tf-rep-first-iteration", .vector = VEC_DB,
          .error = NO_ERROR, .saved_rip = AT_FAULT, .run = movs, .arg = {5}},
         {VARIANT, .name = "last", .about = "REP MOVSB with RCX=1 and TF=1", .spec = RF, .id = "db-tf-rep-last-iteration", .vector = VEC_DB,
          .error = NO_ERROR, .saved_rip = AFTER, .run = movs, .arg = {1}},
         {VARIANT, .name = "none", .about = "REP MOVSB with RCX=0 and TF=1", .spec = RF, .id = "db-tf-rep-rcx0", .vector = VEC_DB, .error = NO_ERROR,
          .saved_rip = AFTER, .run = movs, .arg = {0}},
         {VARIANT, .name = "every", .about = "REP MOVSB with RCX=3 and TF=1, stepped to its end", .spec = RF, .vector = VEC_DB, .error = NO_ERROR,
          .saved_rip = AT_FAULT, .run = every, .resumes = 1, .arg = {3}},
         {VARIANT, .name = "condition", .about = "REPE CMPSB with RCX=5 and TF=1; the third bytes differ", .spec = RF, .vector = VEC_DB,
          .error = NO_ERROR, .saved_rip = AT_FAULT, .run = cmps, .resumes = 1});
