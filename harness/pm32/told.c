/* told.c: the lines of a record that tell the state of the processor in protected mode and in real mode. */
#include "common/cpu.h"
#include "common/line.h"
#include "pm32/trap.h"

static const char *const gpr_names[8] = {"eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi"};
#define ESP_NUMBER 4u

/* No SSE, x87 or AVX state is watched here. */
void put_state(void)
{
}

void read_slots_again(unsigned number, uint32_t slots[SLOT_COUNT]);

static bool is_real(void)
{
    return current_case->env == REAL16;
}

static void put_changed_gprs(const struct start *now, const struct start *before)
{
    const uint32_t *gpr = &now->eax, *expected = &before->eax;

    for (unsigned i = 0; i < 8; i++)
        if (i != ESP_NUMBER && gpr[i] != expected[i])
            print(" %s=%x", gpr_names[i], gpr[i]);
    put('\n');
}

static void put_words(const uint32_t *words, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        print(" %x", words[i]);
    put('\n');
}

static void put_segments(const struct start *s)
{
    print(" ds=%x es=%x fs=%x gs=%x", s->ds, s->es, s->fs, s->gs);
}

static void put_control(const struct start *s)
{
    if (!is_real())
        print(" cr2=%x", s->cr2);
    print(" dr6=%x dr7=%x", s->dr6, s->dr7);
}

/* Where EIP in a code segment isn't the address. */
static void put_bases(void)
{
    for (unsigned selector = SEL_CODE_1MIB; selector <= GDT_LIMIT; selector += 8) {
        struct segment s = segment_of(selector);

        if ((s.type & CODE_EXECUTE_ONLY) == CODE_EXECUTE_ONLY && s.base && selector != REAL_MODE_CODE)
            print("base %x %x\n", selector, s.base);
    }
}

void put_tasks(void)
{
    if (!is_real())
        put_bases();
    for (unsigned i = 0; tasks_recorded && i < task_count(); i++) {
        const struct task *task = task_number(i);
        struct segment s = segment_of(task->selector);

        print("task %s %x %x %x %x\nimage %s", task->name, (unsigned)task->selector, s.base, s.limit, (unsigned)tasks_before.of[i].type, task->name);
        put_words(tasks_before.of[i].words, task->is_16bit ? TSS16_WORDS : TSS_WORDS);
    }
}

/* One line a task that isn't as it was. */
static void put_changed_tasks(const struct tasks *now, const struct tasks *before)
{
    for (unsigned i = 0; tasks_recorded && i < task_count(); i++) {
        const uint32_t *words = now->of[i].words, *old = before->of[i].words;
        bool told = false;

        for (unsigned w = 0; w < TSS_WORDS; w++) {
            if (words[w] == old[w])
                continue;
            if (!told)
                print("changed %s %x", task_number(i)->name, (unsigned)now->of[i].type);
            told = true;
            print(" %x=%x", 4 * w, words[w]);
        }
        if (!told && now->of[i].type != before->of[i].type) {
            print("changed %s %x", task_number(i)->name, (unsigned)now->of[i].type);
            told = true;
        }
        if (told)
            put('\n');
    }
}

void put_start(void)
{
    uint16_t tr, ldtr;
    struct start pattern;
    uint32_t *gpr = &pattern.eax;

    for (unsigned i = 0; i < 8; i++)
        gpr[i] = start_gpr(i);
    print(is_real() ? "start ip=%x cs=%x flags=%x sp=%x ss=%x" : "start eip=%x cs=%x eflags=%x esp=%x ss=%x", start.eip, start.cs, start.eflags,
          start.esp, start.ss);
    put_segments(&start);
    if (tasks_recorded) {
        __asm__ volatile("str %0\n\tsldt %1" : "=m"(tr), "=m"(ldtr));
        print(" tr=%x ldtr=%x", (unsigned)tr, (unsigned)ldtr);
    }
    put_control(&start);
    put_changed_gprs(&start, &pattern);
}

void put_gate(unsigned vector)
{
    if (!is_real())
        print("gate %x type=%x\n", vector, gate_of(vector)->type_dpl_p & 15u);
}

static void put_task_registers(const struct state *s)
{
    if (tasks_recorded)
        print(" tr=%x ldtr=%x cr0=%x cr3=%x", s->tr, s->ldtr, s->cr0, s->cr3);
}

void put_capture(unsigned number)
{
    const struct capture *c = &captures[number - 1];

    print("frame %u interrupts %u\nvector %x type=%x\nslots %x", number, c->interrupts, c->vector, c->type,
          is_real() ? c->at.r.esp & 0xffff : c->slots_at);
    put_words(c->slots, SLOT_COUNT);
    print(is_real() ? "handler flags=%x esp=%x cs=%x ss=%x" : "handler eflags=%x esp=%x cs=%x ss=%x", c->at.r.eflags, c->at.r.esp, c->at.r.cs,
          c->at.r.ss);
    put_segments(&c->at.r);
    put_task_registers(&c->at);
    print("\ncontrol");
    put_control(&c->at.r);
    print("\ngprs");
    put_changed_gprs(&c->at.r, &start);
    put_changed_tasks(&c->tasks, number > 1 ? &captures[number - 2].tasks : &tasks_before);
}

/* How many of the words are the frame's own isn't known here. */
void put_overwritten(unsigned number)
{
    const struct capture *c = &captures[number - 1];
    uint32_t now[SLOT_COUNT];

    read_slots_again(number, now);
    for (unsigned i = 0; i < SLOT_COUNT; i++)
        if (now[i] != c->slots[i]) {
            print("overwritten %u", number);
            put_words(now, SLOT_COUNT);
            return;
        }
}

void put_final(void)
{
    const struct start *s = &program_final.r;

    print(is_real() ? "final flags=%x sp=%x ss=%x cs=%x" : "final eflags=%x esp=%x ss=%x cs=%x", s->eflags, is_real() ? s->esp & 0xffff : s->esp,
          s->ss, s->cs);
    put_segments(s);
    put_task_registers(&program_final);
    put_changed_gprs(s, &start);
    put_changed_tasks(&tasks_final, capture_count ? &captures[capture_count - 1].tasks : &tasks_before);
}

#define CR4_IN_THE_WAY (CR4_SMEP | CR4_SMAP | CR4_PKE | CR4_CET | CR4_PKS)

void calm_down(void)
{
    write_dr7(DR7_START);
    if (has_cpuid() && read_cr4() & CR4_IN_THE_WAY)
        write_cr4(read_cr4() & ~CR4_IN_THE_WAY);
    write_cr0((read_cr0() | CR0_WP) & ~(CR0_TS | CR0_EM));
}
