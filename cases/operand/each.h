/*
 * each.h: many instructions with an operand in memory, one behind the other, and what comes of each: VEC_BP if it was executed, else its fault.
 * All have the same state, and each finds the same registers and the same memory. For 64-bit mode; with COMPAT defined for compatibility mode, and
 * behind case32.h for 32-bit protected mode, with VM86 defined for virtual-8086 mode; behind case16.h with REAL defined for real mode. At CPL 3, but
 * with KERNEL defined, in 64-bit mode, at CPL 0.
 *
 * A value is the vector, and above its 8 bits the error code. What else a fault has to be is in it only where it isn't so.
 */
#ifdef __x86_64__
#include <case.h>
#include "long64/trap.h"
#else
#include "common/cpu.h"
#include "pm32/trap.h"
#endif
#include <wide.h>

#define MISSING_PAGE (PAGE_USER | PAGE_WRITE)
#define USER_PAGE (PAGE_PRESENT | PAGE_USER | PAGE_WRITE)

/* ARG0: where the operand lies. Of its two pages the second is what the state says, or the first with FIRST_BYTE_ON_FIRST. */
enum where { BEYOND_CANONICAL, ON_SECOND, LAST_BYTE_ON_SECOND, ALL_ON_FIRST, MISALIGNED, ALIGNED_TO_16, ALIGNED_TO_HALF, FIRST_BYTE_ON_FIRST, ODD };
/* Or by which segment it is reached, where it isn't flat. */
enum segment_state { FLAT, LIMITED_DATA, LIMITED_STACK, NULL_DATA, READ_ONLY_DATA, EXECUTE_ONLY };
/* At CPL 0 what holds there only. */
enum supervisor_state { NOTHING_SET, SMAP, SMAP_AND_AC, WRITE_PROTECT, NO_WRITE_PROTECT };
#define STATE(where, segment) ((where) | (segment) << 4)
#define WHERE (ARG0 & 15)
#define SEGMENT (ARG0 >> 4)

#define OTHER_RIP 0x1000000         /* the saved RIP isn't the instruction's, or of the INT3 the one behind it */
#define OTHER_CR2 0x2000000         /* not the first byte on the page that faults */
#define REGISTERS_CHANGED 0x4000000 /* or YMM0, by a fault */
#define MEMORY_CHANGED 0x8000000

/* What its two bytes in front of an instruction say. */
struct form {
    uint8_t width;    /* 0: 512 */
    uint8_t contents; /* enum contents */
};
/*
 * Of the operand: the address of the INT3 behind the instruction, so that a branch through it leads there, with a segment register's at its end; or
 * 0, in its first eight bytes or all that are filled; or that address, and RBP leads behind the operand.
 */
enum contents { ADDRESS, OF_DS, OF_ES, OF_FS, OF_GS, OF_CS, OF_SS, ZERO, ALL_ZERO, BELOW_RBP };

#define AROUND 32u /* bytes in front of the operand and behind it that are looked at, too */

static const struct label *first, *now; /* the instructions; the last label is the end */
static uint32_t outcome[64];
static uintptr_t reload, second; /* what loads the registers; the second page */
static uintptr_t stack;          /* the program's stack pointer */
static uint8_t expected[3 * AROUND];

#if defined(VM86) || defined(REAL)
#define CODE16
#define CODE_BASE (16 * REAL_CODE)
#define DATA_SEGMENT 0x4000u
#define DATA_BASE (16 * DATA_SEGMENT)
#define STACK_BASE (16 * start.ss)
#else
#define CODE_BASE 0u
#define DATA_BASE 0u
#define STACK_BASE 0u
#endif

static struct form form_of(const struct label *l)
{
    return *(const struct form *)(uintptr_t)(l->address - sizeof(struct form));
}

static unsigned width_of(const struct label *l)
{
    unsigned width = form_of(l).width;

    return width ? width : 512;
}

static bool is_end(void)
{
    return !now[1].address;
}

static uintptr_t operand(void)
{
    unsigned width = is_end() ? 1 : width_of(now);

    switch (WHERE) {
#ifdef __x86_64__
    case BEYOND_CANONICAL:
        return NONCANONICAL_57;
#endif
    case LAST_BYTE_ON_SECOND:
        return second - width + 1;
    case ALL_ON_FIRST:
        return second - width;
    case MISALIGNED: /* with AM=1 and AC=1 */
    case ODD:
        return second - 2 * AROUND + 1;
    case ALIGNED_TO_16: /* and no more */
        return second - 2 * AROUND + 16;
    case ALIGNED_TO_HALF: /* of its width */
        return second - 2 * AROUND + width / 2;
    case FIRST_BYTE_ON_FIRST:
        return second - 1;
    default:
        return second;
    }
}

