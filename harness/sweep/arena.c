/* arena.c: the machine that every state begins with: tables, stacks, pages, and what of them was changed for one state. */
#include "common/cpu.h"
#include "common/line.h"
#include "sweep/eyes.h"
#include "sweep/own.h"

#define USED (PAGE_A | PAGE_D)
#define OPEN_PAGE (PAGE_PRESENT | PAGE_WRITE | PAGE_USER | USED)
#define LOW_END 0xa0000u /* of a PC's memory below its devices */
#define INT3 0xccccccccccccccccull

#define FLAT 0x00cf00000000ffffull
#define LONG_CODE 0x00af00000000ffffull
#define PRESENT 0x0000800000000000ull
#define TYPE(type) ((uint64_t)(type) << 40)
#define DPL(dpl) ((uint64_t)(dpl) << 45)
#define CODE_OF_RING(n) LONG_CODE | PRESENT | TYPE(0x1b) | DPL(n)
#define DATA_OF_RING(n) FLAT | PRESENT | TYPE(0x13) | DPL(n)

uint64_t gdt[GDT_ENTRIES + 32] __attribute__((aligned(16))) = {
    [1] = CODE_OF_RING(0),
    [2] = DATA_OF_RING(0),
    [3] = CODE_OF_RING(1),
    [4] = DATA_OF_RING(1),
    [5] = CODE_OF_RING(2),
    [6] = DATA_OF_RING(2),
    [7] = CODE_OF_RING(3),
    [8] = DATA_OF_RING(3),
    [SEL_CODE32_KERNEL / 8] = FLAT | PRESENT | TYPE(0x1b),
    [SEL_CODE32_USER / 8] = FLAT | PRESENT | TYPE(0x1b) | DPL(3),
};
uint64_t ldt[2];
uint64_t idt[256][2] __attribute__((aligned(4096)));
struct tss tss __attribute__((aligned(16)));
/* Of their own, before other variables, and in this order: their addresses are in what comes. */
#define STACKS(n) __attribute__((section(".stacks." #n ",\"aw\",@nobits#"), aligned(4096)))
STACKS(1) struct stack_pages stack_of_ist[7];
STACKS(2) struct stack_pages stack_of_ring[3];
STACKS(3) struct stack_pages stack_of_program;
struct captured captured;
struct image entry_image;
struct machine base;
bool is_amd;

extern uint64_t page_map[];
uint64_t *page_entry(uintptr_t address, unsigned level); /* paging.c */
extern const uint8_t stubs[], stubs_whole[], leave_state[], ram_base[], read_only_end[];

/* ---- What a state changes. ---- */

static struct {
    uint64_t *word;
    uint64_t before, value;
} poked[32];
static unsigned pokes;

void poke(void *word, uint64_t value)
{
    if (pokes == sizeof(poked) / sizeof(*poked))
        harness_fault("a state changes too much");
    poked[pokes].word = word;
    poked[pokes].before = *(uint64_t *)word;
    poked[pokes++].value = value;
    *(uint64_t *)word = value;
}

void poke_descriptor(uint64_t *entry, unsigned type_and_s, unsigned dpl, unsigned p, unsigned l, unsigned db)
{
    poke(entry, (FLAT & ~(3ull << 53)) | TYPE(type_and_s) | DPL(dpl) | (uint64_t)p << 47 | (uint64_t)l << 53 | (uint64_t)db << 54);
}

/* The byte at a linear address, or NULL. */
static uint8_t *reach(uint64_t linear)
{
    uint64_t *table = page_map;

    if (linear < LOW_MEMORY)
        return (uint8_t *)linear;
    if ((uint64_t)((int64_t)(linear << 16) >> 16) != linear)
        return NULL;
    for (unsigned level = 4; level; level--) {
        uint64_t entry = table[linear >> (3 + 9 * level) & 0x1ff];

        if (!(entry & PAGE_PRESENT))
            return NULL;
        table = (uint64_t *)(entry & PAGE_ADDRESS);
    }
    return (uint8_t *)table + (linear & (PAGE_SIZE - 1));
}

/* Of the words that an instruction of the state will read. */
static struct {
    uint64_t begin, end;
} written;

