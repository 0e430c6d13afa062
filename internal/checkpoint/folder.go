package checkpoint

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"ridge/bcd/train"
	"ridge/internal/files"
)

// Folder is where the states of one training are. Their names have numbers, which grow. What is known of the choice
// before the training is a file of its own.
type Folder struct {
	dir    string
	next   int         // the number of the next state
	bad    []int       // numbers of states that are damaged, as far as that is known
	last   fs.FileInfo // of the newest state; nil: none
	choice fs.FileInfo // of what is known of the choice; nil: nothing is
	lock   *files.Lock
}

const (
	prefix = "state-"
	suffix = ".ridge"
	// choiceName is the file with what is known of the choice.
	choiceName = "choice" + suffix
	// lockName is the file that a running training has locked.
	lockName = "lock"
	// kept is how many states are kept: the one before the last is for a disk that lost the last one.
	kept = 2
	// mostNumber is above the number of any state: a larger one is somebody else's. A training begins below half of it,
	// which leaves numbers for more states than it can save.
	mostNumber = 1 << 30
)

// OpenFolder creates the folder, unless it exists, and lists the states in it.
func OpenFolder(dir string) (*Folder, error) {
	if _, err := files.Target(dir); err != nil {
		return nil, err // MkdirAll would say that the file exists
	}
	if err := files.MakeFolder(dir); err != nil {
		return nil, err
	}
	f := &Folder{dir: dir}
	if err := f.list(); err != nil {
		return nil, err
	}
	return f, nil
}

// list looks at the states that there are.
func (f *Folder) list() error {
	numbers, err := f.numbers()
	if err != nil {
		return err
	}
	f.next, f.last = 1, nil
	if len(numbers) > 0 {
		last := newest(numbers)
		if f.next = last + 1; f.next > mostNumber/2 {
			return fmt.Errorf("%s: its number leaves too few for states after it: give it a smaller one, or name "+
				"another folder", f.path(last))
		}
		f.last = lstat(f.path(last))
	}
	f.choice = lstat(f.choicePath())
	return nil
}

// lstat returns what there is to recognize a file by, nil if it is gone already.
func lstat(path string) fs.FileInfo {
	info, _ := os.Lstat(path) // nil if there is an error
	return info
}

// Lock keeps other processes from using the folder, and looks again at the states that there are. If a process is using
// it, Lock returns that process.
func (f *Folder) Lock() (*files.Holder, error) {
	lock, holder, err := files.TryLock(f.lockPath())
	f.lock = lock
	if err != nil || holder != nil {
		return holder, err
	}
	if err := f.list(); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return nil, nil
}

// Close ends the lock, if there is one.
func (f *Folder) Close() error {
	if f.lock == nil {
		return nil
	}
	return f.lock.Unlock()
}

// ensure makes the folder again if it has been removed. If somebody has removed it, or the file of the lock, it takes
// the lock again. A *[TakenError] says that another training has used the folder since: its states would be removed
// with old ones. Where there are no locks, what is in the folder tells.
func (f *Folder) ensure() error {
	if err := files.MakeFolder(f.dir); err != nil {
		return err
	}
	switch {
	case f.lock == nil:
		return nil
	case f.lock.Held() && !f.lock.Sure() && !f.isOurs(): // two of them may have begun at the same time
		return &TakenError{}
	case f.lock.Held():
		return nil
	}
	lock, holder, err := files.TryLock(f.lockPath())
	switch {
	case err != nil:
		return err
	case holder != nil:
		return &TakenError{holder}
	case !f.isOurs():
		return errors.Join(&TakenError{}, lock.Unlock())
	}
	_ = f.lock.Unlock() // it holds nothing any more
	f.lock = lock
	return nil
}

// isOurs reports whether the folder has nothing of another training: its newest state, if there is one, is the newest
// one that is known, and what is in it of a choice, if anything is, is what is known.
func (f *Folder) isOurs() bool {
	numbers, err := f.numbers()
	if err != nil || !isNoOther(f.choicePath(), f.choice) {
		return false
	}
	return len(numbers) == 0 || isNoOther(f.path(newest(numbers)), f.last)
}

// isNoOther reports whether there is no file but the known one, unchanged, at a path.
func isNoOther(path string, known fs.FileInfo) bool {
	info, err := os.Lstat(path)
	if err != nil {
		return errors.Is(err, fs.ErrNotExist)
	}
	return known != nil && os.SameFile(info, known) && info.ModTime().Equal(known.ModTime()) &&
		info.Size() == known.Size()
}