static uint8_t *memory(unsigned i)
{
    return frame_of(operand() - AROUND + i);
}

static bool has_memory(void)
{
    return WHERE != BEYOND_CANONICAL;
}

static void put(unsigned at, uint64_t value, unsigned size)
{
    for (unsigned i = 0; i < size; i++)
        expected[AROUND + at + i] = (uint8_t)(value >> 8 * i);
}

static void fill_memory(void)
{
    const uint64_t selectors[] = {
        [OF_DS] = start.ds, [OF_ES] = start.es, [OF_FS] = start.fs, [OF_GS] = start.gs, [OF_CS] = start.cs, [OF_SS] = start.ss};
    struct form form = form_of(now);

    for (unsigned i = 0; i < sizeof(expected); i++)
        expected[i] = (uint8_t)(form.contents == ALL_ZERO && i >= AROUND ? 0 : 0x40 + i);
    put(0, form.contents == ZERO || form.contents == ALL_ZERO ? 0 : now[1].address - sizeof(struct form) - 1 - CODE_BASE, 8);
    if (form.contents >= OF_DS && form.contents <= OF_SS)
        put(form.width - 2u, selectors[form.contents], 2);
    for (unsigned i = 0; i < sizeof(expected); i++)
        *memory(i) = expected[i];
}

static bool is_memory_kept(void)
{
    for (unsigned i = 0; i < sizeof(expected); i++)
        if (*memory(i) != expected[i])
            return false;
    return true;
}

static void set_registers(void)
{
    start.R(ax) = start.R(dx) = 0;
    start.R(cx) = 1;
    start.R(bx) = start.R(bp) = start.R(si) = start.R(di) = operand() - DATA_BASE;
    if (!is_end() && form_of(now).contents == BELOW_RBP)
        start.R(bp) += width_of(now);
}

/*
 * YMM0, the destination, is all ones before each; what it is behind one the program writes into the middle of the block below its stack, since the
 * handler of a signal doesn't see it.
 */
#ifdef WITH_AVX
#if defined(COMPAT) || !defined(__x86_64__)
#define STACK_POINTER "esp"
#else
#define STACK_POINTER "rsp"
#endif
#define TELL_YMM0 "vmovups [" STACK_POINTER " + 128], ymm0\nvpcmpeqd xmm0, xmm0, xmm0\nvinsertf128 ymm0, ymm0, xmm0, 1\n"

/* Of the instruction in front of this one. */
static void look_at_ymm0(void)
{
    const uint64_t *ymm0 = (const uint64_t *)(stack - 256 + 128);

    if (now && now > first && (outcome[now - first - 1] & 0xff) != VEC_BP && (ymm0[0] & ymm0[1] & ymm0[2] & ymm0[3]) != UINT64_MAX)
        outcome[now - first - 1] |= REGISTERS_CHANGED;
}
#else
#define TELL_YMM0 ""

static void look_at_ymm0(void)
{
}
#endif

#ifndef BEFORE_EACH
#define BEFORE_EACH "" /* what the program does besides, each time */
#endif

#ifndef KEEPS_MEMORY
#define KEEPS_MEMORY false /* an instruction that is executed changes nothing in memory */
#endif

#ifndef WHAT_ELSE
#define WHAT_ELSE(instruction) 0u /* its value says besides */
#endif

/* By the program's own POP, of a block that lies below its stack, since a handler's action doesn't reach them. */
#if defined(__x86_64__) && !defined(COMPAT)
#define RELOAD TELL_YMM0 BEFORE_EACH "pop rax\npop rcx\npop rdx\npop rbx\npop rbp\npop rsi\npop rdi\nret 192\n"
static void put_block(uint64_t *block, uint64_t rip)
{
    block[0] = start.rax, block[1] = start.rcx, block[2] = start.rdx, block[3] = start.rbx;
    block[4] = start.rbp, block[5] = start.rsi, block[6] = start.rdi, block[7] = rip;
}
#else
#ifdef CODE16
#define RELOAD TELL_YMM0 BEFORE_EACH "popad\nret 222\n"
#else
#define RELOAD TELL_YMM0 BEFORE_EACH "popad\nret 220\n"
#endif
static void put_block(uint32_t *block, uint64_t rip)
{
    block[0] = (uint32_t)start.R(di), block[1] = (uint32_t)start.R(si), block[2] = (uint32_t)start.R(bp), block[4] = (uint32_t)start.R(bx);
    block[5] = (uint32_t)start.R(dx), block[6] = (uint32_t)start.R(cx), block[7] = (uint32_t)start.R(ax), block[8] = (uint32_t)rip;
}
#endif

