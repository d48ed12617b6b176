/* feature.c: what CPUID says of the features that cases need. */
#include "common/cpu.h"

enum output { EAX, EBX, ECX, EDX };
#define NO_LEAF 0 /* not one bit of CPUID; the output says what */
enum no_leaf { ADDRESS_BITS, CPUID, I486 };

/* SDM 2A "CPUID"; leaf 7 and 0xd with their subleaf 0, and 1 where the table says 0xd0000001. */
const struct feature harness_features[] = {
    {{"reserved_address_bits"}, NO_LEAF, ADDRESS_BITS, 0},
    {{"cpuid"}, NO_LEAF, CPUID, 0},
    {{"i486"}, NO_LEAF, I486, 0},
    {{"vme"}, 1, EDX, 1},
    {{"de"}, 1, EDX, 2},
    {{"pse"}, 1, EDX, 3},
    {{"tsc"}, 1, EDX, 4},
    {{"msr"}, 1, EDX, 5},
    {{"pae"}, 1, EDX, 6},
    {{"cx8"}, 1, EDX, 8},
    {{"apic"}, 1, EDX, 9},
    {{"sysenter"}, 1, EDX, 11},
    {{"mtrr"}, 1, EDX, 12},
    {{"pge"}, 1, EDX, 13},
    {{"pat"}, 1, EDX, 16},
    {{"mca"}, 1, EDX, 14},
    {{"cmov"}, 1, EDX, 15},
    {{"clfsh"}, 1, EDX, 19},
    {{"mmx"}, 1, EDX, 23},
    {{"fxsr"}, 1, EDX, 24},
    {{"sse"}, 1, EDX, 25},
    {{"sse2"}, 1, EDX, 26},
    {{"sse3"}, 1, ECX, 0},
    {{"monitor"}, 1, ECX, 3},
    {{"vmx"}, 1, ECX, 5},
    {{"ssse3"}, 1, ECX, 9},
    {{"fma"}, 1, ECX, 12},
    {{"cx16"}, 1, ECX, 13},
    {{"pcid"}, 1, ECX, 17},
    {{"sse41"}, 1, ECX, 19},
    {{"sse42"}, 1, ECX, 20},
    {{"x2apic"}, 1, ECX, 21},
    {{"movbe"}, 1, ECX, 22},
    {{"popcnt"}, 1, ECX, 23},
    {{"aes"}, 1, ECX, 25},
    {{"xsave"}, 1, ECX, 26},
    {{"avx"}, 1, ECX, 28},
    {{"f16c"}, 1, ECX, 29},
    {{"rdrand"}, 1, ECX, 30},
    {{"fsgsbase"}, 7, EBX, 0},
    {{"bmi1"}, 7, EBX, 3},
    {{"hle"}, 7, EBX, 4},
    {{"avx2"}, 7, EBX, 5},
    {{"smep"}, 7, EBX, 7},
    {{"bmi2"}, 7, EBX, 8},
    {{"invpcid"}, 7, EBX, 10},
    {{"rtm"}, 7, EBX, 11},
    {{"mpx"}, 7, EBX, 14},
    {{"avx512f"}, 7, EBX, 16},
    {{"avx512dq"}, 7, EBX, 17},
    {{"rdseed"}, 7, EBX, 18},
    {{"adx"}, 7, EBX, 19},
    {{"smap"}, 7, EBX, 20},
    {{"clflushopt"}, 7, EBX, 23},
    {{"clwb"}, 7, EBX, 24},
    {{"avx512cd"}, 7, EBX, 28},
    {{"sha"}, 7, EBX, 29},
    {{"avx512bw"}, 7, EBX, 30},
    {{"avx512vl"}, 7, EBX, 31},
    {{"umip"}, 7, ECX, 2},
    {{"pku"}, 7, ECX, 3},
    {{"waitpkg"}, 7, ECX, 5},
    {{"cet_ss"}, 7, ECX, 7},
    {{"la57"}, 7, ECX, 16},
    {{"rdpid"}, 7, ECX, 22},
    {{"bus_lock_detect"}, 7, ECX, 24},
    {{"movdiri"}, 7, ECX, 27},
    {{"movdir64b"}, 7, ECX, 28},
    {{"pks"}, 7, ECX, 31},
    {{"serialize"}, 7, EDX, 14},
    {{"cet_ibt"}, 7, EDX, 20},
    {{"amx_tile"}, 7, EDX, 24},
    {{"xsaveopt"}, 0xd0000001, EAX, 0},
    {{"xsavec"}, 0xd0000001, EAX, 1},
    {{"xsaves"}, 0xd0000001, EAX, 3},
    {{"xfd"}, 0xd0000001, EAX, 4},
    {{"lahf_lm"}, 0x80000001, ECX, 0},
    {{"svm"}, 0x80000001, ECX, 2},
    {{"lzcnt"}, 0x80000001, ECX, 5},
    {{"sse4a"}, 0x80000001, ECX, 6},
    {{"misalignsse"}, 0x80000001, ECX, 7},
    {{"altmovcr8"}, 0x80000001, ECX, 4},
    {{"nx"}, 0x80000001, EDX, 20},
    {{"ffxsr"}, 0x80000001, EDX, 25},
    {{"page1gb"}, 0x80000001, EDX, 26},
    {{"rdtscp"}, 0x80000001, EDX, 27},
    {{"lm"}, 0x80000001, EDX, 29},
    {{NULL}, 0, 0, 0},
};

