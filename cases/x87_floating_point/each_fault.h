/*
 * each_fault.h: x87 instructions whose operand begins on memory that is there and ends where a page is missing, or where the segment has ended. Each
 * is executed behind an FRSTOR, and an FNSAVE stores what it has left; without any instruction between, one stores what has to be. A file says in
 * EACH(seg, group) what its programs are, and has prepare(), which sets the mode and the segments.
 */
/* The seven words and the registers, of FNSAVE with 32-bit operand size; what lies where is the same in each mode but for the pointers. */
struct image {
    uint32_t words[7];
    uint8_t st[80];
};
_Static_assert(sizeof(struct image) == 108, "SDM 1 figures 8-9 and 8-10, and the registers");

/* At EBX, upwards. The handler leaves its vector in ESI, with 80 if the saved instruction pointer isn't the instruction's, its error code in EDX. */
struct run {
    struct image left;
    uint32_t unused, vector, error, unused_too[2];
};
_Static_assert(offsetof(struct run, vector) == 112 && offsetof(struct run, error) == 116 && sizeof(struct run) == 128, "ONE");

enum { MOST = 12, MASKED = 0x37f, UNMASKED = 0x340, TOP_4_C1_C2_PE = 0x2620, TOP_4_C1_C2 = 0x2600 };

/* For prepare() to set: room for what is loaded, at EAX, and the runs. EBP is the first byte that can't be reached. */
static uint8_t *room;
enum { RUNS = 128, ROOM = RUNS + (MOST + 1) * 128 };

static const char *const *names;

/* From bit 16 on a value says what isn't as it was: control, status, tag word, the pointers and the opcode, the registers. */
static void note_runs(void)
{
    const struct run *runs = (const struct run *)(room + RUNS);

    for (unsigned n = 0; names[n]; n++) {
        const struct run *run = &runs[n + 1];
        unsigned differs = 0;

        for (unsigned i = 0; i < 7; i++)
            differs |= (unsigned)(run->left.words[i] != runs->left.words[i]) << (i < 3 ? i : 3);
        for (unsigned i = 0; i < sizeof(run->left.st); i++)
            differs |= (unsigned)(run->left.st[i] != runs->left.st[i]) << 4;
        note(names[n], run->vector | run->error << 8 | differs << 16);
    }
}

/* TOP is 4, ST(0) to ST(3) are 1.5 and a bit, 2, 3 and 4, the others are empty; the pointers aren't 0. No store of ST(0) is exact but that of all. */
static void set_up(const char *const *names_, unsigned control, unsigned status)
{
    static const uint16_t parts[4][2] = {{0xc000, 0x3fff}, {0x8000, 0x4000}, {0xc000, 0x4000}, {0x8000, 0x4001}};
    struct image *image;

    prepare();
    image = (struct image *)room;
    *image = (struct image){.words = {control, status, 0x00ff, 0x1234, 0x6e10008, 0x5678, 0x10}};
    for (unsigned i = 0; i < 4; i++)
        __builtin_memcpy(image->st + 10 * i + 6, parts[i], sizeof(parts[i]));
    image->st[0] = 1;
    names = names_;
    at_end(note_runs);
}

/* `size` makes the operand size of FRSTOR and FNSAVE 32 bits, `point` loads EDI and ECX with where 1: and 2: are. */
#define ONE(size, point, instruction)                                                                                                          \
    size "frstor [eax]\nmov esi, 0\nmov edx, 0\n" point "1: " instruction "\n2: " size "fnsave [ebx]\nmov [ebx + 112], esi\nmov [ebx + 116], " \
         "edx\nlea ebx, [ebx + 128]\n"
