#include "run/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define OWN_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define OWN_ARCH AUDIT_ARCH_AARCH64
#endif

#ifdef OWN_ARCH
/* A reader of mail opens files to read (tables of character sets) and nothing else; so this names
 * what is refused, and a call that a libc of tomorrow makes for reading does not kill the worker.
 */
static const int REFUSED[] = {
    SYS_socket,
    SYS_connect,
    SYS_bind,
    SYS_listen,
    SYS_accept4,
    SYS_execve,
    SYS_execveat,
    SYS_ptrace,
    SYS_kill,
    SYS_tkill,
    SYS_tgkill,
    SYS_clone,
    SYS_clone3,
    SYS_unlinkat,
    SYS_renameat2,
    SYS_mkdirat,
    SYS_linkat,
    SYS_symlinkat,
    SYS_fchmodat,
    SYS_fchownat,
    SYS_mount,
    SYS_setns,
    SYS_unshare,
    SYS_process_vm_readv,
    SYS_process_vm_writev,
    SYS_bpf,
    SYS_perf_event_open,
    SYS_keyctl,
    SYS_io_uring_setup,
    SYS_openat2,
    SYS_truncate,
    SYS_ftruncate,
#ifdef SYS_unlink
    SYS_unlink,
    SYS_rename,
    SYS_mkdir,
    SYS_link,
    SYS_symlink,
    SYS_creat,
    SYS_chmod,
    SYS_chown,
    SYS_fork,
    SYS_vfork,
#endif
};

enum { HEAD = 4, OPENS = 8 };

static gboolean filter_calls(void) {
    struct sock_filter program[HEAD + OPENS + G_N_ELEMENTS(REFUSED) * 2 + 1];
    guint n = 0;
    const guint32 refuse = SECCOMP_RET_ERRNO | EPERM;
    program[n++] =
        (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
    program[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OWN_ARCH, 1, 0);
    program[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
    program[n++] =
        (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
    for (guint i = 0; i < G_N_ELEMENTS(REFUSED); i++) {
        program[n++] =
            (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (guint32)REFUSED[i], 0, 1);
        program[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, refuse);
    }
    /* openat: its flags are the third argument. */
    program[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat, 0, 3);
    program[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
                                                offsetof(struct seccomp_data, args[2]));
    program[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K,
                                                O_WRONLY | O_RDWR | O_CREAT | O_TRUNC, 0, 1);
    program[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, refuse);
#ifdef SYS_open
    program[n++] =
        (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
    program[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_open, 0, 1);
    program[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, refuse);
#endif
    program[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    struct sock_fprog filter = {(unsigned short)n, program};
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0 || errno == EINVAL ||
           errno == ENOSYS;
}
#else
static gboolean filter_calls(void) {
    return TRUE;
}
#endif

#ifdef __SANITIZE_ADDRESS__
/* The sanitizer's own shadow memory is far beyond any limit worth having. */
enum { LIMITS_MEMORY = FALSE };
#else
enum { LIMITS_MEMORY = TRUE };
#endif

gboolean confine_worker(gsize memory) {
    struct rlimit none = {0, 0}, data = {memory, memory};
    if (!LIMITS_MEMORY)
        data = (struct rlimit){RLIM_INFINITY, RLIM_INFINITY};
    return setrlimit(RLIMIT_CORE, &none) == 0 && setrlimit(RLIMIT_DATA, &data) == 0 &&
           prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && filter_calls();
}
