/* line.c: what the lines of a record are made of. */
#include "common/line.h"
#include <stdarg.h>
#include "common/serial.h"

uint32_t line_sum;

void put(char c)
{
    line_sum += (uint8_t)c;
    serial_put(c);
}

static void put_text(const char *text)
{
    while (*text)
        put(*text++);
}

void put_hex(uint64_t value)
{
    unsigned digits = 1;

    while (digits < 16 && value >> 4 * digits)
        digits++;
    while (digits--)
        put("0123456789abcdef"[value >> 4 * digits & 15]);
}

static void put_decimal(unsigned value) /* below 100 */
{
    unsigned tens = 0;

    for (; value >= 10; value -= 10)
        tens++;
    if (tens)
        put((char)('0' + tens));
    put((char)('0' + value));
}

void print(const char *format, ...)
{
    va_list values;

    va_start(values, format);
    for (; *format; format++)
        if (*format != '%')
            put(*format);
        else if (*++format == 's')
            put_text(va_arg(values, const char *));
        else if (*format == 'u')
            put_decimal(va_arg(values, unsigned));
        else if (*format == 'x')
            put_hex(va_arg(values, unsigned));
        else
            put_hex(va_arg(values, unsigned long)), format++;
    va_end(values);
}

void harness_fault(const char *message)
{
    print("harness: %s\n", message);
    power_off();
}
