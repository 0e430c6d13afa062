package cli

import (
	"cmp"
	"fmt"

	"github.com/spf13/pflag"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset"
	"ridge/internal/dataset/source"
	"ridge/internal/dataset/split"
	"ridge/internal/dataset/table"
	"ridge/internal/lambda"
	"ridge/internal/memory"
	"ridge/internal/words"
)

// dataFlags say which samples train and which ones judge.
type dataFlags struct {
	data, test        string
	targets, drop     []string
	header            table.Header
	split, validation split.Amount
	fold, limit       int
	task              columns.Task
	scale             columns.Scale
	pieces            whether
	center            bool
	weights           classWeights
	memory            int64
}

// usualSplit is the fraction that is held out as test samples if there are no others; a fifth is common practice.
const usualSplit = "0.2"

func (f *dataFlags) define(flags *pflag.FlagSet) {
	defineData(flags, &f.data)
	define(flags, &f.targets, "target", "COLUMN", "",
		"the column to predict, by its name or its number from 1; several, separated by commas, for a regression "+
			"(default the last column that has values and is not in --drop, or what the format has for labels); a "+
			"name with a comma has quotes: '\"a,b\"'",
		parseColumnNames)
	define(flags, &f.drop, "drop", "COLUMNS", "",
		"columns of a table that are left out, by their names or their numbers from 1, separated by commas: "+
			"identifiers, or what is not known yet when a prediction is wanted; files to predict may lack them if "+
			"their columns have names", parseColumnNames)
	define(flags, &f.header, "header", "WHETHER", "auto",
		"whether a table begins with the names of its columns: yes, no, or auto to detect it", table.ParseHeader)
	define(flags, &f.test, "test", "FILE", "", "a file or a folder with the test samples",
		pathTo("a file or a folder"))
	define(flags, &f.split, "split", "AMOUNT", usualSplit,
		"how much of --data becomes the test samples if there are no others: a fraction or a number, drawn by "+
			"--seed, in proportion to the classes; 0 is none", parseAmount)
	define(flags, &f.validation, "validation", "AMOUNT", "",
		"hold out this many training samples, a number or a fraction, and report their error: for digits, mnist and "+
			"folders in its layout the last ones or those of --fold; for other data they are drawn as for --split",
		parsePositiveAmount)
	define(flags, &f.fold, "fold", "K", "1",
		"hold out the K-th block of --validation samples, counted from the end, for cross-validation: 1 is the last "+
			"one, and any other takes the memory of a copy of the training samples; only for digits, mnist and "+
			"folders in its layout: of other data another --seed draws others", integer(1))
	define(flags, &f.limit, "limit", "N", "",
		"train only on the first N samples that are not held out; a warning names the classes that have "+
			"none among them", integer(1))
	define(flags, &f.task, "task", "TASK", "auto",
		"what to predict: classes, or numbers (regression); auto decides by how often each value of the target occurs",
		columns.ParseTask)
	define(flags, &f.scale, "scale", "NAME", "auto",
		scaleUsage("for which there is --center")+"; the scales become part of the model", columns.ParseScale)
	define(flags, &f.pieces, "pieces", "WHETHER", "auto",
		fmt.Sprintf(
			"%s: yes, no, or auto: after λ is chosen (--choose-lambda), if it is better on the training samples that "+
				"are held out, where λ is chosen and there are at most %s inputs then", piecesUsage,
			words.Group(lambda.MostColumns)), parseWhether)
	define(flags, &f.center, "center", "", "true",
		"subtract the training mean from pixels, or whatever --scale leaves as it is; the mean becomes part of the "+
			"model; --center=false takes them as they are", parseBoolean).NoOptDefVal = "true"
	define(flags, &f.weights, "weight", "WEIGHTS", "",
		"how much the samples of each class count: balanced (all classes alike), or CLASS:W, separated by commas, "+
			"with weight 1 for the others; a name with a comma has quotes: '\"a,b\":5'; samples of larger weight are "+
			"repeated in the training and its error, and count as much where others judge it: for the choice of λ, "+
			"in the validation error, for train tune; not in the test error", parseWeights)
	defineMemory(flags, &f.memory)
	group(flags, groupData)
}

// scaleUsage is what --scale is about; pixels says what becomes of those.
func scaleUsage(pixels string) string {
	return "how columns of numbers are scaled: standard (mean 0, deviation 1, or less with far outliers), center " +
		"(mean 0), none, or auto: standard, but none for pixels, " + pixels + ", and one divisor for all columns " +
		"if they look as if they shared a unit and vary very differently"
}

