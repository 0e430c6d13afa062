//go:build linux && amd64

package main

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// harm is what is done to the system call of a number, from 1, among those of a process and its threads that name
// something in a folder. Number 0 is none.
type harm struct {
	call  int
	errno syscall.Errno // what the call answers instead of being made; 0: the process is killed before it
}

// tracer is a process whose system calls are watched, as a debugger does it.
type tracer struct {
	harm
	folder string
	pid    int
	calls  int          // that named something in the folder
	steps  []step       // those of the calls on which durability depends
	failed map[int]bool // threads whose call is to answer with the error
}

// traced runs the program with some harm, and tells how many calls there were.
func (l *lab) traced(h harm, args ...string) (calls int, o outcome) {
	runtime.LockOSThread() // only the thread that started a process may trace it
	defer runtime.UnlockOSThread()
	stdout, stderr := l.output("stdout"), l.output("stderr")
	process, err := os.StartProcess(l.program, append([]string{l.program}, args...), &os.ProcAttr{
		Files: []*os.File{nil, stdout, stderr}, Sys: &syscall.SysProcAttr{Ptrace: true, Setpgid: true},
	})
	if err != nil {
		panic(err)
	}
	t := &tracer{harm: h, folder: l.dir + string(filepath.Separator), pid: process.Pid, failed: map[int]bool{}}
	guard := time.AfterFunc(stuck, func() { _ = syscall.Kill(t.pid, syscall.SIGKILL) })
	o.code, err = t.follow()
	if !guard.Stop() {
		l.fail("%v: system call %d, %v: still there after %v", args, h.call, h.errno, stuck)
	}
	if err != nil {
		l.fail("%v: tracing: %v", args, err)
	}
	_ = process.Release()
	o.stdout, o.stderr, o.steps = text(stdout), text(stderr), t.steps
	if strings.Contains(o.stderr, "goroutine ") || o.code < 0 && (h.call == 0 || h.errno != 0) {
		l.fail("%v: system call %d, %v: ended with %d and says\n%.600s", args, h.call, h.errno, o.code, o.stderr)
	}
	return t.calls, o
}

// output is a file outside of the folder that is watched.
func (l *lab) output(name string) *os.File {
	f, err := os.Create(filepath.Join(filepath.Dir(l.program), name))
	if err != nil {
		panic(err)
	}
	return f
}

// text is the content of a file, which is closed.
func text(f *os.File) string {
	defer f.Close()
	return string(must(os.ReadFile(f.Name())))
}

// follow lets the process run from call to call, to its end; it returns its exit code, −1 for a signal.
func (t *tracer) follow() (int, error) {
	var status syscall.WaitStatus
	if _, err := syscall.Wait4(t.pid, &status, syscall.WALL, nil); err != nil {
		return 0, err
	}
	if err := unix.PtraceSetOptions(t.pid,
		unix.PTRACE_O_TRACESYSGOOD|unix.PTRACE_O_TRACECLONE|unix.PTRACE_O_EXITKILL); err != nil {
		return 0, err
	}
	for thread, pass := t.pid, 0; ; {
		if err := unix.PtraceSyscall(thread, pass); err != nil && !errors.Is(err, unix.ESRCH) {
			return 0, err
		}
		var err error
		for {
			if thread, err = syscall.Wait4(-t.pid, &status, syscall.WALL, nil); !errors.Is(err, unix.EINTR) {
				break
			}
		}
		if err != nil {
			return 0, err
		}
		if pass, err = t.stopped(thread, status); err != nil && !errors.Is(err, unix.ESRCH) {
			return 0, err
		}
		if !status.Stopped() && thread == t.pid {
			return status.ExitStatus(), nil // −1 if it did not exit
		}
	}
}

// stopped deals with a thread that has stopped or ended. It returns the signal that the thread is to get.
func (t *tracer) stopped(thread int, status syscall.WaitStatus) (pass int, err error) {
	const call = 0x80 // PTRACE_O_TRACESYSGOOD
	switch signal := status.StopSignal(); {
	case !status.Stopped():
		return 0, nil
	case signal == syscall.SIGTRAP|call:
		return 0, t.atCall(thread)
	case signal == syscall.SIGTRAP, signal == syscall.SIGSTOP: // a new thread
		return 0, nil
	default:
		return int(signal), nil
	}
}

// callInfo is struct ptrace_syscall_info, as far as it is of use here.
type callInfo struct {
	op     uint8
	_      [23]byte
	number uint64
	args   [6]uint64
	_      [32]byte
}

// atCall is called where a thread enters and leaves a system call.
func (t *tracer) atCall(thread int) error {
	const entry, getInfo = 1, 0x420e
	var info callInfo
	if _, _, errno := syscall.Syscall6(syscall.SYS_PTRACE, getInfo, uintptr(thread), unsafe.Sizeof(info),
		uintptr(unsafe.Pointer(&info)), 0, 0); errno != 0 {
		return errno
	}
	var regs unix.PtraceRegs
	switch {
	case info.op != entry && t.failed[thread]:
		delete(t.failed, thread)
		if err := unix.PtraceGetRegs(thread, &regs); err != nil {
			return err
		}
		regs.Rax = -uint64(t.errno)
		return unix.PtraceSetRegs(thread, &regs)
	case info.op != entry || !t.counts(thread, &info):
		return nil
	}
	switch {
	case t.calls != t.call:
		return nil
	case t.errno == 0:
		return syscall.Kill(t.pid, syscall.SIGKILL)
	}
	t.failed[thread] = true
	if err := unix.PtraceGetRegs(thread, &regs); err != nil {
		return err
	}
	regs.Orig_rax = ^uint64(0) // no call at all
	return unix.PtraceSetRegs(thread, &regs)
}

// counts reports whether a call names something in the folder, and counts it.
func (t *tracer) counts(thread int, info *callInfo) bool {
	name := named(thread, info)
	if !strings.HasPrefix(name, t.folder) {
		return false
	}
	t.calls++
	if s, ok := t.stepOf(thread, info, name); ok {
		t.steps = append(t.steps, s)
	}
	return true
}

// named is what a call names, by a path or by a file that is open.
func named(thread int, info *callInfo) string {
	switch info.number {
	case unix.SYS_OPENAT, unix.SYS_MKDIRAT, unix.SYS_UNLINKAT, unix.SYS_NEWFSTATAT, unix.SYS_READLINKAT,
		unix.SYS_RENAMEAT, unix.SYS_RENAMEAT2:
		return pathAt(thread, info.args[1])
	case unix.SYS_READ, unix.SYS_PREAD64, unix.SYS_WRITE, unix.SYS_PWRITE64, unix.SYS_FSYNC, unix.SYS_FTRUNCATE,
		unix.SYS_FCHMOD, unix.SYS_FLOCK, unix.SYS_FSTAT, unix.SYS_LSEEK, unix.SYS_GETDENTS64, unix.SYS_CLOSE:
		name, _ := os.Readlink("/proc/" + strconv.Itoa(thread) + "/fd/" + strconv.Itoa(int(info.args[0])))
		return name
	}
	return ""
}

// pathAt is the string at an address of the thread's memory.
func pathAt(thread int, address uint64) string {
	path := make([]byte, 512)
	n, err := unix.PtracePeekData(thread, uintptr(address), path)
	if err != nil {
		return ""
	}
	name, _, _ := strings.Cut(string(path[:n]), "\x00")
	return name
}
