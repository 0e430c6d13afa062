package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestWrongCommandLines: every mistake is answered with what would be right, with
// exit code 2, and before anything is computed or written.
func TestWrongCommandLines(t *testing.T) {
	dir := shapes(t, 30, 9)
	for _, c := range []struct {
		line string
		want string // the message, without the program's name
	}{
		{"--lamda 1", "unknown flag --lamda, did you mean --lambda?"},
		{"--lambd 1", "unknown flag --lambd, did you mean --lambda or --lambda-out?"},
		{"-gamma 1", "unknown flag -gamma, did you mean --gamma?"},
		{"-x", "unknown flag -x"},
		{"--learning-rate 1", "unknown flag --learning-rate"},
		{"evla", `unexpected argument "evla", did you mean eval?`},
		{"mnist", `unexpected argument "mnist", did you mean --data mnist?`},
		{dir, `unexpected argument "` + dir + `", did you mean --data ` + dir + `?`},
		{"--net 500 500", `unexpected argument "500": lists are separated by commas and no spaces, such as --net 500,500`},
		{"--center false", `unexpected argument "false": write the value of a switch after =, such as --center=false`},
		{"now", `unexpected argument "now": everything is said with flags`},

		{"--net", "--net needs a value: --net WIDTHS"},
		{"--net 0", `--net: "0": want widths from 1 to 65536, such as 300 or 500,500`},
		{"--net -5", `--net: "-5": want widths from 1 to 65536, such as 300 or 500,500`},
		{"--net 300,x", `--net: "x": want widths from 1 to 65536, such as 300 or 500,500`},
		{"--net 300,", `--net: "": want widths from 1 to 65536, such as 300 or 500,500`},
		{"--net=", `--net: "": want widths from 1 to 65536, such as 300 or 500,500`},
		{"--net 3.5", `--net: "3.5": want widths from 1 to 65536, such as 300 or 500,500`},
		{"--net 1000000000", `--net: "1000000000": want widths from 1 to 65536, such as 300 or 500,500`},
		{"--skip 1", `--skip: "1": want FROM:TO, such as 0:2 (layer 2 also reads the input)`},
		{"--skip a:b", `--skip: "a:b": want FROM:TO, such as 0:2 (layer 2 also reads the input)`},
		{"--net 9,9,9 --skip 3:1", "--skip: skip 3:1 leads backward, into a cycle: want FROM < TO"},
		{"--net 9,9,9 --skip 2:2", "--skip: skip 2:2 leads backward, into a cycle: want FROM < TO"},
		{"--net 9,9,9 --skip 0:4", "--skip: skip 0:4: layers are 0 (the input) to 3 (the last hidden one)"},
		{"--net 9,9,9 --skip -1:2", "--skip: skip -1:2: layers are 0 (the input) to 3 (the last hidden one)"},
		{"--net 9,9,9 --skip 1:2", "--skip: skip 1:2: layer 2 reads layer 1 already"},
		{"--net 9,9,9 --skip 0:2,0:2", "--skip: skip 0:2 is there twice"},
		{"--net 9,9,9 --skip 0:2 --skip 0:2", "--skip: skip 0:2 is there twice"},
		{"--loss absolute", `--loss: unknown "absolute": want hinge, squared or softmax`},
		{"--loss softmax", "--loss softmax: the solver bcd has the losses hinge and squared; softmax needs --solver sgd, nesterov, adagrad, rmsprop, adadelta, adam, adamw, schedulefree, muon, soap, kfac or foof"},

		{"--solver lbfgs", `--solver: unknown "lbfgs": want bcd, sgd, nesterov, adagrad, rmsprop, adadelta, adam, adamw, schedulefree, muon, soap, kfac or foof`},
		{"--rate 0.1", "--rate: the solver bcd does not use it, want --solver sgd, nesterov, adagrad, rmsprop, adadelta, adam, adamw, schedulefree, muon, soap, kfac or foof"},
		{"--weight-decay 0.1", "--weight-decay: the solver bcd does not use it, want --solver sgd, nesterov, adagrad, rmsprop, adadelta, adam, adamw, schedulefree, muon, soap, kfac or foof"},
		{"--solver adam --gamma 1", "--gamma: the solver adam does not use it, want --solver bcd"},
		{"--solver sgd --objective fenchel", "--objective: the solver sgd does not use it, want --solver bcd"},
		{"--solver sgd --iterations 3", "--iterations: the solver sgd does not use it, want --solver bcd"},
		{"--solver sgd --batch 0", "--batch 0: the solver sgd has mini-batches only, want at least 1"},
		{"--solver adagrad --momentum 0.9", "--momentum: the solver adagrad does not use it, want --solver sgd, nesterov, adadelta, adam, adamw, schedulefree, muon, soap, kfac or foof"},
		{"--solver sgd --momentum2 0.9", "--momentum2: the solver sgd does not use it, want --solver adam"},
		{"--solver sgd --rms-decay 0.9", "--rms-decay: the solver sgd does not use it, want --solver rmsprop"},
		{"--solver nesterov --delta 0.9", "--delta: the solver nesterov does not use it, want --solver adagrad, rmsprop, adadelta, adam, adamw, schedulefree, muon or soap"},
		{"--solver sgd --rate 0", `--rate: "0": want a number above 0`},
		{"--solver sgd --momentum 1", `--momentum: "1": want a number from 0 up, below 1`},
		{"--solver adam --delta 1e-60", "--delta 1e-60: it is 0 in 32 bits, want more or weights of 64 bits"},
		{"--solver sgd --rate-policy linear", `--rate-policy: unknown "linear": want fixed, step, inv, poly or cosine`},
		{"--solver sgd --rate-policy step", "--rate-policy step needs --rate-step, the batches between the falls of step"},
		{"--spectral-step 0.01", "--spectral-step: the metric gram does not use it, want --metric spectral"},
		{"--net 9,9 --l1 1e-3 --spectral-decay 1", "--spectral-decay: the metric gram does not use it, want --metric spectral"},
		{"--solver sgd --rate-step 3", "--rate-step: the policy poly does not use it, want --rate-policy step"},
		{"--solver sgd --rate-gamma 3", "--rate-gamma: the policy poly does not use it, want --rate-policy step or inv"},
		{"--solver sgd --rate-policy fixed --rate-power 3", "--rate-power: the policy fixed does not use it, want --rate-policy inv or poly"},
		{"--objective tikonov", `--objective: unknown "tikonov": want fenchel or tikhonov`},

		{"--gamma 0", `--gamma: "0": want a number above 0`},
		{"--gamma -1", `--gamma: "-1": want a number above 0`},
		{"--gamma NaN", `--gamma: "NaN": want a number above 0`},
		{"--gamma inf", `--gamma: "inf": want a number above 0`},
		{"--gamma 1,0", `--gamma: "0": want a number above 0`},
		{"--gamma big", `--gamma: "big": want a number above 0`},
		{"--net 9,9,9 --gamma 1,2", "--gamma 1,2: 2 numbers for 3 hidden layers: want one for all or one for each"},
		{"--lambda -1e-9", `--lambda: "-1e-9": want a number from 0 up`},
		{"--lambda nan", `--lambda: "nan": want a number from 0 up`},
		{"--lambda-out -1", `--lambda-out: "-1": want a number from 0 up`},
		{"--l1 -1", `--l1: "-1": want a number from 0 up`},
		{"--l1 inf", `--l1: "inf": want a number from 0 up`},
		{"--solver adam --l1 1e-4", "--l1: the solver adam does not use it, want --solver bcd"},
		{"--lambda-out inf", `--lambda-out: "inf": want a number from 0 up`},
		{"--step 0", `--step: "0": want a number above 0, up to 1`},
		{"--step 1.01", `--step: "1.01": want a number above 0, up to 1`},
		{"--step NaN", `--step: "NaN": want a number above 0, up to 1`},
		{"--step 0.5 --batch 0", "--step: full batches don't have it; --step needs mini-batches"},
		{"--step 0.5 --solver adam", "--step: the solver adam does not use it, want --solver bcd"},
		{"--input-step 0", `--input-step: "0": want a number above 0`},
		{"--input-step 2 --batch 0", "--input-step: full batches don't have it; --input-step needs mini-batches"},
		{"--damping 0", `--damping: "0": want a number above 0`},
		{"--damping inf", `--damping: "inf": want a number above 0`},
		{"--damping 2 --objective tikhonov", "--damping: the objective tikhonov has full batches only, which don't have it"},
		{"--damping 2 --solver sgd", "--damping: the solver sgd does not use it, want --solver bcd"},
		{"--theta 0", "--theta: 0: want a number in (0, 1]"},
		{"--theta 1.01", "--theta: 1.01: want a number in (0, 1]"},
		{"--theta -0.5", "--theta: -0.5: want a number in (0, 1]"},
		{"--theta nan", "--theta: NaN: want a number in (0, 1]"},
		{"--theta t^2", `--theta: "t^2": want a number in (0, 1], 1/t or a power such as 1/t^2`},
		{"--theta 1/t^0", `--theta: 1/t^0: want a positive power`},
		{"--center=maybe", `--center: "maybe": want true or false`},

		{"--iterations 0", `--iterations: "0": want a whole number from 1 up`},
		{"--iterations 1e3", `--iterations: "1e3": want a whole number from 1 up`},
		{"--tolerance -1", `--tolerance: "-1": want a number from 0 up`},
		{"--block-tolerance 0", `--block-tolerance: "0": want a number above 0`},
		{"--batch -1", `--batch: "-1": want a whole number from 0 up`},
		{"--batch 200 --objective tikhonov", "--batch 200: the objective tikhonov has full batches only, want --batch 0"},
		{"--epochs 0", `--epochs: "0": want a whole number from 1 up`},
		{"--epochs 3 --batch 0", "--epochs: full batches have --iterations instead"},
		{"--epochs 3 --objective tikhonov", "--epochs: full batches have --iterations instead"},
		{"--iterations 3", "--iterations: mini-batches have --epochs instead; --iterations needs --batch 0"},
		{"--theta 0.5", "--theta: mini-batches don't have it; --theta needs --batch 0"},
		{"--tolerance 0.5 --batch 10", "--tolerance: mini-batches don't have it; --tolerance needs --batch 0"},
		{"--block-tolerance 1e-4", "--block-tolerance: mini-batches don't have it; --block-tolerance needs --batch 0"},
		{"--seed -1", `--seed: "-1": want a whole number from 0 to 2^64-1`},
		{"--seed 18446744073709551616", `--seed: "18446744073709551616": want a whole number from 0 to 2^64-1`},
		{"--precision 16", `--precision: "16": want 32 or 64`},
		{"--workers 0", `--workers: "0": want a whole number from 1 up`},
		{"--workers -2", `--workers: "-2": want a whole number from 1 up`},
		{"--workers many", `--workers: "many": want a whole number from 1 up`},

		{"--data=", `--data: "": want digits, mnist, a file, a folder or -`},
		{"--limit 0", `--limit: "0": want a whole number from 1 up`},
		{"--validation -1", `--validation: "-1": want a number of samples, such as 1000, or a fraction of them below 1, such as 0.2`},
		{"--validation 0", `--validation: "0": want a number of samples from 1 up, or a fraction of them above 0`},
		{"--validation 1.5", `--validation: "1.5": want a number of samples, such as 1000, or a fraction of them below 1, such as 0.2`},
		{"--split all", `--split: "all": want a number of samples, such as 1000, or a fraction of them below 1, such as 0.2`},
		{"--split 0.3 --test f", "--split 0.3: --test has the test samples already"},
		{"--data DIR --split 0.3", "--split 0.3: BASE has a test part of its own"},
		{"--header maybe", `--header: "maybe": want auto, yes or no`},
		{"--task guess", `--task: no task "guess": want auto, classes or regression`},
		{"--task classes --target a,b", "--target: classes need one column, there are 2"},
		{"--target=", `--target: "": want the name or the number of a column`},
		{"--weight yes", `--weight: "yes": want balanced, or CLASS:W such as yes:5`},
		{"--weight yes:0", `--weight: "yes:0": want CLASS:W with a number W above 0`},
		{"--weight 1:2,10:3", `--weight: digits has no class "10": it has 0, 1, 2, 3, 4, 5, 6, 7, 8, 9`},
		{"--weight 1:2,1:3", `--weight: the class "1" is there twice`},
		{"--scale common", `--scale: no scale "common": want auto, standard, center or none`},
		{"--scale standard --center", "--center: --scale standard says what is subtracted, want --scale none"},
		{"--data DIR --limit 31", "--limit 31: BASE has 30 training samples"},
		{"--data DIR --validation 30", "--validation 30: BASE has 30 training samples: want at most 29"},
		{"--fold 0 --validation 9", `--fold: "0": want a whole number from 1 up`},
		{"--fold 2", "--fold 2: nothing is held out, want --validation"},
		{"--data DIR --validation 9 --fold 4", "--fold 4: BASE has 30 training samples and --validation 9: want at most 3"},
		{"--data DIR --validation 20 --limit 11", "--limit 11: BASE has 30 training samples, of which --validation holds out 20"},

		{"--json a --csv a", "--json and --csv name the same file, a"},
		{"--json DIR/a --save DIR/../BASE/a", "--json and --save name the same file, DIR/../BASE/a"},
		{"--json - --csv -", "--json and --csv name the same file, -"},
		{"--save -", `--save: "-": want the name of a file, as this can't go to standard output`},
		{"--save --json x", `--save: "--json": want the name of a file (./--json if it is one)`},
		{"--csv=", `--csv: "": want the name of a file`},

		{"eval", "missing --model FILE"},
		{"eval --model", "--model needs a value: --model FILE"},
		{"eval --model m --lambda 1", "unknown flag --lambda"},
		{"eval m", `unexpected argument "m": everything is said with flags`},
		{"eval --model m --part validation", `--part: "validation": want test or train`},
		{"eval --model a --json a", "--model and --json name the same file, a"},
		{"predict", "missing --model FILE"},
		{"predict --mode m", "unknown flag --mode, did you mean --model?"},
		{"compare", "missing --out "},
		{"compare --out d --init he --net 9", "--init: want the --net that it belongs to before it"},
		{"compare --out d --net 9 --init xavier", `--init: "xavier": want he, or gaussian: and a standard deviation`},
		{"compare --out d --net 9 --tune-on 8", "--tune-on: 8 is not one of the networks"},
		{"compare --out d --pack f", "--pack: it goes with --report, after the runs"},
		{"compare --report d --jobs 2", "--jobs: --report runs nothing"},
		{"compare --report d --pack f --markdown f", "--markdown and --pack name the same file, f"},
		{"--init gaussian:0", `--init: "gaussian:0": want he, or gaussian: and a standard deviation`},
		{"compare --out d --net 9 --net 9", "--net: 9 is there twice"},
		{"compare --out d --skip 0:2 --net 9,9", `--skip: want the --net that it belongs to before it`},
		{"compare --out d --net 9,9 --skip 0:3", "--skip: skip 0:3: layers are 0 (the input) to 2 (the last hidden one)"},
		{"compare --out d --solver sgd,lbfgs", `--solver: unknown "lbfgs": want bcd, bcd-full, sgd, nesterov, adagrad, rmsprop, adadelta, adam, adamw, schedulefree, muon, soap, kfac or foof`},
		{"compare --out d --solver sgd --solver sgd", "--solver: sgd is there twice"},
		{"compare --out d --trials 99", "--trials: 99: there are 48 settings of each solver"},
		{"compare --out d --goal 100", `--goal: "100": want a percentage above 0, below 100`},
		{"compare --out d --seeds 0", `--seeds: "0": want a whole number from 1 up`},
		{"compare --out d --jobs 0", `--jobs: "0": want a whole number from 1 up`},
		{"compare --out d --jobs 2 --workers 2", "--workers 2: with --jobs 2 each run has one worker"},
		{"compare --out d --limit 99999", "--limit 99999: digits has 1438 training samples"},
		{"compare --report d --seeds 3", "--seeds: --report runs nothing and takes the rest from the folder"},
		{"compare --rate 3", "unknown flag --rate"},
		{"fetch", "fetch what? want mnist"},
		{"fetch cifar", `"cifar" can't be fetched: want mnist`},
		{"fetch mnist digits", `unexpected argument "digits": mnist is the only data set to fetch`},
		{"version 2", `unexpected argument "2"`},
		{"help evil", `no command "evil", did you mean eval?`},
	} {
		t.Run(c.line, func(t *testing.T) {
			t.Chdir(t.TempDir())
			fill := strings.NewReplacer("DIR", dir, "BASE", filepath.Base(dir)).Replace
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

func TestMistakesInSubcommandsNameThem(t *testing.T) {
	o := execute(t.Context(), "eval", "--modle", "x")
	assert.Equal(t, "train eval: unknown flag --modle, did you mean --model?\nRun 'train eval --help' for its flags and examples.\n", o.stderr)
}

// TestUnusableFiles: what is wrong with files is told by their names, with exit
// code 1.
func TestUnusableFiles(t *testing.T) {
	good := shapes(t, 30, 9)
	broken := func(name string, content []byte) string {
		dir := shapes(t, 30, 9)
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), content, 0o644))
		return dir
	}
	without := func(name string) string {
		dir := shapes(t, 30, 9)
		require.NoError(t, os.Remove(filepath.Join(dir, name)))
		return dir
	}
	images := read(t, filepath.Join(good, "train-images-idx3-ubyte"))
	labels := read(t, filepath.Join(good, "train-labels-idx1-ubyte"))
	model := filepath.Join(t.TempDir(), "m.safetensors")
	succeed(t, "--data", good, "--net", "4", "--epochs", "1", "--save", model)
	modelBytes := read(t, model)
	other := func(content []byte) string {
		path := filepath.Join(t.TempDir(), "bad.safetensors")
		require.NoError(t, os.WriteFile(path, content, 0o644))
		return path
	}
	wider := t.TempDir()
	writeIDX(t, wider, "train", 20, 3, 4)
	writeIDX(t, wider, "t10k", 8, 3, 4)
	relabelled := broken("t10k-labels-idx1-ubyte", append(header(0x801, 9), 4, 5, 6, 4, 5, 6, 4, 5, 9))
	newClass := broken("train-labels-idx1-ubyte", append(labels[:len(labels)-1:len(labels)-1], 7))

	for name, c := range map[string]struct {
		args []string
		want []string // in the message
	}{
		"no such data":        {[]string{"--data", "nowhere"}, []string{`"nowhere"`, "digits, mnist, - for standard input, a file, or a folder"}},
		"a file as data":      {[]string{"--data", model}, []string{model, "not a file that can be read"}},
		"a file is missing":   {[]string{"--data", without("t10k-labels-idx1-ubyte")}, []string{"no t10k-labels-idx1-ubyte"}},
		"an empty file":       {[]string{"--data", broken("train-images-idx3-ubyte", nil)}, []string{"train-images-idx3-ubyte: is empty"}},
		"a truncated file":    {[]string{"--data", broken("train-images-idx3-ubyte", images[:len(images)-1])}, []string{"train-images-idx3-ubyte: header says 30 images, file ends after 29"}},
		"trailing bytes":      {[]string{"--data", broken("train-labels-idx1-ubyte", append(labels[:len(labels):len(labels)], 0))}, []string{"train-labels-idx1-ubyte", "more data"}},
		"a wrong magic":       {[]string{"--data", broken("train-images-idx3-ubyte", []byte("PNG....................."))}, []string{"train-images-idx3-ubyte", "not an IDX file"}},
		"swapped files":       {[]string{"--data", broken("train-images-idx3-ubyte", labels)}, []string{"train-images-idx3-ubyte", "a label file"}},
		"zero images":         {[]string{"--data", broken("train-images-idx3-ubyte", header(0x803, 0, 2, 3))}, []string{"train-images-idx3-ubyte"}},
		"a huge header":       {[]string{"--data", broken("train-images-idx3-ubyte", append(header(0x803, 1e9, 28, 28), make([]byte, 84)...))}, []string{"train-images-idx3-ubyte", "1000000000"}},
		"corrupt gzip":        {[]string{"--data", broken("train-images-idx3-ubyte", []byte("\x1f\x8b\x08garbage garbage"))}, []string{"train-images-idx3-ubyte", "compressed data"}},
		"other counts":        {[]string{"--data", broken("train-labels-idx1-ubyte", append(header(0x801, 3), 0, 1, 2))}, []string{"3 labels for the 30 images"}},
		"an unknown label":    {[]string{"--data", relabelled}, []string{`t10k-labels-idx1-ubyte: the class "9" of sample 9`}},
		"no such model":       {[]string{"eval", "--model", "nowhere.safetensors"}, []string{"nowhere.safetensors"}},
		"a folder as model":   {[]string{"eval", "--model", good}, []string{good}},
		"an empty model":      {[]string{"eval", "--model", other(nil), "--data", good}, []string{"bad.safetensors"}},
		"a truncated model":   {[]string{"eval", "--model", other(modelBytes[:len(modelBytes)-1]), "--data", good}, []string{"bad.safetensors"}},
		"text as model":       {[]string{"predict", "--model", other([]byte("index,class,score\n0,1,2\n")), "--data", good}, []string{"bad.safetensors"}},
		"a narrower model":    {[]string{"eval", "--model", model, "--data", wider}, []string{"samples for " + model, "it has 12 columns", "want 6"}},
		"… for predictions":   {[]string{"predict", "--model", model, "--data", wider}, []string{"samples for " + model, "it has 12 columns", "want 6"}},
		"a class too many":    {[]string{"eval", "--model", model, "--data", newClass}, []string{"samples for " + model, `the class "7" of sample 30 is not in the training data, which has 4, 5, 6`}},
		"save to nowhere":     {[]string{"--save", "no/such/m.safetensors"}, []string{"--save no/such/m.safetensors: can't be written: there is no folder no/such"}},
		"save to a folder":    {[]string{"--save", good}, []string{"--save " + good + ": can't be written: it is a folder"}},
		"csv to a new folder": {[]string{"--csv", "results/"}, []string{"--csv results/: can't be written: it is the name of a folder"}},
		"json under a file":   {[]string{"--json", filepath.Join(model, "x")}, []string{"--json " + model + "/x: can't be written: not a directory"}},
		"eval to nowhere":     {[]string{"eval", "--model", model, "--json", "no/x"}, []string{"--json no/x: can't be written: there is no folder no"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			o := execute(t.Context(), c.args...)
			assert.Equal(t, exitFailed, o.code)
			assert.Empty(t, o.stdout)
			for _, want := range c.want {
				assert.Contains(t, o.stderr, want)
			}
			assert.NotContains(t, o.stderr, "--help", "the command line is not to blame")
			assert.Empty(t, entries(t, "."), "nothing may be left behind")
		})
	}
}

func TestMNISTThatWasNotFetched(t *testing.T) {
	cache := t.TempDir()
	t.Setenv("RIDGE_CACHE", cache)
	o := execute(t.Context(), "--data", "mnist")
	assert.Equal(t, exitFailed, o.code)
	assert.Contains(t, o.stderr, "train fetch mnist")
	assert.Contains(t, o.stderr, filepath.Join(cache, "mnist"))
}
