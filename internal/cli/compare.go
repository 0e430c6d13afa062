package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"ridge/bcd"
	"ridge/internal/compare"
	"ridge/internal/dataset"
	"ridge/internal/report"
	"ridge/mat"
)

const compareLong = `Compare solvers: train several networks by each of them, with several seeds, and
tell the test errors and the times.

First the settings of every solver are tuned, on two of the networks, the one
of the fewest and the one of the most layers: the same number of trials for
each, on the first five sixths of the training samples, judged by the last
sixth. All are trained for an eighth of the epochs, the better half for a
quarter, and so on. The test samples have no part in it. The other networks get
the settings of the best mean rank over these two.

Then each network is trained on all training samples, once for each seed. The
test error is that of the last epoch. Times are those of the training alone.

Every finished run is a file in the folder of --out and is never repeated: after
Ctrl-C, or with more networks, solvers or seeds, the same command goes on where
it was. What is tried of each solver is in internal/compare/space.go. At the end
the folder also has results.csv and, for each network, a picture of the test
error against epochs and seconds, error-NETWORK.svg and .png.
`

const compareExamples = `  train compare --quick --out quick
  train compare --data mnist --out mnist --plan
  train compare --out d --solver bcd,adam --net 300 --net 50,50 --skip 0:2
  train compare --report mnist > results.md`

// compareFlags is what the command line of a comparison asks for.
type compareFlags struct {
	data     string
	limit    int
	networks []compare.Network // nil: as the plan has it
	solvers  []solver
	// Of the plan; 0: as it has it.
	seeds, epochs, trials int
	target                float64 // in percent

	out, report     string
	onlyPlan, quick bool
	jobs, workers   int
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
	define(flags, &f.solvers, "solver", "NAMES", "", "solvers, separated by commas or given one by one (default all: "+strings.Join(compare.Solvers(), ", ")+")", f.addSolvers)
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
	define(flags, &f.onlyPlan, "plan", "", "", "tell what would run, and how long it would take by what has run, and end", boolean).NoOptDefVal = "true"
	define(flags, &f.report, "report", "DIR", "", "run nothing: make the CSV and the pictures of that folder again and write the report, as Markdown, to standard output", path)
	group(flags, groupResults)
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

// addSolvers parses --solver, which adds to the ones before it.
func (f *compareFlags) addSolvers(text string) ([]solver, error) {
	more, err := listOf(parseSolver)(text)
	return append(f.solvers, more...), err
}

// plan is what the flags ask for.
func (f *compareFlags) plan() (compare.Plan, error) {
	p := compare.DefaultPlan()
	if f.quick {
		p = compare.QuickPlan()
	}
	if f.networks != nil {
		p.Networks = f.networks
	}
	if f.solvers != nil {
		p.Solvers = nil
		for _, s := range f.solvers {
			p.Solvers = append(p.Solvers, s.String())
		}
	}
	for _, c := range []struct {
		plan  *int
		asked int
	}{{&p.Seeds, f.seeds}, {&p.Epochs, f.epochs}, {&p.Trials, f.trials}} {
		if c.asked > 0 {
			*c.plan = c.asked
		}
	}
	if f.target > 0 {
		p.Target = f.target / 100
	}
	err := p.Validate()
	if e, ok := errors.AsType[*bcd.OptionError](err); ok {
		return p, usagef("--%s: %s", e.Option, e.Reason)
	}
	if e, ok := errors.AsType[*bcd.SpecError](err); ok {
		return p, usagef("--skip: %s", e.Reason)
	}
	return p, err
}

// compareSolvers carries out the command line of a comparison.
func compareSolvers(cmd *cobra.Command, f *compareFlags) error {
	if cmd.Flags().Changed("report") {
		return f.reportOnly(cmd)
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
	if f.limit > 0 {
		set.Train = set.Train.Head(f.limit)
	}
	study, err := compare.NewStudy(plan, set, f.out)
	if err != nil {
		return err
	}
	study.Jobs, study.Workers = f.jobs, mat.Workers(f.workers)
	if f.onlyPlan {
		outlook, err := study.Outlook()
		if err != nil {
			return err
		}
		return writeOutlook(cmd.OutOrStdout(), outlook, f.jobs)
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

// reportOnly writes what the files of a folder tell.
func (f *compareFlags) reportOnly(cmd *cobra.Command) error {
	var other string
	cmd.Flags().Visit(func(flag *pflag.Flag) {
		if flag.Name != "report" {
			other = flag.Name
		}
	})
	if other != "" {
		return usagef("--%s: --report runs nothing and takes the rest from the folder", other)
	}
	summary, err := compare.Collect(f.report)
	if err != nil {
		return err
	}
	if err := writeSummaryFiles(f.report, summary); err != nil {
		return err
	}
	return summary.WriteMarkdown(cmd.OutOrStdout(), func(network string) string {
		if summary.Curves[network] == nil {
			return ""
		}
		return pictureName(network, "svg")
	})
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
