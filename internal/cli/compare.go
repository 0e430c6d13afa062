package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"ridge/bcd/nn"
	"ridge/internal/compare"
	"ridge/internal/dataset"
	"ridge/internal/report"
	"ridge/mat"
)

const compareLong = `Compare solvers: train several networks by each of them, with several seeds, and
tell the test errors and the times.

First the settings of every solver are tuned, on some of the networks
(--tune-on): the same number of trials for each, on the first five sixths of the
training samples, judged by the last sixth. All are trained for an eighth of the
epochs, the better half for a quarter, and so on; the last ones with three
seeds, of which the mean counts. The test samples have no part in it. The other
networks have their settings from those of the same --init: one that is deeper
than all of them from the deepest, one that is shallower from the shallowest,
and one between them the settings of the best mean rank.

Then each network is trained on all training samples, once for each seed. The
test error is that of the last epoch. Times are those of the training alone.

Every finished run is a file in the folder of --out and is never repeated: after
Ctrl-C, or with more networks, solvers or seeds, the same command goes on where
it was. What is tried of a solver does not depend on the others, so one can come
after the other; a last command with all of them then has only the report left
to do. The networks decide what is tuned on: if they change, give --tune-on.
What is tried is in internal/compare/space.go.

At the end the folder also has results.csv, tuning.csv with all that was tried,
and for each network a picture of the test error against epochs and seconds,
error-NETWORK.svg and .png. --report DIR --pack FILE puts all runs into a small
file to keep, and --report FILE makes the report from it. Under the name
runs.jsonl.gz in the folder of --out its runs count as finished, too.
`

const compareExamples = `  train compare --quick --out quick
  train compare --data mnist --out mnist --plan
  train compare --out d --solver bcd,adam --net 300 --net 50,50 --skip 0:2
  train compare --out d --net 50,50,50 --net 50,50,50 --init gaussian:0.01
  train compare --report mnist --markdown results.md --pack runs.jsonl.gz
  train compare --report runs.jsonl.gz`

// compareFlags is what the command line of a comparison asks for.
type compareFlags struct {
	data     string
	limit    int
	networks []compare.Network // nil: as the plan has it
	tuneOn   []string
	solvers  []string
	// Of the plan; 0: as it has it.
	seeds, epochs, trials int
	target                float64 // in percent

	out             string
	onlyPlan, quick bool

	report         string
	markdown, pack output
	jobs, workers  int
}

