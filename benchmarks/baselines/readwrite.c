/* Moves bytes by read and write through one buffer a thread. A direction keeps memory of its own only while its reader is slow. */
#include "relay.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>

#define BUFFER (256 * 1024)
#define TURN (2 * 1024 * 1024)  /* bytes before other pairs have their turn */

static char buffers[THREADS][BUFFER];

void let_go(struct direction *way, int thread) {
    (void)thread;
    free(way->held);
    way->held = NULL;
    way->count = 0;
}

/* What could not be written; negative = broken. */
static ssize_t write_some(struct direction *way, const char *bytes, size_t count) {
    while (count) {
        ssize_t n = send(way->to, bytes, count, MSG_NOSIGNAL);
        if (n < 0 && errno == EAGAIN) { way->writable = false; break; }
        if (n < 0) return -1;
        bytes += n;
        count -= n;
    }
    return count;
}

enum outcome pump(struct direction *way, int thread) {
    size_t moved = 0;
    for (;;) {
        if (way->held) {
            if (!way->writable) return WAITS;
            ssize_t left = write_some(way, way->held + way->start, way->count);
            if (left < 0) return BROKEN;
            way->start += way->count - left;
            way->count = left;
            if (left) return WAITS;
            let_go(way, thread);
        }
        if (way->eof) {
            shutdown(way->to, SHUT_WR);
            way->done = true;
            return WAITS;
        }
        if (!way->readable || !way->writable) return WAITS;
        if (moved >= TURN) return GOES_ON;
        ssize_t n = recv(way->from, buffers[thread], BUFFER, 0);
        if (n < 0 && errno == EAGAIN) { way->readable = false; return WAITS; }
        if (n < 0) return BROKEN;
        if (n == 0) { way->eof = true; continue; }
        moved += n;
        ssize_t left = write_some(way, buffers[thread], n);
        if (left < 0) return BROKEN;
        if (left) {
            if (!(way->held = malloc(left))) return BROKEN;
            memcpy(way->held, buffers[thread] + n - left, left);
            way->start = 0;
            way->count = left;
        }
    }
}