#ifdef COMPAT
#define CODE SEL_USER_CODE32
#elif defined(KERNEL)
#define CODE SEL_KERNEL_CODE64
#elif defined(__x86_64__)
#define CODE SEL_USER_CODE64
#else
#define CODE SEL_USER_CODE
#endif
#ifdef VM86
#undef CODE
#define CODE REAL_CODE
#endif

#ifdef REAL
/* There no handler's action reaches SP, which is where the frame lies. */
extern struct start entry_state;

static void leave_to(struct interrupt_frame *frame)
{
    uint16_t *image;

    (void)frame;
    entry_state.esp = stack - 256 - 3 * sizeof(*image);
    image = (uint16_t *)(STACK_BASE + entry_state.esp);
    image[0] = (uint16_t)(reload - CODE_BASE);
    image[1] = (uint16_t)start.cs;
    image[2] = (uint16_t)start.eflags;
}
#else
static void leave_to(struct interrupt_frame *frame)
{
    frame->R(ip) = reload - CODE_BASE;
    frame->cs = is_end() ? CODE : start.cs; /* the harness's code at the end is read, too */
    frame->R(flags) = start.R(flags);
    frame->R(sp) = stack - 256;
    frame->ss = start.ss;
}
#endif

static void go_to(struct interrupt_frame *frame, uint64_t rip)
{
    set_registers();
    put_block((void *)(STACK_BASE + stack - 256), rip - CODE_BASE);
    leave_to(frame);
}

#ifdef __x86_64__
#define CR2(capture) ((capture)->cr2)
#define REGISTERS(capture) (&(capture)->entry.registers.rax)
#define SEGMENTS(capture) ((capture)->segments)
#else
#define CR2(capture) ((capture)->at.r.cr2)
#define REGISTERS(capture) (&(capture)->at.r.eax)
#define SEGMENTS(capture) ((capture)->at.r)
#endif
#ifdef COMPAT
#define KEPT_REGISTERS 8u /* R8 to R15, and upper halves, don't exist for it */
#define REGISTER_BITS 0xffffffffu
#elif defined(__x86_64__)
#define KEPT_REGISTERS 16u
#define REGISTER_BITS UINT64_MAX
#else
#define KEPT_REGISTERS 8u
#define REGISTER_BITS UINT32_MAX
#endif

#ifdef REAL
#define HAS_ERROR_CODES false
#else
#define HAS_ERROR_CODES true
#endif

static bool are_segments_kept(const struct capture *capture)
{
#ifdef VM86
    const uint32_t *pushed = capture->slots + 5 + has_error_code(capture);

    return (pushed[0] & 0xffff) == start.es && (pushed[1] & 0xffff) == start.ds && (pushed[2] & 0xffff) == start.fs &&
           (pushed[3] & 0xffff) == start.gs;
#else
    return SEGMENTS(capture).ds == start.ds && SEGMENTS(capture).es == start.es && SEGMENTS(capture).fs == start.fs &&
           SEGMENTS(capture).gs == start.gs;
#endif
}

static bool are_registers_kept(const struct interrupt_frame *frame, const struct capture *capture)
{
    for (unsigned i = 0; i < KEPT_REGISTERS; i++)
        if (i != 4 && ((REGISTERS(capture)[i] ^ (&start.R(ax))[i]) & REGISTER_BITS))
            return false;
    return frame->R(sp) == stack && !((frame->R(flags) ^ start.R(flags)) & ~(uintptr_t)RFLAGS_RF) && frame->ss == start.ss &&
           are_segments_kept(capture);
}

