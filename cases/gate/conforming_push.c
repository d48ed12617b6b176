/*
 * A handler in conforming code runs at the program's CPL: its frame is pushed with the program's rights, on the program's stack. Where those don't
 * reach, the push is a page fault, with the error code of the program's CPL. Nobody's handler is reached: #PF has an ordinary one.
 */
#include <case.h>

enum { SUPERVISOR, READ_ONLY, MISSING, INTO_SUPERVISOR, INTO_READ_ONLY, INTO_MISSING };

static uint64_t lacking(unsigned kind)
{
    return kind % 3 == SUPERVISOR ? PAGE_USER : kind % 3 == READ_ONLY ? PAGE_WRITE : PAGE_PRESENT;
}

/* ARG0: the stack; ARG1: the DPL of the handler's code. The lower one of two pages lacks something; INTO: three words fit above it. */
static void set_up(unsigned vector)
{
    uintptr_t pages = map_pages("stack", 2, PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    struct descriptor code = {.type = CODE_CONFORMING, .l = true, .dpl = (uint8_t)ARG1};

    change_page(pages, lacking((unsigned)ARG0), 0);
    start.rsp = ARG0 >= INTO_SUPERVISOR ? pages + PAGE_SIZE + 16 : pages + 0x800;
    set_gate(vector, .selector = add_descriptor("conforming", encode_descriptor(code)), .dpl = 3);
}

#define PROGRAM_OF(name, mode, vector, fault, text) \
    static void name(void)                          \
    {                                               \
        mode();                                     \
        set_up(vector);                             \
        fault(text);                                \
    }
PROGRAM_OF(int_n, in_user_mode, 0x40, FAULT, "int 0x40")
PROGRAM_OF(int3, in_user_mode, VEC_BP, FAULT, "int3")
PROGRAM_OF(ud2, in_user_mode, VEC_UD, FAULT, "ud2")
PROGRAM_OF(hlt, in_user_mode, VEC_GP, FAULT, "hlt")
PROGRAM_OF(int_n_compat, in_compat_user, 0x40, FAULT32, "int 0x40")
PROGRAM_OF(ud2_compat, in_compat_user, VEC_UD, FAULT32, "ud2")
PROGRAM_OF(hlt_compat, in_compat_user, VEC_GP, FAULT32, "hlt")

/* With paging's eyes ring 1 is a supervisor. */
static void ring_1(void)
{
    start.cs = add_descriptor("code", encode_descriptor((struct descriptor){.type = CODE_READABLE, .dpl = 1, .l = true})) | 1;
    start.ss = add_descriptor("data", encode_descriptor((struct descriptor){.type = DATA_WRITABLE, .dpl = 1})) | 1;
    set_up(0x40);
    FAULT("int 0x40");
}

#define SPEC "SDM 3A \"Interrupt 14-Page-Fault Exception (#PF)\""
#define ROW(run_, name_, stack, dpl_, error_, about_)                                                                                         \
    {                                                                                                                                         \
        VARIANT, .name = #run_ "_" name_, .about = #run_ " at CPL 3, handler in conforming code of DPL " #dpl_ ", RSP " about_, .spec = SPEC, \
                 .vector = VEC_PF, .error = error_, .saved_rip = AT_FAULT, .run = run_, .arg = {                                              \
                     stack,                                                                                                                   \
                     dpl_                                                                                                                     \
                 }                                                                                                                            \
    }
#define COMPAT(run_, name_, stack, dpl_, error_, about_)                                                                                 \
    {                                                                                                                                    \
        VARIANT, .env = COMPAT32, .name = #run_ "_" name_,                                                                               \
                 .about = #run_ ": compatibility mode at CPL 3, handler in conforming code of DPL " #dpl_ ", RSP " about_, .spec = SPEC, \
                 .vector = VEC_PF, .error = error_, .saved_rip = AT_FAULT, .run = run_, .arg = {                                         \
                     stack,                                                                                                              \
                     dpl_                                                                                                                \
                 }                                                                                                                       \
    }
#define STACKS(ROW, run)                                                                \
    ROW(run, "supervisor", SUPERVISOR, 0, PF_P | PF_W | PF_U, "on a supervisor page"),  \
        ROW(run, "read_only", READ_ONLY, 0, PF_P | PF_W | PF_U, "on a read-only page"), \
        ROW(run, "missing", MISSING, 0, PF_W | PF_U, "on a page that isn't there")
#define INTO(ROW, run)                                                                                         \
    ROW(run, "into_supervisor", INTO_SUPERVISOR, 0, PF_P | PF_W | PF_U, "two words above a supervisor page"),  \
        ROW(run, "into_read_only", INTO_READ_ONLY, 0, PF_P | PF_W | PF_U, "two words above a read-only page"), \
        ROW(run, "into_missing", INTO_MISSING, 0, PF_W | PF_U, "two words above a page that isn't there")
VARIANTS(STACKS(ROW, int_n), INTO(ROW, int_n), STACKS(ROW, int3), STACKS(ROW, ud2), INTO(ROW, ud2), STACKS(ROW, hlt), INTO(ROW, hlt),
         STACKS(COMPAT, int_n_compat), STACKS(COMPAT, ud2_compat), INTO(COMPAT, hlt_compat),
         ROW(int_n, "dpl_1", SUPERVISOR, 1, PF_P | PF_W | PF_U, "on a supervisor page"),
         ROW(int_n, "dpl_2", SUPERVISOR, 2, PF_P | PF_W | PF_U, "on a supervisor page"),
         ROW(ud2, "dpl_1", SUPERVISOR, 1, PF_P | PF_W | PF_U, "on a supervisor page"),
         ROW(ud2, "dpl_2", SUPERVISOR, 2, PF_P | PF_W | PF_U, "on a supervisor page"),
         {VARIANT, .name = "ring_1_read_only", .about = "INT n at CPL 1, handler in conforming code of DPL 0, RSP on a read-only page", .spec = SPEC,
          .vector = VEC_PF, .error = PF_P | PF_W, .saved_rip = AT_FAULT, .run = ring_1, .arg = {READ_ONLY}},
         {VARIANT, .name = "ring_1_missing", .about = "INT n at CPL 1, handler in conforming code of DPL 0, RSP on a page that isn't there",
          .spec = SPEC, .vector = VEC_PF, .error = PF_W, .saved_rip = AT_FAULT, .run = ring_1, .arg = {MISSING}});
