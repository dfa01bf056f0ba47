/*
 * A SOCKS5 relay that speaks just enough to be measured as a bytestreams proxy: greeting, request, pairing by the requested name,
 * bytes both ways with half-close. No activation, no limits, no time-outs. Two threads, each with its own epoll; a pair stays on one.
 * What moves the bytes is linked in: splice.c or readwrite.c.
 *
 * relay PORT: listens on 127.0.0.1:PORT (0 = any), prints "ready PORT", and ends when its standard input does.
 */
#define _GNU_SOURCE
#include "relay.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define NAME 40
#define BUCKETS 16384
#define EVENTS 256

enum stage { GREETING, REQUEST, WAITING, PAIRED };

struct conn {
    int fd;
    unsigned char stage, got, side;
    bool dead;                       /* freed after the round of events in which it died */
    unsigned char in[4 + 1 + 255 + 2];
    struct conn *next;               /* in the table, or among the dead */
    struct pair *pair;
};

struct pair {
    struct conn *conns[2];
    struct direction ways[2];        /* from conns[0], from conns[1] */
    struct pair *next;               /* among those that go on */
    bool queued, dead;
};

struct worker {
    int number, epoll, listener, bell;
    struct pair *going_on, **last;
    struct conn *dead;
    pthread_mutex_t lock;            /* of arrived, which the other thread fills before it rings the bell */
    struct pair *arrived;
};

static struct worker workers[THREADS];
static pthread_mutex_t table_lock = PTHREAD_MUTEX_INITIALIZER;
static struct conn *table[BUCKETS];
static unsigned pairs_made;

static void die(const char *what) { perror(what); exit(1); }

static struct conn **find(const unsigned char *name) {
    uint32_t hash = 2166136261u;
    for (int i = 0; i < NAME; i++) hash = (hash ^ name[i]) * 16777619u;
    struct conn **at = &table[hash % BUCKETS];
    while (*at && memcmp((*at)->in + 5, name, NAME)) at = &(*at)->next;
    return at;
}

static void drop_conn(struct conn *conn) { close(conn->fd); free(conn); }

static void drop_pair(struct worker *worker, struct pair *pair) {
    if (pair->dead) return;
    pair->dead = true;
    for (int i = 0; i < 2; i++) {
        let_go(&pair->ways[i], worker->number);
        close(pair->conns[i]->fd);
        pair->conns[i]->dead = true;
    }
    /* Events of both may still be in hand: one of the two carries the pair to the dead. */
    pair->conns[0]->next = worker->dead;
    worker->dead = pair->conns[0];
}

static void bury(struct worker *worker) {
    while (worker->dead) {
        struct conn *conn = worker->dead;
        worker->dead = conn->next;
        struct pair *pair = conn->pair;
        free(pair->conns[0]);
        free(pair->conns[1]);
        if (!pair->queued) free(pair);
    }
}

static void carry(struct worker *worker, struct pair *pair) {
    bool more = false;
    for (int i = 0; i < 2; i++) {
        struct direction *way = &pair->ways[i];
        if (way->done) continue;
        switch (pump(way, worker->number)) {
        case BROKEN: drop_pair(worker, pair); return;
        case GOES_ON: more = true; break;
        case WAITS: break;
        }
    }
    if (pair->ways[0].done && pair->ways[1].done) {
        drop_pair(worker, pair);
    } else if (more && !pair->queued) {
        pair->queued = true;
        pair->next = NULL;
        *worker->last = pair;
        worker->last = &pair->next;
    }
}

static void start(struct worker *worker, struct pair *pair) {
    for (int i = 0; i < 2; i++) {
        struct epoll_event event = { EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, { .ptr = pair->conns[i] } };
        if (epoll_ctl(worker->epoll, EPOLL_CTL_ADD, pair->conns[i]->fd, &event)) die("epoll_ctl");
    }
}

static void start_arrived(struct worker *worker) {
    uint64_t rings;
    if (read(worker->bell, &rings, sizeof rings) < 0) return;
    pthread_mutex_lock(&worker->lock);
    struct pair *pair = worker->arrived;
    worker->arrived = NULL;
    pthread_mutex_unlock(&worker->lock);
    while (pair) {
        struct pair *next = pair->next;
        start(worker, pair);
        pair = next;
    }
}

static void pair_up(struct worker *here, struct conn *first, struct conn *second) {
    struct pair *pair = calloc(1, sizeof *pair);
    struct worker *worker = &workers[__atomic_fetch_add(&pairs_made, 1, __ATOMIC_RELAXED) % THREADS];
    pair->conns[0] = first;
    pair->conns[1] = second;
    for (int i = 0; i < 2; i++) {
        pair->conns[i]->pair = pair;
        pair->conns[i]->stage = PAIRED;
        pair->conns[i]->side = i;
        pair->ways[i].from = pair->conns[i]->fd;
        pair->ways[i].to = pair->conns[!i]->fd;
        pair->ways[i].pipe[0] = pair->ways[i].pipe[1] = -1;
    }
    if (worker == here) {
        start(worker, pair);
        return;
    }
    pthread_mutex_lock(&worker->lock);
    pair->next = worker->arrived;
    worker->arrived = pair;
    pthread_mutex_unlock(&worker->lock);
    uint64_t ring = 1;
    if (write(worker->bell, &ring, sizeof ring) < 0) die("eventfd");
}

