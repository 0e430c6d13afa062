package compare

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// ArchiveName is the name by which [Collect] finds an archive in a folder.
const ArchiveName = "runs.jsonl.gz"

// archiveLimit is the size in bytes, unpacked, above which an archive is refused: that of
// some 100,000 runs.
const archiveLimit = 1 << 28

// WriteArchive writes all that the summary was made from, in the form to keep: lines of
// JSON in gzip, the plan and then the results of its runs in the order of their names. It
// is some twenty times smaller than the files of the folder, and the same results give
// the same bytes.
func (s *Summary) WriteArchive(w io.Writer) error {
	z, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return err
	}
	lines := json.NewEncoder(z)
	if err := lines.Encode(savedPlan{s.study.plan, s.study.data}); err != nil {
		return err
	}
	results := s.study.store.loaded
	for _, name := range slices.Sorted(maps.Keys(results)) {
		if err := lines.Encode(results[name]); err != nil {
			return err
		}
	}
	return z.Close()
}

// openArchive returns the study that an archive was made from. It has no folder.
func openArchive(path string) (*Study, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	s, err := readArchive(f)
	if err != nil {
		return nil, &FileError{path, fmt.Sprintf("not the archive of a comparison: %v", err)}
	}
	return s, nil
}

func readArchive(r io.Reader) (*Study, error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, err
	}
	content := &io.LimitedReader{R: z, N: archiveLimit}
	lines := json.NewDecoder(content)
	var saved savedPlan
	if err := lines.Decode(&saved); err != nil {
		return nil, err
	}
	if err := saved.Plan.Validate(); err != nil {
		return nil, err
	}
	results := newStore("")
	for {
		result := new(Result)
		switch err := lines.Decode(result); {
		case content.N <= 0:
			return nil, fmt.Errorf("larger than %d MiB unpacked, which no such file is", archiveLimit>>20)
		case errors.Is(err, io.EOF):
			return &Study{plan: saved.Plan, data: saved.Data, store: results}, nil
		case err != nil:
			return nil, err
		}
		if err := saved.check(result); err != nil {
			return nil, err
		}
		results.archived[result.Run.String()] = result
	}
}

// check tells whether a result is one on the samples of the plan.
func (p *savedPlan) check(r *Result) error {
	want := p.Data
	switch {
	case r.Stage == stageTune:
		want = tuningData(want)
	case r.Stage != stageFinal:
		return fmt.Errorf("%v is of the stage %q: want %s or %s", r.Run, r.Stage, stageTune, stageFinal)
	}
	if r.Epochs < 1 {
		return fmt.Errorf("%v has %d epochs: want at least 1", r.Run, r.Epochs)
	}
	if r.Data != want {
		return fmt.Errorf("%v is a run on %v, not on %v", r.Run, r.Data, want)
	}
	return nil
}

// open returns the study whose files are in a folder, or in the archive that the path
// names or the folder has.
func open(path string) (*Study, error) {
	if info, err := os.Stat(path); err == nil && !info.IsDir() {
		return openArchive(path)
	}
	archive := filepath.Join(path, ArchiveName)
	if !exists(filepath.Join(path, planName)) && exists(archive) {
		return openArchive(archive)
	}
	results, err := openStore(path)
	if err != nil {
		return nil, err
	}
	saved, err := results.loadPlan()
	if err != nil {
		return nil, err
	}
	return &Study{plan: saved.Plan, data: saved.Data, store: results}, nil
}

// openStore returns the store of a folder. If there is an archive in it, its runs are
// finished, too: a comparison goes on where the one that the archive was made of ended.
func openStore(dir string) (*store, error) {
	s := newStore(dir)
	archive := filepath.Join(dir, ArchiveName)
	if !exists(archive) {
		return s, nil
	}
	study, err := openArchive(archive)
	if err != nil {
		return nil, err
	}
	s.archived = study.store.archived
	return s, nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
