package files

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// Lock is the right to do something that only one process at a time may do. It ends with the process, however that
// ends.
type Lock struct {
	f    *os.File
	path string
}

// Holder is the process that has a lock.
type Holder struct {
	PID   int       `json:"pid"`
	Host  string    `json:"host"`
	Since time.Time `json:"since"`
}

// String names the process to people.
func (h *Holder) String() string {
	if h.PID == 0 {
		return "another process"
	}
	return fmt.Sprintf("process %d on %.64q, since %s", h.PID, h.Host, h.Since.Local().Format(time.DateTime))
}

// LockPath is where the lock of the file at path is: next to it, and hidden.
func LockPath(path string) string {
	return filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+".lock")
}

// TryLock takes the lock of the file at path, which it creates. If another process has the lock, the result is nil, and
// the holder is that process. Systems and file systems without locks let everybody in. With an error there is no lock.
// Anything but a regular file, such as a symbolic link, is an error, as removing it would not remove the lock.
func TryLock(path string) (*Lock, *Holder, error) {
	for {
		if info, err := os.Lstat(path); err == nil && !info.Mode().IsRegular() {
			return nil, nil, &LimitError{path, "it is no regular file, as a lock must be: remove it"}
		}
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
		if err != nil {
			return nil, nil, err
		}
		switch lockFile(f) {
		case taken:
			holder := readHolder(f)
			return nil, holder, f.Close()
		case unknown:
			return &Lock{f, path}, nil, nil
		}
		if isStill(f, path) {
			tellHolder(f)
			return &Lock{f, path}, nil, nil
		}
		// It was unlocked, and removed, between the two.
		if err := f.Close(); err != nil {
			return nil, nil, err
		}
	}
}

// Acquire is TryLock, but waits until the lock is free or ctx ends. waiting, if not nil, is told once which process it
// waits for.
func Acquire(ctx context.Context, path string, waiting func(*Holder)) (*Lock, error) {
	const pause = 100 * time.Millisecond
	for {
		lock, holder, err := TryLock(path)
		if lock != nil || err != nil {
			return lock, err
		}
		if waiting != nil {
			waiting(holder)
			waiting = nil
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(pause):
		}
	}
}

// Held reports whether the file of the lock is still there. Once somebody has removed it, others can take the lock.
func (l *Lock) Held() bool { return isStill(l.f, l.path) }

// Unlock releases the lock, and removes its file. If somebody has removed that already, a file that is there now is
// another process's.
func (l *Lock) Unlock() error {
	if !l.Held() {
		return l.f.Close()
	}
	if !renamesOpen { // nor are open files removed, and, as there are no locks, another process may have it open, too
		err := l.f.Close()
		_ = os.Remove(l.path)
		return err
	}
	return errors.Join(os.Remove(l.path), l.f.Close())
}

// Release is Unlock for a defer: its error goes to err unless there is one already.
func (l *Lock) Release(err *error) {
	if unlockErr := l.Unlock(); *err == nil {
		*err = unlockErr
	}
}

// tellHolder writes into the file of a lock who has it. That is only for people: the lock is the system's, and holds
// although a full disk may have no room for it. Others then say that another process has it.
func tellHolder(f *os.File) {
	host, _ := os.Hostname()
	text, err := json.Marshal(Holder{os.Getpid(), host, time.Now().UTC().Truncate(time.Second)})
	if err == nil {
		err = f.Truncate(0)
	}
	if err == nil {
		_, _ = f.WriteAt(text, 0)
	}
}

// readHolder returns what the file says; there may be nothing in it yet.
func readHolder(f *os.File) *Holder {
	const most = 1 << 12
	h := new(Holder)
	text, err := io.ReadAll(io.LimitReader(f, most))
	if err != nil || json.Unmarshal(text, h) != nil {
		return &Holder{}
	}
	return h
}

// state is the result of an attempt to lock a file.
type state int

const (
	locked state = iota
	taken
	unknown // this system or file system has no locks
)
