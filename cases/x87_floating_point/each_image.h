/*
 * each_image.h: what FNSTENV, FNSAVE, FLDENV and FRSTOR have in memory, with either operand size: SDM 1 figures 8-9 and 8-11 in protected mode, 8-10
 * and 8-12 in virtual-8086 and real mode. A file says which, and has the programs.
 */
#include "common/cpu.h"

enum { CONTROL = 0x37b, LOADED_CONTROL = 0xa7f, LOADED_STATUS = 0x5d00, LOADED_TAGS = 0x3c0f, PATTERN = 0x77 };

/* What is loaded as pointers. */
enum { LOADED_IP = 0x9a1b2, LOADED_OPERAND = 0x5c3d4, LOADED_OPCODE = 0x6e1, LOADED_CS = 0x1234, LOADED_DS = 0x5678 };

struct form {
    const char *names[12]; /* of the values */
    unsigned offset, size; /* of the image on its page; of it */
    const char *cause;     /* the label of the division that it tells of */
    bool wide, has_registers;
};

enum name { FCW, FSW, FTW, FIP, FCS, FOP, FDP, FDS, REST, ST0_HIGH, ST1, ST1_HIGH };
#define NAMES_OF(name)                                                                                                                          \
    {                                                                                                                                           \
        name "_fcw", name "_fsw", name "_ftw", name "_fip", name "_fcs", name "_fop", name "_fdp", name "_fds", name "_rest", name "_st0_high", \
            name "_st1", name "_st1_high"                                                                                                       \
    }
static const struct form forms[] = {
    {NAMES_OF("env32"), 0x20, 28, "env32", true, false},
    {NAMES_OF("env16"), 0x60, 14, "env16", false, false},
    {NAMES_OF("save32"), 0x80, 108, "save32", true, true},
    {NAMES_OF("save16"), 0x100, 94, "save16", false, true},
};

static uint8_t *page;

struct pointers {
    uint32_t ip, cs, opcode, operand, ds, zeros;
};

static uint32_t word(const uint8_t *at)
{
    return at[0] | (uint32_t)at[1] << 8;
}

static void set_word(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)value;
    at[1] = (uint8_t)(value >> 8);
}

/* The words behind the tag word. */
static struct pointers read_pointers(const uint8_t *at, bool wide)
{
    if (IS_PROTECTED)
        return wide ? (struct pointers){word(at) | word(at + 2) << 16,      word(at + 4),  word(at + 6) & 0x7ff,
                                        word(at + 8) | word(at + 10) << 16, word(at + 12), word(at + 6) >> 11}
                    : (struct pointers){word(at), word(at + 2), 0, word(at + 4), word(at + 6), 0};
    if (wide) {
        uint32_t upper = word(at + 4) | word(at + 6) << 16, operand = word(at + 12) | word(at + 14) << 16;

        return (struct pointers){word(at) | upper >> 12 << 16,       0, upper & 0x7ff,
                                 word(at + 8) | operand >> 12 << 16, 0, (upper & 0x800) | (operand & 0xfff)};
    }
    return (struct pointers){word(at) | word(at + 2) >> 12 << 16,     0, word(at + 2) & 0x7ff,
                             word(at + 4) | word(at + 6) >> 12 << 16, 0, (word(at + 2) & 0x800) | (word(at + 6) & 0xfff)};
}

static void write_pointers(uint8_t *at, bool wide)
{
    unsigned step = wide ? 4 : 2;

    set_word(at, LOADED_IP);
    set_word(at + 2 * step, LOADED_OPERAND);
    if (IS_PROTECTED) {
        set_word(at + step, LOADED_CS);
        set_word(at + 3 * step, LOADED_DS);
        if (!wide)
            return;
        set_word(at + 2, LOADED_IP >> 16);
        set_word(at + 6, LOADED_OPCODE);
        set_word(at + 10, LOADED_OPERAND >> 16);
        return;
    }
    set_word(at + step, LOADED_IP >> 16 << 12 | LOADED_OPCODE);
    set_word(at + 3 * step, LOADED_OPERAND >> 16 << 12);
}

/*
 * CPUID.(EAX=7,ECX=0):EBX[13]: FCS and FDS are stored as 0 (SDM 2A "CPUID", "FXSAVE"). Whether the linear addresses of virtual-8086 and real mode are
 * those of a segment at 0 then, nobody says.
 */
static bool is_deprecated(void)
{
    return has_cpuid() && cpuid(0, 0).eax >= 7 && (cpuid(7, 0).ebx & 1u << 13);
}

/* How many of the four bytes behind the image were written. */
static unsigned changed_behind(const struct form *form)
{
    unsigned changed = 0;

    for (unsigned i = form->size; i < form->size + 4; i++)
        changed += page[form->offset + i] != PATTERN;
    return changed;
}

static void note_registers(const struct form *form)
{
    const uint8_t *st = page + form->offset + form->size - 80;
    uint64_t low;

    __builtin_memcpy(&low, st + 10, 8);
    note(form->names[ST0_HIGH], word(st + 8));
    note(form->names[ST1], low);
    note(form->names[ST1_HIGH], word(st + 18));
}

