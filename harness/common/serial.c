/* serial.c: a 16550 at COM1, 8N1, polled. */
#include "common/serial.h"
#include "x86.h"

#define COM1 0x3f8u
#define THR (COM1 + 0)
#define DLL (COM1 + 0)
#define IER (COM1 + 1)
#define DLM (COM1 + 1)
#define FCR (COM1 + 2)
#define IIR (COM1 + 2)
#define LCR (COM1 + 3)
#define LSR (COM1 + 5)
#define LCR_8N1 0x03
#define LCR_DLAB 0x80
#define FCR_ENABLE_CLEAR 0x07
#define IIR_FIFO 0xc0
#define LSR_THRE 0x20 /* the FIFO is empty */
#define LSR_TEMT 0x40 /* and the transmitter too */
#define FIFO_DEPTH 16u

/* A byte takes 87 us, and asking an emulated UART costs more than instructions that do nothing. */
#define WAIT_A_WHILE() __asm__ volatile(".rept 32\n\tnop\n\t.endr")

static unsigned depth; /* how many bytes it takes when LSR says that it is empty */
static unsigned room;  /* for so many of them, until LSR is asked again */

void serial_init(void)
{
    out8(IER, 0);
    out8(LCR, LCR_DLAB);
    out8(DLL, 1); /* 115200 baud */
    out8(DLM, 0);
    out8(LCR, LCR_8N1);
    out8(FCR, FCR_ENABLE_CLEAR);
    depth = (in8(IIR) & IIR_FIFO) == IIR_FIFO ? FIFO_DEPTH : 1;
}

void serial_put(char byte)
{
    if (!room) {
        while (!(in8(LSR) & LSR_THRE))
            WAIT_A_WHILE();
        room = depth;
    }
    room--;
    out8(THR, (uint8_t)byte);
}

void serial_drain(void)
{
    while ((in8(LSR) & (LSR_THRE | LSR_TEMT)) != (LSR_THRE | LSR_TEMT))
        WAIT_A_WHILE();
    room = depth;
}

void power_off(void)
{
    serial_drain();
    out32(0xf4, 0x10);
    for (const char *c = "Shutdown"; *c; c++)
        out8(0x8900, (uint8_t)*c);
    for (;;)
        __asm__ volatile("cli\n\thlt");
}