static uint32_t outcome_of(const struct interrupt_frame *frame, const struct capture *capture)
{
    unsigned vector = capture->vector;
    bool executed = vector == VEC_BP;
    uint32_t what = vector;

    if (HAS_ERROR_CODES && ((vector >= VEC_DF && vector <= VEC_PF) || vector == VEC_AC))
        what |= (uint32_t)(capture->slots[0] & 0xffff) << 8;
    if (frame->R(ip) + CODE_BASE != (executed ? now[1].address - sizeof(struct form) : now->address))
        what |= OTHER_RIP;
    if (vector == VEC_PF && CR2(capture) != (WHERE == FIRST_BYTE_ON_FIRST ? operand() : second))
        what |= OTHER_CR2;
    if (!executed && !are_registers_kept(frame, capture))
        what |= REGISTERS_CHANGED;
    if ((!executed || KEEPS_MEMORY) && has_memory() && !is_memory_kept())
        what |= MEMORY_CHANGED;
    return what;
}

static void come(struct interrupt_frame *frame, struct capture *capture)
{
    capture_count--; /* told by a value, not by a frame */
    look_at_ymm0();
    if (!now) {
        now = first;
    } else if (!is_end()) {
        outcome[now - first] = outcome_of(frame, capture);
        now++;
    } /* behind the last one nothing may come: again, until the time limit */
    if (!is_end() && has_memory())
        fill_memory();
    go_to(frame, now->address);
}

static void note_outcomes(void)
{
    look_at_ymm0();
    for (const struct label *l = first; l[1].address; l++)
        note(l->name, outcome[l - first] | WHAT_ELSE((unsigned)(l - first)));
}

#ifdef CODE16
static void set_segments(void)
{
    start.ds = start.es = DATA_SEGMENT;
    if (SEGMENT == LIMITED_STACK) {
        start.ss = DATA_SEGMENT;
        start.esp = PAGE_SIZE;
    }
}
#elif defined(COMPAT) || !defined(__x86_64__)
static uint16_t add_segment(unsigned type, uintptr_t end)
{
    return add_descriptor("segment", encode_descriptor((struct descriptor){
                                         .limit = (uint32_t)(end / PAGE_SIZE - 1), .g = true, .d = true, .type = (uint8_t)type, .dpl = 3})) |
           3;
}

static void set_segments(void)
{
    switch (SEGMENT) {
    case LIMITED_DATA:
        start.ds = start.es = add_segment(DATA_WRITABLE, second);
        break;
    case LIMITED_STACK:
        start.ss = add_segment(DATA_WRITABLE, second);
        break;
    case NULL_DATA:
        start.ds = start.es = 0;
        break;
    case READ_ONLY_DATA:
        start.ds = start.es = add_segment(DATA_READ_ONLY, second + PAGE_SIZE);
        break;
    case EXECUTE_ONLY:
        start.cs = add_segment(CODE_EXECUTE_ONLY, second + PAGE_SIZE);
        break;
    default:
        break;
    }
}
#elif defined(KERNEL)
static void set_segments(void)
{
    if (SEGMENT == SMAP || SEGMENT == SMAP_AND_AC)
        write_cr4(read_cr4() | CR4_SMAP);
    if (SEGMENT == SMAP_AND_AC)
        start.rflags |= RFLAGS_AC;
    if (SEGMENT == WRITE_PROTECT)
        write_cr0(read_cr0() | CR0_WP);
    if (SEGMENT == NO_WRITE_PROTECT)
        write_cr0(read_cr0() & ~(uintptr_t)CR0_WP);
}
#else
static void set_segments(void)
{
}
#endif

#ifdef COMPAT
#define ENTER_MODE in_compat_user()
#elif defined(VM86)
#define ENTER_MODE in_vm86(), start.eflags |= EFLAGS_IOPL(3)
#elif defined(REAL) || defined(KERNEL)
#define ENTER_MODE (void)0
#else
#define ENTER_MODE in_user_mode()
#endif
#define ABOVE_4_GIB 0x123456000ull /* so that an address of 32 bits is another one */
#define BELOW_4_GIB 0x23456000u    /* for instructions that have their operand's address in themselves */

