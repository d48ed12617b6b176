/*
 * SGDT, SIDT, SLDT, SMSW and STR show CPL 3 the system's registers, unless CR4.UMIP=1: #GP(0), and nothing is written. CPL 0
 * may always.
 */
#include <case.h>

/* In the operand: is it what the register holds? */
static uint8_t *operand;

static void note_gdtr(void)
{
    const struct table_register *stored = (const struct table_register *)operand;

    note("limit", stored->limit);
    note("is_gdt", stored->base == (uintptr_t)gdt);
}

static void note_idtr(void)
{
    const struct table_register *stored = (const struct table_register *)operand;

    note("limit", stored->limit);
    note("is_idt", stored->base == (uintptr_t)&idt);
}

/* CPL, CR4.UMIP. */
static void set_up(void)
{
    if (ARG0 == 3)
        in_user_mode();
    if (ARG1)
        write_cr4(read_cr4() | CR4_UMIP);
    start.rbx = map_page("operand", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    operand = frame_of(start.rbx);
}

/* A table register's base is the harness's own, so only whether it is right can be recorded. */
static void sgdt(void)
{
    set_up();
    if (current_case->vector == NO_EXCEPTION)
        at_end(note_gdtr);
    else
        record_memory("operand", operand, 16);
    FAULT("sgdt [rbx]");
}

static void sidt(void)
{
    set_up();
    if (current_case->vector == NO_EXCEPTION)
        at_end(note_idtr);
    else
        record_memory("operand", operand, 16);
    FAULT("sidt [rbx]");
}

#define INSTRUCTION(name, text)               \
    static void name(void)                    \
    {                                         \
        set_up();                             \
        record_memory("operand", operand, 8); \
        FAULT(text);                          \
    }

INSTRUCTION(sldt, "sldt eax")
INSTRUCTION(smsw, "smsw eax")
INSTRUCTION(str, "str eax")
INSTRUCTION(sldt_memory, "sldt [rbx]")
INSTRUCTION(smsw_memory, "smsw [rbx]")
INSTRUCTION(str_memory, "str [rbx]")

#define SGDT "SDM 2B \"SGDT-Store Global Descriptor Table Register\""
#define SIDT "SDM 2B \"SIDT-Store Interrupt Descriptor Table Register\""
#define SLDT "SDM 2B \"SLDT-Store Local Descriptor Table Register\""
#define SMSW "SDM 2B \"SMSW-Store Machine Status Word\""
#define STR "SDM 2B \"STR-Store Task Register\""
#define DENIED(run_, id_, about_, spec_)                                                                                                  \
    {                                                                                                                                     \
        VARIANT, .name = #run_, .about = about_ " at CPL 3 with CR4.UMIP=1", .spec = spec_, .id = id_, .needs = "umip", .vector = VEC_GP, \
                 .error = 0, .saved_rip = AT_FAULT, .run = run_, .arg = {                                                                 \
                     3,                                                                                                                   \
                     1                                                                                                                    \
                 }                                                                                                                        \
    }
#define ALLOWED(name_, run_, cpl, umip, id_, about_, spec_, ...)                                                                                \
    {                                                                                                                                           \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .id = id_, .vector = NO_EXCEPTION, .run = run_, .arg = {cpl, umip}, __VA_ARGS__ \
    }

VARIANTS(DENIED(sgdt, "gp-priv-sgdt-umip", "SGDT", SGDT), DENIED(sidt, "gp-priv-sidt-umip", "SIDT", SIDT),
         DENIED(sldt, "gp-priv-sldt-umip", "SLDT EAX", SLDT), DENIED(smsw, "gp-priv-smsw-umip", "SMSW EAX", SMSW),
         DENIED(str, "gp-priv-str-umip", "STR EAX", STR), DENIED(sldt_memory, "", "SLDT to memory", SLDT),
         DENIED(smsw_memory, "", "SMSW to memory", SMSW), DENIED(str_memory, "", "STR to memory", STR),
         ALLOWED("sgdt_allowed", sgdt, 3, 0, "gp-priv-sgdt-allowed", "SGDT at CPL 3 with CR4.UMIP=0", SGDT),
         ALLOWED("sidt_allowed", sidt, 3, 0, "gp-priv-sidt-allowed", "SIDT at CPL 3 with CR4.UMIP=0", SIDT),
         ALLOWED("sldt_allowed", sldt, 3, 0, "gp-priv-sldt-allowed", "SLDT EAX at CPL 3 with CR4.UMIP=0", SLDT),
         ALLOWED("smsw_allowed", smsw, 3, 0, "gp-priv-smsw-allowed", "SMSW EAX at CPL 3 with CR4.UMIP=0", SMSW),
         ALLOWED("str_allowed", str, 3, 0, "gp-priv-str-allowed", "STR EAX at CPL 3 with CR4.UMIP=0", STR),
         ALLOWED("sgdt_kernel", sgdt, 0, 1, "", "SGDT at CPL 0 with CR4.UMIP=1", SGDT, .needs = "umip"),
         ALLOWED("sidt_kernel", sidt, 0, 1, "", "SIDT at CPL 0 with CR4.UMIP=1", SIDT, .needs = "umip"),
         ALLOWED("sldt_kernel", sldt, 0, 1, "", "SLDT EAX at CPL 0 with CR4.UMIP=1", SLDT, .needs = "umip"),
         ALLOWED("smsw_kernel", smsw, 0, 1, "", "SMSW EAX at CPL 0 with CR4.UMIP=1", SMSW, .needs = "umip"),
         ALLOWED("str_kernel", str, 0, 1, "", "STR EAX at CPL 0 with CR4.UMIP=1", STR, .needs = "umip"));
