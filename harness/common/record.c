/* record.c: the record, docs/record.md line by line. */
#include "common/record.h"
#include "common/describe.h"
#include "common/gather.h"
#include "common/line.h"
#include "common/lines.h"
#include "common/run.h"
#include "common/serial.h"

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

void record_armed(void)
{
    put_head();
    put_places();
    put_selectors();
    put_tasks();
    put_labels();
    put_start();
    if (current_case->vector >= 0)
        put_gate((unsigned)current_case->vector);
    print("armed\n");
    if (rom_variant_copy & DESCRIBE)
        describe();
    serial_drain();
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
    put_state();
    put_values();
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

void harness_interrupted(unsigned vector, uintptr_t address)
{
    put_head();
    print("abandoned %x %lx\n", vector, (unsigned long)address);
    finish_record();
}
