/*
 * What SYSENTER, SYSEXIT, SYSCALL and SYSRET load into CS and SS in 32-bit protected mode besides selector, base and limit: both have D/B=1, whatever
 * those before were; but SYSRET leaves SS as it is, of which it changes the selector alone. The program is 16-bit code, but for SYSCALL on a 16-bit
 * stack; the target's MOV has an operand of 32 bits, its PUSH writes where ESP points to, or SP, and its load is from where ESP points to.
 */
#include <case32.h>

static uintptr_t target(void)
{
    struct program entry = ASSEMBLE32(MARK(entry) "mov eax, 0x12345678\npush eax\nmov edx, [esp]\nint3\n" MARK(reached));

    name_place("entry", label_of(entry, "entry"), 1);
    name_place("reached", label_of(entry, "reached"), 1);
    return label_of(entry, "entry");
}

static void set_up(unsigned ring)
{
    struct descriptor d = {.limit = 0xffff, .type = DATA_WRITABLE, .dpl = (uint8_t)ring};

    in_ring(ring);
    in_code16();
    user_may_run_program();
    start.esp = stack_top(STACK_USER) - 0x18;
    d.base = start.esp & ~0xffffu;
    start.ss = (uint16_t)(add_descriptor("stack16", encode_descriptor(d)) | ring);
    set_gate(VEC_BP, .dpl = 3);
}

static void sysenter(void)
{
    set_up(3);
    write_msr(MSR_SYSENTER_CS, SEL_KERNEL_CODE);
    write_msr(MSR_SYSENTER_EIP, target());
    write_msr(MSR_SYSENTER_ESP, stack_top(STACK_ESP1) - 0x18);
    FAULT16("sysenter");
}

static void sysexit(void)
{
    set_up(0);
    write_msr(MSR_SYSENTER_CS, SEL_KERNEL_CODE);
    start.edx = target();
    start.ecx = stack_top(STACK_USER) - 0x18;
    FAULT16("sysexit");
}

/* The program writes IA32_STAR. */
static void set_star(void)
{
    write_msr(MSR_EFER, read_msr(MSR_EFER) | EFER_SCE);
    start.ecx = MSR_STAR;
    start.eax = start.edi = target();
    start.edx = SEL_KERNEL_CODE | SEL_USER_CODE << 16;
}

/* IRETD to a 16-bit stack may leave half of ESP, which stays here. */
static void syscall(void)
{
    struct program p = ASSEMBLE16(MARK(fault) ".byte 0x0f, 0x05\n" MARK(after));
    struct interrupt_frame image;

    set_up(3);
    image = (struct interrupt_frame){
        .eip = (uint32_t)p.entry - 16 * REAL_CODE, .cs = start.cs, .eflags = start.eflags, .esp = start.esp, .ss = SEL_USER_DATA};
    name_place("fault", label_of(p, "fault"), 1);
    name_place("after", label_of(p, "after"), 1);
    in_ring(0);
    set_star();
    push_image(image, true);
    PROGRAM32("wrmsr\niretd\n");
}

static void sysret(void)
{
    set_up(0);
    set_star();
    PROGRAM16("wrmsr\nmov ecx, edi\n" MARK(fault) ".byte 0x0f, 0x07\n" MARK(after));
}

#define ROW(run_, needs_, instruction, where, ...)                                                                                         \
    {                                                                                                                                      \
        VARIANT, .name = #run_, .about = instruction " of 16-bit code" where, .run = run_, .needs = needs_, .error = NO_ERROR, __VA_ARGS__ \
    }
#define FLAT .vector = VEC_BP, .saved_rip = "reached"
#define OF_AMD .vector = VEC_UD, .saved_rip = AT_FAULT
VARIANTS(ROW(sysenter, "sysenter", "SYSENTER", " on a 16-bit stack, at CPL 3", FLAT, .spec = "SDM 2B \"SYSENTER-Fast System Call\""),
         ROW(sysexit, "sysenter", "SYSEXIT", " on a 16-bit stack, at CPL 0", FLAT, .spec = "SDM 2B \"SYSEXIT-Fast Return from Fast System Call\""),
         ROW(syscall, "nx", "SYSCALL", ", at CPL 3", OF_AMD, .spec = "SDM 2B \"SYSCALL-Fast System Call\""),
         ROW(sysret, "nx", "SYSRET", " on a 16-bit stack, at CPL 0", OF_AMD, .spec = "SDM 2B \"SYSRET-Return From Fast System Call\""));
