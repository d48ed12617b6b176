/*
 * SMAP: CPL 0 doesn't read or write user-mode addresses, those whose U/S is 1 at every level, unless EFLAGS.AC=1 and the
 * access is an explicit one. Descriptor tables and the TSS are read implicitly, so AC doesn't help there.
 */
#include <case.h>

#define VICTIM 0x8000000000u
#define OFFSET 0x5c0u
#define SELECTOR (GDT_LIMIT + 1) /* the first descriptor of the GDT's second page */

enum access { READ, WRITE, PUSH, FETCH, USER_READ };
enum { AC = 1, WP0 = 2 };

/* arg: the access; how, and the level whose U/S is 0, or 0. */
static void run(void)
{
    unsigned level = (unsigned)ARG1 >> 4;

    map_page_at("victim", VICTIM, PAGE_PRESENT | PAGE_USER | PAGE_WRITE);
    *((uint8_t *)frame_of(VICTIM) + OFFSET) = 0xc3; /* RET */
    if (level)
        *page_entry(VICTIM, level) &= ~PAGE_USER;
    start.rbx = VICTIM + OFFSET;
    write_cr4(read_cr4() | CR4_SMAP);
    if (ARG1 & AC)
        start.rflags |= RFLAGS_AC;
    if (ARG1 & WP0)
        write_cr0(read_cr0() & ~(uint64_t)CR0_WP);
    if (ARG0 == USER_READ)
        in_user_mode();
    if (ARG0 == PUSH) {
        set_gate(VEC_PF, .ist = 1);
        start.rsp = start.rbx;
        FAULT("push rax");
    } else if (ARG0 == WRITE) {
        FAULT("mov [rbx], eax");
    } else if (ARG0 == FETCH) {
        FAULT("call rbx");
    } else {
        FAULT("mov eax, [rbx]");
    }
}

static void stac(void)
{
    map_page_at("victim", VICTIM, PAGE_PRESENT | PAGE_USER | PAGE_WRITE);
    start.rbx = VICTIM + OFFSET;
    write_cr4(read_cr4() | CR4_SMAP);
    PROGRAM("stac\n"
            "mov eax, [rbx]\n"
            "clac\n" MARK(fault) "mov ecx, [rbx]\n" MARK(after));
}

/* The descriptor is the first of a page of the GDT that is a user page. */
static void implicit(void)
{
    uintptr_t table = split_table("table", gdt, SELECTOR, SELECTOR);

    *(uint64_t *)frame_of(table + SELECTOR) = gdt[SEL_USER_DATA / 8];
    change_page(table + SELECTOR, 0, PAGE_PRESENT | PAGE_USER);
    lgdt(table, GDT_LIMIT + PAGE_SIZE);
    start.rax = SELECTOR | 3;
    start.rflags |= RFLAGS_AC;
    write_cr4(read_cr4() | CR4_SMAP);
    if (ARG0)
        in_user_mode();
    FAULT("mov ds, eax");
}

#define ROW(name_, about_, id_, run_, access_, how_, ...)                                                                                          \
    {                                                                                                                                              \
        VARIANT, .name = name_, .about = about_ ", SMAP=1", .spec = "SDM 3A \"Determination of Access Rights\"; SDM 3A \"Page-Fault Exceptions\"", \
                 .id = id_, .run = run_, .arg = {access_, how_}, .needs = "smap", __VA_ARGS__                                                      \
    }
#define FAULTS .vector = VEC_PF, .saved_rip = AT_FAULT, .error
#define GRANTED .vector = NO_EXCEPTION
#define SUPERVISOR(level) ((level) << 4)

VARIANTS(ROW("read", "CPL-0 load from a user page, AC=0", "pf-smap-read", run, READ, 0, FAULTS = PF_P),
         ROW("write", "CPL-0 store to a user page, AC=0", "pf-smap-write", run, WRITE, 0, FAULTS = PF_P | PF_W),
         ROW("write_wp0", "CPL-0 store to a user page, AC=0, CR0.WP=0", NULL, run, WRITE, WP0, FAULTS = PF_P | PF_W),
         ROW("push", "CPL-0 PUSH to a user page, AC=0, #PF with IST 1", "pf-smap-push-user-stack", run, PUSH, 0, FAULTS = PF_P | PF_W),
         ROW("clac", "CPL-0 load from a user page after STAC, another after CLAC", NULL, stac, READ, 0, FAULTS = PF_P),
         ROW("read_ac1", "CPL-0 load from a user page, AC=1", "pf-smap-ac1-ok", run, READ, AC, GRANTED),
         ROW("write_ac1", "CPL-0 store to a user page, AC=1", NULL, run, WRITE, AC, GRANTED),
         ROW("read_supervisor_pml4e", "CPL-0 load, AC=0, PML4E with U/S=0", NULL, run, READ, SUPERVISOR(4), GRANTED),
         ROW("read_supervisor_pte", "CPL-0 load, AC=0, PTE with U/S=0", NULL, run, READ, SUPERVISOR(1), GRANTED),
         ROW("fetch", "CPL-0 CALL to a user page, AC=0, SMEP=0: no data access", NULL, run, FETCH, 0, GRANTED),
         ROW("user_read", "CPL-3 load from a user page, AC=0", NULL, run, USER_READ, 0, GRANTED),
         ROW("implicit_user", "CPL-3 MOV DS with the descriptor on a user page, AC=1", "pf-smap-implicit", implicit, true, 0, FAULTS = PF_P),
         ROW("implicit_kernel", "CPL-0 MOV DS with the descriptor on a user page, AC=1", NULL, implicit, false, 0, FAULTS = PF_P));
