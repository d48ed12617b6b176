/*
 * What a segment may be used for: nothing is written to a read-only one or to code, and nothing is read from code that is execute-only. It is #GP(0)
 * at the access. The operand is the page `data`, by its linear address; it is there, and holds what EAX holds.
 */
#include <case32.h>

static void set_up(void)
{
    in_ring(ARG1);
    start.ebx = map_pages("data", 2, PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    fill_words((uintptr_t)frame_of(start.ebx), start.eax, PAGE_SIZE / 4);
    start.esi = start.edi = start.ebx;
}

/* arg: type of the segment in DS and ES, or of the code itself; the CPL. */
static uint16_t segment(void)
{
    struct descriptor d = {.type = (uint8_t)ARG0, .limit = 0xfffff, .d = true, .g = true, .dpl = (uint8_t)ARG1};

    return (uint16_t)(add_descriptor("segment", encode_descriptor(d)) | ARG1);
}

#define IN_DATA(name, instruction)       \
    static void name(void)               \
    {                                    \
        set_up();                        \
        start.ds = start.es = segment(); \
        FAULT(instruction);              \
    }
IN_DATA(read, "mov eax, [ebx]")
IN_DATA(write, "mov [ebx], eax")
IN_DATA(write_byte, "mov [ebx], al")
IN_DATA(exchange, "xchg [ebx], eax")
IN_DATA(set_bit, "bts dword ptr [ebx], 4")
IN_DATA(test_bit, "bt dword ptr [ebx], 4")
IN_DATA(moves, "movs dword ptr es:[edi], dword ptr gs:[esi]")
IN_DATA(stores, "stosd")
IN_DATA(store_float, "fst qword ptr [ebx]")
IN_DATA(store_table_register, "sgdt [ebx]")
IN_DATA(store_selector, "mov [ebx], gs")
IN_DATA(pops, "pop dword ptr [ebx]")

#define IN_CODE(name, instruction) \
    static void name(void)         \
    {                              \
        set_up();                  \
        start.cs = segment();      \
        FAULT(instruction);        \
    }
IN_CODE(code_read, "mov eax, cs:[ebx]")
IN_CODE(code_write, "mov cs:[ebx], eax")
IN_CODE(code_exchange, "xchg cs:[ebx], eax")

#define SPEC .spec = "SDM 3A \"Type Checking\", \"Code- and Data-Segment Descriptor Types\""
#define GP(name_, run_, type_, cpl, about_)                                                                                                    \
    {                                                                                                                                          \
        VARIANT, .name = name_, .about = about_, SPEC, .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT, .run = run_, .arg = { type_, cpl } \
    }
#define OK(name_, run_, type_, cpl, about_)                                                                       \
    {                                                                                                             \
        VARIANT, .name = name_, .about = about_, SPEC, .vector = NO_EXCEPTION, .run = run_, .arg = { type_, cpl } \
    }
VARIANTS(OK("read", read, DATA_READ_ONLY, 0, "a read of read-only data"), OK("test_bit", test_bit, DATA_READ_ONLY, 0, "BT in read-only data"),
         GP("write", write, DATA_READ_ONLY, 0, "a write to read-only data"),
         GP("write_user", write, DATA_READ_ONLY, 3, "CPL 3: a write to read-only data"),
         GP("write_byte", write_byte, DATA_READ_ONLY, 0, "a write of a byte to read-only data"),
         GP("exchange", exchange, DATA_READ_ONLY, 0, "XCHG with read-only data"), GP("set_bit", set_bit, DATA_READ_ONLY, 0, "BTS in read-only data"),
         GP("moves", moves, DATA_READ_ONLY, 0, "MOVSD to read-only data"), GP("stores", stores, DATA_READ_ONLY, 0, "STOSD to read-only data"),
         GP("store_float", store_float, DATA_READ_ONLY, 0, "FST to read-only data"),
         GP("store_table_register", store_table_register, DATA_READ_ONLY, 0, "SGDT to read-only data"),
         GP("store_selector", store_selector, DATA_READ_ONLY, 0, "MOV of a selector to read-only data"),
         GP("pops", pops, DATA_READ_ONLY, 0, "POP to read-only data: ESP is kept"),
         OK("readable_read", read, CODE_READABLE, 0, "a read of readable code in DS"),
         OK("readable_read_user", read, CODE_READABLE, 3, "CPL 3: a read of readable code in DS"),
         OK("readable_conforming_read", read, CODE_CONFORMING, 0, "a read of readable conforming code in DS"),
         GP("readable_write", write, CODE_READABLE, 0, "a write to readable code in DS"),
         GP("readable_write_user", write, CODE_READABLE, 3, "CPL 3: a write to readable code in DS"),
         GP("readable_conforming_write", write, CODE_CONFORMING, 0, "a write to readable conforming code in DS"),
         OK("code_readable_read", code_read, CODE_READABLE, 0, "a read through CS of readable code"),
         OK("code_conforming_read", code_read, CODE_CONFORMING, 0, "a read through CS of readable conforming code"),
         GP("code_readable_write", code_write, CODE_READABLE, 0, "a write through CS of readable code"),
         GP("code_readable_exchange", code_exchange, CODE_READABLE, 0, "XCHG through CS of readable code"),
         GP("code_execute_only_read", code_read, CODE_EXECUTE_ONLY, 0, "a read through CS of execute-only code"),
         GP("code_execute_only_read_user", code_read, CODE_EXECUTE_ONLY, 3, "CPL 3: a read through CS of execute-only code"),
         GP("code_execute_only_write", code_write, CODE_EXECUTE_ONLY, 0, "a write through CS of execute-only code"),
         GP("code_conforming_execute_only_read", code_read, CODE_CONFORMING_EXECUTE_ONLY, 0, "a read through CS of execute-only conforming code"));
