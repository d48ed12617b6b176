/* main.c: sets up the processor and runs the row of the case's table that the ROM names. */
#include "common/cpu.h"
#include "common/describe.h"
#include "common/record.h"
#include "common/serial.h"
#include "common/run.h"

extern const struct case_info case_table[];

const struct case_info *current_case;

_Noreturn void harness_main(void);
void harness_main(void)
{
    const char *missing;

    out8(0x21, 0xff); /* the 8259 pair stays silent */
    out8(0xa1, 0xff);
    serial_init();
    current_case = &case_table[rom_variant_copy & ~DESCRIBE];
    gdt_init();
    idt_init();
    stacks_init();
    tss_init();
    missing = missing_feature(current_case->needs);
    if (missing)
        end_unsupported(missing);
    start_init();
    current_case->run();
    end_run();
}
