/*
 * replay.c: runs one test of the table after the other in real mode and tells what became of each: docs/replay.md has the
 * table and the record.
 */
#include "replay/layout.h"
#include "common/line.h"
#include "common/serial.h"
#include "x86_32.h"

#define LOW_END 0xa0000u /* of a PC's memory below its devices */
#define HIGH_BEGIN 0x100000u
#define HIGH_END 0x10fff0u
#define FILL 0xccccccccu /* INT3: a processor that goes astray gets no further */
#define VECTORS 256u
#define STUB_SIZE 9u
#define FRAME_SIZE 6u

struct state {
    uint32_t eax, ecx, edx, ebx, ebp, esi, edi;
    uint32_t esp;
    uint16_t ss, above_ss;
    uint16_t ds, above_ds;
    uint16_t es, above_es;
    uint16_t flags, above_flags;
    uint16_t ip, cs;
};
_Static_assert(offsetof(struct state, ebx) == EBX && offsetof(struct state, ebp) == EBP && offsetof(struct state, edi) == EDI, "layout.h");
_Static_assert(offsetof(struct state, esp) == ESP && offsetof(struct state, ss) == SS, "LSS reads both");
_Static_assert(offsetof(struct state, ds) == DS && offsetof(struct state, es) == ES && offsetof(struct state, flags) == FLAGS, "layout.h");
_Static_assert(offsetof(struct state, ip) == IP && offsetof(struct state, cs) == CS && sizeof(struct state) == 52, "a far pointer at the end");

/* As the host writes them: trapframe/replay/table.py. */
struct __attribute__((packed)) test {
    uint16_t size;  /* in bytes, with its runs */
    uint16_t block; /* segment of the block that it leaves free */
    uint16_t runs;
    uint16_t ax, cx, dx, bx, bp, si, di, sp, ss, ds, es, flags, ip, cs;
};
struct __attribute__((packed)) run {
    uint32_t address_and_length; /* 24 and 8 bits */
    uint8_t bytes[];
};

extern const uint16_t table[]; /* a count, then the tests */
extern const uint32_t first_test;
extern const uint32_t low_copy[], low_size[];
extern uint8_t low_data[], low_state[], low_entry[], low_gdtr[], low_vector[], low_entered[];

void run_in_real_mode(void);
_Noreturn void replay_main(void);

static uint64_t gdt[5];
extern struct ivt_entry ivt[VECTORS];
static struct ivt_entry ivt_image[VECTORS];
static uint32_t block; /* linear address; 0: none yet */

static struct state *state(void)
{
    return (struct state *)(block + (uintptr_t)low_state);
}

static void fill(uint32_t begin, uint32_t end)
{
    fill_words(begin, FILL, (end - begin) / 4);
}

static bool is_same(const void *memory, const void *wanted, size_t dwords)
{
    bool same;

    __asm__ volatile("repe cmpsl" : "+S"(memory), "+D"(wanted), "+c"(dwords), "=@cce"(same) : : "memory");
    return same;
}

static void put_where_changed(void *memory, const void *wanted, size_t size)
{
    if (!is_same(memory, wanted, size / 4))
        __builtin_memcpy(memory, wanted, size);
}

static void choose_block(uint16_t segment)
{
    uint32_t wanted = 16u * segment;

    if (wanted != block && block)
        fill(block, block + (uintptr_t)low_size);
    block = wanted;
    put_where_changed((void *)block, low_copy, (uintptr_t)low_data);
    *(struct ivt_entry *)(block + (uintptr_t)low_entry) = (struct ivt_entry){(uint16_t)(uintptr_t)low_entered, segment};
    *(struct table_register *)(block + (uintptr_t)low_gdtr) = (struct table_register){sizeof(gdt) - 1, (uintptr_t)gdt};
    gdt[CODE16 / 8] = encode_descriptor((struct descriptor){.base = block, .limit = 0xffff, .type = CODE_READABLE});
    if (ivt_image[0].segment != segment)
        for (unsigned v = 0; v < VECTORS; v++)
            ivt_image[v] = (struct ivt_entry){(uint16_t)(v * STUB_SIZE), segment};
    put_where_changed(ivt, ivt_image, sizeof(ivt_image));
}

static const struct run *next(const struct run *run)
{
    return (const struct run *)(run->bytes + (run->address_and_length >> 24));
}

static uint8_t *memory_of(const struct run *run)
{
    return (uint8_t *)(run->address_and_length & 0xffffffu);
}

static const struct run *first_run(const struct test *test)
{
    return (const struct run *)(test + 1);
}

