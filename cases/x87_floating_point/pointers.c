/*
 * FIP and FDP of a pending exception, whose operand lies above 4 GiB: FXSAVE64, XSAVE64 and their like store 64 bits of each, FXSAVE and XSAVE
 * without REX.W the lower 32; FXRSTOR64 and XRSTOR64 load 64 bits. Of all images the first 24 bytes are the same.
 */
#include <case.h>

#define OPERAND 0x123456789000u
#define ZERO_DIVIDE_UNMASKED 0x37bu
#define ZERO_DIVIDE_PENDING 0x8084u
#define LOADED_FOP 0x5a5u
#define LOADED_FIP 0x654321fedcbau
#define LOADED_FDP 0x432198765432u

struct image {
    uint16_t fcw, fsw, ftw, fop;
    uint64_t fip, fdp, rest[61];
    uint64_t header[64];
};

/* ARG0: bits of what is stored. */
static void note_stored(void)
{
    const struct image *image = frame_of(start.rdi);
    uint64_t mask = ARG0 == 64 ? ~0ull : 0xffffffffull;

    note("fop", image->fop);
    note("fip", (image->fip - recorded_label("cause")) & mask);
    note("fdp", (image->fdp - start.rbx) & mask);
}

static void set_up(void)
{
    write_cr4(read_cr4() | CR4_OSXSAVE * (unsigned)ARG1);
    start.rdi = map_page("image", PAGE_PRESENT | PAGE_WRITE);
    start.rax = 1;
    start.rdx = 0;
}

#define STORE(instruction)                                                                                                           \
    static void instruction(void)                                                                                                    \
    {                                                                                                                                \
        set_up();                                                                                                                    \
        start.rbx = map_page_at("operand", OPERAND, PAGE_PRESENT | PAGE_WRITE);                                                      \
        *(uint32_t *)frame_of(start.rbx) = ZERO_DIVIDE_UNMASKED;                                                                     \
        at_end(note_stored);                                                                                                         \
        PROGRAM("fninit\nfldcw [rbx]\nfld1\n" MARK(cause) "fdiv dword ptr [rbx + 4]\n" #instruction " [rdi]\n" MARK(after) "nop\n"); \
    }
STORE(fxsave)
STORE(fxsave64)
STORE(xsave)
STORE(xsave64)
STORE(xsavec)
STORE(xsavec64)
STORE(xsaveopt64)

static void note_loaded(void)
{
    const struct image *image = (const struct image *)frame_of(start.rdi) + 1;

    note("fsw", image->fsw);
    note("fop", image->fop);
    note("fip", image->fip);
    note("fdp", image->fdp);
}

#define LOAD(instruction)                                                                       \
    static void instruction(void)                                                               \
    {                                                                                           \
        struct image *image;                                                                    \
                                                                                                \
        set_up();                                                                               \
        image = frame_of(start.rdi);                                                            \
        __asm__ volatile("fxsave %0" : "=m"(*image));                                           \
        image->fcw = ZERO_DIVIDE_UNMASKED;                                                      \
        image->fsw = ZERO_DIVIDE_PENDING;                                                       \
        image->fop = LOADED_FOP;                                                                \
        image->fip = LOADED_FIP;                                                                \
        image->fdp = LOADED_FDP;                                                                \
        image->header[0] = 1; /* XSTATE_BV */                                                   \
        at_end(note_loaded);                                                                    \
        PROGRAM("fninit\n" #instruction " [rdi]\nfxsave64 [rdi + 1024]\n" MARK(after) "nop\n"); \
    }
LOAD(fxrstor64)
LOAD(xrstor64)

_Static_assert(sizeof(struct image) == 1024, "a note's area is the second");

#define SPEC                                                      \
    "SDM 1 \"x87 FPU Instruction and Data (Operand) Pointers\"; " \
    "SDM 2A \"FXSAVE-Save x87 FPU, MMX Technology, and SSE State\""
#define ROW(run_, bits, osxsave, about_, needs_)                                                                                            \
    {                                                                                                                                       \
        VARIANT, .name = #run_, .about = about_, .spec = SPEC, .run = run_, .vector = NO_EXCEPTION, .arg = {bits, osxsave}, .needs = needs_ \
    }
#define STORES(run, bits, osxsave, instruction, needs) ROW(run, bits, osxsave, instruction " of a pending division by zero above 4 GiB", needs)
VARIANTS(STORES(fxsave, 32, 0, "FXSAVE", "fxsr"), STORES(fxsave64, 64, 0, "FXSAVE64", "fxsr"), STORES(xsave, 32, 1, "XSAVE", "xsave"),
         STORES(xsave64, 64, 1, "XSAVE64", "xsave"), STORES(xsavec, 32, 1, "XSAVEC", "xsave xsavec"),
         STORES(xsavec64, 64, 1, "XSAVEC64", "xsave xsavec"), STORES(xsaveopt64, 64, 1, "XSAVEOPT64", "xsave xsaveopt"),
         ROW(fxrstor64, 64, 0, "FXRSTOR64 of a pending exception with FIP and FDP above 4 GiB, FXSAVE64", "fxsr"),
         ROW(xrstor64, 64, 1, "XRSTOR64 of a pending exception with FIP and FDP above 4 GiB, FXSAVE64", "xsave"));