#define BEGIN_RUNS(size) size "frstor [eax]\n" size "fnsave [ebx]\nlea ebx, [ebx + 128]\n"
#define POINT_32 ".byte 0xbf\n.long 1f\n.byte 0xb9\n.long 2f\n"
#define POINT_16 ".byte 0x66, 0xbf\n.long 1f - 0x8000\n.byte 0x66, 0xb9\n.long 2f - 0x8000\n"
#define END_RUNS "lea ebx, [eax + 128]\nmov ecx, 0xb1b1b1b1\nmov edx, 0xb2b2b2b2\nmov esi, 0xb6b6b6b6\nmov edi, 0xb7b7b7b7\n"

/* Through a 32-bit gate, through one of 64-bit mode, and in real mode, where no error code is pushed. */
#define SKIP_32(vector) "pop edx\nmov esi, " #vector "\ncmp [esp], edi\nje 3f\nor esi, 0x80\n3: mov [esp], ecx\niretd\n"
#define SKIP_64(vector) "pop rdx\nmov esi, " #vector "\ncmp [rsp], edi\nje 3f\nor esi, 0x80\n3: mov [rsp], ecx\niretq\n"
#define SKIP_16(vector) "mov esi, " #vector "\npush bp\nmov bp, sp\ncmp [bp + 2], di\nje 3f\nor esi, 0x80\n3: mov [bp + 2], cx\npop bp\niret\n"

/* The operand, whose first byte lies `before` bytes before the edge. The prefix is that of the format with 32-bit operand size, or the other one. */
#ifndef EDGE
#define EDGE "ebp"
#endif
#define AT(seg, before) seg ":[" EDGE " - " #before "]\n"
#define LOAD(X, seg, wide, narrow)            \
    X(fld32, "fld dword ptr " AT(seg, 2))     \
    X(fld64, "fld qword ptr " AT(seg, 4))     \
    X(fld80, "fld tbyte ptr " AT(seg, 8))     \
    X(fild16, "fild word ptr " AT(seg, 1))    \
    X(fild32, "fild dword ptr " AT(seg, 2))   \
    X(fild64, "fild qword ptr " AT(seg, 4))   \
    X(fadd64, "fadd qword ptr " AT(seg, 4))   \
    X(fsubr32, "fsubr dword ptr " AT(seg, 2)) \
    X(fcomp64, "fcomp qword ptr " AT(seg, 4)) \
    X(fiadd32, "fiadd dword ptr " AT(seg, 2)) \
    X(ficomp16, "ficomp word ptr " AT(seg, 1))
#define STORE(X, seg, wide, narrow)                  \
    X(fst32, "fst dword ptr " AT(seg, 2))            \
    X(fst64, "fst qword ptr " AT(seg, 4))            \
    X(fstp32, "fstp dword ptr " AT(seg, 2))          \
    X(fstp64, "fstp qword ptr " AT(seg, 4))          \
    X(fstp80, "fstp tbyte ptr " AT(seg, 8))          \
    X(fstp80_exponent, "fstp tbyte ptr " AT(seg, 9)) \
    X(fist16, "fist word ptr " AT(seg, 1))           \
    X(fist32, "fist dword ptr " AT(seg, 2))          \
    X(fistp16, "fistp word ptr " AT(seg, 1))         \
    X(fistp32, "fistp dword ptr " AT(seg, 2))        \
    X(fistp64, "fistp qword ptr " AT(seg, 4))
#define DECIMAL(X, seg, wide, narrow)       \
    X(fbld, "fbld tbyte ptr " AT(seg, 9))   \
    X(fbstp, "fbstp tbyte ptr " AT(seg, 9)) \
    X(fbstp_half, "fbstp tbyte ptr " AT(seg, 5))
#define TRUNCATE(X, seg, wide, narrow)          \
    X(fisttp16, "fisttp word ptr " AT(seg, 1))  \
    X(fisttp32, "fisttp dword ptr " AT(seg, 2)) \
    X(fisttp64, "fisttp qword ptr " AT(seg, 4))
