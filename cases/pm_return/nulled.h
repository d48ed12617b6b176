/*
 * Segments for the data segment registers in front of a return to an outer level, and their use behind it: BACK(access) returns to NEW_CPL, where
 * `access` is executed. EAX is its operand's address.
 */
#ifndef PM_RETURN_NULLED_H
#define PM_RETURN_NULLED_H

static uint16_t segment(uint8_t type, uint8_t dpl)
{
    return add_descriptor("segment", encode_descriptor((struct descriptor){.type = type, .dpl = dpl, .limit = 0xfffff, .d = true, .g = true}));
}

#define DS_AND_ES(X)                 \
    X(ds, "mov ecx, ds:[eax]", "DS") \
    X(es, "mov es:[eax], ecx", "ES")
#define EACH(X)                      \
    DS_AND_ES(X)                     \
    X(fs, "mov fs:[eax], ecx", "FS") \
    X(gs, "mov ecx, gs:[eax]", "GS")
#define DEFINE(register_, access, name)                        \
    static void register_##_data(void)                         \
    {                                                          \
        start.register_ = segment(DATA_WRITABLE, NEW_CPL - 1); \
        BACK(access);                                          \
    }                                                          \
    static void register_##_code(void)                         \
    {                                                          \
        start.register_ = segment(CODE_READABLE, 0);           \
        BACK("cmp ecx, " #register_ ":[eax]");                 \
    }                                                          \
    static void register_##_conforming(void)                   \
    {                                                          \
        start.register_ = segment(CODE_CONFORMING, 0);         \
        BACK("mov ecx, " #register_ ":[eax]");                 \
    }                                                          \
    static void register_##_own(void)                          \
    {                                                          \
        start.register_ = segment(DATA_WRITABLE, NEW_CPL);     \
        BACK(access);                                          \
    }

#endif
