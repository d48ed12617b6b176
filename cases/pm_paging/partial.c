/*
 * An instruction that faults on the second of two pages has changed no register: not ESP, not ESI and EDI beyond the elements that are done. At CPL
 * 3, so that the frame lies on another stack. Of `pair` one page isn't present; the other is zeros. CR2 lies on the missing page.
 */
#include <case32.h>

static uintptr_t pair;

/* arg: where ESP is in the pair; which page is missing. */
static void set_up(void)
{
    in_user_mode();
    set_gate(VEC_BP, .dpl = 3);
    pair = map_pages("pair", 2, PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    change_page(pair + ARG1 * PAGE_SIZE, PAGE_PRESENT, 0);
    start.esp = pair + ARG0;
    start.ebp = start.ebx = start.esi = start.edi = pair + ARG0;
    start.ecx = 0x10;
}

#define FORM(name, instruction) \
    static void name(void)      \
    {                           \
        set_up();               \
        FAULT(instruction);     \
    }
FORM(push, "push eax")
FORM(pusha, "pushad")
FORM(pusha16, "pushaw")
FORM(pushf, "pushfd")
FORM(popa, "popad")
FORM(pop, "pop eax")
FORM(call, "call 1f\n1:")
FORM(ret, "ret")
FORM(enter, "enter 16, 0")
FORM(enter_level, "enter 0, 3")
FORM(enter_room, "enter 0x40, 0")
FORM(leave, "leave")
FORM(write, "mov [ebx], eax")
FORM(read, "mov eax, [ebx]")
FORM(exchange, "xchg [ebx], eax")
FORM(write_float, "fst qword ptr [ebx]")
FORM(environment, "fnstenv [ebx]")

/* The stack is in the page that is there. */
static void pop_memory(void)
{
    set_up();
    start.esp = pair + 0x800;
    FAULT("pop dword ptr [ebx]");
}

/* The other operand lies in pages that are there. */
#define STRING(name, other, instruction)                                                    \
    static void name(void)                                                                  \
    {                                                                                       \
        set_up();                                                                           \
        start.other = map_pages("whole", 2, PAGE_PRESENT | PAGE_WRITE | PAGE_USER) + 0x200; \
        start.esp = stack_top(STACK_USER);                                                  \
        FAULT(instruction);                                                                 \
    }
STRING(movs_source, edi, "rep movsb")
STRING(movs_target, esi, "rep movsb")
STRING(movsd_target, esi, "rep movsd")
STRING(stos, esi, "rep stosd")
STRING(lods, edi, "rep lodsw")

/* The first page is of code; its last byte begins an instruction. */
static void fetch(void)
{
    uint8_t *code;

    set_up();
    code = frame_of(pair);
    code[0xfff] = 0xb8; /* MOV EAX, imm32 */
    start.esp = stack_top(STACK_USER);
    start.ebx = pair + 0xfff;
    name_place("instruction", start.ebx, 1);
    FAULT("jmp ebx");
}

static void fetch_falls(void)
{
    uint8_t *code;

    set_up();
    code = frame_of(pair);
    code[0xfff] = 0x90;
    start.esp = stack_top(STACK_USER);
    start.ebx = pair + 0xfff;
    name_place("instruction", pair + PAGE_SIZE, 1);
    FAULT("jmp ebx");
}

static void far_call(void)
{
    uint32_t *pointer;
    struct program p = ASSEMBLE(MARK(fault) "call fword ptr [ecx]\n" MARK(after) MARK(target) "int3\n");

    set_up();
    start.ecx = map_page("pointer", PAGE_PRESENT | PAGE_USER);
    pointer = frame_of(start.ecx);
    pointer[0] = label_of(p, "target");
    pointer[1] = SEL_USER_CODE;
    run_program(p);
}

static void far_return(void)
{
    struct program p = ASSEMBLE(MARK(fault) "retf\n" MARK(after) MARK(target) "int3\n");

    set_up();
    *(uint32_t *)frame_of(start.esp) = label_of(p, "target");
    run_program(p);
}

static void far_return_ring1(void)
{
    struct program p = ASSEMBLE(MARK(fault) "retf\n" MARK(after) MARK(target) "int3\n");
    uint32_t esp;

    set_up();
    esp = start.esp;
    in_ring(1);
    start.esp = esp;
    *(uint32_t *)frame_of(esp) = label_of(p, "target");
    *(uint32_t *)frame_of(esp + 4) = SEL_USER_CODE;
    run_program(p);
}

static void iret(void)
{
    struct program p = ASSEMBLE(MARK(fault) "iretd\n" MARK(after) MARK(target) "int3\n");

    set_up();
    *(uint32_t *)frame_of(start.esp) = label_of(p, "target");
    *(uint32_t *)frame_of(start.esp + 4) = SEL_USER_CODE;
    run_program(p);
}

#define ROW(name_, run_, at, missing, error_, rip_, id_, about_)                                                                            \
    {                                                                                                                                       \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A \"Interrupt 14-Page-Fault Exception (#PF)\"", .id = id_, .vector = VEC_PF, \
                 .error = error_, .saved_rip = rip_, .run = run_, .arg = {                                                                  \
                     at,                                                                                                                    \
                     missing                                                                                                                \
                 }                                                                                                                          \
    }
#define WRITES(name_, run_, at, missing, id_, about_) ROW(name_, run_, at, missing, PF_W | PF_U, AT_FAULT, id_, about_)
#define READS(name_, run_, at, missing, about_) ROW(name_, run_, at, missing, PF_U, AT_FAULT, "", about_)
VARIANTS(
    WRITES("push", push, 0x1000, 0, "", "PUSH below the page"), WRITES("push_across", push, 0x1002, 0, "", "PUSH of a doubleword across the edge"),
    WRITES("pusha", pusha, 0x1008, 0, "pf-pusha-partial-pm32", "PUSHAD, the third of eight doublewords is on the missing page"),
    WRITES("pusha_across", pusha, 0x100a, 0, "pf-pusha-partial-pm32", "PUSHAD, the third of eight doublewords lies across the edge"),
    WRITES("pusha16", pusha16, 0x1004, 0, "pf-pusha-partial-pm32", "PUSHA, the third of eight words is on the missing page"),
    WRITES("pushf", pushf, 0x1000, 0, "", "PUSHFD below the page"),
    READS("popa", popa, 0xff0, 1, "POPAD, the fifth of eight doublewords is on the missing page"), READS("pop", pop, 0xffe, 1, "POP across the edge"),
    WRITES("pop_memory", pop_memory, 0xffe, 1, "", "POP to memory across the edge: ESP is kept"), WRITES("call", call, 0x1000, 0, "", "near CALL"),
    READS("ret", ret, 0xffe, 1, "near RET across the edge"), WRITES("enter", enter, 0x1000, 0, "", "ENTER 16, 0: its push"),
    WRITES("enter_level", enter_level, 0x1008, 0, "", "ENTER 0, 3: its third push: EBP is kept"),
    WRITES("enter_room", enter_room, 0x1020, 0, "", "ENTER 0x40, 0: the new ESP is on the missing page"),
    READS("leave", leave, 0xffe, 1, "LEAVE with EBP across the edge"),
    WRITES("write", write, 0xffe, 1, "pf-pm32-cross-np", "a write across the edge"),
    WRITES("write_low", write, 0xffe, 0, "", "a write across the edge, the lower page is missing"),
    READS("read", read, 0xffe, 1, "a read across the edge"), READS("read_low", read, 0xffd, 0, "a read across the edge, the lower page is missing"),
    WRITES("exchange", exchange, 0xfff, 1, "", "XCHG across the edge: EAX is kept"),
    WRITES("float", write_float, 0xffc, 1, "", "FST of a quadword across the edge"),
    WRITES("environment", environment, 0xff0, 1, "", "FNSTENV across the edge"),
    READS("movs_source", movs_source, 0xff8, 1, "REP MOVSB, the source comes to the edge after eight bytes"),
    WRITES("movs_target", movs_target, 0xffb, 1, "", "REP MOVSB, the target comes to the edge after five bytes"),
    WRITES("movsd_target", movsd_target, 0xff6, 1, "", "REP MOVSD, the third doubleword of the target lies across the edge"),
    WRITES("stos", stos, 0xff4, 1, "", "REP STOSD, three doublewords to the edge"),
    READS("lods", lods, 0xffa, 1, "REP LODSW, three words to the edge"),
    ROW("fetch", fetch, 0, 1, PF_U, "instruction", "", "an instruction across the edge: it is the one that is saved"),
    ROW("fetch_falls", fetch_falls, 0, 1, PF_U, "instruction", "", "a NOP is the last byte before the edge"),
    WRITES("far_call", far_call, 0x1004, 0, "", "far CALL, its second push is on the missing page"),
    READS("far_return", far_return, 0xffc, 1, "far RET, CS is on the missing page"),
    ROW("far_return_outer", far_return_ring1, 0xff8, 1, 0, AT_FAULT, "", "far RET from CPL 1 to CPL 3, ESP and SS are on the missing page"),
    READS("iret", iret, 0xff8, 1, "IRETD, EFLAGS is on the missing page"));