// newCompare returns the command that compares solvers.
func newCompare() *cobra.Command {
	f := new(compareFlags)
	cmd := &cobra.Command{
		Use:                   "compare --out DIR [flags]",
		Short:                 "Compare solvers on several networks, with tuned settings",
		Long:                  compareLong,
		Example:               compareExamples,
		Args:                  noArguments,
		DisableFlagsInUseLine: true,
		RunE:                  func(cmd *cobra.Command, _ []string) error { return compareSolvers(cmd, f) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	f.define(flags)
	return cmd
}

func (f *compareFlags) define(flags *pflag.FlagSet) {
	p := compare.DefaultPlan()
	defineData(flags, &f.data)
	define(flags, &f.limit, "limit", "N", "", "use the first N training samples only", integer(1))
	group(flags, groupData)

	define(flags, &f.networks, "net", "WIDTHS", "", fmt.Sprintf("widths of the hidden layers of a network; given again, of another one (default %s)", names(p.Networks)), f.addNetwork)
	define(flags, &f.networks, "skip", "FROM:TO", "", "skips of the network whose --net is before it, as in train", f.addSkips)
	define(flags, &f.networks, "init", "NAME", "", "of the network whose --net is before it: "+initUsage+" (default he)", f.addInit)
	define(flags, &f.tuneOn, "tune-on", "NAMES", "", "networks that settings are looked for on, by the names that --plan shows (default the one of the fewest and the one of the most layers, of each --init; without --net "+strings.Join(p.TuneOn, ", ")+")", listOf(nonEmpty("names of networks")))
	define(flags, &f.solvers, "solver", "NAMES", "", "solvers, separated by commas or given one by one; those that are not among the default ones run with their defaults: "+strings.Join(compare.Solvers(), ", ")+" (default "+strings.Join(compare.Tuned(), ", ")+")", f.addSolvers)
	define(flags, &f.seeds, "seeds", "N", "", fmt.Sprintf("trainings of each network by each solver (default %d)", p.Seeds), integer(1))
	define(flags, &f.epochs, "epochs", "N", "", fmt.Sprintf("length of a training (default %d)", p.Epochs), integer(1))
	define(flags, &f.trials, "trials", "N", "", fmt.Sprintf("settings to try of each solver (default %d, which are all there are)", p.Trials), integer(1))
	define(flags, &f.target, "target", "PERCENT", "", fmt.Sprintf("test error that the seconds are counted to (default %s)", report.Number(100*p.Target)), percentage)
	define(flags, &f.quick, "quick", "", "", "two small networks, one seed, two epochs, four trials: to see it work", boolean).NoOptDefVal = "true"
	group(flags, "Comparison")

	define(flags, &f.jobs, "jobs", "N", "1", "runs at a time; with more than one each has one worker, and the seconds are those of runs that share the machine", integer(1))
	defineWorkers(flags, &f.workers)
	group(flags, groupMachine)

	define(flags, &f.out, "out", "DIR", "", "folder of the results; it is made if it does not exist; required, but for --report", path)
	define(flags, &f.onlyPlan, "plan", "", "", "tell what would run, and how long it would take, and end; for what has not run yet an epoch of a few samples is timed", boolean).NoOptDefVal = "true"
	group(flags, groupResults)

	f.markdown, f.pack = output{flag: "--markdown", path: standardOutput}, output{flag: "--pack"}
	define(flags, &f.report, "report", "DIR", "", "run nothing: make the report from the files of a folder, or from the file of --pack, or from "+compare.ArchiveName+" in a folder; CSV and pictures are written beside them", path)
	define(flags, &f.markdown.path, "markdown", "FILE", standardOutput, "where the report goes; it ends with the text of "+notesName+", if there is such a file beside the results", path)
	define(flags, &f.pack.path, "pack", "FILE", "", "write all runs into one file, to keep", path)
	group(flags, "Report (--report)")
}

func names(networks []compare.Network) string {
	list := make([]string, len(networks))
	for i, n := range networks {
		list[i] = n.String()
	}
	return strings.Join(list, ", ")
}

// addNetwork parses --net, which adds to the ones before it.
func (f *compareFlags) addNetwork(text string) ([]compare.Network, error) {
	hidden, err := listOf(width)(text)
	return append(f.networks, compare.Network{Hidden: hidden}), err
}

// addSkips parses --skip, which adds to the network before it.
func (f *compareFlags) addSkips(text string) ([]compare.Network, error) {
	skips, err := listOf(skip)(text)
	if err != nil {
		return nil, err
	}
	if len(f.networks) == 0 {
		return nil, errors.New("want the --net that it belongs to before it")
	}
	last := &f.networks[len(f.networks)-1]
	last.Skips = append(last.Skips, skips...)
	return f.networks, nil
}

// addInit parses --init, which is that of the network before it.
func (f *compareFlags) addInit(text string) ([]compare.Network, error) {
	init, err := oneOf(nn.ParseInit)(text)
	if err != nil {
		return nil, err
	}
	if len(f.networks) == 0 {
		return nil, errors.New("want the --net that it belongs to before it")
	}
	f.networks[len(f.networks)-1].Init = init
	return f.networks, nil
}

// addSolvers parses --solver, which adds to the ones before it.
func (f *compareFlags) addSolvers(text string) ([]string, error) {
	more, err := listOf(comparable)(text)
	return append(f.solvers, more...), err
}

// comparable parses the name of a solver that can be compared.
func comparable(text string) (string, error) {
	if !slices.Contains(compare.Solvers(), text) {
		return "", fmt.Errorf("unknown %q: want %s", text, alternatives(compare.Solvers()))
	}
	return text, nil
}

// plan is what the flags ask for.
func (f *compareFlags) plan() (compare.Plan, error) {
	p := compare.DefaultPlan()
	if f.quick {
		p = compare.QuickPlan()
	}
	if f.networks != nil {
		p.Networks, p.TuneOn = f.networks, nil
	}
	if f.tuneOn != nil {
		p.TuneOn = f.tuneOn
	}
	if f.solvers != nil {
		p.Solvers = f.solvers
	}
	for _, c := range []struct {
		plan  *int
		asked int
	}{{&p.Seeds, f.seeds}, {&p.Epochs, f.epochs}, {&p.Trials, f.trials}, {&p.Limit, f.limit}} {
		if c.asked > 0 {
			*c.plan = c.asked
		}
	}
	if f.target > 0 {
		p.Target = f.target / 100
	}
	err := p.Validate()
	if e, ok := errors.AsType[*nn.OptionError](err); ok {
		return p, usagef("--%s: %s", e.Option, e.Reason)
	}
	if e, ok := errors.AsType[*nn.SpecError](err); ok {
		return p, usagef("--skip: %s", e.Reason)
	}
	return p, err
}

// compareSolvers carries out the command line of a comparison.
func compareSolvers(cmd *cobra.Command, f *compareFlags) error {
	if cmd.Flags().Changed("report") {
		return f.reportOnly(cmd)
	}
	for _, name := range []string{"markdown", "pack"} {
		if cmd.Flags().Changed(name) {
			return usagef("--%s: it goes with --report, after the runs", name)
		}
	}
	if err := requireFlags(cmd, "out"); err != nil {
		return err
	}
	plan, err := f.plan()
	if err != nil {
		return err
	}
	if f.jobs > 1 && f.workers > 1 {
		return usagef("--workers %d: with --jobs %d each run has one worker", f.workers, f.jobs)
	}
	set, err := dataset.Open(cmd.Context(), f.data)
	if err != nil {
		return err
	}
	if all := set.Train.Len(); f.limit > all {
		return usagef("--limit %d: %s has %d training samples", f.limit, set.Name, all)
	}
	study, err := compare.NewStudy(plan, set, f.out)
	if err != nil {
		return err
	}
	study.Jobs, study.Workers = f.jobs, mat.Workers(f.workers)
	if f.onlyPlan {
		return f.showPlan(cmd, study, set)
	}
	if err := makeFolder(f.out); err != nil {
		return fmt.Errorf("--out %s: %w", f.out, reason(err))
	}
	summary, err := f.runStudy(cmd, study, set)
	if err != nil {
		return err
	}
	if err := writeSummaryFiles(f.out, summary); err != nil {
		return err
	}
	summary.Command = commandOf(summary.Plan(), summary.Dataset, summary.Jobs)
	out := cmd.OutOrStdout()
	if err := summary.WriteTable(out, colourful(out)); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "\nMore is in %s; the report: train compare --report %[1]s\n", f.out)
	return err
}

// runStudy does what is left, with a progress line.
func (f *compareFlags) runStudy(cmd *cobra.Command, study *compare.Study, set *dataset.Set) (*compare.Summary, error) {
	outlook, err := study.Outlook()
	if err != nil {
		return nil, err
	}
	_, all := outlook.Count()
	line := newProgress(cmd.ErrOrStderr(), int64(all))
	line.say("starting")
	study.Progress = line.comparison
	end := line.watch(cmd.Context())
	summary, err := study.Run(cmd.Context(), set)
	end()
	if errors.Is(err, context.Canceled) {
		if outlook, lookErr := study.Outlook(); lookErr == nil {
			done, all := outlook.Count()
			fmt.Fprintf(cmd.ErrOrStderr(), "%d of %d runs are finished; the same command goes on with the others\n", done, all)
		}
	}
	return summary, err
}

// comparison shows how far a comparison is.
func (p *progress) comparison(c compare.Progress) {
	const readable = 50 * time.Millisecond
	if p == nil || time.Since(p.drawn) < readable {
		return
	}
	p.drawn = time.Now()
	p.set(int64(c.Done))
	text := fmt.Sprintf("run %d/%d, %s", c.Done+1, c.Total, c.Doing)
	if c.Left >= 0 {
		text += fmt.Sprintf(", %v left", c.Left.Round(time.Second))
	}
	p.say(text)
}

// showPlan writes what there is to run, and how long that will take.
func (f *compareFlags) showPlan(cmd *cobra.Command, study *compare.Study, set *dataset.Set) error {
	outlook, err := study.Outlook()
	if err != nil {
		return err
	}
	plan, timed := study.Plan(), int64(0)
	line := newProgress(cmd.ErrOrStderr(), int64(len(plan.Solvers)*len(plan.Networks)))
	end := line.watch(cmd.Context())
	err = study.Measure(cmd.Context(), outlook, set, func(solver string, n compare.Network) {
		line.set(timed)
		line.say(fmt.Sprintf("timing %s on %v", solver, n))
		timed++
	})
	end()
	if err != nil {
		return err
	}
	return writeOutlook(cmd.OutOrStdout(), outlook, f.jobs)
}

// writeOutlook writes what there is to run.
func writeOutlook(w io.Writer, o *compare.Outlook, jobs int) error {
	var list report.Plan
	for _, row := range o.Rows {
		list.Rows = append(list.Rows, report.PlanRow{
			Stage: row.Stage, Solver: row.Solver, Network: row.Network.String(), Epochs: row.Epochs,
			Runs: row.Runs, Finished: row.Finished, Seconds: o.Seconds(row),
		})
	}
	list.Seconds = o.Left(jobs)
	return list.WriteTable(w, colourful(w))
}

// notesName is a file beside the results whose text ends their report: what else is to be
// said about them.
const notesName = "notes.md"

// reportOnly writes what the files of a folder, or an archive, tell.
func (f *compareFlags) reportOnly(cmd *cobra.Command) error {
	var other string
	cmd.Flags().Visit(func(flag *pflag.Flag) {
		if !slices.Contains([]string{"report", "markdown", "pack"}, flag.Name) {
			other = flag.Name
		}
	})
	if other != "" {
		return usagef("--%s: --report runs nothing and takes the rest from the folder", other)
	}
	if err := checkOutputs(f.markdown, f.pack); err != nil {
		return err
	}
	summary, err := compare.Collect(f.report)
	if err != nil {
		return err
	}
	summary.Command = commandOf(summary.Plan(), summary.Dataset, summary.Jobs)
	dir := f.report
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		dir = filepath.Dir(dir)
	}
	if err := writeSummaryFiles(dir, summary); err != nil {
		return err
	}
	out := cmd.OutOrStdout()
	if err := f.pack.write(out, summary.WriteArchive); err != nil {
		return err
	}
	return f.markdown.write(out, func(w io.Writer) error { return f.writeMarkdown(w, summary, dir) })
}

