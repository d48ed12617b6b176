/*
 * Each of the sixteen protection keys has two bits of its own in PKRU. A key is denied by its own bits, and by no other's: then all keys
 * but it, and but 0, are denied.
 */
#include <case.h>

#define OFFSET 0x5c0u
#define AD 1u
#define WD 2u

enum { READ, WRITE };

/* arg: the key; PKRU and what to do. */
static void run(void)
{
    uintptr_t page = map_page("victim", PAGE_PRESENT | PAGE_WRITE | PAGE_USER | PAGE_KEY(ARG0));

    start.rbx = page + OFFSET;
    write_cr4(read_cr4() | CR4_PKE);
    write_pkru((uint32_t)ARG1);
    in_user_mode();
    if (ARG1 >> 32 == READ)
        FAULT("mov eax, [rbx]");
    else
        FAULT("mov [rbx], eax");
}

/* But not those of key 0, which the harness's own pages have. */
#define OTHERS(key) (0x55555554u & ~(3u << 2 * (key)))
#define ROW(name_, key, about_, pkru, how, ...)                                                                                              \
    {                                                                                                                                        \
        VARIANT, .name = name_ "_" #key, .about = about_ ", of key " #key, .spec = "SDM 3A \"Protection Keys\"", .run = run, .needs = "pku", \
                 .arg = {key, (uint32_t)(pkru) | (uint64_t)(how) << 32}, __VA_ARGS__                                                         \
    }
#define DENIED(error_) .vector = VEC_PF, .error = PF_P | PF_U | PF_PK | (error_), .saved_rip = AT_FAULT
#define EACH(key)                                                                      \
    ROW("ad", key, "CPL-3 load with AD=1", AD << 2 * (key), READ, DENIED(0)),          \
        ROW("wd", key, "CPL-3 store with WD=1", WD << 2 * (key), WRITE, DENIED(PF_W)), \
        ROW("others", key, "CPL-3 store with AD=1 of keys 1 to 15 but it", OTHERS(key), WRITE, .vector = NO_EXCEPTION)

VARIANTS(ROW("others", 0, "CPL-3 store with AD=1 of keys 1 to 15", OTHERS(0), WRITE, .vector = NO_EXCEPTION), EACH(1), EACH(2), EACH(3), EACH(4),
         EACH(5), EACH(6), EACH(7), EACH(8), EACH(9), EACH(10), EACH(11), EACH(12), EACH(13), EACH(14), EACH(15));
