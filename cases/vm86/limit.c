/*
 * Segments of virtual-8086 mode end at 0xffff: #GP(0), #SS(0) where SS serves the operand. The handler has a stack of its own, so that a push below
 * offset 0 is an exception as any other, and no shutdown.
 */
#include <case32.h>

static void set_up(void)
{
    in_vm86();
    for (uintptr_t page = 0x10000; page < 0x20000; page += PAGE_SIZE)
        change_page(page, 0, PAGE_USER);
    fill_words(16 * REAL_STACK + 0xf000, 0, 0x3000 / sizeof(uintptr_t));
}

#define GP VEC_GP
#define SS VEC_SS
#define LIMITS(X)                                                                   \
    X(bx, GP, start.ebx = 0xffff, "mov [bx], ax", "vm86-gp-limit")                  \
    X(bp, SS, start.ebp = 0xffff, "mov [bp], ax", "")                               \
    X(ss, SS, , "mov ss:[0xffff], ax", "vm86-ss-limit")                             \
    X(es_bp, GP, start.ebp = 0xffff, "mov es:[bp], ax", "")                         \
    X(cs_bx, GP, start.ebx = 0xffff, "mov cs:[bx], ax", "")                         \
    X(fs_bx, GP, start.ebx = 0xffff, "mov fs:[bx], ax", "")                         \
    X(ebx, GP, start.ebx = 0x10000, "mov [ebx], al", "")                            \
    X(ebp, SS, start.ebp = 0x10000, "mov [ebp], al", "")                            \
    X(esp, SS, , "mov [esp+0xf03f], ax", "")                                        \
    X(dword, GP, start.ebx = 0xfffd, "mov [bx], eax", "")                           \
    X(les, GP, start.ebx = 0xfffd, "les di, [bx]", "")                              \
    X(stosw, GP, start.edi = 0xffff, "stosw", "")                                   \
    X(lodsw_ss, SS, start.esi = 0xffff, "lodsw ax, ss:[si]", "")                    \
    X(push_sp_1, SS, start.esp = 1, "push ax", "")                                  \
    X(push_dword_sp_2, SS, start.esp = 2, "push eax", "")                           \
    X(pushf_sp_1, SS, (start.esp = 1, start.eflags |= EFLAGS_IOPL(3)), "pushf", "") \
    X(pusha_sp_7, GP, start.esp = 7, "pusha", "")                                   \
    X(pusha_sp_9, GP, start.esp = 9, "pusha", "")                                   \
    X(pusha_sp_11, GP, start.esp = 11, "pusha", "")                                 \
    X(pusha_sp_13, GP, start.esp = 13, "pusha", "")                                 \
    X(pusha_sp_15, GP, start.esp = 15, "pusha", "")                                 \
    X(enter_sp_1, SS, start.esp = 1, "enter 0, 0", "")                              \
    X(pop_sp_ffff, SS, start.esp = 0xffff, "pop ax", "")                            \
    X(popa_sp_fff1, SS, start.esp = 0xfff1, "popa", "")                             \
    X(popa_sp_ffff, SS, start.esp = 0xffff, "popa", "")

#define BRANCHES(X)                                                                                            \
    X(ret_sp_ffff, SS, start.esp = 0xffff, "ret", ".byte 0xc3")                                                \
    X(retf_sp_fffd, SS, start.esp = 0xfffd, "retf", ".byte 0xcb")                                              \
    X(iret_sp_fffb, SS, (start.esp = 0xfffb, start.eflags |= EFLAGS_IOPL(3)), "iret", ".byte 0xcf")            \
    X(jmp_register, GP, start.ebx = OFFSET, "jmp ebx to an offset above 0xffff", "jmp ebx")                    \
    X(call_sp_1, SS, start.esp = 1, "call", ".byte 0xe8, 0, 0")                                                \
    X(lcall_sp_3, SS, start.esp = 3, "lcall", ".byte 0x9a\n.word 771f - 0x8000, 0x800")                        \
    X(jmp, GP, , "jmp rel32 to an offset above 0xffff", ".byte 0x66, 0xe9\n.long 0x10000")                     \
    X(call, GP, , "call rel32 to an offset above 0xffff", ".byte 0x66, 0xe8\n.long 0x10000")                   \
    X(jmp_far, GP, , "jmp ptr16:32 to an offset above 0xffff", ".byte 0x66, 0xea\n.long 0x11000\n.word 0x800") \
    X(call_far, GP, , "call ptr16:32 to an offset above 0xffff", ".byte 0x66, 0x9a\n.long 0x11000\n.word 0x800")

