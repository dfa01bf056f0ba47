// A long line between two network namespaces: wan DELAY_MS LOSS_PERCENT COMMAND ...
// Makes two namespaces, each with a TUN device, carries packets between the devices with the delay (one way) and the loss, and runs the command in the first
// namespace. The command finds in its environment where the other end is: LOAD_PROXY_NETNS, LOAD_PROXY_ADDRESS, its own LOAD_OWN_ADDRESS, and LOAD_DELAY_MS. Needs root.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MTU = 9000, DEVICE_QUEUE = 20000, BURST = 64 };
static const size_t RING = 512u << 20;

struct packet { int64_t due; uint32_t length; uint32_t room; };

struct line {
    int from, to;
    int64_t delay;
    uint32_t loss; // of 2^32
    uint64_t random;
    char *ring;
    size_t head, tail, used;
};

static void die(const char *what) { perror(what); exit(69); }

static int64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

// The same packets are lost in every run with the same traffic.
static uint32_t next_random(struct line *line) {
    line->random ^= line->random << 13;
    line->random ^= line->random >> 7;
    line->random ^= line->random << 17;
    return (uint32_t)(line->random >> 32);
}

// A packet lies in the ring in one piece; what is left of the end of the ring is skipped.
static struct packet *place(struct line *line, uint32_t length) {
    size_t room = (sizeof(struct packet) + length + 15) & ~(size_t)15;
    size_t at = line->tail;
    size_t skipped = at + room > RING ? RING - at : 0;
    if (line->used + skipped + room > RING) return NULL; // the line is full: the packet is lost
    if (skipped) {
        if (skipped >= sizeof(struct packet)) *(struct packet *)(line->ring + at) = (struct packet){ .room = 0 };
        line->used += skipped;
        at = 0;
    }
    line->tail = (at + room) % RING;
    line->used += room;
    struct packet *packet = (struct packet *)(line->ring + at);
    packet->room = (uint32_t)room;
    packet->length = length;
    return packet;
}

static struct packet *first(struct line *line) {
    if (line->used == 0) return NULL;
    size_t left = RING - line->head;
    if (left < sizeof(struct packet) || ((struct packet *)(line->ring + line->head))->room == 0) {
        line->used -= left;
        line->head = 0;
    }
    return line->used == 0 ? NULL : (struct packet *)(line->ring + line->head);
}

static void take_arrived(struct line *line) {
    static __thread char bytes[65536];
    int64_t due = now() + line->delay;
    for (int i = 0; i < BURST; i++) {
        ssize_t length = read(line->from, bytes, sizeof bytes);
        if (length <= 0) return;
        if (line->loss && next_random(line) < line->loss) continue;
        struct packet *packet = place(line, (uint32_t)length);
        if (!packet) continue;
        packet->due = due;
        memcpy(packet + 1, bytes, (size_t)length);
    }
}

static void *carry(void *argument) {
    struct line *line = argument;
    for (;;) {
        struct packet *packet = first(line);
        int64_t wait = packet ? packet->due - now() : -1;
        struct timespec timeout = { wait > 0 ? wait / 1000000000 : 0, wait > 0 ? wait % 1000000000 : 0 };
        struct pollfd poll = { .fd = line->from, .events = POLLIN };
        if (ppoll(&poll, 1, packet ? &timeout : NULL, NULL) < 0 && errno != EINTR) die("poll");
        if (poll.revents & (POLLERR | POLLNVAL)) return NULL;
        if (poll.revents & POLLIN) take_arrived(line);
        int64_t time = now();
        for (int i = 0; i < BURST && (packet = first(line)) && packet->due <= time; i++) {
            if (write(line->to, packet + 1, packet->length) < 0 && errno != EAGAIN) return NULL;
            line->head = (line->head + packet->room) % RING;
            line->used -= packet->room;
        }
    }
}

static void configure(int control, const char *name, short flags, const char *address) {
    struct ifreq request = { 0 };
    strncpy(request.ifr_name, name, IFNAMSIZ - 1);
    if (address) {
        struct sockaddr_in *at = (struct sockaddr_in *)&request.ifr_addr;
        at->sin_family = AF_INET;
        inet_pton(AF_INET, address, &at->sin_addr);
        if (ioctl(control, SIOCSIFADDR, &request)) die("SIOCSIFADDR");
        inet_pton(AF_INET, "255.255.255.0", &at->sin_addr);
        if (ioctl(control, SIOCSIFNETMASK, &request)) die("SIOCSIFNETMASK");
        request.ifr_mtu = MTU;
        if (ioctl(control, SIOCSIFMTU, &request)) die("SIOCSIFMTU");
        request.ifr_qlen = DEVICE_QUEUE;
        if (ioctl(control, SIOCSIFTXQLEN, &request)) die("SIOCSIFTXQLEN");
    }
    request.ifr_flags = flags;
    if (ioctl(control, SIOCSIFFLAGS, &request)) die("SIOCSIFFLAGS");
}

// The calling thread is in a new namespace afterwards.
static int end_of_line(const char *address) {
    if (unshare(CLONE_NEWNET)) die("unshare (are you root?)");
    int device = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (device < 0) die("/dev/net/tun");
    struct ifreq request = { .ifr_name = "wan", .ifr_flags = IFF_TUN | IFF_NO_PI };
    if (ioctl(device, TUNSETIFF, &request)) die("TUNSETIFF");
    int control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    configure(control, "lo", IFF_UP | IFF_RUNNING, NULL);
    configure(control, "wan", IFF_UP | IFF_RUNNING, address);
    close(control);
    return device;
}

int main(int argc, char **argv) {
    if (argc < 4) { fprintf(stderr, "wan DELAY_MS LOSS_PERCENT COMMAND ...\n"); return 2; }
    int64_t delay = (int64_t)(atof(argv[1]) * 1e6);
    uint32_t loss = (uint32_t)(atof(argv[2]) / 100 * 4294967295.0);
    int far_end = end_of_line("10.77.0.2");
    int netns = open("/proc/thread-self/ns/net", O_RDONLY); // inherited by the command: keeps the namespace
    int near_end = end_of_line("10.77.0.1");
    struct line lines[2] = { { near_end, far_end, delay, loss, 88172645463325252ULL, 0, 0, 0, 0 }, { far_end, near_end, delay, loss, 362436069362436069ULL, 0, 0, 0, 0 } };
    pid_t command = fork();
    if (command < 0) die("fork");
    if (command == 0) {
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        char path[64];
        snprintf(path, sizeof path, "/proc/%d/fd/%d", getpid(), netns);
        setenv("LOAD_PROXY_NETNS", path, 1);
        setenv("LOAD_PROXY_ADDRESS", "10.77.0.2", 1);
        setenv("LOAD_DELAY_MS", argv[1], 1);
        setenv("LOAD_OWN_ADDRESS", "10.77.0.1", 1);
        execvp(argv[3], argv + 3);
        die(argv[3]);
    }
    signal(SIGINT, SIG_IGN); // the command gets it too, and ends
    for (int i = 0; i < 2; i++) {
        lines[i].ring = mmap(NULL, RING, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (lines[i].ring == MAP_FAILED) die("mmap");
        pthread_t thread;
        if (pthread_create(&thread, NULL, carry, &lines[i])) die("pthread_create");
    }
    int status;
    while (waitpid(command, &status, 0) < 0) if (errno != EINTR) die("waitpid");
    return WIFEXITED(status) ? WEXITSTATUS(status) : 70;
}
