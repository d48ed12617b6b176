/* own.h: what the parts of the 32-bit harness of sweeps share. */
#ifndef SWEEP32_OWN_H
#define SWEEP32_OWN_H

#define KEEPS_PREDICTIONS false /* no sweep has axes of flags, and there is little room */
#define CR2_OF_STATE 0x12345678u

/* enter.S */
struct captured {
    uint32_t vector, esp, eflags, ebx, ebp, esi, edi;
    uint16_t segment[6];
};
extern volatile struct captured captured;
struct entry {
    uint32_t eip, cs, eflags, esp, ss, image[4]; /* as IRETD pops them; ES, DS, FS, GS of virtual-8086 mode */
    uint32_t es, ds, fs, gs;
    uint32_t edi, esi, ebp, ebx, edx, ecx, eax;
    uint32_t inner;
};
extern struct entry entry;
void enter_state(void);

/* arena.c */
struct came_system {
    uint16_t tr, ldtr;
    uint32_t cr0, cr3;
};
extern struct came_system came_system; /* behind the state */
void load_idt(uint32_t limit);
struct state;
uintptr_t code_of(const struct state *);
unsigned stub_of(unsigned vector);

/* What predicts and enters a state that is no one of protected mode. */
struct prediction;
extern struct otherwise {
    void (*predict)(struct machine *, struct prediction *);
    void (*enter)(const struct state *);
} otherwise;

/* access.c: an operand in memory, as SDM 3A "Protection" has it. */
void access_operand(struct machine *, unsigned segment, uint32_t offset, unsigned size, bool write, struct outcome *);
bool fetch_whole(const struct machine *, unsigned length, struct outcome *); /* all bytes of the instruction within CS */

#endif