static void set_up(const struct test *test)
{
    const struct run *run = first_run(test);

    choose_block(test->block);
    for (unsigned r = 0; r < test->runs; r++, run = next(run))
        for (unsigned i = 0; i < run->address_and_length >> 24; i++)
            memory_of(run)[i] = run->bytes[i];
    *state() = (struct state){
        .eax = test->ax,
        .ecx = test->cx,
        .edx = test->dx,
        .ebx = test->bx,
        .ebp = test->bp,
        .esi = test->si,
        .edi = test->di,
        .esp = test->sp,
        .ss = test->ss,
        .ds = test->ds,
        .es = test->es,
        .flags = test->flags,
        .ip = test->ip,
        .cs = test->cs,
    };
}

static uint8_t *frame_byte(unsigned i)
{
    return (uint8_t *)(16u * state()->ss + ((state()->esp + i) & 0xffffu));
}

static unsigned frame_word(unsigned i)
{
    return *frame_byte(2 * i) | (unsigned)*frame_byte(2 * i + 1) << 8;
}

static bool is_of_frame(const uint8_t *byte)
{
    for (unsigned i = 0; i < FRAME_SIZE; i++)
        if (byte == frame_byte(i))
            return true;
    return false;
}

static void tell_register(const char *name, uint32_t is, uint32_t was)
{
    if (is != was)
        print(" %s=%x", name, is);
}

static void tell_memory(const struct test *test)
{
    const struct run *run = first_run(test);

    for (unsigned r = 0; r < test->runs; r++, run = next(run))
        for (unsigned i = 0; i < run->address_and_length >> 24; i++) {
            const uint8_t *byte = memory_of(run) + i;

            if (*byte != run->bytes[i] && !is_of_frame(byte))
                print(" %lx=%x", (unsigned long)byte, *byte);
        }
}

static void tell(unsigned number, const struct test *test)
{
    const struct state *s = state();

    print("%x %x %lx %x %x %x %x", number, *(uint8_t *)(block + (uintptr_t)low_vector), (unsigned long)s->esp, frame_word(0), frame_word(1),
          frame_word(2), s->flags);
    tell_register("ax", s->eax, test->ax);
    tell_register("cx", s->ecx, test->cx);
    tell_register("dx", s->edx, test->dx);
    tell_register("bx", s->ebx, test->bx);
    tell_register("bp", s->ebp, test->bp);
    tell_register("si", s->esi, test->si);
    tell_register("di", s->edi, test->di);
    tell_register("ss", s->ss, test->ss);
    tell_register("ds", s->ds, test->ds);
    tell_register("es", s->es, test->es);
    tell_memory(test);
    put('\n');
}

/* What the next test doesn't write is as at the beginning. The interrupt table is looked after when it comes. */
static void take_down(const struct test *test)
{
    const struct run *run = first_run(test);

    for (unsigned i = 0; i < FRAME_SIZE; i++)
        *frame_byte(i) = (uint8_t)FILL;
    for (unsigned r = 0; r < test->runs; r++, run = next(run))
        __builtin_memset(memory_of(run), (uint8_t)FILL, run->address_and_length >> 24);
}

void replay_main(void)
{
    const struct test *test = (const struct test *)(table + 1);

    out8(0x21, 0xff); /* the 8259 pair stays silent */
    out8(0xa1, 0xff);
    serial_init();
    gdt[CODE32 / 8] = encode_descriptor((struct descriptor){.limit = 0xfffff, .g = true, .d = true, .type = CODE_READABLE});
    gdt[DATA32 / 8] = encode_descriptor((struct descriptor){.limit = 0xfffff, .g = true, .d = true, .type = DATA_WRITABLE});
    gdt[DATA16 / 8] = encode_descriptor((struct descriptor){.limit = 0xffff, .type = DATA_WRITABLE});
    struct table_register gdtr = {sizeof(gdt) - 1, (uintptr_t)gdt};
    __asm__ volatile("lgdt %0" : : "m"(gdtr));
    fill(sizeof(ivt_image), LOW_END);
    fill(HIGH_BEGIN, HIGH_END);
    print("trapframe replay 1\n");
    for (unsigned number = 0; number < table[0]; number++, test = (const struct test *)((const uint8_t *)test + test->size)) {
        if (number < first_test)
            continue;
        serial_drain(); /* of what ends in a shutdown the tests before are known */
        set_up(test);
        run_in_real_mode();
        tell(number, test);
        take_down(test);
    }
    print("end exit %lx\n", (unsigned long)line_sum & 0xffff);
    power_off();
}
