/*
 * What a program's use left in the TLB is looked at with the CPL of the next access: a supervisor page used at CPL 0 is none of CPL 3's, and with
 * SMAP a user page used at CPL 3 is none of CPL 0's, nor with SMEP its code. IA32_PKRS counts as it is then, too.
 */
#include <case.h>

#define LOAD "mov esi, [rbx]\n"
#define STORE "mov [rbx], esi\n"
#define FETCH "call rbx\n"
#define AGAIN(access) MARK(fault) access MARK(after) "nop\n"

/* The page holds RET. */
static void set_up(uint64_t flags)
{
    start.rbx = map_page("page", PAGE_PRESENT | PAGE_WRITE | flags);
    *(uint8_t *)frame_of(start.rbx) = 0xc3;
}

static void to_user(struct program p)
{
    set_up(0);
    user_may_run_program();
    push_image((struct interrupt_frame){label_of(p, "fault"), SEL_USER_CODE64, start.rflags, stack_top(STACK_USER), SEL_USER_DATA});
    run_program(p);
}

#define TO_USER(name, access)                              \
    static void name(void)                                 \
    {                                                      \
        to_user(ASSEMBLE(access "iretq\n" AGAIN(access))); \
    }
TO_USER(user_load, LOAD)
TO_USER(user_store, STORE)
TO_USER(user_fetch, FETCH)

static void user_sysret(void)
{
    struct program p = ASSEMBLE(LOAD "sysretq\n" AGAIN(LOAD));

    set_up(0);
    user_may_run_program();
    start.rcx = label_of(p, "fault");
    start.r11 = start.rflags;
    start.rsp = stack_top(STACK_USER);
    write_msr(MSR_STAR, (uint64_t)SEL_USER_CODE32 << 48 | (uint64_t)SEL_KERNEL_CODE64 << 32);
    run_program(p);
}

/* The handler is the program itself, on a stack of its own. */
static void to_kernel(struct program p)
{
    set_up(PAGE_USER);
    in_user_mode();
    start.rflags &= ~(uint64_t)RFLAGS_AC;
    write_cr4(read_cr4() | CR4_SMAP);
    set_gate(VEC_PF, .ist = 1);
    write_msr(MSR_LSTAR, label_of(p, "entry"));
    run_program(p);
}

static void kernel_load(void)
{
    to_kernel(ASSEMBLE(LOAD "syscall\n" MARK(entry) "cmp rbx, rbx\n" AGAIN(LOAD)));
}

static void kernel_store(void)
{
    to_kernel(ASSEMBLE(STORE "syscall\n" MARK(entry) "cmp rbx, rbx\n" AGAIN(STORE)));
}

/* With SMEP, of the program's own page, which CPL 3 has fetched from. */
static void fetch(struct program p)
{
    in_user_mode();
    write_cr4(read_cr4() | CR4_SMEP);
    write_msr(MSR_LSTAR, label_of(p, "entry"));
    *gate_of(0x40) = make_gate(label_of(p, "entry"), SEL_KERNEL_CODE64, 0, GATE_INTERRUPT, 3, true);
    run_program(p);
}

static void kernel_fetch(void)
{
    fetch(ASSEMBLE("syscall\n" MARK(after) "nop\n" MARK(entry) "nop\n"));
}

static void kernel_fetch_int(void)
{
    fetch(ASSEMBLE("int 0x40\n" MARK(after) "nop\n" MARK(entry) "nop\n"));
}

/* Key 5. WRMSR takes EAX. ARG0: what it writes. */
static void key(struct program p)
{
    set_up(PAGE_KEY(5));
    write_cr4(read_cr4() | CR4_PKS);
    write_msr(MSR_PKRS, 0);
    start.rcx = MSR_PKRS;
    start.rax = ARG0;
    start.rdx = 0;
    run_program(p);
}

static void pkrs_load(void)
{
    key(ASSEMBLE(LOAD "wrmsr\n" AGAIN(LOAD)));
}

static void pkrs_store(void)
{
    key(ASSEMBLE(STORE "wrmsr\n" AGAIN(STORE)));
}

static void pkrs_back(void)
{
    key(ASSEMBLE(LOAD "wrmsr\nmov eax, edx\nwrmsr\n" AGAIN(STORE)));
}

#define ACCESS (1u << 10)
#define WRITES (1u << 11)
#define RIGHTS "SDM 3A \"Determination of Access Rights\"; SDM 3A \"Details of TLB Use\""
#define KEYS "SDM 3A \"Protection Keys\"; SDM 3A \"Details of TLB Use\""
#define ROW(name_, run_, about_, spec_, vector_, error_, ...)                                                                \
    {                                                                                                                        \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .run = run_, .vector = vector_, .error = error_, __VA_ARGS__ \
    }
#define FAULTS(run, about, error, ...) ROW(#run, run, about, RIGHTS, VEC_PF, error, __VA_ARGS__)
#define PKRS(name, run, value, about, error, ...) ROW(name, run, about, KEYS, VEC_PF, error, .saved_rip = AT_FAULT, .needs = "pks", .arg = {value})
#define PKRS_OK(name, run, value, about) ROW(name, run, about, KEYS, NO_EXCEPTION, 0, .needs = "pks", .arg = {value})

VARIANTS(FAULTS(user_load, "CPL-0 load from a supervisor page, IRETQ to CPL 3, the same load", PF_P | PF_U, .saved_rip = AT_FAULT),
         FAULTS(user_store, "CPL-0 store to a supervisor page, IRETQ to CPL 3, the same store", PF_P | PF_W | PF_U, .saved_rip = AT_FAULT),
         FAULTS(user_fetch, "CPL-0 CALL to a supervisor page, IRETQ to CPL 3, the same CALL", PF_P | PF_U | PF_I, .needs = "nx"),
         FAULTS(user_sysret, "CPL-0 load from a supervisor page, SYSRETQ to CPL 3, the same load", PF_P | PF_U, .saved_rip = AT_FAULT),
         FAULTS(kernel_load, "CPL-3 load from a user page, SYSCALL, the same load, SMAP=1", PF_P, .saved_rip = AT_FAULT, .needs = "smap"),
         FAULTS(kernel_store, "CPL-3 store to a user page, SYSCALL, the same store, SMAP=1", PF_P | PF_W, .saved_rip = AT_FAULT, .needs = "smap"),
         FAULTS(kernel_fetch, "CPL-3 code, SYSCALL to its own page, SMEP=1", PF_P | PF_I, .saved_rip = "entry", .needs = "smep"),
         FAULTS(kernel_fetch_int, "CPL-3 code, INT n to its own page, SMEP=1", PF_P | PF_I, .saved_rip = "entry", .needs = "smep"),
         PKRS("pkrs_access", pkrs_load, ACCESS, "CPL-0 load from a supervisor page, WRMSR disables access, the same load", PF_P | PF_PK),
         PKRS("pkrs_write", pkrs_store, WRITES, "CPL-0 store to a supervisor page, WRMSR disables writing, the same store", PF_P | PF_W | PF_PK),
         PKRS_OK("pkrs_write_load", pkrs_load, WRITES, "CPL-0 load from a supervisor page, WRMSR disables writing, the same load"),
         PKRS_OK("pkrs_other", pkrs_store, ~(ACCESS | WRITES | 3u),
                 "CPL-0 store to a supervisor page, WRMSR disables all other keys but 0, the same store"),
         PKRS_OK("pkrs_back", pkrs_back, ACCESS | WRITES, "CPL-0 load from a supervisor page, WRMSR disables access and allows it, a store"));
