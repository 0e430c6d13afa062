package compare

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"ridge/internal/files"
	"ridge/internal/sealed"
)

// store is where the results are: the files of a folder, and what has been read of them.
type store struct {
	dir   string // empty if there is nothing but what has been read
	mutex sync.Mutex

	loaded   map[string]*Result // those that were asked for, by name
	archived map[string]*Result // those of an archive
	problems []string           // with files that were left out, for people
	bad      map[string]bool    // names of runs whose files were left out
}

func newStore(dir string) *store {
	return &store{dir: dir, loaded: map[string]*Result{}, archived: map[string]*Result{}, bad: map[string]bool{}}
}

const (
	suffix   = ".json"
	planName = "plan" + suffix
	// keptPlan is where a plan goes that is replaced by another; the next one gets a number.
	keptPlan = "plan.before" + suffix
)

// resultLimit is the size in bytes above which a file is refused: that of some 10,000 epochs,
// which are the most there are.
const resultLimit = sealed.Limit

// mostProblems is how many are kept: a folder can have any number.
const mostProblems = 20

// leaveOut notes that a file is not used, and why, unless that is noted already.
func (s *store) leaveOut(path string, reason error) {
	text := fmt.Sprintf("%s: %v", path, reason)
	switch n := len(s.problems); {
	case slices.Contains(s.problems, text):
	case n < mostProblems:
		s.problems = append(s.problems, text)
	case n == mostProblems:
		s.problems = append(s.problems, "and more files that are not what they should be")
	}
}

// load returns the result of a run on the data, or nil if it is not finished. A file that is not such a result is left
// out. That is a problem but not an error: the run counts as not finished.
func (s *store) load(r Run, d DataFacts) (*Result, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	name := r.String()
	if result := s.loaded[name]; result != nil && result.Data == d {
		return result, nil
	}
	return s.read(name, func(*Result) DataFacts { return d })
}

// read is load by the name of a run, whose result is not loaded; on says which data it must be on.
func (s *store) read(name string, on func(*Result) DataFacts) (*Result, error) {
	if s.bad[name] {
		return nil, nil
	}
	result, path, err := s.find(name)
	if err == nil && result != nil && result.Data != on(result) {
		err = otherData(result.Data, on(result))
	}
	if errors.As(err, new(*fs.PathError)) {
		return nil, err // the disk's fault
	}
	if err != nil {
		s.leaveOut(path, err)
		s.bad[name] = true
		return nil, nil
	}
	if result != nil {
		s.loaded[name] = result
	}
	return result, nil
}

// find returns a result by the name of its run, nil if there is none, and its file.
func (s *store) find(name string) (*Result, string, error) {
	path := filepath.Join(s.dir, name+suffix)
	if result := s.archived[name]; result != nil || s.dir == "" {
		return result, filepath.Join(s.dir, ArchiveName) + " (" + name + ")", nil
	}
	result, err := readResult(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, path, nil
	}
	if err == nil && result.Run.String() != name {
		err = fmt.Errorf("holds the run %s", result.Run)
	}
	return result, path, err
}

// readResult reads the file of a run.
func readResult(path string) (*Result, error) {
	text, err := files.Read(path, resultLimit)
	if limit, ok := errors.AsType[*files.LimitError](err); ok {
		return nil, errors.New(limit.Reason)
	}
	if err != nil {
		return nil, err
	}
	return decodeResult(text)
}

// decodeResult returns the result that a text holds, or an error if it is not a valid one.
func decodeResult(text []byte) (*Result, error) {
	result := new(Result)
	hasChecksum, err := sealed.Decode(text, result)
	if err == nil {
		err = result.validate()
	}
	if err == nil && !hasChecksum && result.Data.Hash != "" {
		err = sealed.ErrNoChecksum
	}
	if err != nil {
		return nil, fmt.Errorf("not the result of a run: %w", err)
	}
	return result, nil
}

// otherData is the error for samples that are not those of the comparison.
func otherData(have, want DataFacts) error {
	counts := have
	if counts.Hash = want.Hash; counts == want && have.Hash == "" {
		return fmt.Errorf(
			"it does not say which samples of %q it is a run on, as it is older than the hash of samples: "+
				"`train compare --report OLD --data NAME --pack FILE` adds that of NAME, and FILE goes on as %s in "+
				"a new folder", want.Name, ArchiveName)
	}
	return fmt.Errorf("is a run on %v, not on %v: results of other samples need another folder", have, want)
}

