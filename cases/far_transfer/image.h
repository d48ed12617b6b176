/* What far RET and IRET pop: words of 4 or 8 bytes. */
static void write_image(uintptr_t at, unsigned size, const uint64_t *words, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        if (size == 8)
            ((uint64_t *)at)[i] = words[i];
        else
            ((uint32_t *)at)[i] = (uint32_t)words[i];
    }
}
