package files

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"
)

// Lock is the right to do something that only one process at a time may do. It ends with the process, however that
// ends.
type Lock struct {
	f    *os.File
	path string
	sure bool // the system has locks
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
// the holder is that process. Systems and file systems without locks let everybody in: see [Lock.Sure]. With an error
// there is no lock. Anything but a regular file, such as a symbolic link, is an error, as removing it would not remove
// the lock, and so is a file with other content than that of a lock, which would be lost.
func TryLock(path string) (*Lock, *Holder, error) {
	for {
		if info, err := os.Lstat(path); err == nil && !info.Mode().IsRegular() {
			return nil, nil, &LimitError{path, "it is no regular file, as a lock must be: remove it"}
		}
		f, denied, err := openLock(path)
		if err != nil {
			return nil, nil, err
		}
		lock, holder, err := tryOpen(f, path, denied)
		if lock != nil || holder != nil || err != nil {
			return lock, holder, err
		}
	}
}

// openLock opens the file of a lock, which it creates. One of another user may be there to be read only: then denied
// says why.
func openLock(path string) (f *os.File, denied, err error) {
	f, err = os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666)
	if errors.Is(err, fs.ErrPermission) {
		if f, readErr := os.Open(path); readErr == nil {
			return f, err, nil
		}
	}
	return f, nil, err
}

// tryOpen is TryLock for the open file of a lock. It returns nothing if that is to be opened again.
func tryOpen(f *os.File, path string, denied error) (*Lock, *Holder, error) {
	is, err := lockFile(f)
	switch {
	case err != nil && denied != nil: // NFS locks no file that was opened to be read
		return nil, nil, errors.Join(denied, f.Close())
	case err != nil:
		return nil, nil, errors.Join(err, f.Close())
	case is == taken:
		holder := readHolder(f)
		return nil, holder, f.Close()
	case is == removed || is == locked && !isStill(f, path): // it was unlocked, and removed, since it was opened
		return nil, nil, f.Close()
	case !isLock(f):
		return nil, nil, errors.Join(&LimitError{path, "it is in the place of a lock, and is none, as there is " +
			"something else in it: give it another name"}, f.Close())
	case is == locked && denied != nil: // it names a process that is dead
		return nil, nil, errors.Join(os.Remove(path), f.Close())
	case is == locked:
		tellHolder(f)
	}
	return &Lock{f, path, is == locked}, nil, nil
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

// Sure reports whether no other process can have the lock, too: there are systems and file systems without locks.
func (l *Lock) Sure() bool { return l.sure }

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

// isLock reports whether there is nothing but a holder in a file, as far as it was written: there may be nothing in it,
// or zeros after a power cut.
func isLock(f *os.File) bool {
	const begin = `{"pid":`
	text := make([]byte, len(begin))
	n, err := f.ReadAt(text, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return false
	}
	return strings.HasPrefix(begin, string(bytes.Trim(text[:n], "\x00")))
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

// pretended says that there are to be no locks.
var pretended atomic.Bool

// PretendNoLocks makes the system one without locks until the function that it returns is called, for tests.
func PretendNoLocks() (end func()) {
	pretended.Store(true)
	return func() { pretended.Store(false) }
}

// lockFile locks an open file, as far as the system can.
func lockFile(f *os.File) (state, error) {
	if pretended.Load() {
		return unknown, nil
	}
	return systemLock(f)
}

// state is the result of an attempt to lock a file.
type state int

const (
	locked state = iota
	taken
	removed // there is no such file any more
	unknown // this system or file system has no locks
)
