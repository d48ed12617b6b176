/*
 * A data breakpoint is met where an access has a byte in its range, the last one as well as the first. The range is as long as LENn says, and
 * begins at a multiple of that.
 */

#define EDGE(X, name, dr, length, about, store, offset, verdict) \
    X(name, "", , D(dr), LENGTH_##length, BREAK_WRITE, "", "mov " AT(offset) ", " store, #length " byte, " about, verdict)
#define LOAD(X, name, dr, length, type, about, load, offset, verdict) \
    X(name, "", , D(dr), LENGTH_##length, type, "", "mov " load ", " AT(offset), #length " byte, " about, verdict)

#define EDGES(X)                                                                                                  \
    EDGE(X, byte_below, 0, 1, "a store of the byte below", "al", "-1", MISS)                                      \
    EDGE(X, byte_above, 0, 1, "a store of the byte above", "al", "+1", MISS)                                      \
    EDGE(X, byte_word_ends, 0, 1, "a store of a word that ends in it", "ax", "-1", HIT)                           \
    EDGE(X, byte_word_below, 0, 1, "a store of the word below", "ax", "-2", MISS)                                 \
    EDGE(X, byte_dword_ends, 0, 1, "a store of a doubleword that ends in it", "eax", "-3", HIT)                   \
    EDGE(X, byte_dword_around, 0, 1, "a store of a doubleword around it", "eax", "-1", HIT)                       \
    EDGE(X, byte_dword_below, 0, 1, "a store of the doubleword below", "eax", "-4", MISS)                         \
    EDGE(X, word_last, 0, 2, "a store of its last byte", "al", "+1", HIT)                                         \
    EDGE(X, word_above, 0, 2, "a store of the byte above", "al", "+2", MISS)                                      \
    EDGE(X, word_below, 0, 2, "a store of the byte below", "al", "-1", MISS)                                      \
    EDGE(X, word_word_ends, 0, 2, "a store of a word that ends in it", "ax", "-1", HIT)                           \
    EDGE(X, word_word_begins, 0, 2, "a store of a word that begins with its last byte", "ax", "+1", HIT)          \
    EDGE(X, word_dword_ends, 0, 2, "a store of a doubleword that ends in it", "eax", "-3", HIT)                   \
    EDGE(X, word_dword_below, 0, 2, "a store of the doubleword below", "eax", "-4", MISS)                         \
    EDGE(X, word_masked, 1, 2, "DR0 is odd, a store of the byte below DR0", "al", "+0", HIT)                      \
    EDGE(X, word_masked_above, 1, 2, "DR0 is odd, a store of the byte above DR0", "al", "+2", MISS)               \
    EDGE(X, dword_last, 0, 4, "a store of its last byte", "al", "+3", HIT)                                        \
    EDGE(X, dword_above, 0, 4, "a store of the byte above", "al", "+4", MISS)                                     \
    EDGE(X, dword_below, 0, 4, "a store of the byte below", "al", "-1", MISS)                                     \
    EDGE(X, dword_word_ends, 0, 4, "a store of a word that ends in it", "ax", "-1", HIT)                          \
    EDGE(X, dword_word_begins, 0, 4, "a store of a word that begins with its last byte", "ax", "+3", HIT)         \
    EDGE(X, dword_word_above, 0, 4, "a store of the word above", "ax", "+4", MISS)                                \
    EDGE(X, dword_dword_ends, 0, 4, "a store of a doubleword that ends in it", "eax", "-3", HIT)                  \
    EDGE(X, dword_dword_begins, 0, 4, "a store of a doubleword that begins with its last byte", "eax", "+3", HIT) \
    EDGE(X, dword_dword_below, 0, 4, "a store of the doubleword below", "eax", "-4", MISS)                        \
    EDGE(X, dword_masked, 3, 4, "DR0 ends in 3, a store of the byte 3 below DR0", "al", "+0", HIT)                \
    EDGE(X, dword_masked_above, 3, 4, "DR0 ends in 3, a store of the byte above DR0", "al", "+4", MISS)           \
    LOAD(X, load_ends, 0, 1, BREAK_ACCESS, "a load of a doubleword that ends in it", "eax", "-3", HIT)            \
    LOAD(X, load_below, 0, 1, BREAK_ACCESS, "a load of the doubleword below", "eax", "-4", MISS)                  \
    LOAD(X, load_begins, 0, 4, BREAK_ACCESS, "a load of a word that begins with its last byte", "ax", "+3", HIT)  \
    LOAD(X, load_above, 0, 4, BREAK_ACCESS, "a load of the byte above", "al", "+4", MISS)                         \
    LOAD(X, load_write_word, 0, 2, BREAK_WRITE, "a load of the word, on writes", "ax", "+0", MISS)                \
    LOAD(X, load_write_dword, 0, 4, BREAK_WRITE, "a load of the doubleword, on writes", "eax", "+0", MISS)

EDGES(DEFINE)
VARIANTS(EDGES(ROW));
