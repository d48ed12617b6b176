/* record.c: the record, docs/record.md line by line. */
#include "report/record.h"
#include "cpu/cpu.h"
#include "report/serial.h"
#include "trap/trap.h"

#define MAX_NAMED 24u

static struct place places[MAX_NAMED];
static unsigned place_count;
static struct selector selectors[MAX_NAMED];
static unsigned selector_count;
static uintptr_t label_tables[MAX_NAMED];
static unsigned label_table_count;
static struct {
    const char *name;
    const uint64_t *entry; /* read at the end; NULL: value is it */
    uint64_t value;
} values[64];
static unsigned value_count;
static struct {
    const char *name;
    const volatile uint8_t *bytes;
    size_t size;
} memories[MAX_NAMED];
static unsigned memory_count;
static void (*end_reader)(void);

static const char *const gpr_names[16] = {"rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi",
                                          "r8",  "r9",  "r10", "r11", "r12", "r13", "r14", "r15"};
#define RSP_NUMBER 4u

/* ---- Words and lines. ---- */

static uint32_t sum;

static void put(char c)
{
    sum += (uint8_t)c;
    serial_put(c);
}

static void put_text(const char *text)
{
    while (*text)
        put(*text++);
}

static void put_hex(uint64_t value)
{
    unsigned digits = 1;

    while (digits < 16 && value >> 4 * digits)
        digits++;
    while (digits--)
        put("0123456789abcdef"[value >> 4 * digits & 15]);
}

static void put_decimal(unsigned value) /* below 100 */
{
    unsigned tens = 0;

    for (; value >= 10; value -= 10)
        tens++;
    if (tens)
        put((char)('0' + tens));
    put((char)('0' + value));
}

static void word(uint64_t value)
{
    put(' ');
    put_hex(value);
}

static void named(const char *name, uint64_t value)
{
    put(' ');
    put_text(name);
    put('=');
    put_hex(value);
}

static void line_end(void)
{
    put('\n');
}

/* ---- Gathering. ---- */

void record_place(const char *name, uintptr_t base, size_t size)
{
    if (place_count == MAX_NAMED)
        harness_fault("too many places");
    places[place_count++] = (struct place){name, base, size, 0};
}

void record_selector(const char *name, uint16_t value)
{
    if (selector_count == MAX_NAMED)
        harness_fault("too many selectors");
    selectors[selector_count++] = (struct selector){name, value};
}

void record_labels(uintptr_t labels)
{
    if (label_table_count == MAX_NAMED)
        harness_fault("too many programs");
    label_tables[label_table_count++] = labels;
}

void note(const char *name, uint64_t value)
{
    if (value_count == sizeof(values) / sizeof(*values))
        harness_fault("too many values");
    values[value_count].name = name;
    values[value_count++].value = value;
}

void record_entry(const char *name, const uint64_t *entry)
{
    note(name, 0);
    values[value_count - 1].entry = entry;
}

void record_memory(const char *name, const volatile void *memory, size_t size)
{
    if (memory_count == MAX_NAMED)
        harness_fault("too much memory to record");
    memories[memory_count].name = name;
    memories[memory_count].bytes = memory;
    memories[memory_count++].size = size;
}

void at_end(void (*reader)(void))
{
    end_reader = reader;
}

static bool same_text(const char *a, const char *b)
{
    while (*a && *a == *b)
        a++, b++;
    return *a == *b;
}

uintptr_t label_of(struct program program, const char *name)
{
    for (const struct label *l = (const struct label *)program.labels; l->address; l++)
        if (same_text(l->name, name))
            return l->address;
    harness_fault("no such label");
}

uintptr_t recorded_label(const char *name)
{
    for (unsigned i = 0; i < label_table_count; i++)
        for (const struct label *l = (const struct label *)label_tables[i]; l->address; l++)
            if (same_text(l->name, name))
                return l->address;
    harness_fault("no such label");
}