static bool is_put(const struct store *s)
{
    return s->linear < written.end && s->linear + s->size > written.begin;
}

void unwrite_frame(const struct outcome *o)
{
    const struct store *end = o->store + o->store_count;
    bool any_put = written.end != 0;

    for (const struct store *s = o->store; s < end; s++)
        if (s->kind == STORE_PUSH && !s->maybe && !(any_put && is_put(s)))
            *(uint64_t *)s->linear = ~s->value;
    __asm__ volatile("" : : : "memory"); /* before the state is entered */
}

void unwrite_pushed(const struct outcome *o)
{
    for (const struct store *s = o->store; s < o->store + o->store_count; s++) {
        if (s->kind != STORE_PUSH || s->maybe || is_put(s))
            continue;
        if (s->size == 8)
            *(volatile uint64_t *)s->linear = ~s->value;
        else
            for (unsigned byte = 0; byte < s->size; byte++)
                ((volatile uint8_t *)s->linear)[byte] = (uint8_t) ~(s->value >> 8 * byte);
    }
}

static void put_bytes(uint64_t address, unsigned size, uint64_t word)
{
    for (; size--; address++, word >>= 8) {
        uint8_t *at = reach(address);

        if (at)
            *at = (uint8_t)word;
    }
}

static void put_word(uint64_t address, unsigned size, uint64_t word)
{
    uint8_t *at = (address & (PAGE_SIZE - 1)) + size > PAGE_SIZE ? NULL : reach(address);

    if (at && size == 8)
        *(uint64_t *)at = word;
    else if (at && size == 4)
        *(uint32_t *)at = (uint32_t)word;
    else
        put_bytes(address, size, word);
}

void put_words(uint64_t address, unsigned size, const uint64_t *words, unsigned count)
{
    written.begin = address;
    written.end = address + size * count;
    for (unsigned i = 0; i < count; i++, address += size)
        put_word(address, size, words[i]);
}

static uint64_t read(void *context, uint64_t physical, uint32_t size)
{
    (void)context;
    return read_in_arena(physical, size);
}

static struct segment segment_of(uint16_t selector)
{
    uint64_t raw = gdt[selector >> 3];

    return (struct segment){
        .limit = 0xffffffff,
        .selector = selector,
        .type = raw >> 40 & 15,
        .s = 1,
        .dpl = raw >> 45 & 3,
        .p = 1,
        .l = raw >> 53 & 1,
        .db = raw >> 54 & 1,
    };
}

void enter_mode(struct state *s, enum mode mode)
{
    static const struct {
        uint16_t cs, ss;
        uint8_t cpl;
    } modes[] = {
        [IN_RING_0] = {SEL_CODE64, SEL_DATA, 0},
        [IN_RING_1] = {SEL_CODE64 + 16 + 1, SEL_DATA + 16 + 1, 1},
        [IN_RING_2] = {SEL_CODE64 + 32 + 2, SEL_DATA + 32 + 2, 2},
        [IN_RING_3] = {SEL_CODE64 + 48 + 3, SEL_DATA + 48 + 3, 3},
        [IN_COMPAT_0] = {SEL_CODE32_KERNEL, SEL_DATA, 0},
        [IN_COMPAT_3] = {SEL_CODE32_USER + 3, SEL_DATA + 48 + 3, 3},
    };

    s->machine.cpl = modes[mode].cpl;
    s->machine.segment[CS] = segment_of(modes[mode].cs);
    s->machine.segment[SS] = segment_of(modes[mode].ss);
}

/* Of ring 3: a return to an outer ring leaves them. */
static void load_data_segments(void)
{
    __asm__ volatile("movl %0, %%ds\n\tmovl %0, %%es\n\tmovl %0, %%fs\n\tmovl %0, %%gs" : : "r"(SEL_DATA + 48 + 3));
}

unsigned watched;
uint64_t harness_msrs[HARNESS_MSRS][2];

void watch(unsigned what)
{
    watched |= what;
    for (unsigned v = 0; WATCHED(WATCH_REGISTERS) && v < 256; v++)
        idt[v][0] = (idt[v][0] & ~0xffffull) | (uint16_t)((uintptr_t)stubs_whole + STUB_SIZE * (v < VECTORS ? v : VECTOR_RAN_ON));
}

