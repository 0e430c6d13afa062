package cli

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"ridge/bcd/nn"
)

// wrongLine is a command line, and the message that it gets, without the program's name. DIR is a folder with data,
// BASE its name; LOSSES, SOLVERS and GRADIENTS are all there are.
type wrongLine struct{ line, want string }

// refusedLines: every mistake is answered with what would be right, with exit code 2, and before anything is computed
// or written.
func refusedLines(t *testing.T, lines []wrongLine) {
	t.Helper()
	dir := shapes(t, 30, 9)
	fill := strings.NewReplacer("DIR", dir, "BASE", filepath.Base(dir),
		"LOSSES", alternatives(nn.LossNames()), "SOLVERS", alternatives(solvers()), "GRADIENTS",
		alternatives(solvers()[1:])).Replace
	for _, c := range lines {
		t.Run(c.line, func(t *testing.T) {
			t.Chdir(t.TempDir())
			o := execute(t.Context(), strings.Fields(fill(c.line))...)
			assert.Equal(t, exitUsage, o.code)
			assert.Empty(t, o.stdout)
			message, hint, _ := strings.Cut(o.stderr, "\n")
			_, message, _ = strings.Cut(message, ": ")
			assert.Truef(t, strings.HasPrefix(message, fill(c.want)), "got  %q\nwant %q", message, fill(c.want))
			assert.Contains(t, hint, "--help' for its flags and examples.")
			assert.Empty(t, entries(t, "."), "nothing may be left behind")
		})
	}
}

func TestUnknownFlagsAndArguments(t *testing.T) {
	refusedLines(t, []wrongLine{
		{"--lamda 1", "unknown flag --lamda, did you mean --lambda?"},
		{"--lambd 1", "unknown flag --lambd, did you mean --lambda or --lambda-out?"},
		{"-gamma 1", "unknown flag -gamma, did you mean --gamma?"},
		{"-x", "unknown flag -x"},
		{"--learning-rate 1", "unknown flag --learning-rate"},
		{"evla", `unexpected argument "evla", did you mean eval?`},
		{"mnist", `unexpected argument "mnist", did you mean --data mnist?`},
		{"DIR", `unexpected argument "DIR", did you mean --data DIR?`},
		{"--net 500 500",
			`unexpected argument "500": lists are separated by commas and no spaces, such as --net 500,500`},
		{"--center false", `unexpected argument "false": write the value of a switch after =, such as --center=false`},
		{"now", `unexpected argument "now": it takes flags only`},
	})
}

func TestWrongOutputsAreRefused(t *testing.T) {
	refusedLines(t, []wrongLine{
		{"--json a --csv a", "--json and --csv name the same file, a"},
		{"--json DIR/a --save DIR/../BASE/a", "--json and --save name the same file, DIR/../BASE/a"},
		{"--json - --csv -", "--json and --csv name the same file, -"},
		{"--save - --report -", "--save and --report name the same file, -"},
		{"--save --json x", `--save: "--json": want the name of a file (./--json if it is one)`},
		{"--checkpoint -", `--checkpoint: "-": want the name of a folder (./- if it is one)`},
		{"tune --out -", `--out: "-": want the name of a folder (./- if it is one)`},
		{"compare --out -", `--out: "-": want the name of a folder (./- if it is one)`},
		{"--checkpoint --resume", `--checkpoint: "--resume": want the name of a folder (./--resume if it is one)`},
		{"--data --test x", `--data: "--test": want digits, mnist, a file, a folder or - (./--test if it is one)`},
		{"--test --split 0", `--test: "--split": want a file or a folder (./--split if it is one)`},
		{"--csv=", `--csv: "": want the name of a file`},
	})
}

