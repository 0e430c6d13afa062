package source

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"ridge/internal/files"
)

// Stdin is the path that means standard input.
const Stdin = "-"

// File is what a data set is read from: a file, or a folder of files.
type File struct {
	// Path is what was asked for; errors call the file so, too, except standard input.
	Path string
	// Dir is true for a folder, which has no content of its own.
	Dir bool
	// Sums are the SHA-256 of the unpacked content of files of a folder, in lower-case
	// hexadecimal, by their names without .gz. [File.Child] passes them on; reading such a file to its end fails if the
	// sum is another one.
	Sums map[string]string

	ctx   context.Context
	name  string
	at    io.ReaderAt
	size  int64
	close func() error
	head  []byte
	sum   string    // wanted, "" if any content will do
	rest  io.Reader // what of a stream has not been read
}

// Open opens a file, a folder, or with [Stdin] the standard input, and reads the first
// bytes of it. A file that is not regular has only these until [File.Complete].
// Cancelling ctx ends any reading within some 64 KiB. The caller closes the file.
func Open(ctx context.Context, path string) (*File, error) {
	if path == Stdin {
		return openStream(&File{Path: path, ctx: ctx, name: "standard input"}, files.Reader(ctx, os.Stdin))
	}
	opened, err := files.Open(ctx, path) // a pipe may have no writer
	if err != nil {
		return nil, err
	}
	info, err := opened.Stat()
	switch {
	case err != nil:
		return nil, errors.Join(err, opened.Close())
	case info.IsDir():
		return &File{Path: path, Dir: true, ctx: ctx, name: path}, opened.Close()
	case !info.Mode().IsRegular():
		return openStream(&File{Path: path, ctx: ctx, name: path, close: opened.Close}, files.Reader(ctx, opened))
	}
	return newFile(&File{Path: path, ctx: ctx, name: path, at: opened, size: info.Size(), close: opened.Close})
}

// OfBytes is a file in memory, for tests: content is not copied.
func OfBytes(ctx context.Context, name string, content []byte) (*File, error) {
	return newFile(&File{Path: name, ctx: ctx, name: name, at: bytes.NewReader(content), size: int64(len(content))})
}

// newFile reads the head.
func newFile(f *File) (*File, error) {
	r, err := f.Reader()
	if err == nil {
		f.head = make([]byte, Buffer)
		var n int
		n, err = io.ReadFull(r, f.head)
		f.head = f.head[:n]
	}
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// Child opens a file of the folder, which the caller closes.
func (f *File) Child(path string) (*File, error) {
	child, err := Open(f.ctx, path)
	if err != nil {
		return nil, err
	}
	child.sum = f.Sums[strings.TrimSuffix(filepath.Base(path), ".gz")]
	if err := child.Complete(); err != nil {
		return nil, errors.Join(err, child.Close())
	}
	return child, nil
}

// Name is what errors call the file.
func (f *File) Name() string { return f.name }

// Head is the beginning of the unpacked content: all of it if it is shorter than [Buffer].
// It must not be written to.
func (f *File) Head() []byte { return f.head }

// Size is that of the file, or of its copy, in bytes, before anything is unpacked.
func (f *File) Size() int64 { return f.size }

// Reader reads the unpacked content from its first byte. Several readers of one file do
// not disturb each other.
func (f *File) Reader() (*Reader, error) {
	whole := &whole{r: io.NewSectionReader(f.at, 0, f.size), left: f.size}
	r, err := NewReader(&cancelled{ctx: f.ctx, Reader: whole}, f.name, f.size)
	if err == nil && f.sum != "" {
		r.verify(f.sum)
	}
	return r, err
}

// Raw gives access to the bytes of the file as they are, Size of them.
func (f *File) Raw() io.ReaderAt { return f.at }

// Context is the context that the file was opened with.
func (f *File) Context() context.Context { return f.ctx }

// Close closes the file; readers of it fail from then on.
func (f *File) Close() error {
	if f.close == nil {
		return nil
	}
	return f.close()
}

// whole reads a file of a known size. A file that ends before has been truncated since it was opened.
type whole struct {
	r    io.Reader
	left int64
}

// errChanged says that a file has become shorter.
var errChanged = errors.New("changed while it was read")

func (w *whole) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	if w.left -= int64(n); err == io.EOF && w.left > 0 {
		err = errChanged
	}
	return n, err
}

// cancelled reads until the context ends.
type cancelled struct {
	io.Reader
	ctx context.Context
}

func (c *cancelled) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.Reader.Read(p)
}
