#include <case.h>

CASE(.about = "UD2 at CPL 0 with an IDT of limit 0: no handler for #UD, #GP or #DF", .spec = "SDM 3A \"Interrupt 8-Double Fault Exception (#DF)\"",
     .id = "triple-empty-idt", .vector = SHUTDOWN);

void run(void)
{
    lidt(0, 0);
    FAULT("ud2");
}