/* 0 for what it has to be. */
static uint32_t distance(uint32_t is, uint32_t linear, uint32_t base, uint32_t mask)
{
    return !IS_PROTECTED && is_deprecated() && is == linear - base ? 0 : (is - linear) & mask;
}

/* FIP, FDP, FCS, FDS as the distance from what they have to be. */
static void note_form(const struct form *form, uint32_t ip, uint32_t cs, uint32_t operand, uint32_t ds)
{
    const uint8_t *at = page + form->offset;
    unsigned step = form->wide ? 4 : 2;
    uint32_t mask = IS_PROTECTED ? form->wide ? 0xffffffff : 0xffff : 0xfffff;
    struct pointers is = read_pointers(at + 3 * step, form->wide);
    bool zero = is_deprecated();

    note(form->names[FCW], word(at));
    note(form->names[FSW], word(at + step));
    note(form->names[FTW], word(at + 2 * step));
    note(form->names[FIP], distance(is.ip, ip, 16 * cs, mask));
    note(form->names[FDP], distance(is.operand, operand, 16 * ds, mask));
    if (IS_PROTECTED) {
        note(form->names[FCS], (is.cs - (zero ? 0 : cs)) & 0xffff);
        note(form->names[FDS], (is.ds - (zero ? 0 : ds)) & 0xffff);
    }
    if (!IS_PROTECTED || form->wide)
        note(form->names[FOP], is.opcode);
    note(form->names[REST], is.zeros + changed_behind(form));
    if (form->has_registers)
        note_registers(form);
}

static void note_stored(void)
{
    for (unsigned i = 0; i < 4; i++)
        note_form(&forms[i], (uint32_t)recorded_label(forms[i].cause) - CODE_BASE, start.cs, OPERAND_BASE + start.ebx + 4, start.ds);
}

static void note_loaded(void)
{
    for (unsigned i = 0; i < 4; i++)
        note_form(&forms[i], LOADED_IP, LOADED_CS, LOADED_OPERAND, LOADED_DS);
}

static void set_up_stored(uint8_t *memory)
{
    page = memory;
    for (unsigned i = 0; i < 0x200; i++)
        page[i] = PATTERN;
    *(uint32_t *)(void *)page = CONTROL;
    ((uint32_t *)(void *)page)[1] = 0;
    at_end(note_stored);
}

/* The images to load are 0x200 bytes above those that are stored behind. */
static void set_up_loaded(uint8_t *memory)
{
    set_up_stored(memory);
    for (unsigned i = 0; i < 4; i++) {
        const struct form *form = &forms[i];
        uint8_t *at = page + 0x200 + form->offset;
        unsigned step = form->wide ? 4 : 2;

        set_word(at, LOADED_CONTROL);
        set_word(at + step, LOADED_STATUS);
        set_word(at + 2 * step, LOADED_TAGS);
        write_pointers(at + 3 * step, form->wide);
        for (unsigned st = 0; st < 8 && form->has_registers; st++) {
            at[form->size - 80 + 10 * st] = (uint8_t)(1 + st);
            at[form->size - 80 + 10 * st + 7] = 0x80;
            set_word(at + form->size - 80 + 10 * st + 8, 0x3fff + st);
        }
    }
    at_end(note_loaded);
}

/* A division by 0 that is unmasked, with 1 in ST(0) and pi in ST(1). */
#define STORE(label, size, instruction) "fninit\nfldcw [ebx]\nfldpi\nfld1\n" MARK(label) "fdiv dword ptr [ebx + 4]\n" size instruction "\n"
#define STORES(wide, narrow)                   \
    STORE(env32, wide, "fnstenv [ebx + 0x20]") \
    STORE(env16, narrow, "fnstenv [ebx + 0x60]") STORE(save32, wide, "fnsave [ebx + 0x80]") STORE(save16, narrow, "fnsave [ebx + 0x100]") "fninit\n"
/* All registers hold 1. */
#define FULL "fninit\nfld1\nfld1\nfld1\nfld1\nfld1\nfld1\nfld1\nfld1\n"
#define LOADS(wide, narrow)                                                                                                               \
    FULL wide "fldenv [ebx + 0x220]\n" wide "fnstenv [ebx + 0x20]\n" FULL narrow "fldenv [ebx + 0x260]\n" narrow "fnstenv [ebx + 0x60]\n" \
              "fninit\n" wide "frstor [ebx + 0x280]\n" wide "fnsave [ebx + 0x80]\nfninit\n" narrow "frstor [ebx + 0x300]\n" narrow        \
              "fnsave [ebx + 0x100]\n"
#define PREFIX ".byte 0x66\n"

#define SPEC "SDM 1 \"Saving the x87 FPU State with FSTENV/FNSTENV and FSAVE/FNSAVE\""
#define ROW(name_, run_, arg0, about_)                                                                              \
    {                                                                                                               \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .vector = NO_EXCEPTION, .run = run_, .arg = { arg0 } \
    }
#define STORED_ABOUT "FNSTENV and FNSAVE with either operand size behind an unmasked division by 0"
#define LOADED_ABOUT "FLDENV, FRSTOR with either operand size, and what is stored then"
