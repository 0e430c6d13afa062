package cli

import (
	"cmp"
	"context"
	"errors"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"ridge/internal/compare"
	"ridge/internal/files"
)

// notesName is a file next to the results with remarks about them. What stands there before the first heading of the
// second level begins their report, and the rest ends it.
const notesName = "notes.md"

// What is written next to the results.
const (
	resultsName = "results.csv"
	tuningName  = "tuning.csv"
)

// notesLimit is the largest size of the notes, in bytes.
const notesLimit = 16 << 20

// reportOnly writes the report of the files in a folder, or of an archive.
func (f *compareFlags) reportOnly(cmd *cobra.Command) error {
	var other string
	cmd.Flags().Visit(func(flag *pflag.Flag) {
		if !slices.Contains([]string{"report", "markdown", "pack", "data"}, flag.Name) {
			other = flag.Name
		}
	})
	if other != "" {
		return usagef("--%s: --report runs nothing and takes the rest from the folder", other)
	}
	toStream(cmd.OutOrStdout(), &f.markdown, &f.pack)
	if err := cmp.Or(checkOutputs(f.markdown, f.pack), checkBinary(cmd.OutOrStdout(), f.pack)); err != nil {
		return err
	}
	if err := f.checkInputs(); err != nil {
		return err
	}
	named := cmd.Flags().Changed("data")
	if named && f.pack.path == "" {
		return usagef("--data: with --report it says what older results are of, for --pack to write down")
	}
	summary, err := compare.Collect(f.report)
	if err != nil {
		return err
	}
	say := newSpeaker(cmd)
	say.warnings(summary.Problems())
	told := len(summary.Problems())
	if named {
		if err := f.identify(cmd, say, summary); err != nil {
			return err
		}
	}
	summary.Command = commandOf(summary.Plan(), summary.Dataset, summary.Jobs)
	dir := f.folder()
	// What was asked for by name is written even if the folder can't be written to, and the other way round.
	out := cmd.OutOrStdout()
	packing := f.pack.write(cmd.Context(), out, summary.WriteArchive)
	say.warnings(summary.Problems()[told:])
	return errors.Join(packing,
		f.markdown.write(cmd.Context(), out, func(w io.Writer) error { return f.writeMarkdown(w, summary, dir) }),
		writeSummaryFiles(cmd.Context(), output{"--report", dir}, summary))
}

// folder is that of the results that are reported, or of their archive.
func (f *compareFlags) folder() string {
	if info, err := os.Stat(f.report); err == nil && !info.IsDir() {
		return filepath.Dir(f.report)
	}
	return f.report
}

// checkInputs makes sure that no output takes the place of what the report is made from, and that none is replaced by
// what else is written.
func (f *compareFlags) checkInputs() error {
	for _, o := range []output{f.markdown, f.pack} {
		if o.path == "" || o.path == standardOutput {
			continue
		}
		name, dir := filepath.Base(o.target()), filepath.Dir(o.target())
		if isSummaryFile(name) && sameFile(dir, f.folder()) {
			return usagef("%s %s: --report writes its own file of that name: want another one", o.flag, o.path)
		}
		isNotes := name == notesName && sameFile(dir, f.folder())
		isRun := (name == compare.ArchiveName || filepath.Ext(name) == ".json") && files.Exists(o.path) &&
			sameFile(dir, f.report)
		if sameFile(o.path, f.report) || isNotes || isRun {
			return usagef("%s %s: the report is made from that file", o.flag, o.path)
		}
	}
	return nil
}

// identify says that results without a hash of their samples are those of --data.
func (f *compareFlags) identify(cmd *cobra.Command, say *speaker, summary *compare.Summary) error {
	set, err := f.load(cmd, say)
	if err != nil {
		return err
	}
	return summary.Identify(set)
}

// writeMarkdown writes the report of the results in a folder, and the notes there.
func (f *compareFlags) writeMarkdown(w io.Writer, summary *compare.Summary, dir string) error {
	from := "." // standard output is most likely redirected to a file there
	if f.markdown.path != standardOutput {
		from = filepath.Dir(f.markdown.path)
	}
	link, err := relative(from, dir)
	if err != nil {
		return err
	}
	beginning, end, err := readNotes(filepath.Join(dir, notesName))
	if err != nil {
		return err
	}
	if _, err := io.WriteString(w, beginning); err != nil {
		return err
	}
	err = summary.WriteMarkdown(w, func(network string) string {
		if summary.Curves[network] == nil {
			return ""
		}
		path := filepath.ToSlash(filepath.Join(link, pictureName(network, "svg")))
		return (&url.URL{Path: path}).String() // Markdown links can't hold spaces and brackets
	})
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, end)
	return err
}

// readNotes returns the two parts of the notes, each empty if there is none, with an empty line between it and the rest
// of the report.
func readNotes(path string) (beginning, end string, err error) {
	notes, err := files.Read(path, notesLimit)
	if errors.Is(err, fs.ErrNotExist) {
		return "", "", nil
	}
	if err != nil {
		return "", "", err
	}
	at := 0
	if !strings.HasPrefix(string(notes), "## ") {
		before, _, _ := strings.Cut(string(notes), "\n## ")
		at = len(before)
	}
	if beginning = strings.TrimSpace(string(notes[:at])); beginning != "" {
		beginning += "\n\n"
	}
	if end = strings.TrimLeft(string(notes[at:]), "\n"); end != "" {
		end = "\n" + end
	}
	return beginning, end, nil
}

const picturePrefix = "error-"

// pictureFormats are those that there is a picture of each network in.
var pictureFormats = []string{"svg", "png"}

func pictureName(network, format string) string { return picturePrefix + network + "." + format }

// isSummaryFile reports whether a name may be one of those that writeSummaryFiles gives, for some network.
func isSummaryFile(name string) bool {
	return slices.Contains([]string{resultsName, tuningName, pageName}, name) ||
		strings.HasPrefix(name, picturePrefix) &&
			slices.Contains(pictureFormats, strings.TrimPrefix(filepath.Ext(name), "."))
}

// writeSummaryFiles writes the CSV, the page and the pictures of a comparison into its folder.
func writeSummaryFiles(ctx context.Context, dir output, s *compare.Summary) error {
	write := func(name string, encode func(io.Writer) error) error {
		return output{dir.flag, filepath.Join(dir.path, name)}.write(ctx, io.Discard, encode)
	}
	if err := write(resultsName, s.WriteCSV); err != nil {
		return err
	}
	if err := write(tuningName, s.WriteTrialsCSV); err != nil {
		return err
	}
	p, err := comparisonPage(s)
	if err != nil {
		return err
	}
	if err := write(pageName, p.Write); err != nil {
		return err
	}
	for network := range s.Curves {
		for _, format := range pictureFormats {
			err := write(pictureName(network, format), func(w io.Writer) error {
				return s.WritePicture(w, network, format)
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// checkFolder reports whether a folder can be made, unless it exists, and files be written into it, without leaving a
// trace of having tried.
func checkFolder(dir string) error {
	if _, err := files.Target(dir); err != nil {
		return err
	}
	if missing := missingFolders(dir); len(missing) > 0 {
		dir = filepath.Dir(missing[len(missing)-1])
	}
	info, err := os.Stat(dir)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return syscall.ENOTDIR
	}
	return files.Probe(dir)
}

// makeFolder makes a folder, unless it exists, and reports whether files can be written
// into it.
func makeFolder(dir string) error {
	if _, err := files.Target(dir); err != nil {
		return err // MkdirAll would say that the file exists
	}
	if err := files.MakeFolder(dir); err != nil {
		return err
	}
	return files.Probe(dir)
}
