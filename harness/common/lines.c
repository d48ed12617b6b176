/* lines.c: the lines of a record that say the same whatever the case runs on. */
#include "common/lines.h"
#include "common/gather.h"
#include "common/line.h"
#include "common/serial.h"

static const char *const environments[] = {[LONG64] = "long64", [COMPAT32] = "compat32", [PM32] = "pm32", [REAL16] = "real16"};

void put_case(void)
{
    print("trapframe 2\ncase %s%s%s %s\n", case_file, current_case->name ? "_" : "", current_case->name ? current_case->name : "",
          environments[current_case->env]);
}

void put_places(void)
{
    for (unsigned i = 0; i < gathered.place_count; i++)
        print("place %s %lx %lx\n", gathered.places[i].name, (unsigned long)gathered.places[i].base, (unsigned long)gathered.places[i].size);
}

void put_selectors(void)
{
    for (unsigned i = 0; i < gathered.selector_count; i++)
        print("selector %s %lx\n", gathered.selectors[i].name, (unsigned long)gathered.selectors[i].value);
}

void put_labels(void)
{
    for (unsigned i = 0; i < gathered.label_table_count; i++)
        for (const struct label *l = (const struct label *)gathered.label_tables[i]; l->address; l++)
            print("label %s %lx\n", l->name, (unsigned long)l->address);
}

static void put_memory(unsigned m)
{
    for (size_t offset = 0; offset < gathered.memories[m].size; offset += 16) {
        print("memory %s %lx", gathered.memories[m].name, (unsigned long)offset);
        for (size_t i = offset; i < offset + 16 && i < gathered.memories[m].size; i++) {
            uint8_t byte = *(const uint8_t *)readable(gathered.memories[m].bytes + i);

            put(' ');
            put("0123456789abcdef"[byte >> 4]);
            put("0123456789abcdef"[byte & 15]);
        }
        put('\n');
    }
}

void put_memories(void)
{
    for (unsigned i = 0; i < gathered.memory_count; i++)
        put_memory(i);
}

void put_values(void)
{
    for (unsigned i = 0; i < gathered.value_count; i++) {
        const void *entry = gathered.values[i].entry;
        uint64_t value = gathered.values[i].value;

        if (entry)
            value = (gathered.values[i].entry_size == 4 ? *(const uint32_t *)entry : *(const uint64_t *)entry) & ~PAGE_ADDRESS;
        print("value %s ", gathered.values[i].name);
        put_hex(value);
        put('\n');
    }
}

void put_end(void)
{
    print("end exit %lx\n", (unsigned long)line_sum & 0xffff);
}

void finish_record(void)
{
    put_end();
    power_off();
}