// Empty reports whether there was neither a state nor anything of a choice when the folder was opened or locked, and
// nothing has been saved since.
func (f *Folder) Empty() bool { return f.next == 1 && f.choice == nil }

// numbers are those of the states, ascending.
func (f *Folder) numbers() ([]int, error) {
	entries, err := os.ReadDir(f.dir)
	if err != nil {
		return nil, err
	}
	var list []int
	for _, e := range entries {
		text, ok := strings.CutPrefix(strings.TrimSuffix(e.Name(), suffix), prefix)
		n, err := strconv.Atoi(text)
		if ok && err == nil && n > 0 && n < mostNumber && e.Name() == filepath.Base(f.path(n)) {
			list = append(list, n)
		}
	}
	slices.Sort(list)
	return list, nil
}

// newest is the largest of numbers, of which there is one.
func newest(numbers []int) int { return numbers[len(numbers)-1] }

func (f *Folder) path(number int) string {
	return filepath.Join(f.dir, fmt.Sprintf("%s%06d%s", prefix, number, suffix))
}

// Save writes a state, and then removes those before the last two. Damaged ones that [Folder.Last] has found do not
// count. If the state can't be written, those that are there stay. A folder that has been removed is made again; if
// another training has used it since, nothing is written, and the error is a *[TakenError].
func (f *Folder) Save(write func(io.Writer) error) error {
	if err := f.ensure(); err != nil {
		return err
	}
	if err := files.Write(f.path(f.next), write); err != nil {
		return err
	}
	f.last = lstat(f.path(f.next))
	f.next++
	numbers, err := f.numbers()
	if err != nil {
		return nil // the state is there, which is what counts
	}
	left := kept
	for _, n := range slices.Backward(numbers) {
		switch {
		case left <= 0:
			_ = os.Remove(f.path(n)) // files that stay do no harm
		case !slices.Contains(f.bad, n):
			left--
		}
	}
	return nil
}

func (f *Folder) choicePath() string { return filepath.Join(f.dir, choiceName) }

func (f *Folder) lockPath() string { return filepath.Join(f.dir, lockName) }

// SaveChoice writes what is known of the choice before the training, in the place of what was known before. If it can't
// be written, that stays. A folder that has been removed is made again, as by Save.
func (f *Folder) SaveChoice(write func(io.Writer) error) error {
	if err := f.ensure(); err != nil {
		return err
	}
	if err := files.Write(f.choicePath(), write); err != nil {
		return err
	}
	f.choice = lstat(f.choicePath())
	return nil
}

// Choice returns what is known of the choice, nil if nothing is. If the file is damaged, the error is a
// *[DamagedError], and if it can't be read that of reading.
func (f *Folder) Choice() (*State, error) {
	about, err := readAbout(f.choicePath())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil && isDamaged(err) {
		return nil, &DamagedError{[]error{fmt.Errorf("%s: %w", f.choicePath(), err)}}
	}
	if err != nil {
		return nil, err
	}
	return &State{Path: f.choicePath(), About: about}, nil
}

// State is a saved state that is complete and undamaged.
type State struct {
	Path  string
	About []byte // as it was saved with
	// Newer says why newer states can't be used; nil if this is the last one.
	Newer []error
}

// Last returns the newest usable state, nil if there are none at all. If all are damaged, the error is a
// *[DamagedError]. Of a state that can't be read it is not known what it is: then the error is that of reading.
func (f *Folder) Last() (*State, error) {
	numbers, err := f.numbers()
	if err != nil {
		return nil, err
	}
	var damaged []error
	for _, n := range slices.Backward(numbers) {
		about, err := readAbout(f.path(n))
		if err == nil {
			return &State{f.path(n), about, damaged}, nil
		}
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case !isDamaged(err):
			return nil, err
		default:
			f.bad = append(f.bad, n)
			damaged = append(damaged, fmt.Errorf("%s: %w", f.path(n), err))
		}
	}
	if damaged == nil {
		return nil, nil
	}
	return nil, &DamagedError{damaged}
}

// isDamaged reports whether an error is that of a file, and not that of a disk or of permissions.
func isDamaged(err error) bool {
	return errors.As(err, new(*train.StateError)) || errors.As(err, new(*files.LimitError))
}

// readAbout reads all of a state, and returns what it was saved with about its training.
func readAbout(path string) ([]byte, error) {
	file, err := files.OpenRegular(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return train.CheckState(file)
}
