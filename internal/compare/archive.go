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

	"ridge/internal/dataset"
	"ridge/internal/files"
	"ridge/internal/memory"
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

// WriteArchive writes everything that the summary was made from, in a form to keep: lines of
// JSON in gzip, the plan and then the results of its runs in the order of their names. It is
// some twenty times smaller than the files of the folder, and the same results give the same
// bytes.
func (s *Summary) WriteArchive(w io.Writer) error {
	z, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return err
	}
	if err := writeLine(z, savedPlan{s.study.plan, s.study.data}); err != nil {
		return err
	}
	results := s.study.store.loaded
	for _, name := range slices.Sorted(maps.Keys(results)) {
		if err := writeLine(z, results[name]); err != nil {
			return err
		}
	}
	return z.Close()
}

// writeLine writes v as a line of JSON with a checksum.
func writeLine(w io.Writer, v any) error {
	text, err := seal(v)
	if err != nil {
		return err
	}
	_, err = w.Write(append(text, '\n'))
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
	s.study.data.Hash = hash
	for _, r := range s.study.store.loaded {
		r.Data.Hash = hash
	}
	return nil
}

// openArchive returns the study that an archive was made from. It has no folder.
func openArchive(path string) (*Study, error) {
	f, err := files.OpenRegular(path)
	if limit, ok := errors.AsType[*files.LimitError](err); ok {
		return nil, &FileError{path, limit.Reason}
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	s, err := readArchive(f, path, info.Size())
	if err != nil {
		return nil, &FileError{path, fmt.Sprintf("not the archive of a comparison: %v", err)}
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
func (s *store) addLine(text []byte, all Data) error {
	result, err := decodeResult(text)
	if err != nil {
		return err
	}
	want := all
	if result.Stage == stageTune {
		want = tuningData(all)
	}
	if result.Data != want {
		return otherData(result.Data, want)
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
	if !exists(filepath.Join(path, planName)) && exists(archive) {
		return openArchive(archive)
	}
	results, err := openStore(path)
	if bad, ok := errors.AsType[*FileError](err); ok { // the files are there anyway
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
	if !exists(archive) {
		return s, nil
	}
	study, err := openArchive(archive)
	if err != nil {
		return nil, err
	}
	s.archived, s.problems = study.store.archived, study.store.problems
	return s, nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