/* Bytes that the stage needs to be whole, as far as can be told. */
static int wanted(const struct conn *conn) {
    if (conn->stage == GREETING) return conn->got < 2 ? 3 : 2 + conn->in[1];
    return conn->got < 5 ? 5 + NAME + 2 : 5 + conn->in[4] + 2;
}

/* False: the connection is gone, or no longer this function's. */
static bool shake(struct worker *worker, struct conn *conn) {
    for (;;) {
        while (conn->got < wanted(conn)) {
            ssize_t n = recv(conn->fd, conn->in + conn->got, wanted(conn) - conn->got, 0);
            if (n < 0 && errno == EAGAIN) return true;
            if (n <= 0) { drop_conn(conn); return false; }
            conn->got += n;
        }
        if (conn->stage == GREETING) {
            if (conn->in[0] != 5 || send(conn->fd, "\5\0", 2, MSG_NOSIGNAL) != 2) { drop_conn(conn); return false; }
            conn->stage = REQUEST;
            conn->got = 0;
            continue;
        }
        if (memcmp(conn->in, "\5\1\0\3", 4) || conn->in[4] != NAME) { drop_conn(conn); return false; }
        unsigned char reply[5 + NAME + 2];
        memcpy(reply, conn->in, sizeof reply);
        reply[1] = 0;
        epoll_ctl(worker->epoll, EPOLL_CTL_DEL, conn->fd, NULL);
        conn->stage = WAITING;
        if (send(conn->fd, reply, sizeof reply, MSG_NOSIGNAL) != sizeof reply) { drop_conn(conn); return false; }
        pthread_mutex_lock(&table_lock);
        struct conn **at = find(conn->in + 5), *first = *at;
        if (first) *at = first->next; else { conn->next = NULL; *at = conn; }
        pthread_mutex_unlock(&table_lock);
        if (first) pair_up(worker, first, conn);
        return false;
    }
}

static void take(struct worker *worker) {
    for (int i = 0; i < 64; i++) {
        int fd = accept4(worker->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) return;
        int on = 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        struct conn *conn = calloc(1, sizeof *conn);
        conn->fd = fd;
        struct epoll_event event = { EPOLLIN, { .ptr = conn } };
        if (epoll_ctl(worker->epoll, EPOLL_CTL_ADD, fd, &event)) die("epoll_ctl");
    }
}

static void handle(struct worker *worker, struct epoll_event *event) {
    struct conn *conn = event->data.ptr;
    if (!conn) { take(worker); return; }
    if (event->data.ptr == worker) { start_arrived(worker); return; }
    if (conn->stage != PAIRED) { shake(worker, conn); return; }
    if (conn->dead) return;
    struct pair *pair = conn->pair;
    if (event->events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) pair->ways[conn->side].readable = true;
    if (event->events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) pair->ways[!conn->side].writable = true;
    if (!pair->queued) carry(worker, pair);
}

static void *work(void *argument) {
    struct worker *worker = argument;
    struct epoll_event events[EVENTS];
    worker->last = &worker->going_on;
    for (;;) {
        int count = epoll_wait(worker->epoll, events, EVENTS, worker->going_on ? 0 : -1);
        for (int i = 0; i < count; i++) handle(worker, &events[i]);
        struct pair *pair = worker->going_on;
        worker->going_on = NULL;
        worker->last = &worker->going_on;
        while (pair) {
            struct pair *next = pair->next;
            pair->queued = false;
            if (pair->dead) free(pair); else carry(worker, pair);
            pair = next;
        }
        bury(worker);
    }
    return NULL;
}

int main(int argc, char **argv) {
    signal(SIGPIPE, SIG_IGN);
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(argc > 1 ? atoi(argv[1]) : 0), .sin_addr.s_addr = argc > 2 ? inet_addr(argv[2]) : htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof at;
    if (bind(listener, (struct sockaddr *)&at, length)) die("bind");
    if (listen(listener, 65535)) die("listen");
    getsockname(listener, (struct sockaddr *)&at, &length);
    for (int i = 0; i < THREADS; i++) {
        workers[i] = (struct worker){ .number = i, .epoll = epoll_create1(EPOLL_CLOEXEC), .listener = listener };
        workers[i].bell = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
        pthread_mutex_init(&workers[i].lock, NULL);
        struct epoll_event event = { EPOLLIN | EPOLLEXCLUSIVE, { .ptr = NULL } };
        if (epoll_ctl(workers[i].epoll, EPOLL_CTL_ADD, listener, &event)) die("epoll_ctl");
        struct epoll_event ring = { EPOLLIN, { .ptr = &workers[i] } };
        if (epoll_ctl(workers[i].epoll, EPOLL_CTL_ADD, workers[i].bell, &ring)) die("epoll_ctl");
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, work, &workers[i])) die("pthread_create");
    }
    printf("ready %d\n", ntohs(at.sin_port));
    fflush(stdout);
    char nothing;
    while (read(0, &nothing, 1) > 0) {}
    return 0;
}
