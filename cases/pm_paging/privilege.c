/*
 * tlb/privilege.c in 32-bit mode, by IRETD, far RET and a call gate. CPL 1 is supervisor mode, too. CR4.SMAP and EFLAGS.AC count as they are at the
 * access.
 */
#include <case32.h>

#define LOAD "mov esi, [ebx]\n"
#define STORE "mov [ebx], esi\n"
#define FETCH "call ebx\n"
#define AGAIN(access) MARK(fault) access MARK(after) "nop\n"

/* The page holds RET. */
static void set_up(uint32_t flags)
{
    start.ebx = map_page("page", PAGE_PRESENT | PAGE_WRITE | flags);
    *(uint8_t *)frame_of(start.ebx) = 0xc3;
}

static void to_user(struct program p)
{
    set_up(0);
    user_may_run_program();
    push_image(
        (struct interrupt_frame){
            .eip = label_of(p, "fault"), .cs = SEL_USER_CODE, .eflags = start.eflags, .esp = stack_top(STACK_USER), .ss = SEL_USER_DATA},
        true);
    run_program(p);
}

#define TO_USER(name, access)                              \
    static void name(void)                                 \
    {                                                      \
        to_user(ASSEMBLE(access "iretd\n" AGAIN(access))); \
    }
TO_USER(user_load, LOAD)
TO_USER(user_store, STORE)
TO_USER(user_fetch, FETCH)

static void to_ring1(void)
{
    struct program p = ASSEMBLE(LOAD "iretd\n" AGAIN(LOAD));

    set_up(0);
    push_image(
        (struct interrupt_frame){
            .eip = label_of(p, "fault"), .cs = SEL_RING1_CODE, .eflags = start.eflags, .esp = stack_top(STACK_RING1), .ss = SEL_RING1_DATA},
        true);
    run_program(p);
}

static void user_retf(void)
{
    struct program p = ASSEMBLE(LOAD "retf\n" AGAIN(LOAD));
    uint32_t *image = (uint32_t *)(start.esp -= 16);

    set_up(0);
    user_may_run_program();
    image[0] = label_of(p, "fault");
    image[1] = SEL_USER_CODE;
    image[2] = stack_top(STACK_USER);
    image[3] = SEL_USER_DATA;
    run_program(p);
}

static void smap(void)
{
    set_up(PAGE_USER);
    start.eflags &= ~EFLAGS_AC;
    write_cr4(read_cr4() | CR4_SMAP);
}

/* By a call gate of DPL 3. */
static void kernel(void)
{
    struct program p = ASSEMBLE(STORE "call fword ptr [edi]\n" AGAIN(STORE));
    uint32_t *pointer = frame_of(start.edi = map_page("pointer", PAGE_PRESENT | PAGE_USER));

    smap();
    in_user_mode();
    pointer[1] = add_call_gate("gate", (struct call_gate){.offset = label_of(p, "fault"), .selector = SEL_KERNEL_CODE, .dpl = 3});
    run_program(p);
}

/* With SMEP, of the program's own page, which CPL 3 has fetched from. */
static void fetch(struct program p)
{
    uint32_t *pointer = frame_of(start.edi = map_page("pointer", PAGE_PRESENT | PAGE_USER));

    in_user_mode();
    write_cr4(read_cr4() | CR4_SMEP);
    pointer[1] = add_call_gate("gate", (struct call_gate){.offset = label_of(p, "entry"), .selector = SEL_KERNEL_CODE, .dpl = 3});
    *gate_of(0x40) = make_gate(label_of(p, "entry"), SEL_KERNEL_CODE, GATE_INTERRUPT, 3, true);
    run_program(p);
}

static void kernel_fetch(void)
{
    fetch(ASSEMBLE("call fword ptr [edi]\n" MARK(after) "nop\n" MARK(entry) "nop\n"));
}

static void kernel_fetch_int(void)
{
    fetch(ASSEMBLE("int 0x40\n" MARK(after) "nop\n" MARK(entry) "nop\n"));
}

