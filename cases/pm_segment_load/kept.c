/*
 * A segment register that couldn't be loaded is what it was: not its selector alone, which the record holds, but the segment that it refers to, and
 * for LLDT the table. The gate of the exception leads to the access itself: the harness's stubs would load the registers again.
 */
#include <case32.h>

#define OFFSET 0x10
#define VALUE 0x11223344
/* Down the stack, so that INT3's frame has nothing above. */
#define HANDLER_OF(before, text) ASSEMBLE(MARK(entry) "lea esp, [esp - 0x100]\n" before "mov esi, " text ":[0x10]\nint3\n" MARK(reached))

enum refused { BEYOND, SYSTEM, NOT_PRESENT, EXECUTE_ONLY, RPL };

/* Which is refused in the way of ARG0. `type`: of what would be right but for that. */
static uint16_t bad_selector(uint8_t type)
{
    struct descriptor d = {.type = type, .limit = 0xfffff, .d = true, .g = true};

    switch ((enum refused)ARG0) {
    case BEYOND:
        return GDT_LIMIT + 1;
    case SYSTEM:
        return SEL_TSS;
    case NOT_PRESENT:
        d.not_present = true;
        break;
    case EXECUTE_ONLY:
        d.type = CODE_EXECUTE_ONLY;
        break;
    default:
        return add_descriptor("bad", encode_descriptor(d)) | 3u;
    }
    return add_descriptor("bad", encode_descriptor(d));
}

/* The segment that stays: a page. */
static uint16_t good_selector(void)
{
    struct descriptor d = {.type = DATA_WRITABLE, .limit = 0xfff, .d = true};

    d.base = (uint32_t)map_page("segment", PAGE_PRESENT);
    *(uint32_t *)((uint8_t *)frame_of(d.base) + OFFSET) = VALUE;
    return add_descriptor("good", encode_descriptor(d));
}

static void run(uint8_t type, struct program handler, struct program program)
{
    unsigned vector = ARG0 == NOT_PRESENT ? VEC_NP : VEC_GP;
    uint32_t *pointer = frame_of(start.ebx = map_page("pointer", PAGE_PRESENT));

    start.ecx = bad_selector(type);
    pointer[0] = 0x5e5e5e5e;
    pointer[1] = start.ecx;
    start.esi = 0;
    name_place("reached", label_of(handler, "reached"), 1);
    *gate_of(vector) = make_gate(label_of(handler, "entry"), SEL_KERNEL_CODE, GATE_INTERRUPT, 0, true);
    run_program(program);
}

#define DEFINE(name, register_, text, instruction, page)                                              \
    static void name(void)                                                                            \
    {                                                                                                 \
        start.register_ = good_selector();                                                            \
        run(DATA_WRITABLE, HANDLER_OF("", text), ASSEMBLE(MARK(fault) instruction "\n" MARK(after))); \
    }
#define FORMS(X)                                        \
    X(mov_ds, ds, "ds", "mov ds, ecx", MOV)             \
    X(mov_es, es, "es", "mov es, ecx", MOV)             \
    X(mov_fs, fs, "fs", "mov fs, ecx", MOV)             \
    X(mov_gs, gs, "gs", "mov gs, ecx", MOV)             \
    X(pop_ds, ds, "ds", "push ecx; pop ds", POP)        \
    X(pop_es, es, "es", "push ecx; pop es", POP)        \
    X(pop_fs, fs, "fs", "push ecx; pop fs", POP)        \
    X(pop_gs, gs, "gs", "push ecx; pop gs", POP)        \
    X(lds, ds, "ds", "lds eax, ss:[ebx]", LOAD_POINTER) \
    X(les, es, "es", "les eax, [ebx]", LOAD_POINTER)    \
    X(lfs, fs, "fs", "lfs eax, [ebx]", LOAD_POINTER)    \
    X(lgs, gs, "gs", "lgs eax, [ebx]", LOAD_POINTER)
FORMS(DEFINE)

static void lldt_kept(void)
{
    start.edi = local_selector(good_selector());
    run(SYSTEM_LDT, HANDLER_OF("mov fs, edi\n", "fs"), ASSEMBLE(MARK(fault) "lldt cx\n" MARK(after)));
}

#define ROW(name_, run_, how, about_, spec_)                                                                                                       \
    {                                                                                                                                              \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .vector = VEC_BP, .error = NO_ERROR, .saved_rip = "reached", .run = run_, .arg = { \
            how                                                                                                                                    \
        }                                                                                                                                          \
    }
#define MOV "SDM 2B \"MOV-Move\""
#define POP "SDM 2B \"POP-Pop a Value From the Stack\""
#define LOAD_POINTER "SDM 2A \"LDS/LES/LFS/LGS/LSS-Load Far Pointer\""
#define SEGMENT "; SDM 3A \"Segment Registers\""
#define ROWS(name, register_, text, instruction, page)                                                              \
    ROW(#name "_beyond", name, BEYOND, instruction " of a selector beyond the GDT", page SEGMENT),                  \
        ROW(#name "_system", name, SYSTEM, instruction " of a TSS", page SEGMENT),                                  \
        ROW(#name "_not_present", name, NOT_PRESENT, instruction " of a segment that isn't present", page SEGMENT), \
        ROW(#name "_execute_only", name, EXECUTE_ONLY, instruction " of execute-only code", page SEGMENT),          \
        ROW(#name "_rpl", name, RPL, instruction " of data of DPL 0 with RPL 3", page SEGMENT),
#define LLDT "SDM 2A \"LLDT-Load Local Descriptor Table Register\""
VARIANTS(FORMS(ROWS) ROW("lldt_beyond", lldt_kept, BEYOND, "LLDT of a selector beyond the GDT", LLDT),
         ROW("lldt_system", lldt_kept, SYSTEM, "LLDT of a TSS", LLDT),
         ROW("lldt_not_present", lldt_kept, NOT_PRESENT, "LLDT of an LDT that isn't present", LLDT),
         ROW("lldt_execute_only", lldt_kept, EXECUTE_ONLY, "LLDT of code", LLDT));
