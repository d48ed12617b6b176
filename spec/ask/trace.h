/* trace.h: what the traced sources of the specification call besides (trapframe/ask/traced.py): included before each. */
#ifndef TRACE_H
#define TRACE_H

#include <stdbool.h>

struct outcome;

#define RULE_AT(id, section, place) (id "\0" section "\0" place)
bool ask_raised(struct outcome *, bool value);
void ask_passed(struct outcome *, const char *rule);

#endif
