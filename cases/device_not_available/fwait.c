/* FWAIT is #NM only where CR0.TS and CR0.MP are both 1. CR0.EM says nothing about it. */
#include <case.h>

static void run(void)
{
    write_cr0((read_cr0() & ~(uint64_t)(CR0_TS | CR0_MP | CR0_EM)) | ARG0);
    FAULT("fwait");
}

#define ROW(name_, bits, id_, about_, ...)                                                                                                         \
    {                                                                                                                                              \
        VARIANT, .name = name_, .about = "FWAIT at CPL 0 with CR0." about_, .spec = "SDM 3A \"Interrupt 7-Device Not Available Exception (#NM)\"", \
                 .id = id_, .run = run, .arg = {bits}, __VA_ARGS__                                                                                 \
    }
#define FAULTS .vector = VEC_NM, .error = NO_ERROR, .saved_rip = AT_FAULT
#define PASSES .vector = NO_EXCEPTION

VARIANTS(ROW("none", 0, "", "TS=0, MP=0, EM=0", PASSES), ROW("mp", CR0_MP, "", "TS=0, MP=1, EM=0", PASSES),
         ROW("em", CR0_EM, "nm-em-fwait", "TS=0, MP=0, EM=1", PASSES), ROW("em_mp", CR0_EM | CR0_MP, "", "TS=0, MP=1, EM=1", PASSES),
         ROW("ts", CR0_TS, "nm-ts-nomp-fwait", "TS=1, MP=0, EM=0", PASSES),
         ROW("ts_mp", CR0_TS | CR0_MP, "nm-ts-mp-fwait", "TS=1, MP=1, EM=0", FAULTS), ROW("ts_em", CR0_TS | CR0_EM, "", "TS=1, MP=0, EM=1", PASSES),
         ROW("ts_em_mp", CR0_TS | CR0_EM | CR0_MP, "", "TS=1, MP=1, EM=1", FAULTS));
