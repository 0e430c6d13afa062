package compare

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"ridge/internal/dataset"
	"ridge/internal/files"
	"ridge/internal/memory"
	"ridge/internal/sealed"
)

// ArchiveName is the name by which [Collect] finds an archive in a folder.
const ArchiveName = "runs.jsonl.gz"

// An archive is refused above archiveLimit bytes, unpacked, which is some 100,000 runs, and when
// it unpacks to much more than such files do: what a small file makes the program read is bounded.
const (
	archiveLimit = 1 << 28
	archiveRatio = 100
	archiveLeast = 1 << 20 // bytes, unpacked, that are always read
	// mostBadLines is how many bad lines are skipped. A file with more of them is not an archive: to refuse millions of
	// short lines one by one would take minutes.
	mostBadLines = 1000
)

// WriteArchive writes all that there is of the comparison, in a form to keep: lines of JSON in gzip, the plan and then
// the results of runs in the order of their names, those that other plans have asked for, too. It is some twenty times
// smaller than the files of the folder, and the same results give the same bytes. Files that are no results are left
// out, and then among the [Summary.Problems].
func (s *Summary) WriteArchive(w io.Writer) error {
	if err := s.study.store.readAll(s.study.data); err != nil {
		return err
	}
	z, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return err
	}
	lines := &lineWriter{w: z, left: archiveLimit}
	if err := lines.write(savedPlan{s.study.plan, s.study.data}); err != nil {
		return err
	}
	results := s.study.store.loaded
	for _, name := range slices.Sorted(maps.Keys(results)) {
		if err := lines.write(results[name]); err != nil {
			return err
		}
	}
	return z.Close()
}

// lineWriter writes lines of JSON with a checksum, as many as are read back.
type lineWriter struct {
	w    io.Writer
	left int // bytes
}

func (l *lineWriter) write(v any) error {
	text, err := sealed.Encode(v)
	if err != nil {
		return err
	}
	if l.left -= len(text) + 1; l.left < 0 {
		return fmt.Errorf("the runs take more than %s, which is not read back: some of them need a folder of their own",
			memory.Bytes(archiveLimit))
	}
	_, err = l.w.Write(append(text, '\n'))
	return err
}

// Identify gives the results of an older comparison, which lack the hash of their samples, the hash
// of a data set, which must have the same name and counts. The caller knows that it was this data
// set.
func (s *Summary) Identify(set *dataset.Set) error {
	have, want := s.study.data, dataOf(&s.study.plan, set)
	if have.Hash != "" {
		return fmt.Errorf("the results have the hash of their samples, %.12s, already", have.Hash)
	}
	hash := want.Hash
	if want.Hash = ""; have != want {
		return fmt.Errorf("the results are of %v, not of %v", have, want)
	}
	// Those that the last plan did not ask for are not loaded yet, and can't be once the hash is known.
	if err := s.study.store.readAll(s.study.data); err != nil {
		return err
	}
	s.study.data.Hash = hash
	for _, r := range s.study.store.loaded {
		r.Data.Hash = hash
	}
	return nil
}

// readAll reads the results of all runs on the data that there are, whoever asked for them.
func (s *store) readAll(d DataFacts) error {
	for _, name := range slices.Sorted(maps.Keys(s.archived)) {
		r := s.archived[name]
		if _, err := s.load(r.Run, d.of(r.Stage)); err != nil {
			return err
		}
	}
	paths, err := s.resultFiles()
	if err != nil {
		return err
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for _, path := range paths {
		name := strings.TrimSuffix(filepath.Base(path), suffix)
		if s.loaded[name] != nil {
			continue
		}
		if _, err := s.read(name, func(r *Result) DataFacts { return d.of(r.Stage) }); err != nil {
			return err
		}
	}
	return nil
}

// openArchive returns the study that an archive was made from. It has no folder.
func openArchive(path string) (*Study, error) {
	f, err := files.OpenRegular(path)
	if err != nil {
		return nil, sealed.AsFileError(path, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	s, err := readArchive(f, path, info.Size())
	if err != nil {
		return nil, &sealed.FileError{Path: path, Reason: fmt.Sprintf("not the archive of a comparison: %v", err)}
	}
	return s, nil
}

// readArchive reads an archive of size bytes. Lines that are no results are left out.
func readArchive(r io.Reader, path string, size int64) (*Study, error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, err
	}
	limit := min(archiveLimit, max(archiveLeast, size*archiveRatio))
	content := &io.LimitedReader{R: z, N: limit + 1}
	lines := bufio.NewScanner(content)
	lines.Buffer(nil, resultLimit)
	study, err := readLines(lines, path)
	switch {
	case content.N <= 0:
		return nil, fmt.Errorf("larger than %s unpacked, which no such file is", memory.Bytes(limit))
	case errors.Is(lines.Err(), bufio.ErrTooLong):
		return nil, fmt.Errorf("has a line of more than %s, which no such file has", memory.Bytes(resultLimit))
	}
	return study, err
}

// readLines reads the plan and the results of its runs.
func readLines(lines *bufio.Scanner, path string) (*Study, error) {
	if !lines.Scan() {
		return nil, cmp.Or(lines.Err(), io.ErrUnexpectedEOF)
	}
	saved, err := decodePlan(lines.Bytes())
	if err != nil {
		return nil, err
	}
	results, bad := newStore(""), 0
	for line := 2; lines.Scan(); line++ {
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		if err := results.addLine(lines.Bytes(), saved.Data); err != nil {
			if bad++; bad > mostBadLines {
				return nil, fmt.Errorf("more than %d lines are not the results of runs", mostBadLines)
			}
			results.leaveOut(fmt.Sprintf("%s: line %d", path, line), err)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	return &Study{plan: saved.Plan, data: saved.Data, store: results}, nil
}

// addLine adds a result to those of an archive. If a run has two different results neither counts.
func (s *store) addLine(text []byte, all DataFacts) error {
	result, err := decodeResult(text)
	if err != nil {
		return err
	}
	if err := result.fits(all); err != nil {
		return err
	}
	name := result.Run.String()
	if s.archived[name] != nil || s.bad[name] {
		delete(s.archived, name)
		s.bad[name] = true
		return fmt.Errorf("the run %s occurs twice: neither counts", name)
	}
	s.archived[name] = result
	return nil
}

// open returns the study whose files are in a folder, or in the archive that the path
// names or the folder has.
func open(path string) (*Study, error) {
	if info, err := os.Stat(path); err == nil && !info.IsDir() {
		return openArchive(path)
	}
	archive := filepath.Join(path, ArchiveName)
	if !files.Exists(filepath.Join(path, planName)) && files.Exists(archive) {
		return openArchive(archive)
	}
	results, err := openStore(path)
	if bad, ok := errors.AsType[*sealed.FileError](err); ok { // the files are there anyway
		results, err = newStore(path), nil
		results.leaveOut(bad.Path, errors.New(bad.Reason))
	}
	if err != nil {
		return nil, err
	}
	saved, err := results.loadPlan()
	if err != nil {
		return nil, err
	}
	return &Study{plan: saved.Plan, data: saved.Data, store: results}, nil
}

// openStore returns the store of a folder. If the folder has an archive, its runs count as finished, too: the
// comparison continues where the archived one ended.
func openStore(dir string) (*store, error) {
	s := newStore(dir)
	archive := filepath.Join(dir, ArchiveName)
	if !files.Exists(archive) {
		return s, nil
	}
	study, err := openArchive(archive)
	if err != nil {
		return nil, err
	}
	s.archived, s.problems = study.store.archived, study.store.problems
	return s, nil
}