func TestWrongSubcommandsAreRefused(t *testing.T) {
	refusedLines(t, []wrongLine{
		{"eval", "missing --model FILE"},
		{"eval --model", "--model needs a value: --model FILE"},
		{"eval --model m --lambda 1", "unknown flag --lambda"},
		{"evaluate", `unexpected argument "evaluate", did you mean eval?`},
		{"predct --model m", `unexpected argument "predct", did you mean predict?`},
		{"eval m", `unexpected argument "m": it takes flags only`},
		{"eval --model m --part fit", `--part: "fit": want test, train, validation, unused or all`},
		{"predict --model m --part validation", `--part: "validation": want test or train`},
		{"eval --model a --json a", "--model and --json name the same file, a"},
		{"predict", "missing --model FILE"},
		{"predict --mode m", "unknown flag --mode, did you mean --model?"},
		{"compare", "missing --out "},
		{"compare --out d --init he --net 9", "--init: want the --net that it belongs to before it"},
		{"compare --out d --net 9 --init he --init he", "--init: the --net before it has one already"},
		{"compare --out d --net 9 --init xavier", `--init: "xavier": want he, or gaussian: and a standard deviation`},
		{"compare --out d --net 9 --tune-on 8", "--tune-on: 8 is not one of the networks"},
		{"compare --out d --pack f", "--pack: it needs --report, after the runs"},
		{"compare --report d --jobs 2", "--jobs: --report runs nothing"},
		{"compare --report d --pack f --markdown f", "--markdown and --pack name the same file, f"},
		{"--init gaussian:0", `--init: "gaussian:0": want he, or gaussian: and a standard deviation`},
		{"compare --out d --net 9 --net 9", "--net: 9 occurs twice"},
		{"compare --out d --skip 0:2 --net 9,9", `--skip: want the --net that it belongs to before it`},
		{"compare --out d --net 9,9 --skip 0:3",
			"--skip: skip 0:3: layers are 0 (the input) to 2 (the last hidden one)"},
		{"compare --out d --solver sgd,lbfgs", `--solver: unknown "lbfgs": want bcd, bcd-full, GRADIENTS`},
		{"compare --out d --solver sgd --solver sgd", "--solver: sgd occurs twice"},
		{"compare --out d --trials 99", "--trials: 99: there are 48 settings of each solver"},
		{"compare --out d --goal 100", `--goal: "100": want a percentage above 0, below 100`},
		{"compare --out d --seeds 0", `--seeds: "0": want a whole number from 1 up`},
		{"compare --out d --jobs 0", `--jobs: "0": want a whole number from 1 up`},
		{"compare --out d --limit 99999", "--limit 99999: digits has 1438 training samples"},
		{"compare --report d --seeds 3", "--seeds: --report runs nothing and takes the rest from the folder"},
		{"compare --rate 3", "unknown flag --rate: it is a flag of train, not of train compare"},
		{"compare --out d --weight balanced",
			"unknown flag --weight: it is a flag of train, not of train compare, as solvers are compared by a test " +
				"error in which all samples count the same, and weights would not show"},
		{"tune --save m",
			"unknown flag --save: it is a flag of train, not of train tune, as it finds settings, and prints the " +
				"command that trains with them"},
		{"compare --weigth 1", "unknown flag --weigth"},
		{"fetch", "fetch what? want mnist"},
		{"fetch cifar", `"cifar" can't be fetched: want mnist`},
		{"fetch mnist digits", `unexpected argument "digits": mnist is the only data set to fetch`},
		{"version 2", `unexpected argument "2"`},
		{"help evil", `no command "evil", did you mean eval?`},
	})
}

func TestMistakesInSubcommandsNameThem(t *testing.T) {
	o := execute(t.Context(), "eval", "--modle", "x")
	assert.Equal(t,
		"train eval: unknown flag --modle, did you mean --model?\nRun 'train eval --help' for its flags "+
			"and examples.\n", o.stderr)
}

func TestMNISTThatWasNotFetched(t *testing.T) {
	cache := t.TempDir()
	t.Setenv("RIDGE_CACHE", cache)
	o := execute(t.Context(), "--data", "mnist")
	assert.Equal(t, exitFailed, o.code)
	assert.Contains(t, o.stderr, "train fetch mnist")
	assert.Contains(t, o.stderr, filepath.Join(cache, "mnist"))
}

// A term that would touch what it means has a line of its own.
func TestTermsOfTheHelpStandApartFromTheirMeaning(t *testing.T) {
	touching := regexp.MustCompile(`(?m)^  (-., )?--[a-z0-9-]+( \[?[A-Z:]+\]?)? [^ [A-Z].*$`)
	for _, command := range []string{"train", "compare", "tune", "eval", "predict", "export"} {
		help := succeed(t, strings.Fields(strings.TrimPrefix(command+" --help", "train "))...).stdout
		assert.Contains(t, help, "\n  --", command)
		assert.True(t, strings.HasPrefix(help, "Usage:\n  train"), "what it is about comes second")
		assert.Empty(t, touching.FindAllString(help, -1), command)
	}
}
