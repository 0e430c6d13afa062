package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"ridge/internal/memory"
)

// streamHead is how much of a stream is read to learn what it holds. Unpacked it is at least [Buffer]: deflate does not
// make anything larger by more than some bytes, and the header of gzip is smaller than the rest.
const streamHead = 3 * Buffer

// openStream makes a file from something that can be read only once: a pipe, a device, standard input. What is longer
// than streamHead has only its beginning until [File.Complete].
func openStream(f *File, r io.Reader) (*File, error) {
	begin := make([]byte, streamHead)
	n, err := io.ReadFull(&cancelled{ctx: f.ctx, Reader: r}, begin)
	switch {
	case err == nil:
		f.rest = r
	case err != io.EOF && err != io.ErrUnexpectedEOF:
		return nil, errors.Join(fmt.Errorf("%s: %w", f.name, err), f.Close())
	}
	f.at, f.size = bytes.NewReader(begin[:n]), int64(n)
	return newFile(f)
}

// Complete makes sure that all of the file can be read, and again: what is left of a stream is copied to a temporary
// file without a name. It is called once a format has matched, so that a stream that is not data, and may never end, is
// not copied. More than [memory.Limit] bytes are an error, for the same reason.
func (f *File) Complete() error { return f.complete(memory.Limit()) }

// complete is Complete for at most limit bytes.
func (f *File) complete(limit int64) error {
	if f.rest == nil {
		return nil
	}
	temp, err := os.CreateTemp("", "ridge-data-*")
	if err != nil {
		return fmt.Errorf("%s could not be copied to a temporary file: %w", f.name, err)
	}
	// On systems that can't remove an open file it is removed when it is closed.
	removed, closeStream := os.Remove(temp.Name()) == nil, f.close
	f.close = func() error {
		err := temp.Close()
		if !removed {
			err = errors.Join(err, os.Remove(temp.Name()))
		}
		if closeStream != nil {
			err = errors.Join(err, closeStream())
		}
		return err
	}
	all := io.MultiReader(io.NewSectionReader(f.at, 0, f.size), &cancelled{ctx: f.ctx, Reader: f.rest})
	n, err := io.CopyN(temp, all, limit)
	switch {
	case err == nil:
		return fmt.Errorf(
			"%s: %s have come through a pipe, with no end in sight: data of that size would not fit into memory; "+
				"larger text that does can be read as a file", f.name, memory.Bytes(limit))
	case err == io.EOF:
		err = nil
	}
	if pathError, ok := errors.AsType[*fs.PathError](err); ok && pathError.Path == temp.Name() {
		err = fmt.Errorf("copying it to a temporary file (TMPDIR says where): %w", pathError.Err)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", f.name, err)
	}
	f.at, f.size, f.rest = temp, n, nil
	return nil
}