static void smap_set(void)
{
    smap();
    start.edx = read_cr4();
    write_cr4(read_cr4() & ~CR4_SMAP);
    PROGRAM(LOAD "mov cr4, edx\ncmp ebx, ebx\n" AGAIN(LOAD));
}

static void smap_cleared(void)
{
    smap();
    start.edx = read_cr4() & ~CR4_SMAP;
    PROGRAM("stac\n" STORE "clac\nmov cr4, edx\ncmp ebx, ebx\n" AGAIN(STORE));
}

static void clac(void)
{
    smap();
    PROGRAM("stac\n" STORE "clac\n" AGAIN(STORE));
}

static void popfd(void)
{
    smap();
    PROGRAM("stac\n" STORE "pushfd\nand dword ptr [esp], ~0x40000\npopfd\n" AGAIN(STORE));
}

static void smep_set(void)
{
    set_up(PAGE_USER);
    start.edx = read_cr4() | CR4_SMEP;
    write_cr4(read_cr4() & ~CR4_SMEP);
    PROGRAM(FETCH "mov cr4, edx\ncmp ebx, ebx\n" AGAIN(FETCH));
}

#define ROW(run_, about_, vector_, error_, ...)                                                                                                   \
    {                                                                                                                                             \
        VARIANT, .name = #run_, .about = about_, .spec = "SDM 3A \"Determination of Access Rights\"; SDM 3A \"Details of TLB Use\"", .run = run_, \
                 .vector = vector_, .error = error_, __VA_ARGS__                                                                                  \
    }
#define FAULTS(run, about, error, ...) ROW(run, about, VEC_PF, error, .saved_rip = AT_FAULT, __VA_ARGS__)

VARIANTS(FAULTS(user_load, "CPL-0 load from a supervisor page, IRETD to CPL 3, the same load", PF_P | PF_U, ),
         FAULTS(user_store, "CPL-0 store to a supervisor page, IRETD to CPL 3, the same store", PF_P | PF_W | PF_U, ),
         ROW(user_fetch, "CPL-0 CALL to a supervisor page, IRETD to CPL 3, the same CALL", VEC_PF, PF_P | PF_U, ),
         ROW(to_ring1, "CPL-0 load from a supervisor page, IRETD to CPL 1, the same load", NO_EXCEPTION, 0, ),
         FAULTS(user_retf, "CPL-0 load from a supervisor page, far RET to CPL 3, the same load", PF_P | PF_U, ),
         FAULTS(kernel, "CPL-3 store to a user page, CALL of a gate to CPL 0, the same store, SMAP=1", PF_P | PF_W, .needs = "smap"),
         ROW(kernel_fetch, "CPL-3 code, CALL of a gate to its own page, SMEP=1", VEC_PF, PF_P | PF_I, .saved_rip = "entry", .needs = "smep"),
         ROW(kernel_fetch_int, "CPL-3 code, INT n to its own page, SMEP=1", VEC_PF, PF_P | PF_I, .saved_rip = "entry", .needs = "smep"),
         FAULTS(smap_set, "CPL-0 load from a user page, CR4.SMAP set, the same load", PF_P, .needs = "smap"),
         ROW(smap_cleared, "STAC, CPL-0 store to a user page, CLAC, CR4.SMAP cleared, the same store", NO_EXCEPTION, 0, .needs = "smap"),
         FAULTS(clac, "STAC, CPL-0 store to a user page, CLAC, the same store, SMAP=1", PF_P | PF_W, .needs = "smap"),
         FAULTS(popfd, "STAC, CPL-0 store to a user page, POPFD of AC=0, the same store, SMAP=1", PF_P | PF_W, .needs = "smap"),
         ROW(smep_set, "CPL-0 CALL to a user page, CR4.SMEP set, the same CALL", VEC_PF, PF_P | PF_I, .needs = "smep"));
