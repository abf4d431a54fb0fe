"""Runs a program and watches it: how long, and how much memory it and its children had."""
import os
import subprocess
import threading
import time


class Measured:
    """seconds: by the clock. largest: the most that one process had at any time; together: the most
    that all had at one time, with what they share counted for each (RSS, both in kB)."""

    def __init__(self):
        self.seconds = 0.0
        self.largest = 0
        self.together = 0
        self.status = None
        self.output = ""


def numbers(pid):
    """(RSS now, most RSS ever) of a process; nothing where it has gone."""
    try:
        with open(f"/proc/{pid}/status") as file:
            found = dict(line.split(":", 1) for line in file if line.startswith(("VmRSS", "VmHWM")))
        return int(found["VmRSS"].split()[0]), int(found["VmHWM"].split()[0])
    except (OSError, KeyError, ValueError):
        return None


def family(pid):
    """The process and all below it."""
    found, todo = [], [pid]
    while todo:
        pid = todo.pop()
        found.append(pid)
        try:
            with open(f"/proc/{pid}/task/{pid}/children") as file:
                todo += [int(word) for word in file.read().split()]
        except OSError:
            pass
    return found


def watch(pid, done, result):
    while not done.wait(0.02):
        now = [n for n in map(numbers, family(pid)) if n]
        result.together = max(result.together, sum(rss for rss, _ in now))
        result.largest = max([result.largest] + [most for _, most in now])


def run(argv, seconds, running, env=None):
    """Runs it, at most so long; `running` is where whoever has to clean up finds it."""
    result = Measured()
    done = threading.Event()
    start = time.monotonic()
    child = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, text=True, env=env)
    running.append(child)
    watcher = threading.Thread(target=watch, args=(child.pid, done, result))
    watcher.start()
    try:
        result.output, _ = child.communicate(timeout=seconds)
        result.seconds = time.monotonic() - start
    finally:
        if child.poll() is None:
            child.kill()
            child.wait()
        done.set()
        watcher.join()
        running.remove(child)
    result.status = child.returncode
    return result


def first_line(path, start=""):
    try:
        with open(path) as file:
            for line in file:
                if line.startswith(start):
                    return line[len(start):].strip(" \t:\n")
    except OSError:
        pass
    return "unknown"


def disk_of(folder):
    """What lies below a folder: file system and device."""
    folder = os.path.realpath(folder)
    best = ("", "unknown", "unknown")
    with open("/proc/mounts") as file:
        for line in file:
            device, at, kind = line.split()[:3]
            if (folder + "/").startswith(at.rstrip("/") + "/") and len(at) >= len(best[0]):
                best = (at, device, kind)
    return f"{best[2]} on {best[1]}"


def sync_milliseconds(folder, times=100):
    """How long this disk takes to have 4 kB more in a file for certain: the median of several."""
    path = os.path.join(folder, "sync")
    taken = []
    fd = os.open(path, os.O_CREAT | os.O_WRONLY)
    for _ in range(times):
        start = time.monotonic()
        os.write(fd, b"x" * 4096)
        os.fsync(fd)
        taken.append(time.monotonic() - start)
    os.close(fd)
    os.unlink(path)
    return sorted(taken)[times // 2] * 1000


def machine(folder):
    memory = int(first_line("/proc/meminfo", "MemTotal").split()[0]) // 1024 // 1024
    return (f"{first_line('/proc/cpuinfo', 'model name')}, {os.cpu_count()} cores, {memory} GiB; "
            f"{disk_of(folder)}, {sync_milliseconds(folder):.1f} ms an fsync; "
            f"Linux {os.uname().release}")
