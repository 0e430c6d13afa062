package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset"
	"ridge/internal/dataset/source"
	"ridge/internal/files"
)

// output is a place where a command leaves a result: a file, standard output if
// the path is "-", nowhere if it is empty.
type output struct {
	flag string // that names it, for messages
	path string
}

const standardOutput = "-"

// parsePath parses the name of an output.
func parsePath(text string) (string, error) { return pathTo("the name of a file")(text) }

// toStream makes outputs that lead to the file, the pipe, the socket or the terminal of standard output, as /dev/stdout
// does, into standard output: what is written there must not be replaced, and the table goes elsewhere.
func toStream(stdout io.Writer, outputs ...*output) {
	s, ok := stdout.(*stream)
	if !ok {
		return
	}
	file, ok := s.file.(*os.File)
	if !ok {
		return
	}
	for _, o := range outputs {
		if o.path != "" && (sameAsOpen(file, o.path) || sameTwoWay(file, o.path)) {
			o.path = standardOutput
		}
	}
}

// checkBinary reports whether an output that no terminal can show goes elsewhere.
func checkBinary(stdout io.Writer, o output) error {
	if o.path == standardOutput && toTerminal(stdout) {
		return usagef("%s -: standard output is a terminal: want a file or a pipe", o.flag)
	}
	if leadsToTerminal(o.path) {
		return usagef("%s %s: it is a terminal: want a file or a pipe", o.flag, o.path)
	}
	return nil
}

// checkOutputs reports whether the outputs can be written, each to a place of its
// own, without leaving a trace of having tried.
func checkOutputs(outputs ...output) error {
	if err := checkDistinct(outputs...); err != nil {
		return err
	}
	for _, o := range outputs {
		if o.path == "" {
			continue
		}
		if o.path != standardOutput && !o.inPlace() && sameAsOpen(os.Stderr, o.path) {
			return usagef("%s %s: standard error goes to that file: want one of its own", o.flag, o.path)
		}
		if err := o.check(); err != nil {
			return fmt.Errorf("%s %s: can't be written: %w", o.flag, o.path, reason(err))
		}
	}
	return nil
}

// checkNoInput makes sure that no output takes the place of an input: of a file, or of one in a
// folder that is read.
//
// A file may be read from standard input, too, and the shell may have opened one for standard output.
func checkNoInput(flag, input string, outputs ...output) error {
	return checkNotRead(flag+" "+input, input, outputs...)
}

// checkNotRead is checkNoInput for an input that reader reads: a flag and its value.
func checkNotRead(reader, input string, outputs ...output) error {
	for _, o := range outputs {
		if input == "" || o.path == "" {
			continue
		}
		if input == source.Stdin && o.path != standardOutput && sameAsOpen(os.Stdin, o.path) {
			return usagef("%s %s: %s reads that file, as standard input", o.flag, o.path, reader)
		}
		if o.path == standardOutput {
			if err := mayTake(os.Stdout, reader, input); err != nil {
				return err
			}
			continue
		}
		if !files.Exists(o.path) || o.inPlace() && !isPipe(o.path) {
			continue
		}
		if sameFile(input, o.path) || isFolder(input) && dataset.ReadsFile(o.path) && liesIn(o.target(), input) {
			return usagef("%s %s: %s reads that file", o.flag, o.path, reader)
		}
	}
	return nil
}

// checkNoLabels makes sure that no output takes the place of the labels of the samples that a flag names, which are in
// a file of their own if they are an array: the target, or as somebody chose them to train with.
func checkNoLabels(flag, samples string, targets []string, trained *columns.Arrays, outputs ...output) error {
	return checkNotRead(flag+" "+samples, dataset.LabelFile(samples, targets, trained), outputs...)
}

// mayTake makes sure that standard output is not the file that a reader reads: a flag and its value.
func mayTake(out *os.File, reader, input string) error {
	if input != "" && input != source.Stdin && sameAsOpen(out, input) {
		return usagef("standard output: %s reads that file", reader)
	}
	return nil
}

// checkDistinct reports whether the files are different ones.
func checkDistinct(outputs ...output) error {
	flags := map[string]string{} // by place
	for _, o := range outputs {
		if o.path == "" {
			continue
		}
		place := o.place()
		if other, taken := flags[place]; taken {
			return usagef("%s and %s name the same file, %s", other, o.flag, o.path)
		}
		flags[place] = o.flag
	}
	return nil
}

// reason is err without the operation and the paths that package os puts before it.
func reason(err error) error {
	if e, ok := errors.AsType[*os.LinkError](err); ok {
		return e.Err
	}
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	return err
}

// place is the same for two outputs if they are the same file.
func (o output) place() string {
	if o.path == standardOutput {
		return o.path
	}
	if target, err := filepath.Abs(o.target()); err == nil {
		return target
	}
	return o.path
}

// target is the file that is written: that at the end of the symbolic links, so
// that they stay. The file need not exist, its folder must.
func (o output) target() string {
	target, err := files.Target(o.path)
	if err != nil {
		return o.path
	}
	if folder, err := filepath.EvalSymlinks(filepath.Dir(target)); err == nil {
		return filepath.Join(folder, filepath.Base(target))
	}
	return target
}

// inPlace reports whether the target is something that is written to rather than
// replaced, such as /dev/null or a pipe.
func (o output) inPlace() bool {
	info, err := os.Stat(o.path)
	return err == nil && !info.Mode().IsRegular()
}

// check tries whether the output can be written.
func (o output) check() error {
	if o.path == standardOutput {
		return nil
	}
	if _, err := files.Target(o.path); err != nil {
		return err // links that lead nowhere
	}
	switch info, err := os.Stat(o.path); {
	case err == nil && info.IsDir():
		return errors.New("it is a folder")
	case err == nil && info.Mode()&fs.ModeSocket != 0:
		return errors.New("it is a socket")
	case err == nil && !info.Mode().IsRegular():
		return nil // a pipe may have no reader yet
	case err == nil:
		// If the file is write-protected, it should not be replaced either.
		f, err := os.OpenFile(o.path, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		if err := f.Close(); err != nil {
			return err
		}
		if files.IsMountPoint(o.target()) {
			return errors.New("it is a mount point of its own, which can't be replaced: mount its folder instead")
		}
	case strings.HasSuffix(o.path, string(filepath.Separator)):
		return errors.New("it is the name of a folder")
	}
	folder := filepath.Dir(o.target())
	err := files.Probe(folder)
	if _, noFolder := os.Stat(folder); errors.Is(noFolder, fs.ErrNotExist) {
		return fmt.Errorf("there is no folder %s", folder)
	}
	return err
}
