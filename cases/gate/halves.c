/* The halves of a gate may be in two pages that aren't next to one another in memory: both are read, by the system, also from CPL 3. */
#include <case.h>

#define PAGE_OF_TABLE 0x30000000u

/* ARG0: bytes of the gate in the first page. */
static void move(void)
{
    uintptr_t base = PAGE_OF_TABLE + PAGE_SIZE - 0x40 * 16 - ARG0;

    map_page_at("rest", PAGE_OF_TABLE + PAGE_SIZE, PAGE_PRESENT | PAGE_WRITE);
    map_page_at("table", PAGE_OF_TABLE, PAGE_PRESENT | PAGE_WRITE);
    for (unsigned i = 0; i < 0x50 * 16; i++)
        ((uint8_t *)base)[i] = ((const uint8_t *)&idt)[i];
    change_page(PAGE_OF_TABLE, PAGE_WRITE, 0);
    change_page(PAGE_OF_TABLE + PAGE_SIZE, PAGE_WRITE, 0);
    lidt(base, 0x50 * 16 - 1);
}

static void kernel(void)
{
    move();
    FAULT("int 0x40");
}

static void user(void)
{
    set_gate(0x40, .dpl = 3);
    in_user_mode();
    move();
    FAULT("int 0x40");
}

/* A handler above 4 GiB: INT3. */
static void high(void)
{
    uintptr_t handler = map_page_at("handler", 0x8012345000u, PAGE_PRESENT | PAGE_WRITE);

    *(uint8_t *)handler = 0xcc;
    *gate_of(0x40) = make_gate(handler, SEL_KERNEL_CODE64, 0, GATE_INTERRUPT, 0, true);
    move();
    FAULT("int 0x40");
}

#define ROW(name_, run_, bytes, about_, ...)                                                                                                \
    {                                                                                                                                       \
        VARIANT, .name = name_, .about = "INT 0x40 " about_, .spec = "SDM 3A \"64-Bit Mode IDT\"", .run = run_, .arg = {bytes}, __VA_ARGS__ \
    }
#define COMES .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER
VARIANTS(ROW("kernel", kernel, 8, "at CPL 0, the gate's halves are in two pages", COMES),
         ROW("user", user, 8, "at CPL 3, the gate's halves are in two pages", COMES),
         ROW("quarter", user, 4, "at CPL 3, four of the gate's bytes are in the first page", COMES),
         ROW("three_quarters", user, 12, "at CPL 3, twelve of the gate's bytes are in the first page", COMES),
         ROW("high", high, 8, "at CPL 0, the gate's halves are in two pages, its handler is above 4 GiB", .vector = VEC_BP, .error = NO_ERROR));
