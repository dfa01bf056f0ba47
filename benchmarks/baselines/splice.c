/* Moves bytes by splice(2): socket -> kernel pipe -> socket, never through this process. A direction holds a pipe only while bytes are in it. */
#define _GNU_SOURCE
#include "relay.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#define PIPE (512 * 1024)
#define TURN (2 * 1024 * 1024)  /* bytes before other pairs have their turn */
#define SPARE 1024

static struct { int pipes[SPARE][2]; int count; } spare[THREADS];

static int take_pipe(struct direction *way, int thread) {
    if (spare[thread].count) {
        int *pipe = spare[thread].pipes[--spare[thread].count];
        way->pipe[0] = pipe[0];
        way->pipe[1] = pipe[1];
        return 0;
    }
    if (pipe2(way->pipe, O_NONBLOCK | O_CLOEXEC)) return -1;
    fcntl(way->pipe[0], F_SETPIPE_SZ, PIPE);
    return 0;
}

void let_go(struct direction *way, int thread) {
    if (way->pipe[0] < 0) return;
    if (!way->count && spare[thread].count < SPARE) {
        int *pipe = spare[thread].pipes[spare[thread].count++];
        pipe[0] = way->pipe[0];
        pipe[1] = way->pipe[1];
    } else {
        close(way->pipe[0]);
        close(way->pipe[1]);
    }
    way->pipe[0] = way->pipe[1] = -1;
}

static enum outcome rest(struct direction *way, int thread, enum outcome outcome) {
    if (!way->count) let_go(way, thread);
    return outcome;
}

enum outcome pump(struct direction *way, int thread) {
    const int flags = SPLICE_F_MOVE | SPLICE_F_NONBLOCK;
    size_t moved = 0;
    for (;;) {
        bool full = way->count >= PIPE;
        if (way->readable && !way->eof && !full && (!way->count || !way->writable)) {
            if (way->pipe[0] < 0 && take_pipe(way, thread)) return BROKEN;
            ssize_t n = splice(way->from, NULL, way->pipe[1], NULL, PIPE, flags);
            if (n > 0) way->count += n;
            else if (n == 0) way->eof = true;
            else if (errno == EAGAIN && way->count) full = true;  /* no room in the pipe, or nothing to read: the writer tells which */
            else if (errno == EAGAIN) way->readable = false;
            else return BROKEN;
            if (!way->writable && n > 0) continue;
        }
        if (way->count && way->writable) {
            ssize_t n = splice(way->pipe[0], NULL, way->to, NULL, way->count, flags);
            if (n > 0) { way->count -= n; moved += n; }
            else if (n < 0 && errno == EAGAIN) way->writable = false;
            else return BROKEN;
        }
        if (!way->count && way->eof) {
            shutdown(way->to, SHUT_WR);
            way->done = true;
            return rest(way, thread, WAITS);
        }
        if (way->count ? !way->writable : !way->readable) return rest(way, thread, WAITS);
        if (moved >= TURN) return rest(way, thread, GOES_ON);
    }
}
