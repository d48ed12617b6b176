/*
 * ask.h: a question to the specification in the manual's names, and its answer as JSON: docs/spec.md, "ask".
 * Behind `./runner.py ask` as a library, and in docs/ask.html as WebAssembly. trapframe/ask/fields.py says what each field is.
 */
#ifndef ASK_H
#define ASK_H

#include "../internal.h"

/* All that can be asked about, in the order of fields.py. */
/* clang-format off */
#define ASK_FIELDS(F) \
    F(vendor) F(mode) F(cpl) \
    F(kind) F(vector) F(error) F(length) F(cr2) F(dr6) \
    F(gate_p) F(gate_dpl) F(gate_type) F(gate_selector) F(gate_offset) F(gate_ist) F(gate_reserved) \
    F(gate2_vector) F(gate2_p) F(gate2_dpl) F(gate2_type) F(gate2_selector) F(gate2_ist) \
    F(rip) F(rsp) F(ss) \
    F(rflags_if) F(rflags_tf) F(rflags_iopl) F(rflags_nt) F(rflags_rf) F(rflags_ac) F(rflags_vif) F(rflags_vip) \
    F(tss_limit) F(tss_type) F(tss_rsp0) F(tss_rsp1) F(tss_rsp2) F(tss_ss0) F(tss_ss1) F(tss_ss2) \
    F(tss_ist1) F(tss_ist2) F(tss_ist3) F(tss_ist4) F(tss_ist5) F(tss_ist6) F(tss_ist7) F(tss_redirection) \
    F(code_type) F(code_dpl) F(code_p) F(code_s) F(code_l) F(code_d) F(code_limit) \
    F(data_type) F(data_dpl) F(data_p) F(data_b) F(data_limit) \
    F(task_type) F(task_p) F(task_limit) \
    F(stack_page_p) F(stack_page_rw) F(stack_page_us) F(idt_page_p) F(gdt_page_p) F(tss_page_p) \
    F(idtr_limit) F(gdtr_limit) \
    F(cr0_wp) F(cr0_am) F(cr0_pg) F(cr4_vme) F(cr4_smap)
/* clang-format on */

struct question {
#define ASK_MEMBER(name) uint64_t name;
    ASK_FIELDS(ASK_MEMBER)
};

enum ask_mode { MODE_LONG, MODE_COMPAT, MODE_PROTECTED, MODE_VM86, MODE_REAL };
#define NO_ERROR (1ull << 32)

static inline bool in_ia32e(const struct question *q)
{
    return q->mode == MODE_LONG || q->mode == MODE_COMPAT;
}
static inline bool in_8086(const struct question *q)
{
    return q->mode == MODE_VM86 || q->mode == MODE_REAL;
}

/* Where the model has its tables and stacks. */
struct places {
    uint64_t idt, gdt, tss, task, stacks;
};
struct places places_of(const struct question *);

/* What the GDT holds: selectors with RPL 0. */
enum {
    CODE0 = 0x08,
    DATA0 = 0x10,
    CODE3_32 = 0x18,
    DATA3 = 0x20,
    CODE3 = 0x28,
    TSS = 0x30, /* 16 bytes in IA-32e mode */
    TASK = 0x40,
    OWN_CODE = 0x48, /* as the question says */
    OWN_DATA = 0x50,
    CODE1 = 0x58,
    DATA1 = 0x60,
    CODE2 = 0x68,
    DATA2 = 0x70,
    GDT_LAST = 0x77
};

/* What isn't given becomes that of an ordinary kernel. */
void complete(struct question *, const struct question *given);
/* "field: what is allowed", or 0. */
const char *impossible(const struct question *);
/* The machine that the question describes; it reads its memory from the question. */
struct segment segment_of(const struct question *, uint16_t selector);
void build_machine(const struct question *, struct machine *);
uint64_t read_question(void *, uint64_t physical, uint32_t size);

/* The checks that let a delivery pass, beside what it came to. */
#define PASSED 256u
struct passed {
    const char *rule;
    uint8_t before; /* so many rules had decided something */
};
struct trace {
    struct outcome outcome; /* first: the specification's functions know of nothing else */
    struct passed passed[PASSED];
    uint32_t count;
    struct event raised[RULES]; /* by a rule that decided, where it raised one */
    bool raises[RULES];
};

/* Text that ends where its room ends. */
struct text {
    char *at, *end;
};
void put(struct text *, const char *);
void put_answer(struct text *, const struct question *);

/* For other languages: `question` and `given` are a number for each field. */
const char *ask_field(uint32_t which);
/* The length of the JSON, which has a zero behind it; completes the question. */
uint32_t ask(struct question *question, const struct question *given, char *to, uint32_t size);

#endif
