/* arena.c: the machine that every state begins with: tables, stacks, pages, and what of them was changed for one state. */
#include "common/cpu.h"
#include "common/line.h"
#include "sweep/own.h"
#include "sweep32/eyes.h"

#define USED (PAGE_A | PAGE_D)
#define OPEN_PAGE (PAGE_PRESENT | PAGE_WRITE | PAGE_USER | USED)
#define LOW_END 0xa0000u /* of a PC's memory below its devices */
#define INT3 0xccccccccu

#define FLAT_OF(type, dpl, db) descriptor_of(0, 0xfffff, type, dpl, 1, db, 1)

#define AT(field) offsetof(struct captured, field)
_Static_assert(AT(esp) == CAPTURED_ESP && AT(eflags) == CAPTURED_EFLAGS && AT(edi) == CAPTURED_EDI && AT(segment) == CAPTURED_ES, "layout.h");
_Static_assert(offsetof(struct entry, es) == ENTRY_ES && offsetof(struct entry, edi) == ENTRY_EDI && offsetof(struct entry, inner) == ENTRY_INNER,
               "layout.h");

uint64_t gdt[GDT_ENTRIES + 8] __attribute__((aligned(16)));
uint64_t ldt[2];
uint64_t idt[256] __attribute__((aligned(4096)));
struct tss32 tss __attribute__((aligned(TSS_ALIGNMENT))), df_tss __attribute__((aligned(TSS_ALIGNMENT)));
volatile struct captured captured;
struct entry entry __attribute__((section(".stacks.1,\"aw\",@nobits#"))); /* the upper half of its address is in what comes */
struct came_system came_system = {.tr = SEL_TSS, .ldtr = SEL_LDT};
struct machine base;
struct otherwise otherwise;
bool is_amd;

extern const uint8_t low_begin[], low_end[], leave_state[], ram_base[], read_only_end[];
extern uint32_t page_directory[];
uint32_t *page_entry(uintptr_t address, unsigned level); /* pm32/paging.c */

/* ---- What a state changes. ---- */

static struct {
    uint32_t *word;
    uint32_t value;
} poked[128];
static unsigned pokes;

void poke(void *word, uint32_t value)
{
    if (pokes == sizeof(poked) / sizeof(*poked))
        harness_fault("a state changes too much");
    poked[pokes].word = word;
    poked[pokes++].value = *(uint32_t *)word;
    *(uint32_t *)word = value;
}

void poke_descriptor(uint64_t *at, uint64_t descriptor)
{
    poke(at, (uint32_t)descriptor);
    poke((uint32_t *)at + 1, (uint32_t)(descriptor >> 32));
}

/* The byte at a linear address, or NULL. */
static uint8_t *reach(uint32_t linear)
{
    if (is_open(linear))
        return (uint8_t *)(uintptr_t)linear;
    return is_mapped(linear, 1) ? frame_of(linear) : NULL;
}

/* Of the words that an instruction of the state will read. */
static struct {
    uint32_t begin, end;
} written;

bool arena_renew(void)
{
    return false;
}

static void unwrite(const struct store *s)
{
    uint32_t at = (uint32_t)s->linear, value = (uint32_t)s->value;

    if (at + s->size > written.begin && at < written.end)
        return;
    if (s->size == 4)
        *(volatile uint32_t *)at = ~value;
    else
        for (unsigned i = 0; i < s->size; i++)
            *(volatile uint8_t *)(at + i) = (uint8_t) ~(value >> 8 * i);
}

void unwrite_frame(const struct outcome *o)
{
    for (unsigned i = 0; i < o->store_count; i++)
        if (o->store[i].kind == STORE_PUSH && !o->store[i].maybe)
            unwrite(&o->store[i]);
}

void unwrite_pushed(const struct outcome *o)
{
    unwrite_frame(o);
}

void keep(uint32_t begin, uint32_t end)
{
    written.begin = begin;
    written.end = end;
}

static void put_word(uint32_t address, unsigned size, uint32_t word)
{
    if (size == 4 && (address & (PAGE_SIZE - 1)) <= PAGE_SIZE - 4) {
        uint32_t *at = (uint32_t *)(void *)reach(address);

        if (at)
            *at = word;
        return;
    }
    for (; size--; address++, word >>= 8) {
        uint8_t *at = reach(address);

        if (at)
            *at = (uint8_t)word;
    }
}

