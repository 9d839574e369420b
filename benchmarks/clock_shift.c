/* Moves the wall clock of a process by CLOCK_SHIFT seconds (LD_PRELOAD) and leaves its sleeps and timeouts alone:
   libfaketime makes clock_nanosleep fail on a monotonic clock it does not fake, and hang on one it does. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long shift(void) {
    const char *text = getenv("CLOCK_SHIFT");
    return text ? atol(text) : 0;
}

int clock_gettime(clockid_t which, struct timespec *out) {
    int code = (int)syscall(SYS_clock_gettime, which, out);
    if (code == 0 && which == CLOCK_REALTIME) out->tv_sec += shift();
    return code;
}

time_t time(time_t *out) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (out) *out = now.tv_sec;
    return now.tv_sec;
}

int gettimeofday(struct timeval *restrict out, void *restrict zone) {
    struct timespec now;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &now);
    out->tv_sec = now.tv_sec;
    out->tv_usec = now.tv_nsec / 1000;
    return 0;
}
