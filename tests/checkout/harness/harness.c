/* What every case is linked with: named memory and selectors. */
typedef unsigned long u64;

struct place {
    const char *name;
    u64 base, size, is_stack;
};
struct selector {
    const char *name;
    u64 value;
};

const struct place harness_places[] = {{"user", 0x12f000, 0xfc0, 1}, {"rsp0", 0x10f000, 0xfc0, 1}, {0}};
const struct selector harness_selectors[] = {
    {"kernel_code64", 0x8}, {"user_data", 0x23}, {"user_code64", 0x2b}, {0}};