/* ---- Sending. ---- */

static bool head_sent;

static void put_head(void)
{
    if (head_sent)
        return;
    head_sent = true;
    put_text("trapframe 1\ncase ");
    put_text(case_file);
    if (current_case->name) {
        put('_');
        put_text(current_case->name);
    }
    put_text(current_case->env == COMPAT32 ? " compat32\n" : " long64\n");
}

static void put_segments(const struct segments *s)
{
    named("ds", s->ds);
    named("es", s->es);
    named("fs", s->fs);
    named("gs", s->gs);
    named("fs_base", s->fs_base);
    named("gs_base", s->gs_base);
}

static void put_changed_gprs(const uint64_t *gpr, const uint64_t *expected)
{
    for (unsigned i = 0; i < 16; i++)
        if (i != RSP_NUMBER && gpr[i] != expected[i])
            named(gpr_names[i], gpr[i]);
}

static void put_start(void)
{
    struct segments segments = {start.ds, start.es, start.fs, start.gs, start.fs_base, start.gs_base};
    const uint64_t *gpr = &start.rax;
    uint64_t low = current_case->env == COMPAT32 ? 0x01010101 : 0x0101010101010101;
    uint64_t pattern[16];

    for (unsigned i = 0; i < 16; i++)
        pattern[i] = (0xb0 + i) * (i < 8 ? low : 0x0101010101010101);
    put_text("start");
    named("rip", start.rip);
    named("cs", start.cs);
    named("rflags", start.rflags);
    named("rsp", start.rsp);
    named("ss", start.ss);
    put_segments(&segments);
    named("cr2", start.cr2);
    named("dr6", start.dr6);
    named("dr7", start.dr7);
    put_changed_gprs(gpr, pattern);
    line_end();
}

void record_armed(void)
{
    put_head();
    for (unsigned i = 0; i < place_count; i++) {
        put_text("place ");
        put_text(places[i].name);
        word(places[i].base);
        word(places[i].size);
        line_end();
    }
    for (unsigned i = 0; i < selector_count; i++) {
        put_text("selector ");
        put_text(selectors[i].name);
        word(selectors[i].value);
        line_end();
    }
    for (unsigned i = 0; i < label_table_count; i++)
        for (const struct label *l = (const struct label *)label_tables[i]; l->address; l++) {
            put_text("label ");
            put_text(l->name);
            word(l->address);
            line_end();
        }
    put_start();
    if (current_case->vector >= 0) {
        const struct gate *gate = gate_of((unsigned)current_case->vector);

        put_text("gate");
        word((unsigned)current_case->vector);
        named("ist", gate->ist);
        named("type", gate->type_dpl_p & 15);
        line_end();
    }
    put_text("armed\n");
    serial_drain();
}

static void put_capture(unsigned number)
{
    const struct capture *c = &captures[number - 1];

    put_text("frame ");
    put_decimal(number);
    put_text(" interrupts ");
    put_decimal(c->interrupts);
    put_text("\nvector");
    word(c->vector);
    put_text("\nslots");
    word(c->entry.registers.rsp);
    for (unsigned i = 0; i < SLOT_COUNT; i++)
        word(c->slots[i]);
    put_text("\nhandler");
    named("rflags", c->entry.rflags);
    named("cs", c->entry.cs);
    named("ss", c->entry.ss);
    put_segments(&c->segments);
    put_text("\ncontrol");
    named("cr2", c->cr2);
    named("dr6", c->dr6);
    named("dr7", c->dr7);
    put_text("\ngprs");
    put_changed_gprs(&c->entry.registers.rax, &start.rax);
    line_end();
}

