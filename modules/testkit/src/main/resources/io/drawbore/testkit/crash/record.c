/*
 * Preloaded into a process, records what it does to the files below one folder, in the order it does it, so that the
 * disk of every moment can be rebuilt. DRAWBORE_RECORD_FOLDER names the folder (absolute, no symbolic links),
 * DRAWBORE_RECORD_FILE the record, which must lie elsewhere. One lock is held around each call and its record, so the
 * record's order is the order the operating system saw.
 *
 * A record: 1 byte kind, 4 bytes path length, 8 bytes number, 4 bytes data length, path below the folder, data; all
 * numbers little-endian. Kinds: C create, W write (number = offset), T truncate (number = size), S sync, D delete, R
 * rename (data = new path). A path of no bytes is the folder itself. Mapped files are not seen; SQLite's, whose names
 * end in -shm, are left out altogether: SQLite rebuilds them whenever the first connection opens a store.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char folder[PATH_MAX];
static size_t folder_length;
static int record_fd = -1;

static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);

__attribute__((constructor)) static void start(void) {
    real_write = dlsym(RTLD_NEXT, "write");
    real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
    const char *named = getenv("DRAWBORE_RECORD_FOLDER");
    const char *file = getenv("DRAWBORE_RECORD_FILE");
    if (named == NULL || file == NULL || strlen(named) >= sizeof folder) {
        return;
    }
    int (*real_open)(const char *, int, ...) = dlsym(RTLD_NEXT, "open64");
    record_fd = real_open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (record_fd < 0) {
        perror("cannot open the record");
        abort();
    }
    strcpy(folder, named);
    folder_length = strlen(folder);
}

/* The part of an absolute path below the folder, "" for the folder itself, NULL for all others. */
static const char *below(const char *path) {
    if (record_fd < 0 || strncmp(path, folder, folder_length) != 0) {
        return NULL;
    }
    if (path[folder_length] == '\0') {
        return path + folder_length;
    }
    size_t length = strlen(path);
    if (path[folder_length] != '/' || (length > 4 && strcmp(path + length - 4, "-shm") == 0)) {
        return NULL;
    }
    return path + folder_length + 1;
}

/* The same for an open file; asking the system costs less than following every call that makes or copies one. */
static const char *below_fd(int fd, char *buffer) {
    if (record_fd < 0) {
        return NULL;
    }
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, buffer, PATH_MAX - 1);
    if (length < 0) {
        return NULL;
    }
    buffer[length] = '\0';
    const char deleted[] = " (deleted)";
    size_t suffix = sizeof deleted - 1;
    if ((size_t) length > suffix && strcmp(buffer + length - suffix, deleted) == 0) {
        return NULL;
    }
    return below(buffer);
}

static void put(const void *bytes, size_t length) {
    const char *next = bytes;
    while (length > 0) {
        ssize_t done = real_write(record_fd, next, length);
        if (done < 0 && errno == EINTR) {
            continue;
        }
        if (done <= 0) {
            perror("cannot write the record");
            abort();
        }
        next += done;
        length -= (size_t) done;
    }
}

static void record(char kind, const char *path, int64_t number, const void *data, uint32_t data_length) {
    int saved = errno;
    uint32_t path_length = (uint32_t) strlen(path);
    unsigned char head[17];
    head[0] = (unsigned char) kind;
    for (int i = 0; i < 4; i++) {
        head[1 + i] = (unsigned char) (path_length >> (8 * i));
        head[13 + i] = (unsigned char) (data_length >> (8 * i));
    }
    for (int i = 0; i < 8; i++) {
        head[5 + i] = (unsigned char) ((uint64_t) number >> (8 * i));
    }
    put(head, sizeof head);
    put(path, path_length);
    put(data, data_length);
    errno = saved;
}

static int opened(const char *name, int at, const char *path, int flags, mode_t mode) {
    int (*real)(int, const char *, int, ...) = dlsym(RTLD_NEXT, name);
    const char *inside = path[0] == '/' ? below(path) : NULL;
    if (inside == NULL || (flags & (O_CREAT | O_TRUNC)) == 0) {
        return real(at, path, flags, mode);
    }
    pthread_mutex_lock(&lock);
    struct stat before;
    int existed = fstatat(AT_FDCWD, path, &before, 0) == 0;
    int fd = real(at, path, flags, mode);
    if (fd >= 0 && !existed) {
        record('C', inside, 0, NULL, 0);
    } else if (fd >= 0 && (flags & O_TRUNC) != 0) {
        record('T', inside, 0, NULL, 0);
    }
    pthread_mutex_unlock(&lock);
    return fd;
}