static void load_system_calls(const struct machine *m)
{
    write_msr(MSR_EFER, m->efer);
    write_msr(MSR_STAR, m->star);
    write_msr(MSR_LSTAR, m->lstar);
    write_msr(MSR_CSTAR, m->cstar);
    write_msr(MSR_FMASK, m->fmask);
    write_msr(MSR_SYSENTER_CS, m->sysenter_cs);
    write_msr(MSR_SYSENTER_ESP, m->sysenter_esp);
    write_msr(MSR_SYSENTER_EIP, m->sysenter_eip);
}

static void load_debug_registers(const struct machine *m)
{
    for (unsigned n = 0; n < 4; n++)
        write_breakpoint(n, m->dr[n]);
    write_dr6(m->dr6);
    write_dr7(m->dr7); /* last, for GD */
}

extern const uint8_t drain_interrupt[];

/* GD that no debug exception has cleared: the one that it raises does, and the MOV is restarted. */
void read_debug_registers(uint64_t *dr6, uint64_t *dr7)
{
    uint64_t low = idt[VEC_DB][0], high = idt[VEC_DB][1];

    *(struct gate *)(void *)idt[VEC_DB] = make_gate((uintptr_t)drain_interrupt, SEL_CODE64, 0, GATE_INTERRUPT, 0, true);
    __asm__ volatile("" : : : "memory");
    *dr6 = read_dr6();
    *dr7 = read_dr7();
    write_dr7(DR7_START);
    idt[VEC_DB][0] = low;
    idt[VEC_DB][1] = high;
}

static bool set_up_anew; /* since a state was entered */

static void load_segments(void)
{
    load_data_segments();
    gdt[SEL_TSS / 8] &= ~TYPE(2); /* not busy */
    __asm__ volatile("ltr %w0\n\tlldt %w1" : : "r"(SEL_TSS), "r"(SEL_LDT) : "memory");
}

/* Of the state that was set up last: only set_up() changes them. */
static void load_controls(const struct machine *to)
{
    static struct machine now;

    if (!now.cr0)
        now = base;
    if (to->cr4 != now.cr4)
        write_cr4(to->cr4);
    if (to->cr0 != now.cr0)
        write_cr0(to->cr0);
    if (to->efer != now.efer)
        write_msr(MSR_EFER, to->efer);
    if (to->pkru != now.pkru && to->cr4 & CR4_PKE) {
        __asm__ volatile("wrpkru" : : "a"(to->pkru), "c"(0), "d"(0) : "memory");
        now.pkru = to->pkru;
    }
    if (to->pkrs != now.pkrs) {
        write_msr(MSR_PKRS, to->pkrs);
        now.pkrs = to->pkrs;
    }
    now.cr0 = to->cr0;
    now.cr4 = to->cr4;
    now.efer = to->efer;
}

static __attribute__((noinline)) void copy_watched(struct machine *to, const struct machine *from)
{
    to->gpr[RCX] = from->gpr[RCX];
    to->gpr[RDX] = from->gpr[RDX];
    to->gpr[RSI] = from->gpr[RSI];
    to->gpr[R11] = from->gpr[R11];
    to->star = from->star;
    to->lstar = from->lstar;
    to->cstar = from->cstar;
    to->fmask = from->fmask;
    to->sysenter_cs = from->sysenter_cs;
    to->sysenter_esp = from->sysenter_esp;
    to->sysenter_eip = from->sysenter_eip;
    for (unsigned n = 0; n < 4; n++)
        to->dr[n] = from->dr[n];
}

/*
 * All that a state may set, and that an instruction or a delivery may change. What isn't here is the same in each state: it is
 * what the machine has behind arena_begin().
 */
