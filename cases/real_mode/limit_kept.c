/*
 * Real mode with segments of protected mode: a segment register that isn't loaded again keeps its base, its limit and B (SDM 3A "Switching Back to
 * Real-Address Mode"). The program goes to 16-bit code of protected mode, loads one register, and comes back by a far JMP.
 */
#include <case16.h>

#define KEPT 0xa8 /* the second descriptor, behind that of the code */
_Static_assert(KEPT == SEL_FREE + 8 && REAL_CODE == 0x800, "as the programs have them");
#define LIMIT 0x7ffu
#define FREE_WORD 0x44332211u

#define THERE "mov eax, cr0\nor al, 1\nmov cr0, eax\n.byte 0xea\n.word 1f - 0x8000, 0xa0\n1:\n"
#define LOAD(registers) "mov cx, 0xa8\nmov " registers "\n"
#define BACK "and al, 0xfe\nmov cr0, eax\n.byte 0xea\n.word 2f - 0x8000, 0x800\n2:\n"

static void set_up(uint32_t code_limit, struct descriptor kept)
{
    kept.type = DATA_WRITABLE;
    add_descriptor("code16", encode_descriptor((struct descriptor){.base = 16 * REAL_CODE, .limit = code_limit, .type = CODE_READABLE}));
    add_descriptor("data", encode_descriptor(kept));
    start.edx = 0x3000; /* between BOUND's, which are of FREE_WORD */
}

/* ARG0: offset of the operand, in REAL_FREE. */
static void small(void)
{
    fill_words(REAL_FREE, FREE_WORD, 2048 / 4);
    set_up(0xffff, (struct descriptor){.base = REAL_FREE, .limit = LIMIT});
    start.ebx = start.esi = start.edi = (uint32_t)ARG0;
}

/* A base that no selector has. */
static void odd(void)
{
    fill_words(REAL_FREE, FREE_WORD, 16);
    set_up(0xffff, (struct descriptor){.base = REAL_FREE + 1, .limit = LIMIT});
    start.ebx = 0;
}

/* All 4 GiB from 0 on, and an offset above 64 KiB. */
static void large(void)
{
    uint32_t *word = frame_of(map_page("data", PAGE_PRESENT | PAGE_WRITE)); /* one to one, where there is no paging */

    *word = FREE_WORD;
    set_up(0xffff, (struct descriptor){.limit = 0xfffff, .g = true, .d = true});
    start.ebx = start.edi = (uint32_t)(uintptr_t)word;
}

#define USE(name, set, register, instruction)                                          \
    static void name(void)                                                             \
    {                                                                                  \
        set();                                                                         \
        PROGRAM16(THERE LOAD(register) BACK MARK(fault) instruction "\n" MARK(after)); \
    }
#define SMALL(X)                                            \
    X(ds_load, "ds, cx", "mov dl, [bx]", VEC_GP)            \
    X(ds_word, "ds, cx", "mov dx, [bx - 1]", VEC_GP)        \
    X(ds_doubleword, "ds, cx", "mov edx, [bx - 3]", VEC_GP) \
    X(ds_store, "ds, cx", "mov [bx], dl", VEC_GP)           \
    X(ds_modify, "ds, cx", "inc word ptr [bx - 1]", VEC_GP) \
    X(ds_string, "ds, cx", "lodsb", VEC_GP)                 \
    X(ds_bound, "ds, cx", "bound dx, [bx - 3]", VEC_GP)     \
    X(es_store, "es, cx", "mov es:[bx], dl", VEC_GP)        \
    X(es_string, "es, cx", "stosb", VEC_GP)                 \
    X(fs_load, "fs, cx", "mov dl, fs:[bx]", VEC_GP)         \
    X(gs_load, "gs, cx", "mov dl, gs:[bx]", VEC_GP)
#define DEFINE_SMALL(name, register, instruction, vector_) USE(name, small, register, instruction)
SMALL(DEFINE_SMALL)

#define WITH_BASE(X)                         \
    X(ds_base, "ds, cx", "mov edx, [bx]")    \
    X(es_base, "es, cx", "mov edx, es:[bx]") \
    X(fs_base, "fs, cx", "mov edx, fs:[bx]") \
    X(gs_base, "gs, cx", "mov edx, gs:[bx]")
