/*
 * What a program's use left in the TLB is looked at with the control bits as they are at the next access: CR0.WP, CR4.SMAP, EFLAGS.AC, CR4.PKE, PKRU
 * and IA32_PKRS, set or cleared meanwhile. EFER.NXE counts once CR3 was loaded.
 */
#include <case.h>

/* The page holds RET. */
static void set_up(uint64_t flags)
{
    start.rbx = map_page("page", PAGE_PRESENT | flags);
    *(uint8_t *)frame_of(start.rbx) = 0xc3;
    start.rflags &= ~(uint64_t)RFLAGS_AC;
}

#define LOAD "mov eax, [rbx]\n"
#define STORE "mov [rbx], eax\n"
#define AGAIN(access) MARK(fault) access MARK(after) "nop\n"

static void wp_cleared(void)
{
    set_up(0);
    start.r8 = read_cr0() & ~(uint64_t)CR0_WP;
    PROGRAM(LOAD "mov cr0, r8\n" AGAIN(STORE) "cmp eax, eax\n");
}

static void wp_twice(void)
{
    set_up(0);
    start.r9 = read_cr0() | CR0_WP;
    start.r8 = start.r9 & ~(uint64_t)CR0_WP;
    PROGRAM("mov cr0, r8\n" STORE "mov cr0, r9\n" AGAIN(STORE));
}

static void smap_cleared(void)
{
    set_up(PAGE_USER);
    start.r8 = read_cr4() & ~(uint64_t)CR4_SMAP;
    write_cr4(read_cr4() | CR4_SMAP);
    PROGRAM("stac\n" LOAD "clac\nmov cr4, r8\n" AGAIN(LOAD) "cmp eax, eax\n");
}

static void smap_ac(void)
{
    set_up(PAGE_USER | PAGE_WRITE);
    write_cr4(read_cr4() | CR4_SMAP);
    PROGRAM("stac\n" STORE "clac\n" AGAIN(STORE));
}

static void smap_popf(void)
{
    set_up(PAGE_USER | PAGE_WRITE);
    write_cr4(read_cr4() | CR4_SMAP);
    PROGRAM("stac\n" STORE "pushfq\nand dword ptr [rsp], ~0x40000\npopfq\n" AGAIN(STORE));
}

static void smap_popf_sets(void)
{
    set_up(PAGE_USER | PAGE_WRITE);
    write_cr4(read_cr4() | CR4_SMAP);
    PROGRAM("pushfq\nor dword ptr [rsp], 0x40000\npopfq\n" AGAIN(STORE));
}

static void smep_cleared(void)
{
    set_up(PAGE_USER);
    start.r8 = read_cr4() & ~(uint64_t)CR4_SMEP;
    write_cr4(read_cr4() | CR4_SMEP);
    PROGRAM(LOAD "mov cr4, r8\n" AGAIN("call rbx\n") "cmp eax, eax\n");
}

/* Key 5: PKRU's bits 10 and 11. WRPKRU takes EAX, ECX and EDX. */
static void key(uint64_t flags)
{
    set_up(PAGE_USER | PAGE_WRITE | PAGE_KEY(5) | flags);
    start.rax = start.rcx = start.rdx = 0;
    write_cr4(read_cr4() & ~(uint64_t)CR4_SMAP);
}

static void pke_set(void)
{
    key(0);
    write_cr4(read_cr4() | CR4_PKE);
    start.r8 = read_cr4();
    start.r9 = start.r8 & ~(uint64_t)CR4_PKE;
    start.rdi = 1u << 10;
    PROGRAM("mov eax, edi\nwrpkru\nmov cr4, r9\n" LOAD "mov cr4, r8\n" AGAIN(LOAD));
}

static void pke_cleared(void)
{
    key(0);
    start.r8 = read_cr4() & ~(uint64_t)CR4_PKE;
    start.rdi = 1u << 10;
    write_cr4(read_cr4() | CR4_PKE);
    PROGRAM(LOAD "mov eax, edi\nwrpkru\nmov cr4, r8\n" AGAIN(LOAD) "cmp eax, eax\n");
}

/* For WRPKRU of EDI. */
static void will_write_pkru(uint32_t value)
{
    key(0);
    start.rdi = value;
    write_cr4(read_cr4() | CR4_PKE);
}

static void pkru_access(void)
{
    will_write_pkru(1u << 10);
    PROGRAM(LOAD "mov eax, edi\nwrpkru\n" AGAIN(LOAD));
}

static void pkru_write(void)
{
    will_write_pkru(1u << 11);
    PROGRAM(STORE "mov eax, edi\nwrpkru\n" AGAIN(STORE));
}

static void pkru_write_load(void)
{
    will_write_pkru(1u << 11);
    PROGRAM(STORE "mov eax, edi\nwrpkru\n" AGAIN(LOAD));
}

