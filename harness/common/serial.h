/* serial.h: the first UART, polled, and the two ways to end a run (docs/contract.md). */
#ifndef SERIAL_H
#define SERIAL_H

#include <stdint.h>

void serial_init(void);
void serial_put(char byte);
void serial_drain(void); /* returns when the last byte has left the transmitter */
_Noreturn void power_off(void);

#endif
