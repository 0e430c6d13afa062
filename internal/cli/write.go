package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"ridge/internal/files"
)

// write lets encode write the output. A file appears complete or not at all. It waits for a pipe or
// a device, but not for long once ctx has ended.
func (o output) write(ctx context.Context, stdout io.Writer, encode func(io.Writer) error) error {
	var err error
	switch {
	case o.path == "":
	case o.path == standardOutput:
		err = encode(plain(stdout))
	case o.inPlace():
		err = o.writeInPlace(ctx, encode)
	default:
		err = files.Write(o.path, encode)
	}
	if err != nil {
		return fmt.Errorf("%s %s: %w", o.flag, o.path, reason(err))
	}
	return nil
}

// keep is write for results that took long to compute: if the file can't be written, although it could when the work
// began, the content is put somewhere else, and the error says where.
func (o output) keep(ctx context.Context, stdout io.Writer, encode func(io.Writer) error) error {
	err := o.write(ctx, stdout, encode)
	if err == nil || o.path == standardOutput {
		return err
	}
	return o.aside(err, encode)
}

// aside puts the content somewhere else, as it can't be put where it belongs.
func (o output) aside(err error, encode func(io.Writer) error) error {
	for _, dir := range o.shelters() {
		path, free := unusedPath(filepath.Join(dir, filepath.Base(o.path)))
		if free && files.WritePrivate(path, encode) == nil {
			return &asideError{err, path}
		}
	}
	return err
}

// asideError says that a result is somewhere else, and why.
type asideError struct {
	err  error
	path string
}

// Error implements error.
func (e *asideError) Error() string { return fmt.Sprintf("%v; it is in %s instead", e.err, e.path) }
func (e *asideError) Unwrap() error { return e.err }

// besideTheEnd are the errors joined in err that say more than that the work was interrupted: where results are, and
// which are lost.
func besideTheEnd(err error) (found []error) {
	if e, ok := err.(interface{ Unwrap() []error }); ok {
		for _, one := range e.Unwrap() {
			found = append(found, besideTheEnd(one)...)
		}
		return found
	}
	if e, ok := errors.AsType[*asideError](err); ok {
		return []error{e}
	}
	if _, ok := errors.AsType[unreadError](err); ok || !errors.Is(err, context.Canceled) {
		return []error{err}
	}
	if e, ok := err.(interface{ Unwrap() error }); ok {
		return besideTheEnd(e.Unwrap())
	}
	return nil
}

// unreadError is the error of a pipe that was not waited for any longer, as the work was to end.
type unreadError struct{}

// Error implements error.
func (unreadError) Error() string { return "nobody reads it" }

// Is makes it an end of the context.
func (unreadError) Is(target error) bool { return target == context.Canceled }

// errReaderGone is the error of a pipe without a reader. Unlike that of standard output, whose reader knows, it is
// reported.
var errReaderGone = errors.New("its reader went away")

// pipeError is what an error of writing to a pipe or a device means.
func pipeError(err error) error {
	switch {
	case isBrokenPipe(err):
		return errReaderGone
	case errors.Is(err, context.Canceled):
		return unreadError{}
	}
	return err
}

// writeInPlace writes to a file that must not be replaced.
func (o output) writeInPlace(ctx context.Context, encode func(io.Writer) error) error {
	f, err := files.Create(ctx, o.path)
	if err == nil {
		err = errors.Join(encode(files.Writer(ctx, f)), f.Close())
	}
	return pipeError(err)
}

// mayWait is 1 for an output that may keep its writer waiting, else 0.
func (o output) mayWait() int {
	if o.path == standardOutput || o.path != "" && o.inPlace() {
		return 1
	}
	return 0
}

// shelters are folders for results that have lost their place: the nearest folder above it that exists, unless it is a
// device; the working folder; and that of temporary files.
func (o output) shelters() []string {
	var dirs []string
	if target, err := filepath.Abs(o.target()); err == nil && (!o.inPlace() || isPipe(o.path)) {
		dir := filepath.Dir(target)
		for !isFolder(dir) && dir != filepath.Dir(dir) {
			dir = filepath.Dir(dir)
		}
		dirs = append(dirs, dir)
	}
	if dir, err := os.Getwd(); err == nil {
		dirs = append(dirs, dir)
	}
	return append(dirs, os.TempDir())
}