#define DEFINE_BASE(name, register, instruction) USE(name, odd, register, instruction)
WITH_BASE(DEFINE_BASE)

#define LARGE(X)                                      \
    X(ds_large, "ds, cx", "mov edx, [ebx]")           \
    X(ds_large_store, "ds, cx", "mov [ebx], edx")     \
    X(es_large, "es, cx", "mov edx, es:[ebx]")        \
    X(es_large_string, "es, cx", ".byte 0x67; stosd") \
    X(fs_large, "fs, cx", "mov edx, fs:[ebx]")        \
    X(gs_large, "gs, cx", "mov edx, gs:[ebx]")
#define DEFINE_LARGE(name, register, instruction) USE(name, large, register, instruction)
LARGE(DEFINE_LARGE)

/* The stack lies where it did; the record takes its base from the selector. ARG0: BP. */
static void stack(void)
{
    set_up(0xffff, (struct descriptor){.base = 16 * KEPT, .limit = 0x2fff});
    fill_words(16 * KEPT + 0x2ffc, 0, 1);
    start.ebp = (uint32_t)ARG0;
}
_Static_assert(16 * KEPT + 0x2540 == 16 * REAL_STACK + 0xfc0, "SP of TO_STACK");
#define TO_STACK "ss, cx\nmov sp, 0x2540"

#define STACK(X)                                     \
    X(ss_load, TO_STACK, "mov dl, [bp]", VEC_SS)     \
    X(ss_word, TO_STACK, "mov dx, [bp - 1]", VEC_SS) \
    X(ss_store, TO_STACK, "mov [bp], dl", VEC_SS)    \
    X(ss_modify, TO_STACK, "xchg dx, [bp - 1]", VEC_SS)
#define DEFINE_STACK(name, register, instruction, vector_) USE(name, stack, register, instruction)
STACK(DEFINE_STACK)

/* A stack with B=1: ESP counts. */
static void big_stack(struct program p)
{
    fill_words(16 * KEPT, 0, 64 / 4); /* what the record takes for the words above the frame */
    set_up(0xffff, (struct descriptor){.base = 16 * KEPT, .limit = 0xfffff, .g = true, .d = true});
    run_program(p);
}

#define BIG_STACK(name, instruction, behind)                                                                                \
    static void ss_big_##name(void)                                                                                         \
    {                                                                                                                       \
        big_stack(ASSEMBLE16(THERE LOAD("ss, cx\nmov esp, 0x10000") BACK MARK(fault) instruction "\n" MARK(after) behind)); \
    }
#define BIG(X)                                                     \
    X(push, "push cx")                                             \
    X(push_doubleword, "push ecx")                                 \
    X(call, "call 3f\n3:")                                         \
    X(pusha, "pusha")                                              \
    X(call_far, ".byte 0x9a\n.word 3f - 0x8000, 0x800\n3:")        \
    X(enter, "enter 2, 0")                                         \
    X(retf, "push 0x800\n.byte 0x68\n.word 3f - 0x8000\nretf\n3:") \
    X(iret, "push 0x202\npush 0x800\n.byte 0x68\n.word 3f - 0x8000\niret\n3:")
#define DEFINE_BIG(name, instruction) BIG_STACK(name, instruction, "mov edx, esp\nmov esp, 0x2540\n")
BIG(DEFINE_BIG)

#define DELIVERED(X)           \
    X(int3, "int3", VEC_BP)    \
    X(int_n, "int 0x40", 0x40) \
    X(fault, "ud2", VEC_UD)
#define DEFINE_DELIVERED(name, instruction, vector) BIG_STACK(name, instruction, "")
DELIVERED(DEFINE_DELIVERED)

/* CS has a limit of protected mode. ARG0: where the program goes, to an INT3. */
static void go(struct program p, uint32_t limit)
{
    set_up(limit, (struct descriptor){.limit = 0xffff});
    *(volatile uint8_t *)(16 * REAL_CODE + (uintptr_t)ARG0) = 0xcc;
    start.ebx = (uint32_t)ARG0;
    run_program(p);
}