void put_words(uint32_t address, unsigned size, const uint32_t *words, unsigned count)
{
    keep(address, address + size * count);
    for (unsigned i = 0; i < count; i++, address += size)
        put_word(address, size, words[i]);
}

struct shape shape_of(enum stack stack, enum stack_kind kind, unsigned room)
{
    uint32_t page = STACK_PAGE(stack), middle = page + STACK_MIDDLE, low = room < STACK_MIDDLE / 2 ? room : STACK_MIDDLE;
    struct shape flat = {0, 0xfffff, page + low, 0, 1, 1};
    /* What IRET leaves beyond SP isn't said: the same as it has itself. */
    uint32_t high = stack == OF_PROGRAM ? (uintptr_t)&entry & 0xffff0000 : 0x12340000;

    switch (kind) {
    case STACK_16:
        return (struct shape){page, 0xffff, high | low, 0, 0, 0};
    case DOWN:
        return (struct shape){page, STACK_MIDDLE - room - 1, STACK_MIDDLE, 1, 1, 0};
    case DOWN_16:
        return (struct shape){page, STACK_MIDDLE - room - 1, high | STACK_MIDDLE, 1, 0, 0};
    case TO_LIMIT:
        return (struct shape){middle - room, room ? room - 1 : 0, room, 0, 1, 0};
    case BEYOND_LIMIT:
        return (struct shape){middle - room, room > 1 ? room - 2 : 0, room, 0, 1, 0};
    case FROM_0:
        return (struct shape){middle - room, 0xfff, room, 0, 1, 0};
    case FROM_0_16:
        return (struct shape){middle - room, 0xfff, high | room, 0, 0, 0};
    case WRAPS:
        return (struct shape){middle - room, 0xfffff, room, 0, 1, 1};
    case ODD:
        flat.esp++;
        return flat;
    case READ_ONLY:
        flat.esp = PAGE_READ_ONLY + low;
        return flat;
    case SUPERVISOR:
        flat.esp = PAGE_SUPERVISOR + low;
        return flat;
    case MISSING:
        flat.esp = PAGE_MISSING + low;
        return flat;
    default:
        return flat;
    }
}

/* All that a state may set. The choices are those of the way that is predicted; what is behind them is the same in each state. */
void copy_machine(struct machine *to, const struct machine *from)
{
    __builtin_memcpy(to, from, offsetof(struct machine, choice));
}

/* ---- The specification's eyes. ---- */

/* Behind the stores of an instruction that hasn't been executed yet. */
uint64_t read_behind(const struct outcome *o, uint64_t physical, uint32_t size)
{
    uint64_t value = 0;

    for (uint32_t i = 0; i < size; i++) {
        uint8_t byte = *(uint8_t *)(uintptr_t)(physical + i);

        for (unsigned n = 0; n < o->store_count; n++)
            if (physical + i - o->store[n].physical < o->store[n].size && !o->store[n].maybe)
                byte = (uint8_t)(o->store[n].value >> 8 * (physical + i - o->store[n].physical));
        value |= (uint64_t)byte << 8 * i;
    }
    return value;
}

static uint64_t read(void *context, uint64_t physical, uint32_t size)
{
    (void)context;
    return read_in_arena(physical, size);
}

struct segment segment_of(uint16_t selector)
{
    uint64_t raw = selector & 4 ? ldt[selector >> 3] : gdt[selector >> 3];
    uint32_t limit = (uint32_t)((raw & 0xffff) | (raw >> 32 & 0xf0000));

    if (selector < 4)
        return (struct segment){.selector = selector};
    return (struct segment){
        .base = (raw >> 16 & 0xffffff) | (raw >> 32 & 0xff000000),
        .limit = raw >> 55 & 1 ? limit << 12 | 0xfff : limit,
        .selector = selector,
        .type = raw >> 40 & 15,
        .s = raw >> 44 & 1,
        .dpl = raw >> 45 & 3,
        .p = raw >> 47 & 1,
        .l = raw >> 53 & 1,
        .db = raw >> 54 & 1,
    };
}