static void pkru_other(void)
{
    will_write_pkru(~(3u << 10 | 3u));
    PROGRAM(STORE "mov eax, edi\nwrpkru\n" AGAIN(STORE));
}

static void pkru_back(void)
{
    will_write_pkru(1u << 10);
    PROGRAM(STORE "mov eax, edi\nwrpkru\nmov eax, edx\nwrpkru\n" AGAIN(STORE));
}

/* A key's access right doesn't say what may be fetched. */
static void pkru_fetch(void)
{
    key(0);
    start.rdi = 1u << 10;
    write_cr4((read_cr4() | CR4_PKE) & ~(uint64_t)CR4_SMEP);
    PROGRAM(LOAD "mov eax, edi\nwrpkru\n" AGAIN("call rbx\n"));
}

/* XD means nothing but for fetches, and without EFER.NXE it is a reserved bit. */
static void nxe_cleared(void)
{
    set_up(PAGE_NX);
    start.r8 = read_cr3();
    start.rcx = MSR_EFER;
    start.rdx = 0;
    write_msr(MSR_EFER, read_msr(MSR_EFER) | EFER_NXE);
    start.rax = read_msr(MSR_EFER) & ~(uint64_t)EFER_NXE;
    PROGRAM("mov esi, [rbx]\nwrmsr\nmov cr3, r8\n" AGAIN("mov esi, [rbx]\n"));
}

#define ROW(run_, about_, spec_, vector_, error_, ...)                                                                       \
    {                                                                                                                        \
        VARIANT, .name = #run_, .about = about_, .spec = spec_, .run = run_, .vector = vector_, .error = error_, __VA_ARGS__ \
    }
#define FAULTS(run, about, spec, error, ...) ROW(run, about, spec, VEC_PF, error, .saved_rip = AT_FAULT, __VA_ARGS__)
#define PASSES(run, about, spec, ...) ROW(run, about, spec, NO_EXCEPTION, 0, __VA_ARGS__)
#define RIGHTS "SDM 3A \"Determination of Access Rights\"; SDM 3A \"Details of TLB Use\""
#define KEYS "SDM 3A \"Protection Keys\"; SDM 3A \"Details of TLB Use\""

VARIANTS(PASSES(wp_cleared, "CPL-0 load from a read-only page, CR0.WP cleared, a store", RIGHTS, ),
         FAULTS(wp_twice, "CR0.WP cleared, CPL-0 store to a read-only page, CR0.WP set, the same store", RIGHTS, PF_P | PF_W, ),
         PASSES(smap_cleared, "CPL-0 load from a user page with AC=1, CR4.SMAP cleared, the same load with AC=0", RIGHTS, .needs = "smap"),
         FAULTS(smap_ac, "STAC, CPL-0 store to a user page, CLAC, the same store", RIGHTS, PF_P | PF_W, .needs = "smap"),
         FAULTS(smap_popf, "STAC, CPL-0 store to a user page, POPFQ of AC=0, the same store", RIGHTS, PF_P | PF_W, .needs = "smap"),
         PASSES(smap_popf_sets, "POPFQ of AC=1, CPL-0 store to a user page", RIGHTS, .needs = "smap"),
         PASSES(smep_cleared, "CPL-0 load from a user page, CR4.SMEP cleared, CALL to it", RIGHTS, .needs = "smep smap"),
         FAULTS(pke_set, "WRPKRU disables access, CR4.PKE cleared, CPL-0 load from a user page, CR4.PKE set, the same load", KEYS, PF_P | PF_PK,
                .needs = "pku"),
         PASSES(pke_cleared, "CPL-0 load from a user page, WRPKRU forbids it, CR4.PKE cleared, the same load", KEYS, .needs = "pku"),
         FAULTS(pkru_access, "CPL-0 load from a user page, WRPKRU disables access, the same load", KEYS, PF_P | PF_PK, .needs = "pku"),
         FAULTS(pkru_write, "CPL-0 store to a user page, WRPKRU disables writing, the same store", KEYS, PF_P | PF_W | PF_PK, .needs = "pku"),
         PASSES(pkru_write_load, "CPL-0 store to a user page, WRPKRU disables writing, a load", KEYS, .needs = "pku"),
         PASSES(pkru_other, "CPL-0 store to a user page, WRPKRU disables all other keys but 0, the same store", KEYS, .needs = "pku"),
         PASSES(pkru_back, "CPL-0 store to a user page, WRPKRU disables access and allows it, the same store", KEYS, .needs = "pku"),
         PASSES(pkru_fetch, "CPL-0 load from a user page, WRPKRU disables access, CALL to it", KEYS, .needs = "pku"),
         FAULTS(nxe_cleared, "CPL-0 load from a page with XD=1, EFER.NXE cleared, CR3 loaded, the same load",
                "SDM 3A \"4-Level Paging\"; SDM 3A \"Recommended Invalidation\"", PF_P | PF_RSVD, .needs = "nx"));