static mode_t mode_of(int flags, va_list arguments) {
    return (flags & (O_CREAT | __O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
}

#define OPEN(name, real_name)                                   \
    int name(const char *path, int flags, ...) {                \
        va_list arguments;                                      \
        va_start(arguments, flags);                             \
        mode_t mode = mode_of(flags, arguments);                \
        va_end(arguments);                                      \
        return opened(real_name, AT_FDCWD, path, flags, mode);  \
    }
#define OPENAT(name, real_name)                                 \
    int name(int at, const char *path, int flags, ...) {        \
        va_list arguments;                                      \
        va_start(arguments, flags);                             \
        mode_t mode = mode_of(flags, arguments);                \
        va_end(arguments);                                      \
        return opened(real_name, at, path, flags, mode);        \
    }
OPEN(open, "openat")
OPEN(open64, "openat64")
OPENAT(openat, "openat")
OPENAT(openat64, "openat64")

static ssize_t written_at(int fd, const void *bytes, size_t length, off_t offset) {
    char buffer[PATH_MAX];
    pthread_mutex_lock(&lock);
    ssize_t done = real_pwrite(fd, bytes, length, offset);
    const char *inside = done > 0 ? below_fd(fd, buffer) : NULL;
    if (inside != NULL) {
        record('W', inside, offset, bytes, (uint32_t) done);
    }
    pthread_mutex_unlock(&lock);
    return done;
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) {
    return written_at(fd, bytes, length, offset);
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset) {
    return written_at(fd, bytes, length, offset);
}

ssize_t write(int fd, const void *bytes, size_t length) {
    char buffer[PATH_MAX];
    if (real_write == NULL) {
        real_write = dlsym(RTLD_NEXT, "write");
    }
    if (below_fd(fd, buffer) == NULL) {
        return real_write(fd, bytes, length);
    }
    pthread_mutex_lock(&lock);
    ssize_t done = real_write(fd, bytes, length);
    const char *inside = done > 0 ? below_fd(fd, buffer) : NULL;
    if (inside != NULL) {
        /* Where the write ended tells where it began, appended or not. */
        record('W', inside, lseek(fd, 0, SEEK_CUR) - done, bytes, (uint32_t) done);
    }
    pthread_mutex_unlock(&lock);
    return done;
}

/* A gathering write may be short, so it may as well write its first piece only. */
ssize_t writev(int fd, const struct iovec *pieces, int count) {
    char buffer[PATH_MAX];
    if (below_fd(fd, buffer) == NULL) {
        ssize_t (*real)(int, const struct iovec *, int) = dlsym(RTLD_NEXT, "writev");
        return real(fd, pieces, count);
    }
    for (int i = 0; i < count; i++) {
        if (pieces[i].iov_len > 0) {
            return write(fd, pieces[i].iov_base, pieces[i].iov_len);
        }
    }
    return 0;
}

static int truncated(const char *name, int fd, off_t size) {
    int (*real)(int, off_t) = dlsym(RTLD_NEXT, name);
    char buffer[PATH_MAX];
    pthread_mutex_lock(&lock);
    int result = real(fd, size);
    const char *inside = result == 0 ? below_fd(fd, buffer) : NULL;
    if (inside != NULL) {
        record('T', inside, size, NULL, 0);
    }
    pthread_mutex_unlock(&lock);
    return result;
}

int ftruncate(int fd, off_t size) {
    return truncated("ftruncate", fd, size);
}

int ftruncate64(int fd, off64_t size) {
    return truncated("ftruncate64", fd, size);
}

/* Growing ahead of time is a truncate upwards to the one who reads the record. */
int fallocate64(int fd, int mode, off64_t offset, off64_t length) {
    int (*real)(int, int, off64_t, off64_t) = dlsym(RTLD_NEXT, "fallocate64");
    char buffer[PATH_MAX];
    if (below_fd(fd, buffer) == NULL) {
        return real(fd, mode, offset, length);
    }
    errno = EOPNOTSUPP;
    return -1;
}

static int synced(const char *name, int fd) {
    int (*real)(int) = dlsym(RTLD_NEXT, name);
    char buffer[PATH_MAX];
    if (below_fd(fd, buffer) == NULL) {
        return real(fd);
    }
    pthread_mutex_lock(&lock);
    int result = real(fd);
    const char *inside = result == 0 ? below_fd(fd, buffer) : NULL;
    if (inside != NULL) {
        record('S', inside, 0, NULL, 0);
    }
    pthread_mutex_unlock(&lock);
    return result;
}

int fsync(int fd) {
    return synced("fsync", fd);
}

int fdatasync(int fd) {
    return synced("fdatasync", fd);
}

int unlink(const char *path) {
    int (*real)(const char *) = dlsym(RTLD_NEXT, "unlink");
    pthread_mutex_lock(&lock);
    int result = real(path);
    const char *inside = result == 0 ? below(path) : NULL;
    if (inside != NULL) {
        record('D', inside, 0, NULL, 0);
    }
    pthread_mutex_unlock(&lock);
    return result;
}

int rename(const char *from, const char *to) {
    int (*real)(const char *, const char *) = dlsym(RTLD_NEXT, "rename");
    pthread_mutex_lock(&lock);
    int result = real(from, to);
    const char *inside = result == 0 ? below(from) : NULL;
    const char *target = result == 0 ? below(to) : NULL;
    if (inside != NULL && target != NULL) {
        record('R', inside, 0, target, (uint32_t) strlen(target));
    }
    pthread_mutex_unlock(&lock);
    return result;
}