static struct segment segment_8086(uint16_t selector)
{
    return (struct segment){.base = selector << 4, .limit = 0xffff, .selector = selector, .type = 3, .s = 1, .dpl = 3, .p = 1};
}

void enter_mode(struct state *s, enum mode mode)
{
    struct machine *m = &s->machine;
    unsigned cpl = mode <= IN_RING_3 ? mode - IN_RING_0 : mode == IN_CODE16_0 ? 0 : 3;
    uint16_t cs = (uint16_t)(mode <= IN_RING_3 ? SEL_CODE + 16 * cpl : SEL_CODE16 + 8 * cpl);

    m->cpl = (uint8_t)cpl;
    m->gpr[RSP] = STACK_PAGE(OF_PROGRAM) + STACK_MIDDLE;
    if (mode == IN_VM86) {
        for (unsigned i = ES; i <= GS; i++)
            m->segment[i] = segment_8086(i == SS ? STACK_PAGE(OF_PROGRAM) >> 4 : 0);
        m->gpr[RSP] = STACK_MIDDLE;
        m->rflags |= EFLAGS_VM;
        return;
    }
    m->segment[CS] = segment_of((uint16_t)(cs | cpl));
    m->segment[SS] = segment_of((uint16_t)((SEL_DATA + 16 * cpl) | cpl));
}

/* ---- Into the state, and what is the harness's again behind it. ---- */

static struct {
    uint32_t tss_limit, idt_limit;
    uint8_t tss_type;
} loaded;

static void load_task_register(uint32_t limit, unsigned type)
{
    gdt[SEL_TSS / 8] = descriptor_of((uintptr_t)&tss, limit, type & ~2u, 0, 1, 0, 0);
    __asm__ volatile("ltr %w0" : : "r"(SEL_TSS) : "memory");
    loaded.tss_limit = limit;
    loaded.tss_type = (uint8_t)type;
}

void load_idt(uint32_t limit)
{
    struct table_register idtr = {(uint16_t)limit, (uintptr_t)idt};

    __asm__ volatile("lidt %0" : : "m"(idtr));
    loaded.idt_limit = limit;
}

static void load_system(const struct machine *m)
{
    const struct segment *tr = &m->segment[TR];

    if (loaded.tss_limit != tr->limit || loaded.tss_type != tr->type)
        load_task_register(tr->limit, tr->type);
    if (loaded.idt_limit != m->idtr.limit)
        load_idt((uint32_t)m->idtr.limit);
}

static void restore_system(void)
{
    if (came_system.tr != SEL_TSS) {
        gdt[SEL_DF_TSS / 8] &= ~(2ull << 40); /* no more busy */
        load_task_register(loaded.tss_limit, loaded.tss_type);
    }
    if (came_system.ldtr != SEL_LDT || came_system.tr != SEL_TSS)
        __asm__ volatile("lldt %w0" : : "r"(SEL_LDT));
    if (read_cr0() & CR0_TS)
        __asm__ volatile("clts");
    if (came_system.cr3 != base.cr3)
        write_cr3((uintptr_t)base.cr3);
}

void enter(const struct state *s)
{
    const struct machine *m = &s->machine;
    const struct segment *r = m->segment;
    bool vm86 = is_vm86(s);

    if (s->doing == DO_OTHERWISE) {
        otherwise.enter(s);
        return;
    }
    load_system(m);
    if (read_cr2() != CR2_OF_STATE)
        write_cr2(CR2_OF_STATE);
    entry = (struct entry){
        .eip = (uint32_t)m->rip,
        .cs = r[CS].selector,
        .eflags = (uint32_t)m->rflags,
        .esp = (uint32_t)m->gpr[RSP],
        .ss = r[SS].selector,
        .image = {r[ES].selector, r[DS].selector, r[FS].selector, r[GS].selector},
        .es = vm86 ? 0 : r[ES].selector,
        .ds = vm86 ? 0 : r[DS].selector,
        .fs = vm86 ? 0 : r[FS].selector,
        .gs = vm86 ? 0 : r[GS].selector,
        .edi = (uint32_t)m->gpr[RDI],
        .esi = (uint32_t)m->gpr[RSI],
        .ebp = (uint32_t)m->gpr[RBP],
        .ebx = (uint32_t)m->gpr[RBX],
        .edx = (uint32_t)m->gpr[RDX],
        .ecx = (uint32_t)m->gpr[RCX],
        .eax = (uint32_t)m->gpr[RAX],
        .inner = m->cpl != 0,
    };
    enter_state();
    __asm__ volatile("str %0\n\tsldt %1" : "=m"(came_system.tr), "=m"(came_system.ldtr));
    came_system.cr0 = read_cr0();
    came_system.cr3 = (uint32_t)read_cr3();
}