/* Of the two pages. */
static uintptr_t map_second(void)
{
#ifdef CODE16
    uintptr_t page = DATA_BASE + (SEGMENT == FLAT ? 0x8000 : 0x10000), pair;

#ifdef VM86
    for (uintptr_t at = DATA_BASE; at <= DATA_BASE + 0x10000; at += PAGE_SIZE)
        change_page(at, 0, PAGE_USER);
#endif
    if (SEGMENT != FLAT) /* behind the segment */
        return page;
    pair = map_pages("operand", 2, USER_PAGE);
    map_frame(page - PAGE_SIZE, (uintptr_t)frame_of(pair), USER_PAGE);
    map_frame(page, (uintptr_t)frame_of(pair + PAGE_SIZE), USER_PAGE);
    return page;
#elif defined(__x86_64__) && !defined(COMPAT)
    map_page_at("operand", ABOVE_4_GIB, USER_PAGE);
    return map_page_at("second", ABOVE_4_GIB + PAGE_SIZE, USER_PAGE);
#elif defined(IN_FIXED_PAGES)
    map_page_at("operand", BELOW_4_GIB, USER_PAGE);
    return map_page_at("second", BELOW_4_GIB + PAGE_SIZE, USER_PAGE);
#else
    return map_pages("operand", 2, USER_PAGE) + PAGE_SIZE;
#endif
}

/* Of those behind MISALIGNED. */
static void enter_state(void)
{
    if (WHERE == ALIGNED_TO_HALF) {
        write_cr0(read_cr0() | CR0_AM);
        start.R(flags) |= RFLAGS_AC;
    }
}

/* ARG1: the page that the state is of. */
static void each(struct program program)
{
    static const uint8_t vectors[] = {VEC_DE, VEC_BP, VEC_OF, VEC_BR, VEC_UD, VEC_NM, VEC_TS, VEC_NP, VEC_SS, VEC_GP, VEC_PF, VEC_AC, VEC_XM};

    first = (const struct label *)program.labels;
    reload = program.entry + 1;
    at_end(note_outcomes);
    for (unsigned i = 0; i < sizeof(vectors); i++) {
        on_exception(vectors[i], come);
#ifdef KERNEL /* off the program's stack, where RELOAD's block lies */
        set_gate(vectors[i], .ist = 1);
#endif
    }
#ifndef KERNEL
    set_gate(VEC_BP, .dpl = 3);
#endif
#ifndef __x86_64__
    if (!missing_feature("sse"))
        write_cr4(read_cr4() | CR4_OSFXSR | CR4_OSXMMEXCPT);
#endif
#ifdef OF_XSAVE
    write_cr4(read_cr4() | CR4_OSXSAVE);
#endif
    ENTER_MODE;
    second = map_second();
    if (ARG1)
        change_page(WHERE == FIRST_BYTE_ON_FIRST ? second - PAGE_SIZE : second, PAGE_PRESENT | PAGE_WRITE | PAGE_USER, ARG1);
#ifndef REAL /* where nothing asks for alignment but instructions themselves */
    if (WHERE == MISALIGNED) {
        write_cr0(read_cr0() | CR0_AM);
        start.R(flags) |= RFLAGS_AC;
    }
#endif
    set_segments();
#ifdef WITH_AVX
    write_cr4(read_cr4() | CR4_OSFXSR | CR4_OSXSAVE);
    write_xcr0(XCR0_X87 | XCR0_SSE | XCR0_AVX);
#endif
    if (WHERE > MISALIGNED)
        enter_state();
    stack = start.R(sp);
    now = first;
    while (!is_end())
        now++;
    set_registers(); /* as they are at the end */
    now = NULL;
    run_program(program);
}

/*
 * The text has macros of the assembler: "op name, width, instruction", "op_of contents, name, width, instruction", and of those that are alike
 * "ops suffix, width, operands, names" with the suffix behind the name. The program begins with INT3, so that the first of them starts as all do.
 */
#define MACROS                                                                                                                                     \
    ".macro op_of contents, name, width, instruction:vararg\n.byte \\width, \\contents\n771:\n.pushsection .labels, \"a\"\n.long 771b, 0\n.asciz " \
    "\"\\name\"\n.balign 32\n.popsection\n\\instruction\nint3\n.endm\n"                                                                            \
    ".macro op name, width, instruction:vararg\nop_of 0, \\name, \\width, \\instruction\n.endm\n"                                                  \
    ".macro op_as suffix, name, width, instruction:vararg\nop_of 0, \\name\\suffix, \\width, \\instruction\n.endm\n"                               \
    ".macro ops suffix, width, operands, names:vararg\n.irp one, \\names\nop_as \\suffix, \\one, \\width, \\one \\operands\n.endr\n.endm\n"        \
    "int3\n" RELOAD
/* One of the instructions, by its bytes. */
#define ENCODING(name, ...) "op " #name ", 8, .byte " #__VA_ARGS__ "\n"
#define END ".byte 0, 0\n" MARK(end) ".purgem op_of\n.purgem op\n.purgem op_as\n.purgem ops\n"

