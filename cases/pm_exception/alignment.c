/*
 * #AC(0) in 32-bit protected mode and virtual-8086 mode: at CPL 3 with CR0.AM=1 and EFLAGS.AC=1, where an operand isn't at a multiple of its size.
 * Each form of the stack twice: the aligned access that comes first makes the page one that the processor knows.
 */
#include <case32.h>

static void set_up(void)
{
    write_cr0(read_cr0() | CR0_AM);
    start.eflags |= EFLAGS_AC;
    start.ebx = map_page("operand", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
}

#define DATA(name, instruction) \
    static void name(void)      \
    {                           \
        in_user_mode();         \
        set_up();               \
        FAULT(instruction);     \
    }
DATA(word, "mov ax, [ebx+1]")
DATA(dword, "mov eax, [ebx+2]")
DATA(store, "mov [ebx+2], eax")
DATA(store_word, "mov [ebx+3], ax")
DATA(modify, "add dword ptr [ebx+1], 0")
DATA(exchange, "xchg [ebx+2], eax")
DATA(compare, "cmp word ptr [ebx+1], 0")
DATA(far_pointer, "les eax, [ebx+2]")
DATA(bound, "bound eax, [ebx+2]")

static void movs(void)
{
    in_user_mode();
    set_up();
    start.esi = start.ebx;
    start.edi = start.ebx + 6;
    FAULT("movsd");
}

DATA(byte, "mov al, [ebx+1]")
DATA(aligned, "mov eax, [ebx+4]")

/* The same memory, aligned and then not. */
static void again(void)
{
    in_user_mode();
    set_up();
    PROGRAM("mov eax, [ebx]\nmov eax, [ebx+4]\n" MARK(fault) "mov eax, [ebx+2]\n" MARK(after) "nop\n");
}

#define STACK(name, first, move, instruction)                                                             \
    static void name(void)                                                                                \
    {                                                                                                     \
        in_user_mode();                                                                                   \
        set_up();                                                                                         \
        start.esp -= 0x40;                                                                                \
        PROGRAM(first "\nlea esp, [esp-" #move "]\n" MARK(fault) instruction "\n1:" MARK(after) "nop\n"); \
    }
STACK(push, "push eax", 2, "push eax")
STACK(push16, "push eax", 1, "push ax")
STACK(push_memory, "push dword ptr [ebx]", 2, "push dword ptr [ebx]")
STACK(pushf, "pushfd", 2, "pushfd")
STACK(pusha, "pushad", 2, "pushad")
STACK(pop, "pop edx", 2, "pop edx")
STACK(pop16, "pop edx", 1, "pop dx")
STACK(pop_memory, "pop dword ptr [ebx]", 2, "pop dword ptr [ebx]")
STACK(popa, "pushad\npopad", 2, "popad")
STACK(call, "push eax", 2, "call 1f")
STACK(call_register, "push eax", 2, "call ebx")
STACK(ret, "pop edx", 2, "ret")
STACK(enter, "push eax", 2, "enter 8, 0")
STACK(leave, "pop edx\nlea ebp, [esp+2]", 4, "leave")

static void ring2(void)
{
    in_ring(2);
    set_up();
    FAULT("mov eax, [ebx+2]");
}

static void kernel(void)
{
    set_up();
    FAULT("mov eax, [ebx+2]");
}

static void flag_clear(void)
{
    in_user_mode();
    set_up();
    start.eflags &= ~(uint32_t)EFLAGS_AC;
    FAULT("mov eax, [ebx+2]");
}

static void mask_clear(void)
{
    in_user_mode();
    set_up();
    write_cr0(read_cr0() & ~(uint32_t)CR0_AM);
    FAULT("mov eax, [ebx+2]");
}

#define REAL(name, instruction) \
    static void name(void)      \
    {                           \
        in_vm86();              \
        set_up();               \
        start.ebx = 1;          \
        FAULT16(instruction);   \
    }
REAL(vm86_word, "mov ax, [bx]")
REAL(vm86_dword, "mov eax, [bx+1]")
REAL(vm86_store, "mov [bx], ax")
REAL(vm86_byte, "mov al, [bx]")

static void vm86_push(void)
{
    in_vm86();
    set_up();
    PROGRAM16("push ax\ndec sp\n" MARK(fault) "push ax\n" MARK(after) "nop\n");
}

#define SPEC "SDM 3A \"Interrupt 17-Alignment Check Exception (#AC)\""
#define ROW(name_, about_, ...)                                                                            \
    {                                                                                                      \
        VARIANT, .name = #name_, .about = about_, .spec = SPEC, .needs = "i486", .run = name_, __VA_ARGS__ \
    }
#define AC(name, about) ROW(name, about, .vector = VEC_AC, .error = 0, .saved_rip = AT_FAULT)
#define NONE(name, about) ROW(name, about, .vector = NO_EXCEPTION)

VARIANTS(AC(word, "load of a word from 2n+1"), AC(dword, "load of a doubleword from 4n+2"), AC(store, "store of a doubleword to 4n+2"),
         AC(store_word, "store of a word to 2n+1"), AC(modify, "ADD to a doubleword at 4n+1"), AC(exchange, "XCHG with a doubleword at 4n+2"),
         AC(compare, "CMP with a word at 2n+1"), AC(far_pointer, "LES from 4n+2"), AC(bound, "BOUND of two doublewords at 4n+2"),
         AC(movs, "MOVSD to 4n+2"), NONE(byte, "load of a byte from 2n+1"), NONE(aligned, "load of a doubleword from 4n"),
         AC(again, "loads of doublewords from 4n, then from 4n+2"), AC(push, "PUSH to 4n, then to 4n+2"), AC(push16, "66 PUSH to 2n+1"),
         AC(push_memory, "PUSH m32 to 4n+2"), AC(pushf, "PUSHFD to 4n+2"), AC(pusha, "PUSHAD to 4n+2"), AC(pop, "POP from 4n, then from 4n+2"),
         AC(pop16, "66 POP from 2n+1"), AC(pop_memory, "POP m32 from 4n+2"), AC(popa, "POPAD from 4n+2"), AC(call, "CALL with the stack at 4n+2"),
         AC(call_register, "CALL EBX with the stack at 4n+2"), AC(ret, "RET with the stack at 4n+2"), AC(enter, "ENTER with the stack at 4n+2"),
         AC(leave, "LEAVE with EBP at 4n+2"), NONE(ring2, "load of a doubleword from 4n+2 at CPL 2"),
         NONE(kernel, "load of a doubleword from 4n+2 at CPL 0"), NONE(flag_clear, "load of a doubleword from 4n+2, EFLAGS.AC=0"),
         NONE(mask_clear, "load of a doubleword from 4n+2, CR0.AM=0"), AC(vm86_word, "virtual-8086 mode: load of a word from 2n+1"),
         AC(vm86_dword, "virtual-8086 mode: load of a doubleword from 4n+2"), AC(vm86_store, "virtual-8086 mode: store of a word to 2n+1"),
         NONE(vm86_byte, "virtual-8086 mode: load of a byte from 2n+1"), AC(vm86_push, "virtual-8086 mode: PUSH to 2n, then to 2n+1"));
