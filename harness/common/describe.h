/* describe.h: what a ROM tells in place of a run: the machine as the program under test finds it (docs/record.md, "Descriptions"). */
#ifndef DESCRIBE_H
#define DESCRIBE_H

#include <stdbool.h>
#include <stdint.h>
#include "common/variant.h"

extern volatile uint32_t rom_variant_copy; /* of the number that reset.S keeps, in RAM */

/* The lines behind `armed`, and the end of the run. */
_Noreturn void describe(void);

extern bool apic_enabled, nmi_sent; /* an NMI waits: else it would have come */

/* Each mode's own: what its registers hold, and then all memory within reach, whatever the case has done to its pages. */
void put_machine(void);
void see_all_memory(void);
void put_actions(void);
extern const struct extent {
    uintptr_t from, to;
} described_memory[]; /* ended by a `to` of 0 */
extern const struct copied {
    uintptr_t address, size;
    const uint8_t *source; /* in the ROM's alias below 1 MiB */
} copied_from_rom[];       /* ended by a size of 0 */

#endif
