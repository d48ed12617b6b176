/* Segments of fewer bytes than the operand has: nothing of it may be accessed, though its offset is 0. */
#include <case32.h>

/* ARG0: the limit. */
static void set_up(void)
{
    struct descriptor d = {.type = DATA_WRITABLE, .limit = (uint32_t)ARG0, .d = true, .dpl = 3};

    in_ring(3);
    d.base = map_page("data", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    start.ebx = 0;
    start.ds = start.es = add_descriptor("tiny", encode_descriptor(d)) | 3u;
}

#define FORM(name, instruction) \
    static void name(void)      \
    {                           \
        set_up();               \
        FAULT(instruction);     \
    }
FORM(read2, "mov ax, [ebx]")
FORM(read4, "mov eax, [ebx]")
FORM(read8, "fld qword ptr [ebx]")
FORM(write2, "mov [ebx], ax")
FORM(write4, "mov [ebx], eax")
FORM(write8, "fst qword ptr [ebx]")
FORM(modify2, "inc word ptr [ebx]")
FORM(modify4, "inc dword ptr [ebx]")
FORM(write1, "mov [ebx], al")
FORM(again4, "mov [ebx], al\n" MARK(again) "mov [ebx], eax")

#define ROW(name_, run_, limit_, about_, ...)                                                                                                        \
    {                                                                                                                                                \
        VARIANT, .name = name_, .about = about_ " a segment with limit " #limit_, .spec = "SDM 3A \"Limit Checking\"", .run = run_, .arg = {limit_}, \
                 __VA_ARGS__                                                                                                                         \
    }
#define FAULTS .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT
VARIANTS(ROW("read2_0", read2, 0, "load of a word from", FAULTS), ROW("read4_0", read4, 0, "load of a doubleword from", FAULTS),
         ROW("read4_2", read4, 2, "load of a doubleword from", FAULTS), ROW("read8_3", read8, 3, "load of a quadword from", FAULTS),
         ROW("write2_0", write2, 0, "store of a word to", FAULTS), ROW("write4_0", write4, 0, "store of a doubleword to", FAULTS),
         ROW("write4_2", write4, 2, "store of a doubleword to", FAULTS), ROW("write8_3", write8, 3, "store of a quadword to", FAULTS),
         ROW("modify2_0", modify2, 0, "INC of a word of", FAULTS), ROW("modify4_1", modify4, 1, "INC of a doubleword of", FAULTS),
         ROW("write1_0", write1, 0, "store of a byte to", .vector = NO_EXCEPTION),
         ROW("again4_1", again4, 1, "store of a doubleword behind one of a byte to", .vector = VEC_GP, .error = 0));