/* A frame whose own words changed since its handler found them. */
static void put_overwritten(unsigned number)
{
    const struct capture *c = &captures[number - 1];
    uint64_t rsp = c->entry.registers.rsp;
    unsigned own = has_error_code(rsp) ? 6 : 5;
    uint64_t now[SLOT_COUNT];
    bool changed = false;

    for (unsigned i = 0; i < SLOT_COUNT; i++) {
        now[i] = is_mapped(rsp + 8 * i) ? ((const uint64_t *)rsp)[i] : 0;
        changed |= i < own && now[i] != c->slots[i];
    }
    if (!changed)
        return;
    put_text("overwritten ");
    put_decimal(number);
    for (unsigned i = 0; i < SLOT_COUNT; i++)
        word(now[i]);
    line_end();
}

static void put_sse(void)
{
    bool kept = true;
    const uint64_t *before = (const uint64_t *)(const void *)sse_start.image, *after = (const uint64_t *)(const void *)sse_final.image;

    put_text("sse");
    if ((uint32_t)before[3] != (uint32_t)after[3]) { /* MXCSR, byte 24 */
        named("mxcsr", (uint32_t)after[3]);
        kept = false;
    }
    for (unsigned i = 0; i < 32; i++)
        if (before[20 + i] != after[20 + i]) {
            put_text(" xmm");
            put_decimal(i / 2);
            put_text(i % 2 ? ".high=" : ".low=");
            put_hex(after[20 + i]);
            kept = false;
        }
    put_text(kept ? " kept\n" : "\n");
}

static void put_final(void)
{
    put_text("final");
    named("rflags", program_final.rflags);
    named("rsp", program_final.registers.rsp);
    put_segments(&final_segments);
    put_changed_gprs(&program_final.registers.rax, &start.rax);
    line_end();
    if (sse_watched)
        put_sse();
}

static void put_memory(unsigned m)
{
    for (size_t offset = 0; offset < memories[m].size; offset += 16) {
        put_text("memory ");
        put_text(memories[m].name);
        word(offset);
        for (size_t i = offset; i < offset + 16 && i < memories[m].size; i++) {
            put(' ');
            put("0123456789abcdef"[memories[m].bytes[i] >> 4]);
            put("0123456789abcdef"[memories[m].bytes[i] & 15]);
        }
        line_end();
    }
}

static _Noreturn void finish(void)
{
    uint32_t total = sum & 0xffff;

    put_text("end exit");
    word(total);
    line_end();
    power_off();
}

/* Undoes what a case may have set up and what would disturb the report. */
static void calm_down(void)
{
    write_dr7(DR7_START);
    write_cr4(read_cr4() & ~(uint64_t)(CR4_SMEP | CR4_SMAP | CR4_PKE | CR4_CET | CR4_PKS));
    write_cr0((read_cr0() | CR0_WP) & ~(uint64_t)(CR0_TS | CR0_EM));
}

void end_run(void)
{
    calm_down();
    put_head();
    if (end_reader)
        end_reader();
    for (unsigned n = 1; n <= capture_count; n++)
        put_capture(n);
    for (unsigned n = 1; n <= capture_count; n++)
        put_overwritten(n);
    if (program_finished)
        put_final();
    for (unsigned i = 0; i < value_count; i++) {
        uint64_t value = values[i].entry ? *values[i].entry & ~PAGE_ADDRESS : values[i].value;

        put_text("value ");
        put_text(values[i].name);
        word(value);
        line_end();
    }
    for (unsigned i = 0; i < memory_count; i++)
        put_memory(i);
    finish();
}

void end_unsupported(const char *feature)
{
    put_head();
    put_text("unsupported ");
    while (*feature && *feature != ' ')
        put(*feature++);
    line_end();
    finish();
}

void harness_interrupted(unsigned vector, uintptr_t rsp)
{
    uintptr_t at = rsp + (has_error_code(rsp) ? 8 : 0);

    put_head();
    put_text("abandoned");
    word(vector);
    word(is_mapped(at) ? *(const uint64_t *)at : 0);
    line_end();
    finish();
}

void harness_fault(const char *message)
{
    put_text("harness: ");
    put_text(message);
    line_end();
    power_off();
}
