/* What the baseline relays share: see relay.c. */
#ifndef RELAY_H
#define RELAY_H

#include <stdbool.h>
#include <stddef.h>

struct conn;

/* One direction of a pair. What a pump holds back (because the reader is slow) is its own business. */
struct direction {
    int from, to;
    bool readable, writable;
    bool eof;       /* nothing more comes */
    bool done;      /* and all of it went on, the end included */
    int pipe[2];    /* splice.c: -1 while nothing is held */
    char *held;     /* readwrite.c: NULL while nothing is held */
    size_t start, count;
};

enum outcome { WAITS, GOES_ON, BROKEN };

/* Moves bytes until the direction waits for a socket, or for a while (GOES_ON: the caller comes back after the other pairs). */
enum outcome pump(struct direction *way, int thread);

/* Gives back what the direction holds. */
void let_go(struct direction *way, int thread);

#define THREADS 2

#endif
