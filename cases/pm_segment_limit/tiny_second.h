/* The rows of tiny_second.c in 32-bit protected mode and in compatibility mode, which say what RUN32 is, and how the program starts. */

#define AT (uint32_t) ARG1

/* ARG0: the limit. EBX is where the first access is, ECX where the second is: ARG1. */
static uint16_t tiny(void)
{
    struct descriptor d = {.type = DATA_WRITABLE, .limit = (uint32_t)ARG0, .d = true, .dpl = 3};

    enter();
    d.base = (uint32_t)map_page("data", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    start_at(0, AT, d.base);
    return add_descriptor("tiny", encode_descriptor(d)) | 3u;
}

/* The same number of bytes, from 0xffff downwards. */
static uint16_t down(void)
{
    struct descriptor d = {.type = DATA_EXPAND_DOWN, .limit = 0xfffe - (uint32_t)ARG0, .dpl = 3};

    enter();
    d.base = (uint32_t)map_page("data", PAGE_PRESENT | PAGE_WRITE | PAGE_USER) + 0x800 - 0x10000;
    start_at(0xffff, AT, d.base);
    return add_descriptor("tiny", encode_descriptor(d)) | 3u;
}

#define RUN(name, segment, value, first, second)                       \
    static void name(void)                                             \
    {                                                                  \
        start.segment = value;                                         \
        RUN32(first "\n" MARK(fault) second "\n" MARK(after) "nop\n"); \
    }
#define READ(s) "mov al, " #s ":[ebx]"
#define WRITE(s) "mov " #s ":[ebx], al"
#define FORMS(s)                                                   \
    RUN(s##_rr2, s, tiny(), READ(s), "mov ax, " #s ":[ecx]")       \
    RUN(s##_rr4, s, tiny(), READ(s), "mov eax, " #s ":[ecx]")      \
    RUN(s##_rr8, s, tiny(), READ(s), "fld qword ptr " #s ":[ecx]") \
    RUN(s##_ww4, s, tiny(), WRITE(s), "mov " #s ":[ecx], eax")     \
    RUN(s##_rw4, s, tiny(), READ(s), "mov " #s ":[ecx], eax")      \
    RUN(s##_wr4, s, tiny(), WRITE(s), "mov eax, " #s ":[ecx]")     \
    RUN(s##_rm4, s, tiny(), READ(s), "inc dword ptr " #s ":[ecx]")
FORMS(ds)
FORMS(es)
FORMS(ss)
FORMS(fs)
RUN(ww2, ds, tiny(), WRITE(ds), "mov [ecx], ax")
RUN(ww8, ds, tiny(), WRITE(ds), "fst qword ptr [ecx]")
RUN(wm4, ds, tiny(), WRITE(ds), "inc dword ptr [ecx]")
RUN(mr4, ds, tiny(), "inc byte ptr [ebx]", "mov eax, [ecx]")
RUN(r2r4, ds, tiny(), "mov ax, [ebx]", "mov eax, [ecx]")
RUN(down_rr4, ds, down(), READ(ds), "mov eax, [ecx]")
RUN(down_ww4, ds, down(), WRITE(ds), "mov [ecx], eax")
RUN(down_wr4, ds, down(), WRITE(ds), "mov eax, [ecx]")

#define ROW(name_, run_, limit_, at, about_, ...)                                                                                             \
    {                                                                                                                                         \
        VARIANT, ROW_IN.name = name_, .about = ABOUT about_ ", limit " #limit_ ", behind one of a byte", .spec = "SDM 3A \"Limit Checking\"", \
                 .run = run_, .arg = {limit_, at}, __VA_ARGS__                                                                                \
    }
#define FAULTS(vector_) .vector = vector_, .error = 0, .saved_rip = AT_FAULT
#define PASSES .vector = NO_EXCEPTION
#define EACH(s, name, vector)                                                                                  \
    ROW(#s "_rr2_0", s##_rr2, 0, 0, "load of a word through " name, FAULTS(vector)),                           \
        ROW(#s "_rr4_0", s##_rr4, 0, 0, "load of a doubleword through " name, FAULTS(vector)),                 \
        ROW(#s "_rr4_14", s##_rr4, 14, 12, "load of a doubleword at 12 through " name, FAULTS(vector)),        \
        ROW(#s "_rr8_6", s##_rr8, 6, 0, "load of a quadword through " name, FAULTS(vector)),                   \
        ROW(#s "_ww4_2", s##_ww4, 2, 0, "store of a doubleword behind a store through " name, FAULTS(vector)), \
        ROW(#s "_rw4_2", s##_rw4, 2, 0, "store of a doubleword behind a load through " name, FAULTS(vector)),  \
        ROW(#s "_wr4_2", s##_wr4, 2, 0, "load of a doubleword behind a store through " name, FAULTS(vector)),  \
        ROW(#s "_rm4_2", s##_rm4, 2, 0, "INC of a doubleword behind a load through " name, FAULTS(vector))

VARIANTS(EACH(ds, "DS", VEC_GP), EACH(es, "ES", VEC_GP), EACH(ss, "SS", VEC_SS), EACH(fs, "FS", VEC_GP),
         ROW("ww2_0", ww2, 0, 0, "store of a word behind a store", FAULTS(VEC_GP)),
         ROW("ww8_6", ww8, 6, 0, "store of a quadword behind a store", FAULTS(VEC_GP)),
         ROW("wm4_2", wm4, 2, 0, "INC of a doubleword behind a store", FAULTS(VEC_GP)),
         ROW("mr4_2", mr4, 2, 0, "load of a doubleword behind INC", FAULTS(VEC_GP)),
         ROW("r2r4_1", r2r4, 1, 0, "load of a doubleword behind that of a word", FAULTS(VEC_GP)),
         ROW("rr4_0_beyond", ds_rr4, 0, 1, "load of a doubleword at 1", FAULTS(VEC_GP)),
         ROW("rr4_13_over", ds_rr4, 13, 11, "load of a doubleword at 11", FAULTS(VEC_GP)),
         ROW("rr4_14_beyond", ds_rr4, 14, 15, "load of a doubleword at 15", FAULTS(VEC_GP)),
         ROW("rr4_1_top", ds_rr4, 1, 0xffffffff, "load of a doubleword at 0xffffffff", FAULTS(VEC_GP)),
         ROW("rr4_3", ds_rr4, 3, 0, "load of a doubleword, which is all,", PASSES),
         ROW("rr4_14_last", ds_rr4, 14, 11, "load of a doubleword at 11, the last,", PASSES),
         ROW("rr8_7", ds_rr8, 7, 0, "load of a quadword, which is all,", PASSES),
         ROW("ww4_3", ds_ww4, 3, 0, "store of a doubleword, which is all,", PASSES),
         ROW("down_rr4_0", down_rr4, 0, 0xffff, "load of a doubleword at the last byte of an expand-down segment", FAULTS(VEC_GP)),
         ROW("down_rr4_2", down_rr4, 2, 0xfffc, "load of a doubleword from the limit of an expand-down segment", FAULTS(VEC_GP)),
         ROW("down_ww4_2", down_ww4, 2, 0xfffd, "store of a doubleword that is one byte longer than an expand-down segment", FAULTS(VEC_GP)),
         ROW("down_wr4_2", down_wr4, 2, 0xfffc, "load of a doubleword behind a store of an expand-down segment", FAULTS(VEC_GP)),
         ROW("down_rr4_3", down_rr4, 3, 0xfffc, "load of a doubleword, all of an expand-down segment,", PASSES));