void copy_machine(struct machine *to, const struct machine *from)
{
    to->gpr[RAX] = from->gpr[RAX];
    to->gpr[RBX] = from->gpr[RBX];
    to->gpr[RSP] = from->gpr[RSP];
    to->gpr[RDI] = from->gpr[RDI];
    to->rip = from->rip;
    to->rflags = from->rflags;
    to->idtr = from->idtr;
    to->cr0 = from->cr0;
    to->cr2 = from->cr2;
    to->cr4 = from->cr4;
    to->efer = from->efer;
    to->pkru = from->pkru;
    to->pkrs = from->pkrs;
    to->dr6 = from->dr6;
    to->dr7 = from->dr7;
    to->debugctl = from->debugctl;
    to->segment[ES] = from->segment[ES];
    to->segment[CS] = from->segment[CS];
    to->segment[SS] = from->segment[SS];
    to->segment[DS] = from->segment[DS];
    to->segment[FS] = from->segment[FS];
    to->segment[GS] = from->segment[GS];
    to->segment[LDTR] = from->segment[LDTR];
    to->segment[TR] = from->segment[TR];
    to->cpl = from->cpl;
    to->nmi_blocked = from->nmi_blocked;
    to->sti_shadow = from->sti_shadow;
    to->mov_ss_shadow = from->mov_ss_shadow;
    if (WATCHED(WATCH_REGISTERS))
        copy_watched(to, from);
}

void set_image(const struct machine *m)
{
    entry_image = (struct image){m->rip, m->segment[CS].selector, m->rflags, m->gpr[RSP], m->segment[SS].selector};
}

static void load_idt(const struct table *idt)
{
    struct table_register idtr = {(uint16_t)idt->limit, idt->base};

    __asm__ volatile("lidt %0" : : "m"(idtr));
}

void enter(const struct state *s)
{
    const struct machine *m = &s->machine;
    bool has_other_idt = m->idtr.limit != base.idtr.limit || m->idtr.base != base.idtr.base;

    set_image(m);
    reset_cr2();
    if (set_up_anew)
        load_controls(m);
    set_up_anew = false;
    if (watched & WATCH_SEGMENTS)
        load_segments();
    if (WATCHED(WATCH_SYSTEM_CALLS))
        load_system_calls(m);
    if (WATCHED(WATCH_DEBUG))
        load_debug_registers(m);
    if (has_other_idt)
        load_idt(&m->idtr);
    if (WATCHED(WATCH_REGISTERS))
        enter_state_whole(m->gpr[RAX], m->gpr[RDI], m->gpr[RDX], m->gpr[RCX], m->gpr[RSI], m->gpr[R11]);
    else
        enter_state(m->gpr[RAX], m->gpr[RDI]);
    if (has_other_idt) /* an interrupt that the state didn't take is still to come */
        load_idt(&base.idtr);
}

/* ---- Once. ---- */

/* Sets bits in each entry of the tables, so that no walk writes; and in those of pages. */
static void set_in_tables(uint64_t *table, unsigned level, uint64_t bits, uint64_t leaf_bits)
{
    for (unsigned i = 0; i < 512; i++) {
        bool leaf = level == 1 || table[i] & PAGE_PS;

        if (!(table[i] & PAGE_PRESENT))
            continue;
        table[i] |= leaf ? leaf_bits : bits;
        if (!leaf)
            set_in_tables((uint64_t *)(table[i] & PAGE_ADDRESS), level - 1, bits, leaf_bits);
    }
}

static void map_pages_of_stacks(void)
{
    set_in_tables(page_map, 4, PAGE_A, PAGE_USER | USED);
    map_frame(PAGE_READ_ONLY, allocate_frame(), OPEN_PAGE & ~PAGE_WRITE);
    map_frame(PAGE_SUPERVISOR, allocate_frame(), OPEN_PAGE & ~PAGE_USER);
    map_frame(PAGE_ABOVE_MISSING, allocate_frame(), OPEN_PAGE);
    map_frame(PAGE_ABOVE_READ_ONLY, allocate_frame(), OPEN_PAGE);
    map_frame(PAGE_ABOVE_READ_ONLY - PAGE_SIZE, allocate_frame(), OPEN_PAGE & ~PAGE_WRITE);
    map_frame(PAGE_LAST_LOW, allocate_frame(), OPEN_PAGE);
    map_frame(PAGE_FIRST_HIGH, allocate_frame(), OPEN_PAGE);
    map_frame(APIC_BASE, APIC_BASE, OPEN_PAGE | PAGE_PCD);
    set_in_tables(page_map, 4, PAGE_A, 0); /* of the tables that map_frame() made */
    for (uintptr_t page = (uintptr_t)ram_base; page < (uintptr_t)read_only_end; page += PAGE_SIZE)
        change_page(page, PAGE_WRITE, 0);
    unmap_page((uintptr_t)&stack_of_program);
    for (unsigned i = 0; i < 3; i++)
        unmap_page((uintptr_t)&stack_of_ring[i]);
    for (unsigned i = 0; i < 7; i++)
        unmap_page((uintptr_t)&stack_of_ist[i]);
    write_cr3(read_cr3());
}

