package cli

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"ridge/bcd/nn"
	"ridge/bcd/nn/columns"
	"ridge/internal/compare"
	"ridge/internal/lambda"
	"ridge/internal/report"
	"ridge/internal/words"
)

// compareFlags is what the command line of a comparison asks for.
type compareFlags struct {
	dataFlags
	planFlags

	out             string
	onlyPlan, quick bool

	report         string
	markdown, pack output
	jobs, workers  int
}

// planFlags change the plan of a comparison. A zero leaves it as it is.
type planFlags struct {
	networks              []compare.Network
	initialized           int // how many there were at the last --init
	tuneOn, solvers       []string
	seeds, epochs, trials int
	goal                  float64 // in percent
	chooseLambda          bool
}

// define adds the flags.
func (f *compareFlags) define(flags *pflag.FlagSet) {
	f.dataFlags.defineSome(flags, "data", "target", "drop", "header", "test", "split", "limit", "task", "scale",
		"pieces", "memory")
	f.onlyYesOrNo(flags)
	flags.Lookup("split").Usage = "how much of --data becomes the test samples if there are no others: a fraction or " +
		"a number, drawn at random in proportion to the classes, the same for all runs; 0 is none"
	flags.Lookup("scale").Usage = scaleUsage("of which the mean is subtracted")
	flags.Lookup("task").Usage = "classes: take each number of the target for a class, if auto takes them for a " +
		"regression, which is not compared"
	f.defineComparison(flags)
	define(flags, &f.jobs, "jobs", "N", "1",
		jobsUsage+"; the seconds are then those of runs that share the machine", integer(1))
	defineWorkers(flags, &f.workers)
	group(flags, groupMachine)
	f.defineResults(flags)
	f.defineReport(flags)
}

func (f *compareFlags) defineComparison(flags *pflag.FlagSet) {
	p := compare.DefaultPlan()
	addUp(define(flags, &f.networks, "net", "WIDTHS", "",
		fmt.Sprintf("widths of the hidden layers of a network; may be given again for another network (default %s)",
			networkNames(p.Networks)), f.addNetwork))
	addUp(define(flags, &f.networks, "skip", "FROM:TO", "", "skips of the network whose --net precedes it, as in train",
		f.addSkips))
	addUp(define(flags, &f.networks, "init", "NAME", "",
		"for the network whose --net precedes it: "+initUsage+" (default he)", f.addInit))
	define(flags, &f.tuneOn, "tune-on", "NAMES", "",
		"networks on which settings are tuned, by the names that --plan shows (default those with the fewest and "+
			"with the most layers, for each --init; without --net "+strings.Join(p.TuneOn, ", ")+")",
		listOf(nonEmpty("names of networks")))
	addUp(define(flags, &f.solvers, "solver", "NAMES", "",
		"solvers, separated by commas or given one by one; those that are not among the default ones run with "+
			"their defaults: "+strings.Join(compare.Solvers(), ", ")+" (default "+
			strings.Join(compare.TunedSolvers(), ", ")+
			")", f.addSolvers))
	define(flags, &f.seeds, "seeds", "N", "",
		fmt.Sprintf("trainings of each network by each solver (default %d)", p.Seeds), integer(1))
	define(flags, &f.epochs, "epochs", "N", "", fmt.Sprintf("length of a training (default %d)", p.Epochs), integer(1))
	define(flags, &f.trials, "trials", "N", "",
		fmt.Sprintf(
			"settings to try for each solver: up to %d of its grid, up to %d with random ones of a wider space "+
				"(default %d)", compare.Combinations, compare.MostTrials, p.Trials), integer(1))
	define(flags, &f.chooseLambda, "choose-lambda", "WHETHER", "no",
		fmt.Sprintf(
			"let each training of %s begin with the choice of λ and λ_out that train makes on tables, whatever the "+
				"size, among 1/16, 1/4, 1 and 4 times those of its settings: %d more trainings before each, and %d "+
				"below %s samples, whose time is counted: yes or no",
			compare.BCD, lambda.TrainingsForLambda(lambda.MostUsed), lambda.TrainingsForLambda(1),
			words.Group(lambda.SmallTable)),
		parseYes)
	define(flags, &f.goal, "goal", "PERCENT", "",
		fmt.Sprintf("test error up to which the seconds are counted (default %s)", report.Number(100*p.Target)),
		parsePercentage)
	define(flags, &f.quick, "quick", "", "",
		"two small networks, one seed, two epochs, four trials: a quick demonstration",
		parseBoolean).NoOptDefVal = "true"
	group(flags, "Comparison")
}