#define CODE(X)                              \
    X(jmp, "", "jmp bx")                     \
    X(jmp32, "", "jmp ebx")                  \
    X(call, "", "call bx")                   \
    X(ret, "push bx\n", "ret")               \
    X(retf, "push 0x800\npush bx\n", "retf") \
    X(iret, "push 0x202\npush 0x800\npush bx\n", "iret")
#define FAR(X)                                        \
    X(jmp_far, "", ".byte 0xea\n.word 0x3000, 0x800") \
    X(call_far, "", ".byte 0x9a\n.word 0x3000, 0x800")
#define DEFINE_GO(name, before, instruction)                                                \
    static void cs_##name(void)                                                             \
    {                                                                                       \
        go(ASSEMBLE16(THERE BACK before MARK(fault) instruction "\n" MARK(after)), 0x2fff); \
    }
CODE(DEFINE_GO)
FAR(DEFINE_GO)

/* More than 64 KiB of code: what is pushed of EIP is IP. */
static void cs_large(void)
{
    go(ASSEMBLE16(THERE BACK MARK(fault) "jmp ebx\n" MARK(after)), 0x1ffff);
}

#define SPEC "SDM 3A \"Switching Back to Real-Address Mode\""
#define ROW(name_, run_, vector_, rip_, about_, arg_)                                                                                                \
    {                                                                                                                                                \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .vector = vector_, .error = NO_ERROR, .saved_rip = rip_, .run = run_, .arg = { arg_ } \
    }
#define SMALL_ROWS(name, register, instruction, vector_)                                                                                       \
    ROW(#name "_beyond", name, vector_, AT_FAULT, "real mode, the limit of protected mode is 0x7ff: " instruction ", the last byte at 0x800",  \
        0x800),                                                                                                                                \
        ROW(#name "_last", name, NO_EXCEPTION, "", "real mode, the limit of protected mode is 0x7ff: " instruction ", the last byte at 0x7ff", \
            0x7ff),
#define BASE_ROW(name, register, instruction) ROW(#name, name, NO_EXCEPTION, "", "real mode, the base of protected mode is odd: " instruction, 0),
#define LARGE_ROW(name, register, instruction) \
    ROW(#name, name, NO_EXCEPTION, "", "real mode, the limit of protected mode is 4 GiB: " instruction " above 1 MiB", 0),
#define STACK_ROWS(name, register, instruction, vector_)                                                                                          \
    ROW(#name "_beyond", name, vector_, AT_FAULT, "real mode, SS's limit of protected mode is 0x2fff: " instruction ", the last byte at 0x3000",  \
        0x3000),                                                                                                                                  \
        ROW(#name "_last", name, NO_EXCEPTION, "", "real mode, SS's limit of protected mode is 0x2fff: " instruction ", the last byte at 0x2fff", \
            0x2fff),
#define ABOUT_CODE "real mode, CS's limit of protected mode is 0x2fff: "
#define FAR_ROW(name, before, instruction) ROW("cs_" #name "_beyond", cs_##name, VEC_GP, AT_FAULT, ABOUT_CODE #name " to 0x3000", 0x3000),
#define CODE_ROW(name, before, instruction) \
    FAR_ROW(name, before, instruction)      \
    ROW("cs_" #name "_last", cs_##name, VEC_BP, "", ABOUT_CODE #name " to 0x2fff, an INT3", 0x2fff),
#define BIG_ROW(name, instruction) \
    ROW("ss_big_" #name, ss_big_##name, NO_EXCEPTION, "", "real mode, SS's B=1 of protected mode: " #name " with ESP=0x10000", 0),
#define DELIVERED_ROW(name, instruction, vector_)                                        \
    ROW("ss_big_" #name, ss_big_##name, vector_, (vector_) == VEC_UD ? AT_FAULT : AFTER, \
        "real mode, SS's B=1 of protected mode: " instruction " with ESP=0x10000", 0),
VARIANTS(ROW("cs_large", cs_large, VEC_BP, "", "real mode, CS's limit of protected mode is 0x1ffff: JMP EBX to 0x10000, an INT3", 0x10000),
         STACK(STACK_ROWS) BIG(BIG_ROW) DELIVERED(DELIVERED_ROW) CODE(CODE_ROW) FAR(FAR_ROW) SMALL(SMALL_ROWS) WITH_BASE(BASE_ROW) LARGE(LARGE_ROW));
