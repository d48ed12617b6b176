/*
 * BOUND of negative bounds: -5 to 5, and -20 to -10; index, lower and upper bound are compared as signed integers of the operand size, and EAX has
 * the other sign above a word. PLACE is the memory of the bounds.
 */

#define LOWER ((int32_t)(uint32_t)ARG1)
#define UPPER ((int32_t)(ARG1 >> 32))

static void set_words(void *place)
{
    int16_t *bounds = place;
    uint32_t index = (uint32_t)ARG0;

    bounds[0] = (int16_t)LOWER;
    bounds[1] = (int16_t)UPPER;
    start.INDEX = (index & 0xffff) | (index & 0x8000 ? 0x12340000 : 0x9abc0000);
}

static void set_dwords(void *place)
{
    int32_t *bounds = place;

    bounds[0] = LOWER;
    bounds[1] = UPPER;
    start.INDEX = (uint32_t)ARG0;
}

#define OUTSIDE .vector = VEC_BR, .error = NO_ERROR, .saved_rip = AT_FAULT
#define INSIDE .vector = NO_EXCEPTION
#define ROW(name_, run_, operand, lower, upper, index, mode, ...)                                                    \
    {                                                                                                                \
        VARIANT, .name = name_, .about = "BOUND of " operand " " mode ", index " #index " of " #lower " to " #upper, \
                 .spec = "SDM 2A \"BOUND-Check Array Index Against Bounds\"", .run = run_,                           \
                 .arg = {(uint32_t)(index), (uint64_t)(uint32_t)(upper) << 32 | (uint32_t)(lower)}, __VA_ARGS__      \
    }
#define ENDS(name, run, operand, mode, ...)                                                   \
    ROW(name "_around_below", run, operand, -5, 5, -6, mode, OUTSIDE, __VA_ARGS__),           \
        ROW(name "_around_lower", run, operand, -5, 5, -5, mode, INSIDE, __VA_ARGS__),        \
        ROW(name "_around_upper", run, operand, -5, 5, 5, mode, INSIDE, __VA_ARGS__),         \
        ROW(name "_around_above", run, operand, -5, 5, 6, mode, OUTSIDE, __VA_ARGS__),        \
        ROW(name "_negative_below", run, operand, -20, -10, -21, mode, OUTSIDE, __VA_ARGS__), \
        ROW(name "_negative_lower", run, operand, -20, -10, -20, mode, INSIDE, __VA_ARGS__),  \
        ROW(name "_negative_upper", run, operand, -20, -10, -10, mode, INSIDE, __VA_ARGS__),  \
        ROW(name "_negative_above", run, operand, -20, -10, -9, mode, OUTSIDE, __VA_ARGS__)