// writeMarkdown writes the report of the results in a folder, and the notes there.
func (f *compareFlags) writeMarkdown(w io.Writer, summary *compare.Summary, dir string) error {
	from := "." // standard output most likely ends in a file there
	if f.markdown.path != standardOutput {
		from = filepath.Dir(f.markdown.path)
	}
	link, err := relative(from, dir)
	if err != nil {
		return err
	}
	err = summary.WriteMarkdown(w, func(network string) string {
		if summary.Curves[network] == nil {
			return ""
		}
		return filepath.ToSlash(filepath.Join(link, pictureName(network, "svg")))
	})
	if err != nil {
		return err
	}
	notes, err := os.ReadFile(filepath.Join(dir, notesName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "\n%s", notes)
	return err
}

// relative is the path to a folder from another.
func relative(from, to string) (string, error) {
	from, err := filepath.Abs(from)
	if err != nil {
		return "", err
	}
	if to, err = filepath.Abs(to); err != nil {
		return "", err
	}
	return filepath.Rel(from, to)
}

func pictureName(network, format string) string { return "error-" + network + "." + format }

// writeSummaryFiles writes the CSV and the pictures of a comparison into its folder.
func writeSummaryFiles(dir string, s *compare.Summary) error {
	write := func(name string, encode func(io.Writer) error) error {
		return output{"--out", filepath.Join(dir, name)}.write(io.Discard, encode)
	}
	if err := write("results.csv", s.WriteCSV); err != nil {
		return err
	}
	if err := write("tuning.csv", s.WriteTrialsCSV); err != nil {
		return err
	}
	for network := range s.Curves {
		for _, format := range []string{"svg", "png"} {
			err := write(pictureName(network, format), func(w io.Writer) error { return s.WritePicture(w, network, format) })
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// makeFolder makes a folder, unless it exists, and tells whether files can be written
// into it.
func makeFolder(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	return output{"--out", filepath.Join(dir, "results.csv")}.check()
}
