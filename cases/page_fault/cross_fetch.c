/*
 * An instruction on two pages: the fault is at the instruction, CR2 in the page that is missing. A page that no byte of the
 * instruction lies on isn't missed.
 */
#include <case.h>

#define MOVABS 0x48, 0xb8, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88 /* mov rax, imm64 */
#define RDMSR 0x0f, 0x32
#define NOP 0x90
#define RET 0xc3

static const uint8_t movabs[] = {MOVABS}, rdmsr[] = {RDMSR}, nop[] = {NOP}, ret[] = {RET};

/* arg: the second page's flags; in the first lie that many bytes of the instruction. */
static void prepare(const uint8_t *bytes, unsigned size)
{
    uintptr_t pair = map_pages("pair", 2, PAGE_PRESENT | PAGE_USER), at = pair + PAGE_SIZE - ARG1;

    for (unsigned i = 0; i < size; i++)
        *(uint8_t *)frame_of(at + i) = bytes[i];
    name_place("instruction", at, size);
    name_place("second", pair + PAGE_SIZE, 1);
    change_page(pair + PAGE_SIZE, PAGE_PRESENT | PAGE_USER, ARG0);
    in_user_mode();
    start.rbx = at;
}

#define RUN(name)                    \
    static void run_##name(void)     \
    {                                \
        prepare(name, sizeof(name)); \
        FAULT("call rbx");           \
    }
RUN(movabs)
RUN(rdmsr)
RUN(nop)
RUN(ret)

/* The instruction as such is reached by a CALL, which isn't the one that faults. */
#define ROW(name_, about_, id_, run_, flags_, bytes_, ...)                                                                                      \
    {                                                                                                                                           \
        VARIANT, .name = name_, .about = "CPL-3 " about_, .spec = "SDM 3A \"Interrupt 14-Page-Fault Exception (#PF)\"", .id = id_, .run = run_, \
                 .arg = {flags_, bytes_}, __VA_ARGS__                                                                                           \
    }
#define FAULTS(rip_, error_) .needs = "nx", .vector = VEC_PF, .saved_rip = rip_, .error = PF_I | PF_U | (error_)
#define US PAGE_USER
#define P PAGE_PRESENT

VARIANTS(ROW("instruction", "MOV RAX, imm64 with its last 6 bytes on a not-present page", "pf-cross-fetch-insn", run_movabs, US, 4,
             FAULTS("instruction", 0)),
         ROW("last_byte", "MOV RAX, imm64 with its last byte on a not-present page", NULL, run_movabs, US, 9, FAULTS("instruction", 0)),
         ROW("opcode", "opcode byte 0F at the end of a page, the next not present", "pf-cross-fetch-opcode", run_rdmsr, US, 1,
             FAULTS("instruction", 0)),
         ROW("fall_through", "NOP at the end of a page, the next not present", "pf-cross-fetch-fallthrough", run_nop, US, 1, FAULTS("second", 0)),
         ROW("execute_disable", "MOV RAX, imm64 with its last 6 bytes on a page with XD=1", "pf-cross-fetch-nx-second", run_movabs, P | US | PAGE_NX,
             4, FAULTS("instruction", PF_P)),
         ROW("supervisor", "MOV RAX, imm64 with its last 6 bytes on a supervisor page", NULL, run_movabs, P, 4, FAULTS("instruction", PF_P)),
         ROW("not_needed", "RET at the end of a page, the next not present", "pf-cross-fetch-not-needed", run_ret, US, 1, .vector = NO_EXCEPTION));
