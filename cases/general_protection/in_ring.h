/* A program of 64-bit code at CPL 1 or 2: only the segments are the ring's, its pages are a supervisor's. At CPL 0 it is already. */
static void in_ring(uint8_t ring)
{
    if (!ring)
        return;
    start.cs = add_descriptor("code", encode_descriptor((struct descriptor){.type = CODE_READABLE, .dpl = ring, .l = true})) | ring;
    start.ss = add_descriptor("data", encode_descriptor((struct descriptor){.type = DATA_WRITABLE, .dpl = ring})) | ring;
}