static bool same_word(const char *word, const char *name)
{
    while (*name && *word == *name)
        word++, name++;
    return !*name && (!*word || *word == ' ');
}

/* MAXPHYADDR < 52: then bit 51 of an entry that is present is a reserved one (SDM 3A "Enumeration of Paging Features by CPUID"). */
static bool has_reserved_address_bits(void)
{
    return (cpuid(0x80000000, 0).eax < 0x80000008 ? 36 : cpuid(0x80000008, 0).eax & 0xff) < 52;
}

/* Whether software can change this flag (SDM 1 "Identification of Earlier IA-32 Processors"). */
static bool is_flag(uintptr_t flag)
{
    uintptr_t before, after;

    __asm__ volatile("pushf\n\tpop %0\n\tmov %0, %1\n\txor %2, %1\n\tpush %1\n\tpopf\n\tpushf\n\tpop %1\n\tpush %0\n\tpopf"
                     : "=&r"(before), "=&r"(after)
                     : "r"(flag)
                     : "cc");
    return (before ^ after) & flag;
}

bool has_cpuid(void)
{
    return is_flag(RFLAGS_ID);
}

static bool has_no_leaf(unsigned what)
{
    switch (what) {
    case CPUID:
        return has_cpuid();
    case I486:
        return is_flag(RFLAGS_AC);
    default:
        return has_cpuid() && has_reserved_address_bits();
    }
}

static bool has_feature(const char *word)
{
    for (const struct feature *f = harness_features; f->name; f++) {
        bool second = f->leaf == 0xd0000001;
        uint32_t leaf = second ? 0xd : f->leaf;
        struct cpuid r;
        const uint32_t *output = &r.eax;

        if (!same_word(word, f->name))
            continue;
        if (leaf == NO_LEAF)
            return has_no_leaf(f->output);
        if (!has_cpuid() || cpuid(leaf & 0x80000000, 0).eax < leaf)
            return false;
        r = cpuid(leaf, second ? 1 : 0);
        return output[f->output] >> f->bit & 1;
    }
    return false;
}

const char *missing_feature(const char *words)
{
    while (words && *words) {
        if (*words == ' ') {
            words++;
            continue;
        }
        if (*words == '!' ? has_feature(words + 1) : !has_feature(words))
            return words;
        while (*words && *words != ' ')
            words++;
    }
    return NULL;
}