#define STATE_LOAD(X, seg, wide, narrow)                \
    X(fldcw, "fldcw " AT(seg, 1))                       \
    X(fldenv32, wide "fldenv " AT(seg, 14))             \
    X(fldenv32_tags, wide "fldenv " AT(seg, 8))         \
    X(fldenv32_last, wide "fldenv " AT(seg, 27))        \
    X(frstor32, wide "frstor " AT(seg, 54))             \
    X(frstor32_environment, wide "frstor " AT(seg, 28)) \
    X(frstor32_last, wide "frstor " AT(seg, 107))
#define STATE_STORE(X, seg, wide, narrow)               \
    X(fnstcw, "fnstcw " AT(seg, 1))                     \
    X(fnstsw, "fnstsw " AT(seg, 1))                     \
    X(fnstenv32, wide "fnstenv " AT(seg, 20))           \
    X(fnstenv32_last, wide "fnstenv " AT(seg, 27))      \
    X(fnsave32, wide "fnsave " AT(seg, 60))             \
    X(fnsave32_environment, wide "fnsave " AT(seg, 28)) \
    X(fnsave32_last, wide "fnsave " AT(seg, 107))
#define STATE_LOAD_16(X, seg, wide, narrow)        \
    X(fldenv16, narrow "fldenv " AT(seg, 7))       \
    X(fldenv16_last, narrow "fldenv " AT(seg, 13)) \
    X(frstor16, narrow "frstor " AT(seg, 40))      \
    X(frstor16_last, narrow "frstor " AT(seg, 93))
#define STATE_STORE_16(X, seg, wide, narrow)         \
    X(fnstenv16, narrow "fnstenv " AT(seg, 10))      \
    X(fnstenv16_last, narrow "fnstenv " AT(seg, 13)) \
    X(fnsave16, narrow "fnsave " AT(seg, 40))        \
    X(fnsave16_last, narrow "fnsave " AT(seg, 93))
#define GROUPS(X)                                                                                                      \
    X(load, LOAD, MASKED, TOP_4_C1_C2_PE, NULL, "x87 instructions that load")                                          \
    X(store, STORE, MASKED, TOP_4_C1_C2, NULL, "x87 instructions that store")                                          \
    X(decimal, DECIMAL, MASKED, TOP_4_C1_C2, NULL, "FBLD, FBSTP")                                                      \
    X(truncate, TRUNCATE, MASKED, TOP_4_C1_C2, "sse3", "FISTTP")                                                       \
    X(state_load, STATE_LOAD, UNMASKED, TOP_4_C1_C2, NULL, "FLDCW, FLDENV and FRSTOR of 28 and 108 bytes")             \
    X(state_store, STATE_STORE, UNMASKED, TOP_4_C1_C2, NULL, "FNSTCW, FNSTSW, FNSTENV and FNSAVE of 28 and 108 bytes") \
    X(state_load_16, STATE_LOAD_16, UNMASKED, TOP_4_C1_C2, NULL, "FLDENV and FRSTOR of 14 and 94 bytes")               \
    X(state_store_16, STATE_STORE_16, UNMASKED, TOP_4_C1_C2, NULL, "FNSTENV and FNSAVE of 14 and 94 bytes")

#define NAME(name, instruction) #name,
#define NAMES(name, group, control, status, needs, about) static const char *const name##_names[] = {group(NAME, "", "", "") NULL};
GROUPS(NAMES)

#define RUN_32(name, instruction) ONE("", POINT_32, instruction)
#define RUN_16(name, instruction) ONE(".byte 0x66\n", POINT_16, instruction)
#define TEXT_32(group, seg) BEGIN_RUNS("") group(RUN_32, seg, "", ".byte 0x66\n") END_RUNS
#define TEXT_16(group, seg) BEGIN_RUNS(".byte 0x66\n") group(RUN_16, seg, ".byte 0x66\n", "") END_RUNS

#define SPEC "SDM 3A \"Exception Classifications\"; SDM 3A \"Program or Task Restart\""
#define ROW(name_, run_, needs_, about_, number) \
    {VARIANT, .name = name_, .about = about_, .spec = SPEC, .needs = needs_, .vector = NO_EXCEPTION, .run = run_, .arg = {number}},
