/* What real_mode/segment_load.c and vm86/segment_load.c have in common. The file includes case16.h or case32.h before, and defines IN_MODE. */
#define FREE_SEGMENT (REAL_FREE / 16)

#define LOADS(X)                                                                       \
    X(mov_ds, "mov ds, bx", "mov eax, ds:[8]")                                         \
    X(mov_es, "mov es, bx", "mov eax, es:[8]")                                         \
    X(mov_fs, "mov fs, bx", "mov eax, fs:[8]")                                         \
    X(mov_gs, "mov gs, bx", "mov eax, gs:[8]")                                         \
    X(mov_ss, "mov ss, bx", "mov eax, ss:[8]")                                         \
    X(pop_ds, "push bx; pop ds", "mov eax, ds:[8]")                                    \
    X(pop_es, "push bx; pop es", "mov eax, es:[8]")                                    \
    X(pop_fs, "push bx; pop fs", "mov eax, fs:[8]")                                    \
    X(lds, "push bx; push 8; mov bp, sp; lds si, [bp]; add sp, 4", "mov eax, ds:[si]") \
    X(les, "push bx; push 8; mov bp, sp; les si, [bp]; add sp, 4", "mov eax, es:[si]") \
    X(lgs, "push bx; push 8; mov bp, sp; lgs si, [bp]; add sp, 4", "mov eax, gs:[si]")

static void set_up(void)
{
    IN_MODE;
    fill_words(REAL_FREE, 0x44332211, 4);
    start.ebx = FREE_SEGMENT;
}

#define DEFINE(name, load, use)                                \
    static void name(void)                                     \
    {                                                          \
        set_up();                                              \
        PROGRAM16(load "\n" MARK(fault) use "\n" MARK(after)); \
    }
LOADS(DEFINE)

#define ROW(name_, load, use)                                                                                                             \
    {VARIANT,                                                                                                                             \
     .name = #name_,                                                                                                                      \
     .about = load "; " use,                                                                                                              \
     .spec = "SDM 3B \"Address Translation in Real-Address Mode\"; SDM 2B \"MOV-Move\"; SDM 2A \"LDS/LES/LFS/LGS/LSS-Load Far Pointer\"", \
     .vector = NO_EXCEPTION,                                                                                                              \
     .run = name_},
VARIANTS(LOADS(ROW));
