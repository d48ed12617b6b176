/*
 * What makes a page a user's for SMEP and SMAP: U/S of each entry on the way, of 4-KiB pages and large ones, with PAE and without. CR0.WP doesn't
 * change that. With SMEP supervisor mode comes to a user page by no transfer, and the fault is the first instruction's there.
 */
#include <case32.h>

#define RIGHTS "SDM 3A \"Determination of Access Rights\", \"Page-Fault Exceptions\""
#define RW (PAGE_PRESENT | PAGE_WRITE)

enum { LARGE = 1, PAE = 2, SUPERVISOR_PDE = 4, WP0 = 8, AC = 16 };

/* arg: CR4's bit; what else. INT3 is the page's first byte. */
static void set_up(void)
{
    if (!(ARG1 & LARGE))
        start.ebx = map_page("victim", RW | PAGE_USER);
    if (ARG1 & PAE)
        enter_pae_paging();
    if (ARG1 & LARGE)
        start.ebx = map_large_page("victim", RW | PAGE_USER);
    *(uint8_t *)start.ebx = 0xcc;
    name_place("behind", start.ebx + 1, 1);
    if (ARG1 & SUPERVISOR_PDE && ARG1 & PAE)
        *pae_entry(start.ebx, 2) &= ~PAGE_USER;
    else if (ARG1 & SUPERVISOR_PDE)
        *page_entry(start.ebx, 2) &= ~(uint32_t)PAGE_USER;
    write_cr3(read_cr3());
    if (ARG1 & AC)
        start.eflags |= EFLAGS_AC;
    if (ARG1 & WP0)
        write_cr0(read_cr0() & ~CR0_WP);
    write_cr4(read_cr4() | (uint32_t)ARG0);
}

static void write(void)
{
    set_up();
    FAULT("mov [ebx], eax");
}

static void read_cpl1(void)
{
    in_ring(1);
    set_up();
    FAULT("bt dword ptr [ebx], 0\nstc");
}

static void jump(void)
{
    set_up();
    FAULT("jmp ebx");
}

static void ret(void)
{
    set_up();
    start.esp -= 4;
    *(uint32_t *)start.esp = start.ebx;
    FAULT("ret");
}

static void iretd(void)
{
    set_up();
    push_image((struct interrupt_frame){.eip = start.ebx, .cs = SEL_KERNEL_CODE, .eflags = start.eflags}, false);
    FAULT("iretd");
}

static void retf_ring1(void)
{
    in_ring(1);
    set_up();
    start.esp -= 8;
    ((uint32_t *)start.esp)[0] = start.ebx;
    ((uint32_t *)start.esp)[1] = start.cs;
    FAULT("retf");
}

static void int_n(void)
{
    set_up();
    *gate_of(0x40) = make_gate(start.ebx, SEL_KERNEL_CODE, GATE_INTERRUPT, 3, true);
    FAULT("int 0x40");
}

static void int_n_user(void)
{
    in_user_mode();
    int_n();
}

static void call_gate(void)
{
    uint16_t gate;

    in_user_mode();
    set_up();
    gate = add_call_gate("gate", (struct call_gate){.offset = start.ebx, .selector = SEL_KERNEL_CODE, .dpl = 3});
    start.edx = map_page("operand", RW | PAGE_USER);
    ((uint32_t *)frame_of(start.edx))[1] = gate | 3u;
    FAULT("call fword ptr [edx]");
}

#define ROW(name_, run_, arg0, arg1, about_, ...)                                                              \
    {                                                                                                          \
        VARIANT, .name = name_, .about = about_, .spec = RIGHTS, .run = run_, .arg = {arg0, arg1}, __VA_ARGS__ \
    }
#define SMAP(name, run, how, needs_, about)                                                                                            \
    ROW("smap_" name, run, CR4_SMAP, how, "CPL 0, SMAP, AC=0: " about, .needs = "smap" needs_, .vector = VEC_PF, .error = PF_P | PF_W, \
        .saved_rip = AT_FAULT)
#define SMAP_OK(name, run, how, needs_, about) ROW("smap_" name, run, CR4_SMAP, how, "SMAP, " about, .needs = "smap" needs_, .vector = NO_EXCEPTION)
#define SMEP(name, run, how, needs_, about) \
    ROW("smep_" name, run, CR4_SMEP, how, "SMEP, " about, .needs = "smep" needs_, .vector = VEC_PF, .error = PF_P | PF_I, .saved_rip = "victim")
#define SMEP_OK(name, run, how, needs_, about) \
    ROW("smep_" name, run, CR4_SMEP, how, "SMEP, " about, .needs = "smep" needs_, .vector = VEC_BP, .error = NO_ERROR, .saved_rip = "behind")
VARIANTS(SMAP("wp0", write, WP0, "", "a write to a user page, WP=0"), SMAP("large", write, LARGE, " pse", "a write to a user page of 4 MiB"),
         SMAP("pae", write, PAE, " pae", "a write to a user page, PAE"),
         SMAP("pae_large", write, PAE | LARGE, " pae", "a write to a user page of 2 MiB, PAE"),
         SMAP_OK("supervisor_pde", write, SUPERVISOR_PDE, "", "CPL 0, AC=0: a write, U/S=0 in the directory entry"),
         SMAP_OK("pae_supervisor_pde", write, SUPERVISOR_PDE | PAE, " pae", "CPL 0, AC=0: a write, U/S=0 in the directory entry, PAE"),
         SMAP_OK("large_ac", write, LARGE | AC, " pse", "CPL 0, AC=1: a write to a user page of 4 MiB"),
         SMAP_OK("pae_ac", write, PAE | AC, " pae", "CPL 0, AC=1: a write to a user page, PAE"),
         SMAP_OK("read_ac_cpl1", read_cpl1, AC, "", "CPL 1, AC=1: a read of a user page"),
         ROW("smap_read_cpl1", read_cpl1, CR4_SMAP, 0, "SMAP, CPL 1, AC=0: a read of a user page", .needs = "smap", .vector = VEC_PF, .error = PF_P,
             .saved_rip = AT_FAULT),
         SMEP("large", jump, LARGE, " pse", "CPL 0: a fetch from a user page of 4 MiB"),
         SMEP("pae", jump, PAE, " pae", "CPL 0: a fetch from a user page, PAE, NXE=0"),
         SMEP("pae_large", jump, PAE | LARGE, " pae", "CPL 0: a fetch from a user page of 2 MiB, PAE"),
         SMEP("wp0", jump, WP0, "", "CPL 0: a fetch from a user page, WP=0"), SMEP("ac", jump, AC, "", "CPL 0, AC=1: a fetch from a user page"),
         SMEP_OK("supervisor_pde", jump, SUPERVISOR_PDE, "", "CPL 0: a fetch, U/S=0 in the directory entry"),
         SMEP_OK("pae_supervisor_pde", jump, SUPERVISOR_PDE | PAE, " pae", "CPL 0: a fetch, U/S=0 in the directory entry, PAE"),
         SMEP("ret", ret, 0, "", "CPL 0: RET to a user page"), SMEP("iretd", iretd, 0, "", "CPL 0: IRETD to a user page"),
         SMEP("retf_cpl1", retf_ring1, 0, "", "CPL 1: far RET to a user page"),
         SMEP("handler", int_n, 0, "", "CPL 0: INT 0x40, whose handler is in a user page"),
         SMEP("handler_user", int_n_user, 0, "", "CPL 3: INT 0x40, whose handler at CPL 0 is in a user page"),
         SMEP("call_gate", call_gate, 0, "", "CPL 3: CALL through a gate to CPL 0 in a user page"));
