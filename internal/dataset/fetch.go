package dataset

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"ridge/internal/files"
)

// FetchedFile is a file to fetch.
type FetchedFile struct {
	Name   string // without the .gz that it carries on the mirrors and on disk
	Size   int64  // bytes, unpacked
	SHA256 string // of the unpacked content, in lower-case hexadecimal
}

// FetchOptions says what to fetch, from where to where. The zero value fetches
// MNIST into the user's cache.
type FetchOptions struct {
	// Dir receives the files; it is created if necessary. Default: CacheDir.
	Dir string
	// Mirrors are the URLs of folders that hold the files, tried in this order for
	// each file. Default: the public mirrors of MNIST.
	Mirrors []string
	// Files are what to fetch. Default: the four files of MNIST.
	Files []FetchedFile
	// Stall is how long a mirror may send nothing before Fetch gives up on it; the whole download has no limit.
	// Default: 30 s.
	Stall time.Duration
	// Client makes the requests. Default: http.DefaultClient.
	Client *http.Client
	// Progress, if not nil, is told of every piece that arrives: how many bytes of the
	// (compressed) file are there, and how many it has (-1: the mirror does not say). A
	// file that was there already is reported once, as complete. Calls come one after the
	// other, from the goroutine that called Fetch.
	Progress func(file string, done, total int64)
	// Waiting, if not nil, is told when another process fetches into the folder, which is
	// waited for.
	Waiting func(*files.Holder)
}

func (o FetchOptions) withDefaults() (FetchOptions, error) {
	if o.Dir == "" {
		dir, err := CacheDir()
		if err != nil {
			return o, err
		}
		o.Dir = dir
	}
	if len(o.Mirrors) == 0 {
		o.Mirrors = mirrors
	}
	if len(o.Files) == 0 {
		o.Files = mnistFiles
	}
	if o.Stall == 0 {
		o.Stall = 30 * time.Second
	}
	if o.Client == nil {
		o.Client = http.DefaultClient
	}
	if o.Progress == nil {
		o.Progress = func(string, int64, int64) {}
	}
	return o, nil
}

// Fetch downloads what is missing in o.Dir. A file that is there, in any spelling
// that [Open] knows, and has the right checksum is left alone. Each of the others
// grows as NAME.gz.part and gets its name when its checksum is right, so that nothing else ever has that name. If the
// content of a mirror has another checksum, the next mirror is tried. Files with wrong content, in another spelling of
// the name of one that is right, are removed: nobody could know which one is meant.
//
// Fetch may be interrupted at any time, by cancelling ctx too: the .part stays, and the next Fetch continues from
// there. Two processes that fetch at the same time do so one after the other. When no mirror delivers a file, the error
// is a *[FetchError].
func Fetch(ctx context.Context, o FetchOptions) error {
	o, err := o.withDefaults()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(o.Dir, 0o755); err != nil {
		return err
	}
	lock, err := files.Acquire(ctx, filepath.Join(o.Dir, ".fetch.lock"), o.Waiting)
	if err != nil {
		return err
	}
	return errors.Join(fetchAll(ctx, o), lock.Unlock())
}

// fetchAll downloads what is missing, while nobody else does.
func fetchAll(ctx context.Context, o FetchOptions) error {
	for i, file := range o.Files {
		path, size := o.present(file)
		if path != "" {
			o.Progress(file.packed(), size, size)
			if err := o.removeWrong(file, path); err != nil {
				return err
			}
			continue
		}
		failures, err := o.fetchFile(ctx, file)
		switch {
		case err != nil:
			return err
		case ctx.Err() != nil && failures != nil:
			return fmt.Errorf("%s: %w", file.packed(), ctx.Err())
		case failures != nil:
			return &FetchError{File: file.packed(), Dir: o.Dir, Missing: o.missing(o.Files[i:]), Mirrors: failures}
		}
		if err := o.removeWrong(file, filepath.Join(o.Dir, file.packed())); err != nil {
			return err
		}
	}
	return nil
}

// packed is the name of the file on the mirrors and on disk.
func (f FetchedFile) packed() string { return f.Name + ".gz" }

// present is where the file is there and right, "" if it is not, and its size on disk.
func (o FetchOptions) present(file FetchedFile) (path string, size int64) {
	for _, path := range located(o.Dir, file.Name) {
		if info, err := os.Stat(path); err == nil && file.verify(path) == nil {
			return path, info.Size()
		}
	}
	return "", 0
}

// removeWrong removes what has the name of the file in another spelling, and not its content.
func (o FetchOptions) removeWrong(file FetchedFile, right string) error {
	for _, path := range located(o.Dir, file.Name) {
		if path == right {
			continue
		}
		if _, wrong := errors.AsType[*FormatError](file.verify(path)); wrong {
			if err := os.Remove(path); err != nil {
				return err
			}
		}
	}
	return nil
}

// missing names those of the files that are not there or not right.
func (o FetchOptions) missing(files []FetchedFile) (names []string) {
	for _, file := range files {
		if path, _ := o.present(file); path == "" {
			names = append(names, file.packed())
		}
	}
	return names
}

// fetchFile tries the mirrors until one delivers the file. failures says what went wrong with each if none did; err is
// for an error that no other mirror can avoid.
func (o FetchOptions) fetchFile(ctx context.Context, file FetchedFile) (failures []error, err error) {
	path := filepath.Join(o.Dir, file.packed())
	d := &download{
		client:   o.Client,
		part:     path + ".part",
		most:     file.Size + slack,
		stall:    o.Stall,
		progress: func(done, total int64) { o.Progress(file.packed(), done, total) },
	}
	// The last run may have ended between the last byte and the rename.
	if file.verify(d.part) == nil {
		return nil, os.Rename(d.part, path)
	}
	for _, mirror := range o.Mirrors {
		address, err := url.JoinPath(mirror, file.packed())
		if err == nil {
			err = d.fetchVerified(ctx, address, file)
		}
		if err == nil {
			return nil, os.Rename(d.part, path)
		}
		failures = append(failures, fmt.Errorf("%s: %w", mirror, err))
	}
	return failures, nil
}

// slack is how much a packed file may be larger than its content: gzip adds a
// header, a trailer and some bytes per block to what it cannot compress.
const slack = 64 << 10

// fetchVerified leaves the right content in d.part, or an error. Content that turns
// out wrong is thrown away; if some of it was there before, it may be that which was
// wrong (from another mirror, or of a file that has changed since), and the mirror
// gets a second chance from the first byte on.
func (d *download) fetchVerified(ctx context.Context, address string, file FetchedFile) error {
	for {
		resumed, err := d.run(ctx, address)
		if err != nil {
			return err
		}
		err = file.verify(d.part)
		if err == nil {
			return nil
		}
		if rmErr := os.Remove(d.part); rmErr != nil {
			return rmErr
		}
		if !resumed {
			return err
		}
	}
}
