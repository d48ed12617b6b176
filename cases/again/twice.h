/*
 * The same instruction twice at one address, under two states: who has decoded or translated it once must look again. The program changes
 * the state itself, or INT 0x40's handler does; the other way round the first one faults and its handler mends the state. (R)BP counts: 0 is the
 * second time.
 */
#define TOGGLE_CR0(bits) "mov " ACCUMULATOR ", cr0\nxor eax, " #bits "\nmov cr0, " ACCUMULATOR "\n"
#define TOGGLE_CR4(bits) "mov " ACCUMULATOR ", cr4\nxor eax, " #bits "\nmov cr4, " ACCUMULATOR "\n"
#define SET_DR7(bits) "mov eax, " #bits "\nmov dr7, " ACCUMULATOR "\n"

#define TWICE(instruction, change) "1: " MARK(fault) instruction "\n" MARK(after) "dec ebp\njs 2f\n" change "jmp 1b\n2:\n"
