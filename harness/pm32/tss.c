/* tss.c: the task-state segment that points to the stacks, with its two bit maps. */
#include "case32.h"
#include "common/cpu.h"
#include "pm32/trap.h"

/* In one piece, as the processor wants them (SDM 3A "32-bit Task-State Segment"; SDM 3B "Interrupt Redirection Bit Map"). */
#define PORTS 0x400u
struct whole_tss {
    struct tss32 tss;
    uint8_t redirection_map[32];
    uint8_t io_map[PORTS / 8];
    uint8_t end; /* the processor reads two bytes of the map */
};
extern struct whole_tss whole_tss;
__asm__(".pushsection .bss, \"aw\", @nobits\n.balign 4096\n.global tss, whole_tss\ntss:\nwhole_tss:\n.skip 512\n.popsection");
_Static_assert(sizeof(struct whole_tss) <= 512, "its place");

void load_tss(uintptr_t base, uint16_t limit)
{
    gdt[SEL_TSS / 8] = encode_descriptor((struct descriptor){.base = base, .limit = limit, .type = SYSTEM_TSS_AVAILABLE});
    __asm__ volatile("ltr %w0" : : "r"(SEL_TSS) : "memory");
}

void set_tss_limit(uint16_t limit)
{
    load_tss((uintptr_t)&tss, limit);
}

void tss_init(void)
{
    tss.esp0 = stack_top(STACK_ESP0);
    tss.ss0 = SEL_KERNEL_DATA;
    tss.esp1 = stack_top(STACK_ESP1);
    tss.ss1 = SEL_RING1_DATA;
    tss.esp2 = stack_top(STACK_ESP2);
    tss.ss2 = SEL_RING2_DATA;
    tss.cr3 = read_cr3();
    tss.io_map_base = sizeof(tss);
    set_tss_limit(sizeof(tss) - 1);
}

static void add_maps(void)
{
    if (tss.io_map_base != sizeof(tss))
        return;
    for (unsigned i = 0; i < sizeof(whole_tss.io_map); i++)
        whole_tss.io_map[i] = 0xff;
    whole_tss.end = 0xff;
    tss.io_map_base = offsetof(struct whole_tss, io_map);
    set_tss_limit(offsetof(struct whole_tss, end));
}

void enable_vme(void)
{
    write_cr4(read_cr4() | CR4_VME);
    add_maps();
}

void set_redirection(unsigned vector, bool through_idt)
{
    uint8_t bit = (uint8_t)(1u << vector % 8);

    add_maps();
    if (through_idt)
        whole_tss.redirection_map[vector / 8] |= bit;
    else
        whole_tss.redirection_map[vector / 8] &= (uint8_t)~bit;
}

void allow_port(unsigned port)
{
    add_maps();
    whole_tss.io_map[port / 8] &= (uint8_t) ~(1u << port % 8);
}
