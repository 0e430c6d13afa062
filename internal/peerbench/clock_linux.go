package main

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// processTime is the CPU time of all threads of the process, in seconds. The raw
// system call, because calls of a few microseconds are timed one by one, and it
// never blocks.
func processTime() float64 {
	var t unix.Timespec
	unix.RawSyscall(unix.SYS_CLOCK_GETTIME, unix.CLOCK_PROCESS_CPUTIME_ID, uintptr(unsafe.Pointer(&t)), 0)
	return float64(t.Sec) + 1e-9*float64(t.Nsec)
}
