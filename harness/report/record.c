/* record.c: the record, docs/record.md line by line. */
#include "report/record.h"
#include "cpu/cpu.h"
#include "report/gather.h"
#include "report/line.h"
#include "report/lines.h"
#include "report/serial.h"
#include "trap/trap.h"

static bool head_sent;

const void *readable(const volatile void *address)
{
    return (const void *)address;
}

static void put_head(void)
{
    if (head_sent)
        return;
    head_sent = true;
    put_case();
}

#define CONTROL " cr2=%lx dr6=%lx dr7=%lx"
#define CONTROL_OF(s) (s)->cr2, (s)->dr6, (s)->dr7

static void put_words(const uint64_t *words, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        print(" %lx", words[i]);
    put('\n');
}

static void put_start(void)
{
    print("start rip=%lx cs=%lx rflags=%lx rsp=%lx ss=%lx" SEGMENTS CONTROL, start.rip, start.cs, start.rflags, start.rsp, start.ss,
          SEGMENTS_OF(&start), CONTROL_OF(&start));
    put_start_gprs();
}

void record_armed(void)
{
    put_head();
    put_places();
    put_selectors();
    put_labels();
    put_start();
    if (current_case->vector >= 0) {
        uint64_t vector = (unsigned)current_case->vector;
        const struct gate *gate = gate_of((unsigned)vector);

        print("gate %lx ist=%lx type=%lx\n", vector, (uint64_t)gate->ist, (uint64_t)gate->type_dpl_p & 15);
    }
    print("armed\n");
    serial_drain();
}

static void put_capture(unsigned number)
{
    const struct capture *c = &captures[number - 1];

    print("frame %u interrupts %u\nvector %lx\nslots %lx", number, c->interrupts, (uint64_t)c->vector, c->entry.registers.rsp);
    put_words(c->slots, SLOT_COUNT);
    print("handler rflags=%lx cs=%lx ss=%lx" SEGMENTS "\ncontrol" CONTROL "\ngprs", c->entry.rflags, c->entry.cs, c->entry.ss,
          SEGMENTS_OF(&c->segments), CONTROL_OF(c));
    put_changed_gprs(&c->entry.registers.rax, &start.rax);
}

/* A frame whose own words changed since its handler found them. */
static void put_overwritten(unsigned number)
{
    const struct capture *c = &captures[number - 1];
    uint64_t rsp = c->entry.registers.rsp;
    unsigned own = has_error_code(rsp) ? 6 : 5;
    uint64_t now[SLOT_COUNT];

    read_slots(rsp, now);
    for (unsigned i = 0; i < own; i++)
        if (now[i] != c->slots[i]) {
            print("overwritten %u", number);
            put_words(now, SLOT_COUNT);
            return;
        }
}

/*
 * Undoes what a case may have set up and what would disturb the report. SS is null as it was before the program, so that
 * an emulator that translates finds the same code in the same state.
 */
static void calm_down(void)
{
    load_null_ss();
    write_dr7(DR7_START);
    write_cr4(read_cr4() & ~(uint64_t)(CR4_SMEP | CR4_SMAP | CR4_PKE | CR4_CET | CR4_PKS));
    write_cr0((read_cr0() | CR0_WP) & ~(uint64_t)(CR0_TS | CR0_EM));
}

void end_run(void)
{
    calm_down();
    put_head();
    if (gathered.end_reader)
        gathered.end_reader();
    for (unsigned n = 1; n <= capture_count; n++)
        put_capture(n);
    for (unsigned n = 1; n <= capture_count; n++)
        put_overwritten(n);
    if (program_finished)
        put_final();
    for (unsigned i = 0; i < gathered.value_count; i++) {
        uint64_t value = gathered.values[i].entry ? *gathered.values[i].entry & ~PAGE_ADDRESS : gathered.values[i].value;

        print("value %s %lx\n", gathered.values[i].name, value);
    }
    put_memories();
    finish_record();
}

void end_unsupported(const char *feature)
{
    put_head();
    print("unsupported ");
    while (*feature && *feature != ' ')
        put(*feature++);
    put('\n');
    finish_record();
}

void harness_interrupted(unsigned vector, uintptr_t rsp)
{
    uintptr_t at = rsp + (has_error_code(rsp) ? 8 : 0);

    put_head();
    print("abandoned %lx %lx\n", (uint64_t)vector, is_mapped(at, 8) ? *(const uint64_t *)at : 0);
    finish_record();
}