static void load_tables(void)
{
    struct table_register gdtr = {GDT_ENTRIES * 8 - 5, (uintptr_t)gdt};

    gdt[SEL_TSS / 8] = (sizeof(tss) - 1) | (uint64_t)(uintptr_t)&tss << 16 | PRESENT | TYPE(9);
    gdt[SEL_LDT / 8] = (sizeof(ldt) - 1) | (uint64_t)(uintptr_t)ldt << 16 | PRESENT | TYPE(2);
    ldt[0] = gdt[1];
    ldt[1] = gdt[2];
    gdt[SEL_VARIED / 8] = gdt[1];
    for (unsigned v = 0; v < 256; v++) {
        uintptr_t at = (uintptr_t)stubs + STUB_SIZE * (v < VECTORS ? v : VECTOR_RAN_ON);
        struct gate gate = make_gate(at, SEL_CODE64, v == VEC_DF ? 7 : 0, GATE_INTERRUPT, v == VECTOR_RAN_ON ? 3 : 0, true);

        *(struct gate *)(void *)idt[v] = gate;
    }
    for (unsigned i = 0; i < 3; i++)
        tss.rsp[i] = STACK_TOP(stack_of_ring[i]);
    for (unsigned i = 0; i < 7; i++)
        tss.ist[i] = STACK_TOP(stack_of_ist[i]);
    tss.io_map_base = sizeof(tss);
    base.idtr = (struct table){(uintptr_t)idt, sizeof(idt) - 1};
    load_idt(&base.idtr);
    __asm__ volatile("lgdt %0" : : "m"(gdtr));
    __asm__ volatile("ltr %w0\n\tlldt %w1" : : "r"(SEL_TSS), "r"(SEL_LDT) : "memory");
    load_data_segments();
    base.gdtr = (struct table){gdtr.base, gdtr.limit};
}

/* Where an instruction of a sweep may lead: INT n, which all modes have. And where that leads if it is cut to 16 bits. */
#define INT_RAN_ON (0xcd | VECTOR_RAN_ON << 8)
static const uint64_t landings[] = {LANDING, LANDING + 0x10000, LANDING_SUPERVISOR, LANDING_HIGH, LANDING_SUPERVISOR & 0xffff, PAGE_MISSING & 0xffff};

/* An engine that pushes where it shouldn't may write over them. */
static void repair_landings(void)
{
#pragma GCC unroll 6
    for (unsigned i = 0; i < sizeof(landings) / sizeof(*landings); i++)
        if (*(volatile uint16_t *)landings[i] != INT_RAN_ON)
            *(volatile uint16_t *)landings[i] = INT_RAN_ON;
}

/* Who leads elsewhere comes to INT3. */
static void fill_unused(void)
{
    fill_words(PAGE_SIZE, INT3, (LOW_END - PAGE_SIZE) / 8);
    fill_words((uintptr_t)reach(PAGE_SUPERVISOR), INT3, PAGE_SIZE / 8);
    fill_words((uintptr_t)reach(PAGE_FIRST_HIGH), INT3, PAGE_SIZE / 8);
}

uint64_t *entry_of_varied[5];
const struct machine *const ordinary = &base;

