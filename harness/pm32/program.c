/* program.c: prepares the state that the program under test starts with, and lets it loose. */
#include "common/cpu.h"
#include "common/gather.h"
#include "common/line.h"
#include "common/record.h"
#include "pm32/trap.h"

#define PREFIX_SS 0x36
#define PREFIX_DS 0x3e
#define BELOW_GATE_STACK 64u

void enter_program(void (*way)(void));

struct start going;
uint32_t going_frame[9];

/* What lies below the stack for CPL 0 when CPL 0 is left: the harness's own gates write there. */
static struct {
    uint32_t address;
    uint32_t words[BELOW_GATE_STACK / 4];
} aside;

extern uint8_t *const store_prefixes[]; /* stubs.S */

/* As stubs.S reaches memory in a handler at the program's own CPL, whose SS is the program's. */
static bool through_ds;

void store_through_ds(void)
{
    through_ds = true;
}

static void choose_segment_of_stubs(void)
{
    bool vm86 = start.eflags & EFLAGS_VM;
    bool flat = !through_ds && (vm86 || is_flat_data(start.ss)) && is_flat_data(tss.ss0);
    uint8_t prefix = flat ? PREFIX_SS : PREFIX_DS;

    if (!flat && (vm86 || !is_flat_data(start.ds)))
        return; /* such a case has another way for its handlers: a task gate, or an inner stack */
    for (unsigned v = 0; v < 256; v++)
        *(uint8_t *)stub_of(v) = prefix;
    for (uint8_t *const *p = store_prefixes; *p; p++)
        **p = prefix;
}

void set_gate_stack_aside(void)
{
    const struct tss32 *t = current_tss();

    aside.address = 0;
    if (!t || !is_mapped((uintptr_t)t, sizeof(*t)) || !is_flat_data(t->ss0 & 0xffff))
        return;
    if (t->esp0 < PAGE_SIZE || !is_mapped(t->esp0 - BELOW_GATE_STACK, BELOW_GATE_STACK))
        return;
    aside.address = t->esp0 - BELOW_GATE_STACK;
    for (unsigned i = 0; i < BELOW_GATE_STACK / 4; i++)
        aside.words[i] = ((const uint32_t *)aside.address)[i];
}

void restore_gate_stack(uint32_t esp, uint32_t size)
{
    for (unsigned i = 0; aside.address && i < BELOW_GATE_STACK / 4; i++) {
        uint32_t at = aside.address + 4 * i;

        if (at >= esp && at < esp + size)
            *(uint32_t *)at = aside.words[i];
    }
}

/* Room for what IRET at CPL 0 pops. */
static bool can_push(const struct start *s)
{
    struct segment stack = segment_of(s->ss);
    uint32_t top = stack.d ? s->esp : s->esp & 0xffff;
    bool inside = stack.type == DATA_EXPAND_DOWN ? top - 12 > stack.limit : top - 1 <= stack.limit;

    return top >= 12 && inside && is_mapped(stack.base + top - 12, 12);
}

static void prepare_frame(void)
{
    const uint32_t frame[9] = {going.eip, going.cs, going.eflags, going.esp, going.ss, going.es, going.ds, going.fs, going.gs};

    for (unsigned i = 0; i < 9; i++)
        going_frame[i] = frame[i];
}

/* How to go on with the state `going`. By a jump: nothing is written to its stack. */
void (*way_to(bool by_jump))(void)
{
    if (current_case->env == REAL16)
        return prepare_real_mode(by_jump);
    prepare_frame();
    if (going.eflags & EFLAGS_VM)
        return go_to_vm86;
    if (going.cs & 3)
        return go_to_outer;
    if (!by_jump && can_push(&going))
        return go_by_iret;
    if (!by_jump && going.eflags & (EFLAGS_TF | EFLAGS_RF))
        harness_fault("no room below start.esp for what sets TF or RF");
    going.eflags &= ~(EFLAGS_TF | EFLAGS_RF);
    if (!(going.eflags & EFLAGS_IF))
        return go_by_jump;
    going.eflags &= ~EFLAGS_IF;
    return go_by_jump_with_if;
}

/* What CPL 3 may use is the harness's, too: labels, stacks, stubs. */
static bool smap_is_aside;

void set_smap_aside(void)
{
    if (!has_cpuid() || !(read_cr4() & CR4_SMAP))
        return;
    write_cr4(read_cr4() & ~CR4_SMAP);
    smap_is_aside = true;
}

uint32_t program_cr4(void)
{
    return (uint32_t)read_cr4() | (smap_is_aside ? CR4_SMAP : 0);
}

static void restore_smap(void)
{
    if (smap_is_aside)
        write_cr4(read_cr4() | CR4_SMAP);
    smap_is_aside = false;
}

void go_on(void (*way)(void))
{
    set_gate_stack_aside();
    restore_smap();
    way();
    __builtin_unreachable();
}

void set_breakpoint(unsigned n, uintptr_t address, enum breakpoint_type type, enum breakpoint_length length)
{
    write_breakpoint(n, address);
    start.dr7 |= DR7_L(n) | DR7_RW(n, type) | DR7_LEN(n, length);
}

void push_image(struct interrupt_frame image, bool with_stack)
{
    unsigned count = with_stack ? 5 : 3;
    const uint32_t *words = &image.eip;

    start.esp -= 4 * count;
    for (unsigned i = 0; i < count; i++)
        ((uint32_t *)stack_address(start.ss, start.esp))[i] = words[i];
}

/* A far jump or call with an offset of 32 bits, in 16-bit code. */
static void write_far(uint8_t *code, uint8_t opcode, uint32_t offset, uint16_t selector)
{
    code[0] = 0x66;
    code[1] = opcode;
    for (unsigned i = 0; i < 4; i++)
        code[2 + i] = (uint8_t)(offset >> 8 * i);
    code[6] = (uint8_t)selector;
    code[7] = (uint8_t)(selector >> 8);
}

/* The way out of 16-bit code. In real mode low.S has it, behind this place. */
static void prepare_end16(void)
{
    if (current_case->env == REAL16)
        return;
    if (start.eflags & EFLAGS_VM) {
        program_end16[0] = 0x0f; /* UD2 */
        program_end16[1] = 0x0b;
    } else if (start.cs & 3)
        write_far(program_end16, 0x9a, 0, PROGRAM_GATE);
    else
        write_far(program_end16, 0xea, (uintptr_t)program16_ended, KERNEL_CODE);
}

void run_program(struct program program)
{
    bool by_segment = current_case->env == REAL16 || start.eflags & EFLAGS_VM;
    void (*way)(void);

    set_smap_aside();
    if (!start.eip)
        start.eip = program.entry - (by_segment ? 16 * start.cs : segment_of(start.cs).base);
    prepare_end16();
    if (!by_segment || start.eflags & EFLAGS_VM)
        choose_segment_of_stubs();
    record_labels(program.labels);
    read_tasks(&tasks_before);
    record_armed();
    program_armed = true;
    write_cr2(start.cr2);
    write_dr6(start.dr6);
    write_dr7(start.dr7);
    going = start;
    set_gate_stack_aside();
    way = way_to(false);
    restore_smap();
    enter_program(way);
    write_dr7(DR7_START);
}
