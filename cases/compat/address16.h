/*
 * address16.h: 16-bit addressing in compatibility mode: what base, index and displacement make is cut to 16 bits, the upper halves of the registers
 * aren't looked at. Each in 32-bit code with an address-size prefix, and in 16-bit code without. The segment of 64 KiB begins at a page, with present
 * pages around; a word across its last byte is beyond the limit.
 */
#ifndef ADDRESS16_H
#define ADDRESS16_H

#include <case.h>

#define BYTES 16u

/* ARG0: 32 or 16, the code's size. */
static void segments(void)
{
    struct descriptor d = {.type = DATA_WRITABLE, .d = true, .limit = 0xffff, .dpl = 3};
    uintptr_t data;

    in_compat_user();
    data = map_pages("data", 18, PAGE_PRESENT | PAGE_WRITE | PAGE_USER) + PAGE_SIZE;
    for (unsigned page = 0; page < 0x10000; page += PAGE_SIZE) {
        uint32_t *two = frame_of(data + page);

        for (unsigned i = 0; i < PAGE_SIZE; i += 4) /* each word says where it is */
            *two++ = (page + i + 2) << 16 | (page + i);
    }
    d.base = (uint32_t)data;
    start.ds = start.es = start.ss = add_descriptor("data64k", encode_descriptor(d)) | 3;
    start.rsp = 0x800;
    record_memory("bottom", frame_of(data), BYTES);
    record_memory("top", frame_of(data + 0xfff0), BYTES);
}

#define NOPS ".skip 0x10, 0x90\n"
#define END16 ".byte 0x66, 0xea\n.long program_end32\n.word 0x1b\n"

static void either(struct program p32, struct program p16)
{
    segments();
    if (ARG0 == 16) {
        struct descriptor d = {.type = CODE_READABLE, .limit = 0xffff, .dpl = 3, .base = (uint32_t)p16.entry};

        start.cs = add_descriptor("code16", encode_descriptor(d)) | 3;
        start.rip = 0x10; /* 0 would be the entry */
    }
    run_program(ARG0 == 16 ? p16 : p32);
}

/* Registers have an upper half that would lead elsewhere. */
#define UPPER 0xabcd0000u

#define LIMIT "SDM 3A \"Limit Checking\""
#define ROW(name_, run_, spec_, about_, size, ...)                                                                                       \
    {                                                                                                                                    \
        VARIANT, .name = name_, .env = COMPAT32, .about = "compatibility mode, " #size "-bit code: " about_, .spec = spec_, .run = run_, \
                 .arg = {size}, __VA_ARGS__                                                                                              \
    }
#define BOTH(name, run, spec, about, ...) ROW(name "_67", run, spec, about, 32, __VA_ARGS__), ROW(name, run, spec, about, 16, __VA_ARGS__)
#define OK(name, run, spec, about) BOTH(name, run, spec, about, .vector = NO_EXCEPTION)
#define GP(name, run, spec, about) BOTH(name, run, spec, about, .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT)
#define SS(name, run, spec, about) BOTH(name, run, spec, about, .vector = VEC_SS, .error = 0, .saved_rip = AT_FAULT)

#endif