// refuseOthers returns an error if there is a plan or a result of other samples than those of the
// final runs in the folder. It reads all files.
func (s *store) refuseOthers(d DataFacts) error {
	saved, err := s.loadPlan()
	if errors.Is(err, errNoPlan) {
		err = nil
	} else if err == nil && saved.Data != d {
		return &sealed.FileError{Path: filepath.Join(s.dir, planName), Reason: otherData(saved.Data, d).Error()}
	}
	if err != nil {
		return err
	}
	for _, result := range s.archived {
		if err := result.fits(d); err != nil {
			return &sealed.FileError{Path: filepath.Join(s.dir, ArchiveName), Reason: err.Error()}
		}
	}
	paths, err := s.resultFiles()
	if err != nil {
		return err
	}
	for _, path := range paths {
		result, err := readResult(path)
		if err != nil {
			continue // load will name it, if that run is asked for
		}
		if err := result.fits(d); err != nil {
			return &sealed.FileError{Path: path, Reason: err.Error()}
		}
	}
	return nil
}

// resultFiles are the files of the folder, if there is one, that have the names of results.
func (s *store) resultFiles() ([]string, error) {
	if s.dir == "" {
		return nil, nil
	}
	return filepath.Glob(filepath.Join(escapeGlob(s.dir), anyRun+suffix))
}

// anyRun is a pattern of the names of runs.
const anyRun = "*_seed*"

// escapeGlob is a folder in a pattern.
func escapeGlob(dir string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`).Replace(dir)
}

// save writes the file of a result: complete, or not at all. One that was left out is kept
// under another name.
func (s *store) save(r *Result) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	name := r.Run.String()
	if s.bad[name] {
		if err := keepAside(filepath.Join(s.dir, name+suffix), filepath.Join(s.dir, name+".bad")); err != nil {
			return err
		}
		delete(s.bad, name)
		delete(s.archived, name)
	}
	if err := s.write(name+suffix, r); err != nil {
		return err
	}
	s.loaded[name] = r
	return nil
}

// keepAside renames a file, if it exists.
func keepAside(path, to string) error {
	if err := os.Rename(path, to); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// mostKept bounds the search for a name that is free.
const mostKept = 10_000

// keepAll gives a file another name, with a number before its ending if another file has it. The file has its own name,
// too, until it is replaced, unless the file system does not allow that.
func keepAll(path, name string) (kept string, err error) {
	for i := range mostKept {
		kept = name
		if i > 0 {
			kept = fmt.Sprintf("%s.%d%s", strings.TrimSuffix(name, suffix), i+1, suffix)
		}
		switch err = os.Link(path, kept); {
		case err == nil || isSame(path, kept):
			return kept, nil
		case errors.Is(err, fs.ErrExist):
		default:
			return kept, os.Rename(path, kept) // no file has that name, or the error would be another one
		}
	}
	return "", err
}

// isSame reports whether two names are those of one file.
func isSame(path, other string) bool {
	x, errX := os.Lstat(path)
	y, errY := os.Lstat(other)
	return errX == nil && errY == nil && os.SameFile(x, y)
}

// savedPlan is what plan.json holds.
type savedPlan struct {
	Plan Plan      `json:"plan"`
	Data DataFacts `json:"data"` // of the final runs
}

// errNoPlan says that a folder has none.
var errNoPlan = errors.New("does not exist: there is no comparison in that folder")

// savePlan writes the plan. If there was another one it is kept, and kept tells where.
func (s *store) savePlan(p Plan, d DataFacts) (kept string, err error) {
	path := filepath.Join(s.dir, planName)
	switch before, err := s.loadPlan(); {
	case err == nil && same(before, savedPlan{p, d}):
		return "", nil
	case err == nil:
		if kept, err = keepAll(path, filepath.Join(s.dir, keptPlan)); err != nil {
			return "", err
		}
	case !errors.Is(err, errNoPlan):
		return "", err
	}
	return kept, s.write(planName, savedPlan{p, d})
}

// same reports whether two plans have the same file.
func same(a, b savedPlan) bool {
	x, errX := sealed.Encode(a)
	y, errY := sealed.Encode(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}

func (s *store) loadPlan() (savedPlan, error) {
	path := filepath.Join(s.dir, planName)
	text, err := files.Read(path, resultLimit)
	if errors.Is(err, fs.ErrNotExist) {
		return savedPlan{}, fmt.Errorf("%s: %w", path, errNoPlan)
	}
	if err != nil {
		return savedPlan{}, sealed.AsFileError(path, err)
	}
	saved, err := decodePlan(text)
	if err != nil {
		return savedPlan{}, &sealed.FileError{Path: path, Reason: fmt.Sprintf("not the plan of a comparison: %v", err)}
	}
	return saved, nil
}

// decodePlan returns the plan that a text holds, or an error if it is not a valid one.
func decodePlan(text []byte) (savedPlan, error) {
	var saved savedPlan
	hasChecksum, err := sealed.Decode(text, &saved)
	if err == nil {
		err = saved.Plan.Validate()
	}
	if err == nil {
		err = saved.Data.validate()
	}
	if err == nil && !hasChecksum && saved.Data.Hash != "" {
		err = sealed.ErrNoChecksum
	}
	return saved, err
}

func (s *store) write(name string, v any) error {
	if err := files.MakeFolder(s.dir); err != nil {
		return err
	}
	return sealed.Write(filepath.Join(s.dir, name), v)
}
