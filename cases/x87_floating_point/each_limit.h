/*
 * each_limit.h: FNSTENV, FNSAVE, FLDENV and FRSTOR with either operand size in 16-bit code, whose image ends with the segment or a byte behind it:
 * 14, 28, 94, 108 bytes. Each leaves 0 where it was executed, 1 where it is #GP with its own IP, 2 with another one.
 */
#define FORMS(X)                                            \
    X(fnstenv16, "", "fnstenv", 0xfff2, 0xfff3)             \
    X(fnstenv32, ".byte 0x66\n", "fnstenv", 0xffe4, 0xffe5) \
    X(fnsave16, "", "fnsave", 0xffa2, 0xffa3)               \
    X(fnsave32, ".byte 0x66\n", "fnsave", 0xff94, 0xff95)   \
    X(fldenv16, "", "fldenv", 0xfff2, 0xfff3)               \
    X(fldenv32, ".byte 0x66\n", "fldenv", 0xffe4, 0xffe5)   \
    X(frstor16, "", "frstor", 0xffa2, 0xffa3)               \
    X(frstor32, ".byte 0x66\n", "frstor", 0xff94, 0xff95)

/* EDI: where the instruction is, ECX: where the next one is. ESI is stored at DS:EBX, upwards. */
#define TRY(size, instruction, offset)                                                                                                   \
    "fninit\n.byte 0x66, 0xbf\n.long 1f - 0x8000\n.byte 0x66, 0xb9\n.long 2f - 0x8000\nmov esi, 0\n1: " size instruction " ds:[" #offset \
    "]\n2: mov [ebx], si\nlea ebx, [ebx + 2]\n"
#define TRY_BOTH(name, size, instruction, last, beyond) TRY(size, instruction, last) TRY(size, instruction, beyond)
#define TRIES FORMS(TRY_BOTH) "mov ebx, 0\nmov ecx, 0\nmov esi, 0\nmov edi, 0\nfninit\n"

#define NAMES(name, size, instruction, last, beyond) #name, #name "_beyond",
static const char *const names[] = {FORMS(NAMES)};

static void note_outcomes(void)
{
    for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        note(names[i], ((const uint16_t *)(16 * REAL_DS))[i]);
}

/* Whatever lies at the segment's end, the harness has nothing there. */
static void set_up(void)
{
    fill_words(16 * REAL_DS + 0xf000, 0, 0x1000 / sizeof(uintptr_t));
    start.ebx = 0;
    at_end(note_outcomes);
}

#define SPEC "SDM 1 \"Saving the x87 FPU State with FSTENV/FNSTENV and FSAVE/FNSAVE\"; SDM 3B \"Segment Wraparound\""
