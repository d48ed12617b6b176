/* What stands between the rows of a table that an EACH(X, BETWEEN) of these files has. */
#ifndef FLAGS_BETWEEN_H
#define FLAGS_BETWEEN_H

#define COMMA() ,
#define NOTHING()

#endif