#define ROW(name_, group, where, segment, page, about_, spec_, needs_)                                                                       \
    {                                                                                                                                        \
        VARIANT, ENVIRONMENT.name = name_, .about = LEVEL about_ ": vector and error code, 0x3 if executed", .spec = spec_, .needs = needs_, \
                 .run = group, .vector = NO_EXCEPTION, .arg = {                                                                              \
                     STATE(where, segment),                                                                                                  \
                     page                                                                                                                    \
                 }                                                                                                                           \
    }
#define SPEC_GP "SDM 3A \"Interrupt 13-General Protection Exception (#GP)\""
#define SPEC_SS "SDM 3A \"Interrupt 12-Stack Fault Exception (#SS)\""
#define SPEC_PF "SDM 3A \"Interrupt 14-Page-Fault Exception (#PF)\""
#define SPEC_RIGHTS "SDM 3A \"Determination of Access Rights\"; " SPEC_PF
#define SPEC_AC "SDM 3A \"Interrupt 17-Alignment Check Exception (#AC)\""

#define ROW_MISSING(name, group, about, needs) \
    ROW(name "_missing", group, ON_SECOND, FLAT, MISSING_PAGE, about " of a page that isn't present", SPEC_PF, needs)
#define ROW_MISALIGNED(name, group, about, needs) \
    ROW(name "_misaligned", group, MISALIGNED, FLAT, USER_PAGE, about " at an odd address with AM=1 and AC=1", SPEC_AC, needs " i486")

#ifdef CODE16
#define ROW_ODD(name, group, about, needs) ROW(name "_odd", group, ODD, LIMITED_DATA, 0, about " at an odd address", SPEC_GP, needs)
#else
#define ROW_ODD(name, group, about, needs) ROW(name "_odd", group, ODD, FLAT, USER_PAGE, about " at an odd address", SPEC_GP, needs)
#endif

#ifdef REAL
#define LEVEL ""
#elif defined(KERNEL)
#define LEVEL "CPL-0 "
#else
#define LEVEL "CPL-3 "
#endif
#if defined(__x86_64__) && !defined(COMPAT)
#define ENVIRONMENT
#define EACH(instructions) each(ASSEMBLE(MACROS instructions END))
#define IF64(text) text
#define IF32(text)
#define IF16(text)
#define IF_PROTECTED(...) __VA_ARGS__
#define CANONICAL "; SDM 1 \"Canonical Addressing\""
#ifdef KERNEL
#define IN_ANY_STATE(name, group, about, needs)                                                                                                     \
    ROW(name "_missing", group, ON_SECOND, NOTHING_SET, PAGE_WRITE, about " of a page that isn't present", SPEC_PF, needs),                         \
        ROW(name "_user", group, ON_SECOND, SMAP, USER_PAGE, about " of a user page with SMAP=1 and AC=0", SPEC_RIGHTS, needs " smap"),             \
        ROW(name "_user_ac", group, ON_SECOND, SMAP_AND_AC, USER_PAGE, about " of a user page with SMAP=1 and AC=1", SPEC_RIGHTS, needs " smap"),   \
        ROW(name "_supervisor", group, ON_SECOND, SMAP, PAGE_PRESENT | PAGE_WRITE, about " of a supervisor page with SMAP=1 and AC=0", SPEC_RIGHTS, \
            needs " smap"),                                                                                                                         \
        ROW(name "_read_only", group, ON_SECOND, WRITE_PROTECT, PAGE_PRESENT, about " of a read-only page with WP=1", SPEC_RIGHTS, needs),          \
        ROW(name "_unprotected", group, ON_SECOND, NO_WRITE_PROTECT, PAGE_PRESENT, about " of a read-only page with WP=0", SPEC_RIGHTS, needs)
