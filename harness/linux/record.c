/* record.c: the record of docs/record.md, with what a program can't see absent. It is kept, and leaves as a whole. */
#include "common/record.h"
#include <asm/unistd.h>
#include "hosted.h"
#include "common/gather.h"
#include "common/line.h"
#include "common/lines.h"
#include "long64/registers.h"
#include "common/serial.h"
#include "system.h"

#define ROOM 65536u
#define STDOUT 1
#define HYPERVISOR (1u << 31) /* CPUID leaf 1, ECX: reserved for it by both manuals */

static char kept[ROOM];
static unsigned kept_count;

void serial_put(char byte)
{
    if (kept_count < ROOM)
        kept[kept_count++] = byte;
}

void power_off(void)
{
    for (unsigned sent = 0; sent < kept_count;) {
        int64_t count = SYSTEM(write, STDOUT, kept + sent, kept_count - sent);

        if (count <= 0)
            break;
        sent += (unsigned)count;
    }
    for (;;)
        SYSTEM(exit_group, 0, 0, 0);
}

static void put_head(void)
{
    put_case();
    print("hosted linux%s\n", cpuid(1, 0).ecx & HYPERVISOR ? " hypervisor" : "");
}

void put_start(void)
{
    print("start rip=%lx cs=%lx rflags=%lx rsp=%lx ss=%lx" SEGMENTS, start.rip, start.cs, start.rflags, start.rsp, start.ss, SEGMENTS_OF(&start));
    put_start_gprs();
}

void record_armed(void)
{
    put_head();
    print("stack user %lx %lx\n", (uint64_t)stack_base(STACK_USER), (uint64_t)(stack_top(STACK_USER) - stack_base(STACK_USER)));
    put_places();
    for (const struct selector *s = harness_selectors; s->name; s++)
        print("selector %s %lx\n", s->name, s->value);
    put_selectors();
    put_labels();
    put_start();
    print("armed\n");
}

/* SDM 3A "Exception and Interrupt Vectors"; AMD's 29 and 30 never reach a program. */
static bool pushes_error(unsigned vector)
{
    return vector == VEC_DF || (vector >= VEC_TS && vector <= VEC_PF) || vector == VEC_AC || vector == VEC_CP;
}

void put_capture(unsigned number)
{
    const struct capture *c = &captures[number - 1];

    print("frame %u interrupts 0\nvector %lx\npushed", number, (uint64_t)c->vector);
    for (unsigned i = pushes_error(c->vector) ? 0 : 1; i < 6; i++)
        print(" %lx", c->slots[i]);
    print("\nhandler" SEGMENTS "\ncontrol", SEGMENTS_OF(&c->segments));
    if (c->vector == VEC_PF)
        print(" cr2=%lx", c->cr2);
    print("\ngprs");
    put_changed_gprs(&c->entry.registers.rax, &start.rax);
}

void end_run(void)
{
    program_armed = false;
    if (!kept_count) /* run() let no program loose */
        unsupported("no_program");
    if (gathered.end_reader)
        gathered.end_reader();
    for (unsigned n = 1; n <= capture_count; n++)
        put_capture(n);
    if (program_finished)
        put_final();
    put_state();
    put_values();
    put_memories();
    finish_record();
}

/* What was kept is dropped: it is no use. */
void unsupported(const char *what)
{
    kept_count = 0;
    line_sum = 0;
    put_head();
    print("unsupported %s\n", what);
    finish_record();
}

void end_unsupported(const char *feature)
{
    char word[32];
    unsigned length = 0;

    while (feature[length] && feature[length] != ' ' && length < sizeof(word) - 1) {
        word[length] = feature[length];
        length++;
    }
    word[length] = 0;
    unsupported(word);
}

void end_abandoned(unsigned vector, uint64_t address)
{
    print("abandoned %lx %lx\n", (uint64_t)vector, address);
    finish_record();
}