#define DEFINE(name, vector, registers, instruction, id) \
    static void name(void)                               \
    {                                                    \
        set_up();                                        \
        registers;                                       \
        FAULT16(instruction);                            \
    }
LIMITS(DEFINE)

/* For who goes where a branch may not, or to what lies at SS:SP: a jump to `after`. */
#define OFFSET 0x11000u
static void place_jump(struct program program, uintptr_t address)
{
    uint16_t after = (uint16_t)(label_of(program, "after") - 16 * REAL_CODE);
    const uint8_t jump[] = {0xea, (uint8_t)after, (uint8_t)(after >> 8), REAL_CODE & 0xff, REAL_CODE >> 8};

    for (unsigned i = 0; i < sizeof(jump); i++)
        ((uint8_t *)address)[i] = jump[i];
}

static void branch(struct program program)
{
    uint16_t *words = (uint16_t *)(16 * REAL_STACK + (uintptr_t)start.esp);

    if (start.esp > 0xff00) {
        words[0] = OFFSET & 0xffff;
        words[1] = REAL_CODE;
        words[2] = (uint16_t)start.eflags;
    }
    place_jump(program, 16 * REAL_CODE + OFFSET);
    place_jump(program, 16 * REAL_CODE + (OFFSET & 0xffff));
    place_jump(program, label_of(program, "after") + 0x10000);
    run_program(program);
}

#define DEFINE_BRANCH(name, vector, registers, about, instruction)    \
    static void name(void)                                            \
    {                                                                 \
        set_up();                                                     \
        registers;                                                    \
        branch(ASSEMBLE16(MARK(fault) instruction "\n" MARK(after))); \
    }
BRANCHES(DEFINE_BRANCH)

/* The image of IRETD and RETF has an EIP that is too large. */
static void push(uint32_t value)
{
    start.esp -= 4;
    *(uint32_t *)(16 * REAL_STACK + (uintptr_t)start.esp) = value;
}

static void iretd(void)
{
    set_up();
    start.eflags |= EFLAGS_IOPL(3);
    push(start.eflags);
    push(REAL_CODE);
    push(OFFSET);
    branch(ASSEMBLE16(MARK(fault) ".byte 0x66, 0xcf\n" MARK(after)));
}

static void retf(void)
{
    set_up();
    push(REAL_CODE);
    push(OFFSET);
    branch(ASSEMBLE16(MARK(fault) ".byte 0x66, 0xcb\n" MARK(after)));
}

/* The next instruction begins behind the segment, whose last byte is a NOP. */
static void run_off(void)
{
    set_up();
    *(uint8_t *)0x1ffff = 0x90;
    *(uint8_t *)0x10000 = 0xce;
    *(uint16_t *)0x20000 = 0x0b0f; /* UD2, for who looks at no limit: what lies behind would be run with any outcome */
    start.cs = 0x1000;
    start.eip = 0xffff;
    PROGRAM16("");
}

#define SPEC "SDM 2 \"Virtual-8086 Mode Exceptions\" of the instruction; SDM 3B \"Segment Wraparound\""
#define ROW(name_, vector_, registers, instruction, id_) \
    ROW_OF(name_, vector_, sizeof(#registers) > 1 ? instruction "; " #registers : instruction, id_)
#define ROW_OF(name_, vector_, about_, id_) \
    {VARIANT, .name = #name_, .about = about_, .spec = SPEC, .id = id_, .vector = vector_, .error = 0, .saved_rip = AT_FAULT, .run = name_},
#define ROW_BRANCH(name, vector, registers, about, instruction) ROW(name, vector, registers, about, "")
VARIANTS(LIMITS(ROW) BRANCHES(ROW_BRANCH) ROW_OF(iretd, GP, "iretd to offset 0x10000", "")
             ROW_OF(retf, GP, "retf with a 32-bit operand size to offset 0x10000",
                    ""){VARIANT, .name = "run_off", .about = "NOP at offset 0xffff, the next instruction is beyond the limit",
                        .spec = "SDM 3A \"Limit Checking\"", .vector = VEC_GP, .error = 0, .run = run_off});
