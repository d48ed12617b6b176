/*
 * Instructions of the stack with a 16-bit operand size in 32-bit code: they push and pop two bytes, and what they check is what those of 32 bits do:
 * alignment to two bytes, room for two, rights of a selector.
 */
#include <case32.h>

static void alignment(uint32_t offset)
{
    in_user_mode();
    write_cr0(read_cr0() | CR0_AM);
    start.eflags |= EFLAGS_AC;
    start.esp -= offset;
}

/* ARG0: how far below the top. */
#define ALIGNMENT(name, text) \
    static void name(void)    \
    {                         \
        alignment(ARG0);      \
        FAULT(text);          \
    }
ALIGNMENT(ret, ".byte 0x66, 0xc3")
ALIGNMENT(retf, ".byte 0x66, 0xcb")
ALIGNMENT(iret, ".byte 0x66, 0xcf")
ALIGNMENT(popf, ".byte 0x66, 0x9d")
ALIGNMENT(pop, "pop ax")
ALIGNMENT(push, "push ax")

/* Two bytes are aligned where four aren't. */
static void push_even(void)
{
    alignment(2);
    FAULT("push ax\npop ax");
}

/* The stack is the middle page of three. ARG0: ESP. */
static void limited(void)
{
    struct descriptor d = {.type = DATA_WRITABLE, .d = true, .limit = 0xfff, .dpl = 3};

    in_ring(3);
    d.base = map_pages("stack", 3, PAGE_PRESENT | PAGE_WRITE | PAGE_USER) + PAGE_SIZE;
    start.ss = add_descriptor("limited", encode_descriptor(d)) | 3u;
    start.esp = ARG0;
}

#define LIMIT(name, text)  \
    static void name(void) \
    {                      \
        limited();         \
        FAULT(text);       \
    }
LIMIT(limit_push, "push ax")
LIMIT(limit_pusha, ".byte 0x66, 0x60")
LIMIT(limit_call, ".byte 0x66, 0xe8, 0, 0")
LIMIT(limit_pushf, ".byte 0x66, 0x9c")
LIMIT(limit_pop, "pop ax")
LIMIT(limit_ret, ".byte 0x66, 0xc3")

/* arg: type, DPL, RPL; CPL. */
static void selector(void)
{
    struct descriptor d = {.type = (uint8_t)ARG0, .dpl = ARG0 >> 8 & 3, .limit = 0xfffff, .g = true, .d = true};
    uint16_t value = (uint16_t)(add_descriptor("target", encode_descriptor(d)) | (ARG0 >> 16 & 3));

    in_ring(ARG1 & 3);
    start.ecx = 0xa5a50000 | value;
    start.esp -= 2;
    *(uint16_t *)start.esp = value;
}

#define SELECTOR(name, text) \
    static void name(void)   \
    {                        \
        selector();          \
        FAULT(text);         \
    }
SELECTOR(pop_ds, ".byte 0x66, 0x1f")
SELECTOR(pop_ss, ".byte 0x66, 0x17")
SELECTOR(pop_gs, ".byte 0x66, 0x0f, 0xa9")
SELECTOR(mov_ds, ".byte 0x66, 0x8e, 0xd9")
SELECTOR(mov_ss, ".byte 0x66, 0x8e, 0xd1")

#define OF(type, dpl, rpl) ((type) | (dpl) << 8 | (rpl) << 16)
#define ROW(name_, run_, arg0, arg1, vector_, error_, spec_, about_)                                                                             \
    {                                                                                                                                            \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .vector = vector_, .error = error_, .saved_rip = AT_FAULT, .run = run_, .arg = { \
            arg0,                                                                                                                                \
            arg1                                                                                                                                 \
        }                                                                                                                                        \
    }
#define AC(run, offset, about) \
    ROW("ac_" #run, run, offset, 0, VEC_AC, 0, "SDM 3A \"Interrupt 17-Alignment Check Exception (#AC)\"", about " of a word at CPL 3, ESP odd, AC=1")
#define SS(run, esp, about) ROW(#run, run, esp, 0, VEC_SS, 0, "SDM 3A \"Limit Checking\"", about " of a word, ESP=" #esp " in a stack of 4 KiB")
#define LOAD(name, run, type, dpl, rpl, cpl, about)                                                                      \
    ROW(name, run, OF(type, dpl, rpl), cpl, VEC_GP, SEL_FREE, "SDM 2B \"MOV-Move\", \"POP-Pop a Value from the Stack\"", \
        about " with a 16-bit operand size")
VARIANTS(AC(ret, 9, "near RET"), AC(retf, 9, "far RET"), AC(iret, 9, "IRET"), AC(popf, 9, "POPF"), AC(pop, 9, "POP"), AC(push, 1, "PUSH"),
         {VARIANT, .name = "ac_push_even", .about = "PUSH and POP of a word at CPL 3, ESP at an odd word, AC=1",
          .spec = "SDM 3A \"Interrupt 17-Alignment Check Exception (#AC)\"", .vector = NO_EXCEPTION, .run = push_even},
         SS(limit_push, 1, "PUSH"), SS(limit_pushf, 1, "PUSHF"), SS(limit_pusha, 15, "PUSHA"), SS(limit_call, 1, "near CALL"),
         SS(limit_pop, 0xfff, "POP"), SS(limit_ret, 0xfff, "near RET"),
         LOAD("pop_ds_dpl", pop_ds, DATA_WRITABLE, 0, 3, 3, "POP DS of data of DPL 0 at CPL 3"),
         LOAD("pop_gs_rpl", pop_gs, DATA_WRITABLE, 0, 3, 0, "POP GS of data of DPL 0, RPL 3"),
         LOAD("pop_ss_dpl", pop_ss, DATA_WRITABLE, 3, 0, 0, "POP SS of data of DPL 3"),
         LOAD("pop_ss_rpl", pop_ss, DATA_WRITABLE, 0, 3, 0, "POP SS of data with RPL 3"),
         LOAD("mov_ds_dpl", mov_ds, DATA_WRITABLE, 0, 0, 3, "MOV DS of data of DPL 0 at CPL 3"),
         LOAD("mov_ss_dpl", mov_ss, DATA_WRITABLE, 3, 0, 0, "MOV SS of data of DPL 3"));
