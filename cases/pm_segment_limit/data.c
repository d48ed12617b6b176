/*
 * Every byte of an operand lies within the segment's limit; else #GP(0). The segment begins with the page `data`. The pages behind it are there too,
 * and hold what EAX holds, so that only the limit can stop an instruction, and one that isn't stopped changes no register.
 */
#include <case32.h>

static uintptr_t data;

static void limited(struct descriptor d)
{
    in_ring(ARG1);
    data = map_pages("data", 3, PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    for (unsigned page = 0; page < 3; page++)
        fill_words((uintptr_t)frame_of(data + page * PAGE_SIZE), start.eax, PAGE_SIZE / 4);
    d.type = DATA_WRITABLE;
    d.d = true;
    d.base = data;
    d.dpl = 3;
    start.ds = add_descriptor("segment", encode_descriptor(d)) | 3;
    start.ebx = ARG0;
}

#define FORM(name, instruction)                       \
    static void name(void)                            \
    {                                                 \
        limited((struct descriptor){.limit = 0xfff}); \
        FAULT(instruction);                           \
    }
FORM(read1, "mov al, [ebx]")
FORM(read2, "mov ax, [ebx]")
FORM(read4, "mov eax, [ebx]")
FORM(read8, "fld qword ptr [ebx]")
FORM(read10, "fld tbyte ptr [ebx]")
FORM(write1, "mov [ebx], al")
FORM(write2, "mov [ebx], ax")
FORM(write4, "mov [ebx], eax")
FORM(write8, "fst qword ptr [ebx]")
FORM(environment, "fnstenv [ebx]")
FORM(table_register, "sidt [ebx]")
FORM(exchange, "xchg [ebx], eax")
FORM(short_address, "mov eax, [bx]")
FORM(indirect_jump, "jmp [ebx]")

/* Not below the lower bound, so that the upper one is read by whoever looks at that one first, too. */
static void bounds(void)
{
    start.eax = 0;
    limited((struct descriptor){.limit = 0xfff});
    FAULT("bound eax, [ebx]");
}

static void far_pointer(void)
{
    limited((struct descriptor){.limit = 0xfff});
    *(uint8_t *)frame_of(data + ARG0 + 4) = (uint8_t)SEL_DATA_ES;
    *(uint8_t *)frame_of(data + ARG0 + 5) = (uint8_t)(SEL_DATA_ES >> 8);
    FAULT("les eax, [ebx]");
}

/* The bit's number moves the operand, here by ARG0 bytes; the bit is set, as CF is. */
static void bit(void)
{
    limited((struct descriptor){.limit = 0xfff});
    start.ebx = 0;
    start.ecx = 8 * ARG0 + 4;
    FAULT("bt [ebx], ecx");
}

static void scaled(void)
{
    limited((struct descriptor){.limit = 0xfff});
    start.ebx = 4;
    start.ecx = (ARG0 - 4) / 4;
    FAULT("mov eax, [ebx+ecx*4]");
}

/* The page behind isn't present: the limit is looked at before any page is. */
static void not_present(void)
{
    limited((struct descriptor){.limit = 0xfff});
    change_page(data + PAGE_SIZE, PAGE_PRESENT, 0);
    FAULT("mov eax, [ebx]");
}

/* 0 leaves one byte, or one page. */
static void least(void)
{
    limited((struct descriptor){.limit = 0});
    FAULT("mov al, [ebx]");
}

static void pages(void)
{
    limited((struct descriptor){.limit = 0, .g = true});
    FAULT("mov eax, [ebx]");
}

#define ROW(name_, run_, offset, cpl, id_, about_)                                                                             \
    {                                                                                                                          \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A \"Limit Checking\"", .id = id_, .vector = VEC_GP, .error = 0, \
                 .saved_rip = AT_FAULT, .run = run_, .arg = {                                                                  \
                     offset,                                                                                                   \
                     cpl                                                                                                       \
                 }                                                                                                             \
    }
#define OK(name_, run_, offset, cpl, about_)                                                                                                      \
    {                                                                                                                                             \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A \"Limit Checking\"", .vector = NO_EXCEPTION, .run = run_, .arg = { offset, cpl } \
    }
VARIANTS(OK("byte_last", read1, 0xfff, 0, "the last byte"), ROW("byte_beyond", read1, 0x1000, 0, "", "a byte beyond the limit"),
         OK("word_last", read2, 0xffe, 0, "the last word"), ROW("word_over", read2, 0xfff, 0, "", "a word with one byte beyond the limit"),
         ROW("word_beyond", read2, 0x1000, 0, "", "a word beyond the limit"), OK("doubleword_last", read4, 0xffc, 0, "the last doubleword"),
         ROW("doubleword_over", read4, 0xffd, 0, "", "a doubleword with one byte beyond the limit"),
         ROW("doubleword_over3", read4, 0xfff, 0, "", "a doubleword with three bytes beyond the limit"),
         ROW("doubleword_beyond", read4, 0x1000, 0, "pm-seg-ds-limit", "a doubleword beyond the limit"),
         ROW("doubleword_top", read4, 0xfffffffc, 0, "", "a doubleword at the top of all offsets"),
         ROW("doubleword_wrap", read4, 0xfffffffe, 0, "", "a doubleword that begins beyond the limit and wraps to offset 0"),
         OK("quadword_last", read8, 0xff8, 0, "the last quadword"),
         ROW("quadword_over", read8, 0xff9, 0, "", "a quadword with one byte beyond the limit"),
         OK("tbyte_last", read10, 0xff6, 0, "the last ten bytes"), ROW("tbyte_over", read10, 0xff7, 0, "", "ten bytes, one of them beyond the limit"),
         OK("far_last", far_pointer, 0xffa, 0, "LES of the last six bytes"),
         ROW("far_over", far_pointer, 0xffb, 0, "", "LES of a pointer with one byte beyond the limit: ES and EAX are kept"),
         OK("bound_last", bounds, 0xff8, 0, "BOUND with the last eight bytes"),
         ROW("bound_over", bounds, 0xffc, 0, "", "BOUND whose upper bound is beyond the limit"),
         ROW("jump_over", indirect_jump, 0xffd, 0, "", "near JMP by a doubleword with one byte beyond the limit"),
         OK("write_byte_last", write1, 0xfff, 0, "a write of the last byte"),
         ROW("write_byte_beyond", write1, 0x1000, 0, "", "a write of a byte beyond the limit"),
         ROW("write_word_over", write2, 0xfff, 0, "", "a write of a word with one byte beyond the limit"),
         OK("write_doubleword_last", write4, 0xffc, 0, "a write of the last doubleword"),
         ROW("write_doubleword_over", write4, 0xffd, 0, "", "a write of a doubleword with one byte beyond the limit"),
         ROW("write_quadword_over", write8, 0xff9, 0, "", "a write of a quadword with one byte beyond the limit"),
         OK("environment_last", environment, 0xfe4, 0, "FNSTENV of the last 28 bytes"),
         ROW("environment_over", environment, 0xfe5, 0, "", "FNSTENV of 28 bytes, one of them beyond the limit"),
         OK("sidt_last", table_register, 0xffa, 0, "SIDT of the last six bytes"),
         ROW("sidt_over", table_register, 0xffb, 0, "", "SIDT of six bytes, one of them beyond the limit"),
         ROW("exchange_over", exchange, 0xffd, 0, "", "XCHG of a doubleword with one byte beyond the limit: EAX is kept"),
         OK("bit_last", bit, 0xffc, 0, "BT of a bit in the last doubleword, by its number"),
         ROW("bit_beyond", bit, 0x1000, 0, "", "BT of a bit beyond the limit, by its number"),
         OK("scaled_last", scaled, 0xffc, 0, "base, index and scale: the last doubleword"),
         ROW("scaled_over", scaled, 0x1000, 0, "", "base, index and scale: beyond the limit"),
         OK("short_last", short_address, 0xffc, 0, "16-bit addressing: the last doubleword"),
         ROW("short_over", short_address, 0xffd, 0, "", "16-bit addressing: a doubleword with one byte beyond the limit"),
         ROW("page", not_present, 0xffd, 0, "", "a doubleword across the limit, where a page that isn't present begins: #GP, not #PF"),
         OK("user_last", read4, 0xffc, 3, "CPL 3: the last doubleword"),
         ROW("user_over", read4, 0xffd, 3, "", "CPL 3: a doubleword with one byte beyond the limit"),
         ROW("user_write_over", write4, 0xffd, 3, "", "CPL 3: a write of a doubleword with one byte beyond the limit"),
         OK("least_last", least, 0, 0, "limit 0: the byte at 0"), ROW("least_beyond", least, 1, 0, "", "limit 0: the byte at 1"),
         OK("pages_last", pages, 0xffc, 0, "limit 0 in pages: the last doubleword of the first"),
         ROW("pages_over", pages, 0xffd, 0, "", "limit 0 in pages: a doubleword with one byte beyond the first"));