func (f *compareFlags) defineResults(flags *pflag.FlagSet) {
	define(flags, &f.out, "out", "DIR", "",
		"folder of the results, which is created if it does not exist; required except with --report", parseFolder)
	define(flags, &f.onlyPlan, "plan", "", "",
		"show what would run and how long it would take, and exit; the time of runs of a kind that has not run yet "+
			"is estimated from an epoch on a few samples", parseBoolean).NoOptDefVal = "true"
	group(flags, groupResults)
}

func (f *compareFlags) defineReport(flags *pflag.FlagSet) {
	f.markdown, f.pack = output{flag: "--markdown", path: standardOutput}, output{flag: "--pack"}
	define(flags, &f.report, "report", "DIR", "",
		"run nothing: make the report from the files of a folder, or from the file of --pack, or from "+
			compare.ArchiveName+
			" in a folder; an HTML page, CSV files and pictures are written next to them; with --data and --pack, "+
			"results that are too old to have a hash of their samples get that of a data set", parsePath)
	define(flags, &f.markdown.path, "markdown", "FILE", standardOutput,
		"where the report goes; it begins with what "+notesName+" has before its first ## heading, and ends with the "+
			"rest, if there is such a file next to the results",
		parsePath)
	define(flags, &f.pack.path, "pack", "FILE", "", "write all runs into one file, to keep", parsePath)
	group(flags, "Report (--report)")
}

// readingFlags say how --data is read. They are not part of a plan, but of its command.
var readingFlags = []string{"target", "drop", "header", "test", "split", "task", "scale", "pieces", "memory"}

// readingWords are the words of the command line for those flags that were given. Files are named as in --data: without
// their folder.
func readingWords(flags *pflag.FlagSet) (words []string) {
	for _, flag := range givenFlags(flags) {
		if !slices.Contains(readingFlags, flag.Name) {
			continue
		}
		text := flag.Value.String()
		if flag.Name == "test" {
			text = filepath.Base(text)
		}
		words = append(words, "--"+flag.Name, text)
	}
	return words
}

// addNetwork parses --net, which adds to the ones before it.
func (f *compareFlags) addNetwork(text string) ([]compare.Network, error) {
	hidden, err := listOf(parseWidth)(text)
	return append(f.networks, compare.Network{Hidden: hidden}), err
}

// addSkips parses --skip, which adds to the network before it.
func (f *compareFlags) addSkips(text string) ([]compare.Network, error) {
	skips, err := listOf(parseSkip)(text)
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

// addInit parses --init, which is that of the network before it, and the only one.
func (f *compareFlags) addInit(text string) ([]compare.Network, error) {
	init, err := oneOf(nn.ParseInit)(text)
	if err != nil {
		return nil, err
	}
	if len(f.networks) == 0 {
		return nil, errors.New("want the --net that it belongs to before it")
	}
	if f.initialized == len(f.networks) {
		return nil, errors.New("the --net before it has one already")
	}
	f.initialized = len(f.networks)
	f.networks[f.initialized-1].Init = init
	return f.networks, nil
}

// addSolvers parses --solver, which adds to the ones before it.
func (f *compareFlags) addSolvers(text string) ([]string, error) {
	more, err := listOf(parseComparedSolver)(text)
	return append(f.solvers, more...), err
}

// parseComparedSolver parses the name of a solver that can be compared.
func parseComparedSolver(text string) (string, error) {
	if !slices.Contains(compare.Solvers(), text) {
		return "", fmt.Errorf("unknown %q: want %s", text, alternatives(compare.Solvers()))
	}
	return text, nil
}

// plan returns the plan that the flags describe.
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
	if p.ChooseLambda = f.chooseLambda; f.chooseLambda && !slices.Contains(p.Solvers, compare.BCD) {
		return p, usagef("--choose-lambda yes: it applies to trainings of %s, and --solver has none", compare.BCD)
	}
	p.Uncentred = f.scale == columns.None
	if f.goal > 0 {
		p.Target = f.goal / 100
	}
	err := p.Validate()
	if e, ok := errors.AsType[*nn.OptionError](err); ok {
		if e.Option == "target" {
			e.Option = "goal"
		}
		return p, usagef("--%s: %s", e.Option, e.Reason)
	}
	if e, ok := errors.AsType[*nn.SpecError](err); ok {
		return p, usagef("--skip: %s", e.Reason)
	}
	return p, err
}