/* ---- Once. ---- */

static void map_memory(void)
{
    for (uintptr_t page = PAGE_SIZE; page < LOW_MEMORY; page += PAGE_SIZE)
        *page_entry(page, 1) |= (uint32_t)OPEN_PAGE;
    map_frame(PAGE_READ_ONLY, allocate_frame(), OPEN_PAGE & ~PAGE_WRITE);
    map_frame(PAGE_SUPERVISOR, allocate_frame(), OPEN_PAGE & ~PAGE_USER);
    for (unsigned i = 0; i < 1024; i++)
        if (page_directory[i] & PAGE_PRESENT)
            page_directory[i] |= (uint32_t)PAGE_A; /* so that no walk writes */
    for (uintptr_t page = (uintptr_t)ram_base; page < (uintptr_t)read_only_end; page += PAGE_SIZE)
        change_page(page, PAGE_WRITE, 0);
    change_page(LOW_CODE, PAGE_WRITE, 0);
    unmap_page(LOW_MISSING);
    for (unsigned i = 0; i <= STACK_COUNT; i++)
        unmap_page(STACK_PAGE(i) - PAGE_SIZE);
    write_cr3(read_cr3());
}

unsigned stub_of(unsigned vector)
{
    if (vector < EXCEPTIONS)
        return vector;
    return vector >= VECTOR_INT_N && vector <= VECTOR_RAN_ON ? vector - VECTOR_INT_N + STUB_INT_N : STUB_OTHER;
}

void load_gdt(unsigned entries)
{
    struct table_register gdtr = {(uint16_t)(entries * 8 - 5), (uintptr_t)gdt};

    __asm__ volatile("lgdt %0" : : "m"(gdtr));
    base.gdtr = (struct table){gdtr.base, gdtr.limit};
}

static void load_tables(void)
{
    for (unsigned ring = 0; ring < 4; ring++) {
        gdt[SEL_CODE / 8 + 2 * ring] = FLAT_OF(0x1b, ring, 1);
        gdt[SEL_DATA / 8 + 2 * ring] = FLAT_OF(0x13, ring, 1);
        gdt[SEL_CODE16 / 8 + ring] = FLAT_OF(0x1b, ring, 0);
    }
    gdt[SEL_LDT / 8] = descriptor_of((uintptr_t)ldt, sizeof(ldt) - 1, SYSTEM_LDT, 0, 1, 0, 0);
    ldt[0] = gdt[SEL_CODE / 8];
    ldt[1] = gdt[SEL_DATA / 8];
    for (unsigned i = SEL_VARIED / 8; i < GDT_ENTRIES; i++)
        gdt[i] = gdt[SEL_DATA / 8];
    for (unsigned v = 0; v < 256; v++) {
        idt[v] = encode_gate(make_gate(LOW_CODE + STUB_SIZE * stub_of(v), SEL_CODE, GATE_INTERRUPT, v == VECTOR_RAN_ON ? 3 : 0, true));
    }
    for (unsigned ring = 0; ring < 3; ring++) {
        (&tss.esp0)[2 * ring] = STACK_PAGE(OF_RING_0 + ring) + STACK_MIDDLE;
        (&tss.ss0)[2 * ring] = (SEL_DATA + 16 * ring) | ring;
    }
    tss.io_map_base = sizeof(tss);
    tss.cr3 = read_cr3();
    /* A task handles #DF, so that faults of the stack of ring 0 don't end in a shutdown. */
    df_tss = (struct tss32){
        .cr3 = read_cr3(),
        .eip = LOW_CODE + STUB_SIZE * VEC_DF,
        .eflags = EFLAGS_FIXED,
        .ebx = 0xb3b3b3b3,
        .ebp = 0xb5b5b5b5,
        .esi = 0x56565656,
        .edi = 0xd1d1d1d1,
        .esp = STACK_PAGE(OF_TASK) + STACK_MIDDLE,
        .cs = SEL_CODE,
        .ss = SEL_DATA,
        .ds = SEL_DATA3,
        .es = SEL_DATA3,
        .io_map_base = sizeof(tss),
    };
    gdt[SEL_DF_TSS / 8] = descriptor_of((uintptr_t)&df_tss, sizeof(df_tss) - 1, SYSTEM_TSS_AVAILABLE, 0, 1, 0, 0);
    idt[VEC_DF] = encode_gate(make_gate(0, SEL_DF_TSS, GATE_TASK, 0, true));
    load_gdt(GDT_ENTRIES);
    __asm__ volatile("ljmpl %0, $1f\n1:\tmovw %w1, %%ss" : : "i"(SEL_CODE), "r"(SEL_DATA));
    __asm__ volatile("movw %w0, %%ds\n\tmovw %w0, %%es\n\tmovw %w0, %%fs\n\tmovw %w0, %%gs" : : "r"(SEL_DATA3));
    __asm__ volatile("lldt %w0" : : "r"(SEL_LDT) : "memory");
    load_task_register(sizeof(tss) - 1, SYSTEM_TSS_BUSY);
    load_idt(sizeof(idt) - 1);
    base.idtr = (struct table){(uintptr_t)idt, sizeof(idt) - 1};
}