#define BY_IMPLICIT(name, group, about, needs) IN_ANY_STATE(name, group, about, needs), ROW_MISALIGNED(name, group, about, needs)
#define IN_EACH_STATE(name, group, about, needs) BY_IMPLICIT(name, group##_data, about, needs)
#define IN_ALIGNED_STATES(name, group, about, needs) IN_ANY_STATE(name, group##_data, about, needs)
#else
#define BY_IMPLICIT(name, group, about, needs)                                                                                                    \
    ROW_MISSING(name, group, about, needs), ROW_MISALIGNED(name, group, about, needs),                                                            \
        ROW(name "_last_byte", group, LAST_BYTE_ON_SECOND, FLAT, MISSING_PAGE, about " whose last byte is on a page that isn't present", SPEC_PF, \
            needs),                                                                                                                               \
        ROW(name "_before", group, ALL_ON_FIRST, FLAT, MISSING_PAGE, about " that ends in front of a page that isn't present", SPEC_PF, needs),   \
        ROW(name "_read_only", group, ON_SECOND, FLAT, PAGE_PRESENT | PAGE_USER, about " of a read-only page", SPEC_RIGHTS, needs),               \
        ROW(name "_supervisor", group, ON_SECOND, FLAT, PAGE_PRESENT | PAGE_WRITE, about " of a supervisor page", SPEC_RIGHTS, needs),            \
        ROW(name "_noncanonical", group, BEYOND_CANONICAL, FLAT, USER_PAGE, about " by an address that isn't canonical", SPEC_GP CANONICAL, needs)
#define IN_EACH_STATE(name, group, about, needs)                                                                                     \
    BY_IMPLICIT(name, group##_data, about, needs), ROW(name "_noncanonical_stack", group##_stack, BEYOND_CANONICAL, FLAT, USER_PAGE, \
                                                       about " by RBP that isn't canonical", SPEC_SS CANONICAL, needs)
