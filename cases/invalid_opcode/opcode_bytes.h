/* Rows of tables whose programs are bytes: the file defines SPEC and run(), and has the words of its environment included before. */

/* Byte by byte, as many as there are up to eight. */
#define BYTES(a, b, c, d, e, f, g, h, ...)                                                                                        \
    ((uint64_t)(a) | (uint64_t)(b) << 8 | (uint64_t)(c) << 16 | (uint64_t)(d) << 24 | (uint64_t)(e) << 32 | (uint64_t)(f) << 40 | \
     (uint64_t)(g) << 48 | (uint64_t)(h) << 56)
#define OPCODE(...) BYTES(__VA_ARGS__, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc)
#define RAISES_UD(name_, about_, ...)                                                                                                         \
    {                                                                                                                                         \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .vector = VEC_UD, .error = NO_ERROR, .saved_rip = "code", .run = run, .arg = { \
            __VA_ARGS__                                                                                                                       \
        }                                                                                                                                     \
    }
