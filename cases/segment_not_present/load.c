/* Loading DS, ES, FS or GS with a segment that isn't present. The register keeps its selector. */
#include <case.h>

static uint64_t np_data(void)
{
    return encode_descriptor((struct descriptor){.type = DATA_WRITABLE, .limit = 0xfffff, .d = true, .g = true, .not_present = true});
}

#define LOAD(name)                                        \
    static void name(void)                                \
    {                                                     \
        start.rcx = add_descriptor("np_data", np_data()); \
        FAULT("mov " #name ", ecx");                      \
    }

LOAD(ds)
LOAD(es)
LOAD(fs)
LOAD(gs)

static uint64_t ldt[2];

/* The second of an LDT's two descriptors. */
static void local(void)
{
    uint16_t selector = add_system_descriptor(
        "ldt", encode_descriptor((struct descriptor){.type = SYSTEM_LDT, .base = (uint32_t)(uintptr_t)ldt, .limit = sizeof(ldt) - 1}), 0);

    ldt[1] = np_data();
    lldt(selector);
    start.rcx = 8 | SELECTOR_TI;
    FAULT("mov ds, ecx");
}

#define ROW(name_, error_, id_, about_)                                                                                        \
    {                                                                                                                          \
        VARIANT, .name = #name_, .about = about_, .spec = "SDM 2B \"MOV-Move\"", .id = id_, .vector = VEC_NP, .error = error_, \
                 .saved_rip = AT_FAULT, .run = name_                                                                           \
    }

VARIANTS(ROW(ds, SEL_FREE, "seg-mov-ds-np", "not-present data into DS at CPL 0"),
         ROW(es, SEL_FREE, "seg-mov-es-np", "not-present data into ES at CPL 0"),
         ROW(fs, SEL_FREE, "seg-mov-fs-np", "not-present data into FS at CPL 0"), ROW(gs, SEL_FREE, "", "not-present data into GS at CPL 0"),
         ROW(local, 8 | SELECTOR_TI, "seg-err-ti-bit", "not-present data of the LDT into DS at CPL 0: TI"));
