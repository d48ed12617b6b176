/* What compatibility mode has to itself: ARPL, control registers that keep IA-32e mode, 16-bit code, and a stack pointer of 32 bits. */
#include <case.h>

/* ARPL compares first, and stores only where RPL has to change: the access that faults is a load. */
static void arpl(void)
{
    in_compat_user();
    start.rbx = map_page("victim", PAGE_WRITE | PAGE_USER);
    FAULT32("arpl [ebx], ax");
}

static void clear_pae(void)
{
    in_compat_kernel();
    start.rax = read_cr4() & ~(uint64_t)CR4_PAE;
    FAULT32("mov cr4, eax");
}

static void clear_pg_with_pcide(void)
{
    in_compat_kernel();
    write_cr4(read_cr4() | CR4_PCIDE);
    start.rax = read_cr0() & 0x7fffffff;
    FAULT32("mov cr0, eax");
}

static void int_16bit(void)
{
    struct program p = ASSEMBLE32(".skip 0x40, 0x90\n" MARK_OFFSET(fault) "int 0x40\n" MARK_OFFSET(after));
    struct descriptor d = {.type = CODE_READABLE, .dpl = 3, .base = (uint32_t)p.entry, .limit = 0xffff};

    in_compat_user();
    set_gate(0x40, .dpl = 3);
    start.cs = add_descriptor("code16", encode_descriptor(d)) | 3;
    start.rip = 0x40;
    run_program(p);
}

/* ESP is the first byte of its page, the one below isn't present. */
static void push(void)
{
    in_compat_user();
    start.rsp = map_pages("stack", 2, PAGE_PRESENT | PAGE_WRITE | PAGE_USER) + PAGE_SIZE;
    change_page(start.rsp - PAGE_SIZE, PAGE_PRESENT, 0);
    FAULT32("push eax");
}

#define C(name_, vector_, error_) VARIANT, .name = #name_, .env = COMPAT32, .vector = vector_, .error = error_, .saved_rip = AT_FAULT, .run = name_

VARIANTS({C(arpl, VEC_PF, PF_U), .about = "compatibility mode at CPL 3: ARPL with a not-present page", .id = "cm-arpl-ok-mem-np",
          .spec = "SDM 2A \"ARPL-Adjust RPL Field of Segment Selector\""},
         {C(clear_pae, VEC_GP, 0), .about = "compatibility mode at CPL 0: MOV CR4 clears PAE", .id = "cm-ring0-clear-pae",
          .spec = "SDM 2B \"MOV-Move to/from Control Registers\""},
         {C(clear_pg_with_pcide, VEC_GP, 0), .about = "compatibility mode at CPL 0: MOV CR0 clears PG while CR4.PCIDE=1", .id = "cm-ring0-pcide-pg",
          .needs = "pcid", .spec = "SDM 2B \"MOV-Move to/from Control Registers\""},
         {VARIANT, .name = "int_16bit", .env = COMPAT32, .about = "16-bit compatibility mode at CPL 3: INT 0x40; CS:IP, zero-extended, is saved",
          .id = "cm-16bit-cs-int", .spec = "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\"", .vector = 0x40, .error = NO_ERROR,
          .saved_rip = AFTER, .run = int_16bit},
         {C(push, VEC_PF, PF_W | PF_U), .about = "compatibility mode at CPL 3: PUSH into a not-present page; RSP has 32 bits",
          .id = "cm-32bit-rsp-truncated", .spec = "SDM 2B \"PUSH-Push Word, Doubleword or Quadword Onto the Stack\""});