// piecesUsage is what --pieces is about.
const piecesUsage = "whether columns of numbers that are standardized are divided at their octiles, each piece an " +
	"input more, which makes thresholds easy to learn"

// onlyYesOrNo leaves --pieces to the user of a command whose trainings do not choose.
func (f *dataFlags) onlyYesOrNo(flags *pflag.FlagSet) {
	flag := flags.Lookup("pieces")
	flag.Usage, flag.DefValue = piecesUsage+": yes or no", "no"
	f.pieces, flag.Value.(*value[whether]).parse = "no", parseYesOrNo
}

// defineMemory adds --memory.
func defineMemory(flags *pflag.FlagSet, dst *int64) {
	define(flags, dst, "memory", "SIZE", "",
		"the most memory that the contents of the files may take, such as 500MB or 2GB, for small files that are "+
			"meant to make large tables (default 150 times the size of the files, at least 256MiB); the memory of "+
			"the machine remains a limit", memory.ParseSize)
}

// defineSome adds some of the flags.
func (f *dataFlags) defineSome(flags *pflag.FlagSet, names ...string) {
	all := pflag.NewFlagSet("", pflag.ContinueOnError)
	f.define(all)
	for _, name := range names {
		flags.AddFlag(all.Lookup(name))
	}
}

// parseAmount parses how much is held out.
func parseAmount(text string) (split.Amount, error) {
	a, err := split.ParseAmount(text)
	if err != nil {
		err = want(text, "a number of samples, such as 1000, or a fraction of them below 1, such as 0.2")
	}
	return a, err
}

// parsePositiveAmount parses an amount that is not 0.
func parsePositiveAmount(text string) (split.Amount, error) {
	a, err := parseAmount(text)
	if err == nil && a == (split.Amount{}) {
		err = want(text, "a number of samples from 1 up, or a fraction of them above 0")
	}
	return a, err
}

// centers reports whether the mean of inputs that are not scaled is subtracted: with --scale none only if --center is
// given, as none leaves columns as they are.
func (f *dataFlags) centers(set *pflag.FlagSet) bool {
	return f.center && (f.scale != columns.None || set.Changed("center"))
}

// check returns an error if the flags contradict each other.
func (f *dataFlags) check(set *pflag.FlagSet) error {
	switch {
	case f.data == source.Stdin && f.test == source.Stdin:
		return usagef("--test -: --data reads standard input, which can be read once")
	case set.Changed("fold") && f.validation == (split.Amount{}):
		return usagef("--fold %d: nothing is held out, want --validation", f.fold)
	case set.Changed("split") && f.test != "":
		return usagef("--split %v: --test has the test samples already", f.split)
	case f.task == columns.Classes && len(f.targets) > 1:
		return usagef("--target: classes need one column, there are %d", len(f.targets))
	case f.pieces == "yes" && f.scale != columns.Auto && f.scale != columns.Standard:
		return usagef(
			"--pieces yes: --scale %s leaves columns as they are, and pieces are of columns that are standardized",
			f.scale)
	case set.Changed("center") && f.scale != columns.Auto && f.scale != columns.None:
		return usagef("--center: --scale %s says what is subtracted, want --scale none", f.scale)
	}
	return nil
}

// checkNoInputs makes sure that no output takes the place of a file that is read: of samples, or of their labels.
func (f *dataFlags) checkNoInputs(outputs ...output) error {
	return cmp.Or(checkNoInput("--data", f.data, outputs...), checkNoInput("--test", f.test, outputs...),
		checkNoLabels("--data", f.data, f.targets, nil, outputs...),
		checkNoLabels("--test", f.test, f.targets, dataset.ChosenArrays(f.data, f.targets), outputs...))
}

// request returns what the flags ask for.
func (f *dataFlags) request(seed uint64, workers int) dataset.Request {
	return dataset.Request{
		Pieces: f.pieces == "yes",
		Data:   f.data, Test: f.test, Targets: f.targets, Drop: f.drop, Header: f.header, Task: f.task, Scale: f.scale,
		Split: f.split, Validation: f.validation, Seed: seed, Memory: f.memory, Workers: workers,
	}
}

func defineData(flags *pflag.FlagSet, dst *string) {
	define(flags, dst, "data", "NAME", "digits",
		"digits (in the program), mnist (after 'train fetch mnist'), a file (CSV, TSV, LIBSVM, NPY, NPZ or IDX, "+
			"plain or .gz), a folder (IDX files, or images by class), or - for standard input",
		pathTo("digits, mnist, a file, a folder or -"))
}
