/*
 * Of a segment that expands down the limit is the last offset that isn't in it; its last one is 0xffffffff, or 0xffff where B is 0. Its base lies a
 * page above the beginning of the pages, so that the highest offsets, whose linear addresses wrap at 4 GiB, are there too. All pages hold what EAX
 * holds.
 */
#include <case32.h>

#define PAGES 20u

static uint16_t segment(struct descriptor d)
{
    uintptr_t data = map_pages("data", PAGES, PAGE_PRESENT | PAGE_WRITE);

    for (unsigned page = 0; page < PAGES; page++)
        fill_words((uintptr_t)frame_of(data + page * PAGE_SIZE), start.eax, PAGE_SIZE / 4);
    d.type = d.type ? d.type : DATA_EXPAND_DOWN;
    d.base = data + PAGE_SIZE;
    start.ebx = ARG0;
    return add_descriptor("segment", encode_descriptor(d));
}

#define FORM(name, instruction, ...)                          \
    static void name(void)                                    \
    {                                                         \
        start.ds = segment((struct descriptor){__VA_ARGS__}); \
        FAULT(instruction);                                   \
    }
#define LIMIT_BIG .limit = 0xfff, .d = true
#define LIMIT_SMALL .limit = 0xfff
FORM(big1, "mov al, [ebx]", LIMIT_BIG)
FORM(big2, "mov ax, [ebx]", LIMIT_BIG)
FORM(big4, "mov eax, [ebx]", LIMIT_BIG)
FORM(big_write, "mov [ebx], eax", LIMIT_BIG)
FORM(big_short_address, "mov eax, [bx]", LIMIT_BIG)
FORM(big_pages, "mov al, [ebx]", .limit = 0, .g = true, .d = true)
FORM(big_most, "mov al, [ebx]", .limit = 0, .d = true)
FORM(big_none, "mov al, [ebx]", .limit = 0xfffff, .g = true, .d = true)
FORM(big_read_only, "mov eax, [ebx]", LIMIT_BIG, .type = DATA_EXPAND_DOWN_READ_ONLY)
FORM(big_read_only_write, "mov [ebx], eax", LIMIT_BIG, .type = DATA_EXPAND_DOWN_READ_ONLY)
FORM(small1, "mov al, [ebx]", LIMIT_SMALL)
FORM(small2, "mov ax, [ebx]", LIMIT_SMALL)
FORM(small4, "mov eax, [ebx]", LIMIT_SMALL)
FORM(small_write, "mov [ebx], al", LIMIT_SMALL)
FORM(small_pages, "mov al, [ebx]", .limit = 1, .g = true)
FORM(small_none, "mov al, [ebx]", .limit = 0xffff)

/* At CPL 3, so that the frame lies on another stack. */
static void stack(void)
{
    uintptr_t data;

    in_user_mode();
    data = map_pages("data", 2, PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    fill_words((uintptr_t)frame_of(data), start.eax, PAGE_SIZE / 4);
    fill_words((uintptr_t)frame_of(data + PAGE_SIZE), start.eax, PAGE_SIZE / 4);
    start.ss = add_descriptor("segment", encode_descriptor((struct descriptor){LIMIT_BIG, .type = DATA_EXPAND_DOWN, .base = data, .dpl = 3})) | 3;
    start.ebp = ARG0;
    FAULT("mov al, [ebp]");
}

#define ROW(name_, run_, offset, vector_, about_)                                                                                           \
    {                                                                                                                                       \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A \"Limit Checking\"", .vector = vector_, .error = 0, .saved_rip = AT_FAULT, \
                 .run = run_, .arg = {                                                                                                      \
                     offset                                                                                                                 \
                 }                                                                                                                          \
    }
#define GP(name_, run_, offset, about_) ROW(name_, run_, offset, VEC_GP, about_)
#define OK(name_, run_, offset, about_)                                                                                                      \
    {                                                                                                                                        \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A \"Limit Checking\"", .vector = NO_EXCEPTION, .run = run_, .arg = { offset } \
    }
VARIANTS(GP("at_limit", big1, 0xfff, "the byte at the limit"), GP("at_zero", big1, 0, "the byte at 0"), OK("first", big1, 0x1000, "the first byte"),
         GP("word_over", big2, 0xfff, "a word, of which one byte is at the limit"), OK("word_first", big2, 0x1000, "the first word"),
         GP("doubleword_over", big4, 0xffd, "a doubleword, of which three bytes are below the first"),
         OK("doubleword_first", big4, 0x1000, "the first doubleword"), OK("above_64k", big1, 0x10000, "the byte at 0x10000"),
         OK("top", big1, 0xffffffff, "the byte at 0xffffffff"), OK("doubleword_top", big4, 0xfffffffc, "the doubleword at 0xfffffffc"),
         GP("write_over", big_write, 0xffd, "a write of a doubleword, of which three bytes are below the first"),
         OK("write_first", big_write, 0x1000, "a write of the first doubleword"),
         GP("short_over", big_short_address, 0xffd, "16-bit addressing: a doubleword, of which three bytes are below the first"),
         OK("short_first", big_short_address, 0x1000, "16-bit addressing: the first doubleword"),
         GP("pages_at_limit", big_pages, 0xfff, "G=1, limit 0: the byte at 0xfff"),
         OK("pages_first", big_pages, 0x1000, "G=1, limit 0: the first byte"), GP("most_at_limit", big_most, 0, "limit 0: the byte at 0"),
         OK("most_first", big_most, 1, "limit 0: the byte at 1"), GP("none", big_none, 0xffffffff, "limit 0xffffffff: nothing is in the segment"),
         OK("read_only", big_read_only, 0x1000, "the first doubleword of a read-only one"),
         GP("read_only_at_limit", big_read_only, 0xfff, "the doubleword at the limit of a read-only one"),
         GP("read_only_write", big_read_only_write, 0x1000, "a write to a read-only one"),
         GP("small_at_limit", small1, 0xfff, "B=0: the byte at the limit"), OK("small_first", small1, 0x1000, "B=0: the first byte"),
         OK("small_last", small1, 0xffff, "B=0: the byte at 0xffff"), GP("small_beyond", small1, 0x10000, "B=0: the byte at 0x10000"),
         GP("small_top", small1, 0xffffffff, "B=0: the byte at 0xffffffff"),
         GP("small_word_over", small2, 0xffff, "B=0: the word at 0xffff, one byte of it beyond"),
         OK("small_doubleword_last", small4, 0xfffc, "B=0: the doubleword at 0xfffc"),
         GP("small_doubleword_over", small4, 0xfffd, "B=0: the doubleword at 0xfffd, one byte of it beyond"),
         GP("small_write_beyond", small_write, 0x10000, "B=0: a write of the byte at 0x10000"),
         GP("small_pages_at_limit", small_pages, 0x1fff, "B=0, G=1, limit 1: the byte at 0x1fff"),
         OK("small_pages_first", small_pages, 0x2000, "B=0, G=1, limit 1: the first byte"),
         GP("small_none", small_none, 0xffff, "B=0, limit 0xffff: nothing is in the segment"),
         ROW("stack_at_limit", stack, 0xfff, VEC_SS, "in SS: the byte at the limit"), OK("stack_first", stack, 0x1000, "in SS: the first byte"));