#define IN_ALIGNED_STATES(name, group, about, needs)                                                                                               \
    ROW_MISSING(name, group##_data, about, needs),                                                                                                 \
        ROW(name "_before", group##_data, ALL_ON_FIRST, FLAT, MISSING_PAGE, about " that ends in front of a page that isn't present", SPEC_PF,     \
            needs),                                                                                                                                \
        ROW(name "_read_only", group##_data, ON_SECOND, FLAT, PAGE_PRESENT | PAGE_USER, about " of a read-only page", SPEC_RIGHTS, needs),         \
        ROW(name "_supervisor", group##_data, ON_SECOND, FLAT, PAGE_PRESENT | PAGE_WRITE, about " of a supervisor page", SPEC_RIGHTS, needs),      \
        ROW(name "_noncanonical", group##_data, BEYOND_CANONICAL, FLAT, USER_PAGE, about " by an address that isn't canonical", SPEC_GP CANONICAL, \
            needs),                                                                                                                                \
        ROW(name "_noncanonical_stack", group##_stack, BEYOND_CANONICAL, FLAT, USER_PAGE, about " by RBP that isn't canonical", SPEC_SS CANONICAL, \
            needs)
#endif
#define BASE(register) "[r" register "]"
#elif defined(CODE16)
#define ENVIRONMENT
#define EACH(instructions) each(ASSEMBLE16(MACROS instructions END))
#define IF64(text)
#define IF32(text) text
#define IF16(text) text
#define IF_PROTECTED(...)
#define LIMITED(name, group, about, needs)                                                                                          \
    ROW(name "_limit", group##_data, LAST_BYTE_ON_SECOND, LIMITED_DATA, 0, about " whose last byte is at 0x10000", SPEC_GP, needs), \
        ROW(name "_inside", group##_data, ALL_ON_FIRST, LIMITED_DATA, 0, about " that ends at 0xffff", SPEC_GP, needs),             \
        ROW(name "_limit_stack", group##_stack, LAST_BYTE_ON_SECOND, LIMITED_STACK, 0, about " whose last byte is at 0x10000 of SS", SPEC_SS, needs)
/* All of it beyond, since across the limit it isn't aligned, either. */
#define ALIGNED_LIMITED(name, group, about, needs)                                                                      \
    ROW(name "_limit", group##_data, ON_SECOND, LIMITED_DATA, 0, about " at 0x10000", SPEC_GP, needs),                  \
        ROW(name "_inside", group##_data, ALL_ON_FIRST, LIMITED_DATA, 0, about " that ends at 0xffff", SPEC_GP, needs), \
        ROW(name "_limit_stack", group##_stack, ON_SECOND, LIMITED_STACK, 0, about " at 0x10000 of SS", SPEC_SS, needs)
#ifdef VM86
#define IN_ALIGNED_STATES(name, group, about, needs) ROW_MISSING(name, group##_data, about, needs), ALIGNED_LIMITED(name, group, about, needs)
#define IN_EACH_STATE(name, group, about, needs) \
    ROW_MISSING(name, group##_data, about, needs), ROW_MISALIGNED(name, group##_data, about, needs), LIMITED(name, group, about, needs)
#else
#define IN_EACH_STATE LIMITED
#define IN_ALIGNED_STATES ALIGNED_LIMITED
#endif
#define BASE(register) "[e" register "]"
#else
#define IF16(text)
#define IF_PROTECTED(...) __VA_ARGS__
#ifdef COMPAT
#define ENVIRONMENT .env = COMPAT32,
#define AT_LIMIT LAST_BYTE_ON_SECOND
#define BEYOND " whose last byte is beyond"
#else
#define ENVIRONMENT
#define AT_LIMIT ON_SECOND
#define BEYOND " beyond"
#endif
#define EACH(instructions) each(ASSEMBLE32(MACROS instructions END))
#define IF64(text)
#define IF32(text) text
#define LIMIT "; SDM 3A \"Limit Checking\""
#define TYPE "; SDM 3A \"Type Checking\""
#define BY_IMPLICIT(name, group, about, needs)                                                                                    \
    ROW_MISSING(name, group, about, needs), ROW_MISALIGNED(name, group, about, needs),                                            \
        ROW(name "_limit", group, AT_LIMIT, LIMITED_DATA, USER_PAGE, about BEYOND " the limit", SPEC_GP LIMIT, needs),            \
        ROW(name "_inside", group, ALL_ON_FIRST, LIMITED_DATA, USER_PAGE, about " that ends at the limit", SPEC_GP LIMIT, needs), \
        ROW(name "_null", group, ON_SECOND, NULL_DATA, USER_PAGE, about " by NULL DS and ES", SPEC_GP, needs),                    \
        ROW(name "_read_only", group, ON_SECOND, READ_ONLY_DATA, USER_PAGE, about " in a read-only segment", SPEC_GP TYPE, needs)
#define IN_EACH_STATE(name, group, about, needs)                                                                                            \
    BY_IMPLICIT(name, group##_data, about, needs),                                                                                          \
        ROW(name "_limit_stack", group##_stack, AT_LIMIT, LIMITED_STACK, USER_PAGE, about BEYOND " the limit of SS", SPEC_SS LIMIT, needs), \
        ROW(name "_execute_only", group##_code, ON_SECOND, EXECUTE_ONLY, USER_PAGE, about " by CS that is execute-only", SPEC_GP TYPE, needs)
#define IN_ALIGNED_STATES(name, group, about, needs)                                                                                         \
    ROW_MISSING(name, group##_data, about, needs),                                                                                           \
        ROW(name "_limit", group##_data, ON_SECOND, LIMITED_DATA, USER_PAGE, about " beyond the limit", SPEC_GP LIMIT, needs),               \
        ROW(name "_inside", group##_data, ALL_ON_FIRST, LIMITED_DATA, USER_PAGE, about " that ends at the limit", SPEC_GP LIMIT, needs),     \
        ROW(name "_null", group##_data, ON_SECOND, NULL_DATA, USER_PAGE, about " by NULL DS", SPEC_GP, needs),                               \
        ROW(name "_read_only", group##_data, ON_SECOND, READ_ONLY_DATA, USER_PAGE, about " in a read-only segment", SPEC_GP TYPE, needs),    \
        ROW(name "_limit_stack", group##_stack, ON_SECOND, LIMITED_STACK, USER_PAGE, about " beyond the limit of SS", SPEC_SS LIMIT, needs), \
        ROW(name "_execute_only", group##_code, ON_SECOND, EXECUTE_ONLY, USER_PAGE, about " by CS that is execute-only", SPEC_GP TYPE, needs)
#define BASE(register) "[e" register "]"
#define IN_CODE(name, INSTRUCTIONS) BY(name, INSTRUCTIONS("cs:[ebx]"))
#endif
#ifndef IN_CODE
#define IN_CODE(name, INSTRUCTIONS)
#endif

#define BY(name, instructions) \
    static void name(void)     \
    {                          \
        EACH(instructions);    \
    }
#ifdef KERNEL
#define BY_BOTH(group, INSTRUCTIONS) BY(group##_data, INSTRUCTIONS(BASE("bx")))
#else
/* The same instructions by RBX or EBX, by RBP or EBP, and where segments count in the code segment. */
#define BY_BOTH(group, INSTRUCTIONS)            \
    BY(group##_data, INSTRUCTIONS(BASE("bx")))  \
    BY(group##_stack, INSTRUCTIONS(BASE("bp"))) \
    IN_CODE(group##_code, INSTRUCTIONS)
#endif
