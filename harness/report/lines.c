/* lines.c: the lines of a record that say the same whatever the case runs on. */
#include "report/lines.h"
#include "report/gather.h"
#include "report/line.h"
#include "report/serial.h"
#include "trap/trap.h"

static const char *const gpr_names[16] = {"rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi",
                                          "r8",  "r9",  "r10", "r11", "r12", "r13", "r14", "r15"};
#define RSP_NUMBER 4u

void put_changed_gprs(const uint64_t *gpr, const uint64_t *expected)
{
    for (unsigned i = 0; i < 16; i++)
        if (i != RSP_NUMBER && gpr[i] != expected[i])
            print(" %s=%lx", gpr_names[i], gpr[i]);
    put('\n');
}

void put_start_gprs(void)
{
    uint64_t pattern[16];

    for (unsigned i = 0; i < 16; i++)
        pattern[i] = start_gpr(i);
    put_changed_gprs(&start.rax, pattern);
}

static void put_sse(void)
{
    bool kept = true;
    const uint64_t *before = (const uint64_t *)(const void *)sse_start.image, *after = (const uint64_t *)(const void *)sse_final.image;

    print("sse");
    if ((uint32_t)before[3] != (uint32_t)after[3]) { /* MXCSR, byte 24 */
        print(" mxcsr=%lx", after[3] & 0xffffffff);
        kept = false;
    }
    for (unsigned i = 0; i < 32; i++)
        if (before[20 + i] != after[20 + i]) {
            print(" xmm%u.%s=%lx", i / 2, i % 2 ? "high" : "low", after[20 + i]);
            kept = false;
        }
    print(kept ? " kept\n" : "\n");
}

void put_final(void)
{
    print("final rflags=%lx rsp=%lx" SEGMENTS, program_final.rflags, program_final.registers.rsp, SEGMENTS_OF(&final_segments));
    put_changed_gprs(&program_final.registers.rax, &start.rax);
    if (sse_watched)
        put_sse();
}

void put_case(void)
{
    print("trapframe 1\ncase %s%s%s %s\n", case_file, current_case->name ? "_" : "", current_case->name ? current_case->name : "",
          current_case->env == COMPAT32 ? "compat32" : "long64");
}

void put_places(void)
{
    for (unsigned i = 0; i < gathered.place_count; i++)
        print("place %s %lx %lx\n", gathered.places[i].name, gathered.places[i].base, gathered.places[i].size);
}

void put_selectors(void)
{
    for (unsigned i = 0; i < gathered.selector_count; i++)
        print("selector %s %lx\n", gathered.selectors[i].name, gathered.selectors[i].value);
}

void put_labels(void)
{
    for (unsigned i = 0; i < gathered.label_table_count; i++)
        for (const struct label *l = (const struct label *)gathered.label_tables[i]; l->address; l++)
            print("label %s %lx\n", l->name, l->address);
}

static void put_memory(unsigned m)
{
    for (size_t offset = 0; offset < gathered.memories[m].size; offset += 16) {
        print("memory %s %lx", gathered.memories[m].name, offset);
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

void finish_record(void)
{
    print("end exit %lx\n", (uint64_t)line_sum & 0xffff);
    power_off();
}