/* Where an instruction of a sweep may lead. */
static const uint32_t landings[] = {LANDING, LANDING + 0x10000, LANDING_SUPERVISOR, LANDING_SUPERVISOR & 0xffff};

/* An engine that pushes where it shouldn't may write over them. */
static void repair_landings(void)
{
    for (unsigned i = 0; i < sizeof(landings) / sizeof(*landings); i++)
        if (*(volatile uint16_t *)landings[i] != INT_RAN_ON)
            *(volatile uint16_t *)landings[i] = INT_RAN_ON;
}

void arena_restore(void)
{
    while (pokes) {
        pokes--;
        *poked[pokes].word = poked[pokes].value;
    }
    written.begin = written.end = 0;
    restore_system();
    repair_landings();
}

void arena_begin(void)
{
    fill_words(PAGE_SIZE, INT3, (LOW_END - PAGE_SIZE) / 4); /* who leads elsewhere comes to INT3 */
    __builtin_memcpy((void *)LOW_CODE, low_begin, (size_t)(low_end - low_begin));
    map_memory();
    load_tables();
    enable_apic();
    repair_landings();
    write_msr(MSR_SYSENTER_CS, SEL_CODE);
    write_msr(MSR_SYSENTER_EIP, (uintptr_t)leave_state);

    struct cpuid vendor = cpuid(0, 0);

    is_amd = vendor.ebx == 0x68747541; /* "Auth" */
    base.cr0 = read_cr0();
    base.cr2 = CR2_OF_STATE;
    base.cr3 = read_cr3();
    base.cr4 = read_cr4();
    base.dr6 = DR6_START;
    base.dr7 = DR7_START;
    base.rflags = RFLAGS_FIXED;
    base.physical_bits = 36;
    base.gpr[RAX] = RAX_OF_STATE;
    base.gpr[RBX] = base.gpr[RDI] = LOW_MISSING + 0x800;
    base.gpr[RBP] = 0xb9b9b9b9;
    base.gpr[RSI] = 0x51515151;
    base.segment[TR] = (struct segment){.base = (uintptr_t)&tss, .limit = sizeof(tss) - 1, .selector = SEL_TSS, .type = 11, .p = 1};
    base.segment[LDTR] = (struct segment){.base = (uintptr_t)ldt, .limit = sizeof(ldt) - 1, .selector = SEL_LDT, .type = 2, .p = 1};
    base.segment[DS] = base.segment[ES] = base.segment[FS] = base.segment[GS] = segment_of(SEL_DATA3);
    spec_choices(&base, is_amd ? VENDOR_AMD : VENDOR_INTEL);
    base.read = read;
    base.translate = translate_in_arena;
}
