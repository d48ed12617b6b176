/* describe.c: the lines of a description that say the same in every mode. */
#include "common/describe.h"
#include "common/cpu.h"
#include "common/gather.h"
#include "common/line.h"
#include "common/lines.h"
#include "common/serial.h"

extern const uint8_t rom_alias[], frames_begin[];

#define SHORTEST 3u
#define APIC(reg) (*(const volatile uint32_t *)(uintptr_t)(APIC_BASE + (reg))) /* less code than apic_read() */

static const uint64_t nothing[2]; /* IDTR's operand, too */

/* What is there unless a line says other: what the harness copied from the ROM, else nothing. */
static const uint64_t *usual(const uint64_t *word)
{
    for (const struct copied *c = copied_from_rom; c->size; c++) {
        uintptr_t offset = (uintptr_t)word - c->address;

        if (offset < c->size)
            return (const uint64_t *)(c->source + offset);
    }
    return nothing;
}

/* So many words, `stride` apart, each greater than the one before by the same step; between them is nothing unusual. */
static unsigned run_length(const uint64_t *word, const uint64_t *end, unsigned stride)
{
    unsigned count = 1;

    if (word + stride >= end)
        return 1;
    for (; word + count * stride < end; count++) {
        const uint64_t *next = word + count * stride;

        if (*next - *(next - stride) != word[stride] - word[0] || *next == *usual(next))
            break;
        if (stride == 2 && next[-1] != *usual(next - 1))
            break;
    }
    return count;
}

/* The longer of the runs of each stride; 1 where none is long enough to be told as one. */
static unsigned best_run(const uint64_t *word, const uint64_t *end, unsigned *stride)
{
    unsigned near = run_length(word, end, 1), wide = run_length(word, end, 2);

    *stride = wide > near ? 2 : 1;
    return near >= SHORTEST || wide >= SHORTEST ? wide > near ? wide : near : 1;
}

static void put_memory_of(const uint64_t *word, const uint64_t *end)
{
    while (word < end) {
        unsigned stride, count;

        if (*word == *usual(word)) {
            bool in_rom = usual(word) != nothing; /* each copy begins with a page */

            do
                word++;
            while (!in_rom && (uintptr_t)word % PAGE_SIZE && !*word);
            continue;
        }
        count = best_run(word, end, &stride);
        if (count > 1) {
            print("run %lx %lx ", (unsigned long)(uintptr_t)word, (unsigned long)count);
            print("%lx ", (unsigned long)(8 * stride));
            put_hex(*word);
            put(' ');
            put_hex(word[stride] - word[0]);
            word += (count - 1) * stride + 1;
        } else {
            print("words %lx", (unsigned long)(uintptr_t)word);
            do {
                put(' ');
                put_hex(*word++);
            } while (word < end && *word != *usual(word) && best_run(word, end, &stride) == 1);
        }
        put('\n');
    }
}

/* What waits there, with what a timer that the case has started will have brought; the priority that the program starts with. */
static void put_apic(void)
{
    while (APIC(APIC_TIMER_INITIAL) && !apic_bit(APIC_IRR, APIC(APIC_LVT_TIMER) & 0xff))
        continue;
    print("apic nmi=%x tpr=%x", (unsigned)nmi_sent, (unsigned)APIC(APIC_TPR));
    for (unsigned i = 0; i < 8; i++)
        print(" irr%u=%x", i, (unsigned)APIC(APIC_IRR + 16 * i));
    put('\n');
}

/* What the record will tell of memory, and what the case has noted so far. */
static void put_recorded(void)
{
    for (unsigned i = 0; i < gathered.value_count; i++)
        if (gathered.values[i].entry) {
            print("recorded entry %s %lx ", gathered.values[i].name, (unsigned long)(uintptr_t)gathered.values[i].entry);
            print("%lx\n", (unsigned long)gathered.values[i].entry_size);
        } else {
            print("recorded value %s ", gathered.values[i].name);
            put_hex(gathered.values[i].value);
            put('\n');
        }
    for (unsigned i = 0; i < gathered.memory_count; i++) {
        print("recorded memory %s %lx ", gathered.memories[i].name, (unsigned long)(uintptr_t)gathered.memories[i].bytes);
        print("%lx\n", (unsigned long)gathered.memories[i].size);
    }
    if (gathered.end_reader)
        print("recorded more\n");
}

/* The next case begins with a reset, of the devices, too. reset.S clears the memory, and knows whether there is one. */
static void describe_next(void)
{
    serial_drain();
    rom_variant_copy -= DESCRIBE - 1;
    __asm__ volatile("lidt %0\n\tint3" : : "m"(nothing));
}

void describe(void)
{
    uintptr_t end = allocate_frame();

    put_machine();
    if (apic_enabled)
        put_apic();
    put_actions();
    print("words %lx 0\n", (unsigned long)end - 8); /* up to here is told: that nothing is there, where nothing is said */
    put_recorded();
    for (const struct copied *c = copied_from_rom; c->size; c++)
        print("copied %lx %lx %lx\n", (unsigned long)c->address, (unsigned long)c->size, (unsigned long)(c->source - rom_alias));
    see_all_memory();
    for (const struct extent *e = described_memory; e->to; e++)
        put_memory_of((const uint64_t *)e->from, (const uint64_t *)e->to);
    put_memory_of((const uint64_t *)frames_begin, (const uint64_t *)end);
    put_end();
    if (*(const uint32_t *)(rom_alias + ROM_VARIANT) & LAST_MASK << LAST_SHIFT)
        describe_next();
    power_off();
}
