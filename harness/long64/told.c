/* told.c: the lines of a record that tell the state of a 64-bit processor. */
#include "common/line.h"
#include "long64/registers.h"
#include "long64/trap.h"

#define CONTROL " cr2=%lx dr6=%lx dr7=%lx"
#define CONTROL_OF(s) (s)->cr2, (s)->dr6, (s)->dr7

static void put_words(const uint64_t *words, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        print(" %lx", words[i]);
    put('\n');
}

void put_start(void)
{
    print("start rip=%lx cs=%lx rflags=%lx rsp=%lx ss=%lx" SEGMENTS CONTROL, start.rip, start.cs, start.rflags, start.rsp, start.ss,
          SEGMENTS_OF(&start), CONTROL_OF(&start));
    put_start_gprs();
}

/* There are no task switches in IA-32e mode. */
void put_tasks(void)
{
}

void put_gate(unsigned vector)
{
    const struct gate *gate = gate_of(vector);

    print("gate %lx ist=%lx type=%lx\n", (uint64_t)vector, (uint64_t)gate->ist, (uint64_t)gate->type_dpl_p & 15);
}

void put_capture(unsigned number)
{
    const struct capture *c = &captures[number - 1];

    print("frame %u interrupts %u\nvector %lx\nslots %lx", number, c->interrupts, (uint64_t)c->vector, c->entry.registers.rsp);
    put_words(c->slots, SLOT_COUNT);
    print("handler rflags=%lx cs=%lx ss=%lx" SEGMENTS "\ncontrol" CONTROL "\ngprs", c->entry.rflags, c->entry.cs, c->entry.ss,
          SEGMENTS_OF(&c->segments), CONTROL_OF(c));
    put_changed_gprs(&c->entry.registers.rax, &start.rax);
}

/* A frame whose own words changed since its handler found them. */
void put_overwritten(unsigned number)
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
void calm_down(void)
{
    load_null_ss();
    write_dr7(DR7_START);
    write_cr4(read_cr4() & ~(uint64_t)(CR4_SMEP | CR4_SMAP | CR4_PKE | CR4_CET | CR4_PKS));
    write_cr0((read_cr0() | CR0_WP) & ~(uint64_t)(CR0_TS | CR0_EM));
}