void close_low_memory(void)
{
    const uint64_t ldt_base = PAGE_VARIED + PAGE_SIZE - 8;

    for (uintptr_t page = 0; page < LOW_MEMORY; page += PAGE_SIZE) {
        uint64_t *entry = page_entry(page, 2);

        if (!(*entry & PAGE_PS))
            entry = page_entry(page, 1);
        *entry &= ~PAGE_USER;
    }
    change_page(PAGE_FIRST_HIGH, PAGE_USER, 0); /* repair_landings() looks there */
    write_cr3(read_cr3());
    for (uintptr_t page = (uintptr_t)ram_base; page < (uintptr_t)read_only_end; page += PAGE_SIZE)
        map_frame(USER_CODE + page - (uintptr_t)ram_base, page, OPEN_PAGE & ~PAGE_WRITE);
    map_frame(PAGE_VARIED, LANDING & ~(PAGE_SIZE - 1), OPEN_PAGE);
    set_in_tables(page_map, 4, PAGE_A, 0);
    for (unsigned level = 1; level <= 4; level++)
        entry_of_varied[level] = page_entry(PAGE_VARIED, level);
    gdt[SEL_LDT / 8] = 7 | (ldt_base & 0xffffff) << 16 | (ldt_base >> 24 & 0xff) << 56 | PRESENT | TYPE(2);
    gdt[SEL_LDT / 8 + 1] = ldt_base >> 32;
    __asm__ volatile("lldt %w0" : : "r"(SEL_LDT) : "memory");
    base.segment[LDTR].base = ldt_base;
    base.segment[LDTR].limit = 7;
    *(uint64_t *)((LANDING & ~(uintptr_t)(PAGE_SIZE - 1)) + PAGE_SIZE - 8) = DATA_OF_RING(3);
}

void arena_restore(void)
{
    while (pokes) {
        pokes--;
        *poked[pokes].word = poked[pokes].before;
    }
    written.end = 0;
    repair_landings();
    set_up_anew = true;
}

void renew_poked(void)
{
    for (unsigned i = 0; i < pokes; i++)
        *poked[i].word = poked[i].value;
}

bool arena_renew(void)
{
    if (written.end)
        return false;
    renew_poked();
    repair_landings();
    return true;
}

void arena_begin(void)
{
    map_pages_of_stacks();
    load_tables();
    fill_unused();
    repair_landings();
    write_msr(MSR_STAR, (uint64_t)SEL_CODE64 << 32);
    write_msr(MSR_LSTAR, (uintptr_t)leave_state);
    write_msr(MSR_FMASK, 0xffffffffu & ~RFLAGS_FIXED);
    for (unsigned i = 0; i < HARNESS_MSRS; i++) {
        static const uint32_t msrs[HARNESS_MSRS] = {MSR_EFER, MSR_STAR, MSR_LSTAR, MSR_FMASK};

        harness_msrs[i][0] = msrs[i];
        harness_msrs[i][1] = read_msr(msrs[i]);
    }
    enable_apic();

    struct cpuid vendor = cpuid(0, 0), sizes = cpuid(0x80000008, 0);

    is_amd = vendor.ebx == 0x68747541; /* "Auth" */
    base.cr0 = read_cr0();
    base.cr3 = read_cr3();
    base.cr4 = read_cr4();
    base.efer = read_msr(MSR_EFER);
    base.cr2 = CR2_OF_STATE;
    base.dr6 = DR6_START;
    base.dr7 = DR7_START;
    base.rflags = RFLAGS_FIXED;
    base.physical_bits = (uint8_t)sizes.eax;
    base.features = cpuid(0x80000001, 0).edx >> 26 & 1 ? FEATURE_PAGE_1G : 0;
    base.gpr[RBX] = RBX_OF_STATE;
    base.gpr[RAX] = RAX_OF_STATE;
    base.gpr[RDI] = RDI_OF_STATE;
    base.gpr[RSP] = STACK_TOP(stack_of_program);
    base.segment[TR] = (struct segment){.base = (uintptr_t)&tss, .limit = sizeof(tss) - 1, .selector = SEL_TSS, .type = 11, .p = 1};
    base.segment[LDTR] = (struct segment){.base = (uintptr_t)ldt, .limit = sizeof(ldt) - 1, .selector = SEL_LDT, .type = 2, .p = 1};
    base.segment[DS] = base.segment[ES] = base.segment[FS] = base.segment[GS] = segment_of(SEL_DATA + 48 + 3);
    spec_choices(&base, is_amd ? VENDOR_AMD : VENDOR_INTEL);
    base.read = read;
    base.translate = translate_in_arena;
}
