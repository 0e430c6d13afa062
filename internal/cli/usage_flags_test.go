package cli

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"ridge/internal/checkpoint"
)

func TestWrongNetworksAreRefused(t *testing.T) {
	refusedLines(t, []wrongLine{
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
		{"--net 9,9,9 --skip 0:2,0:2", "--skip: skip 0:2 occurs twice"},
		{"--net 9,9,9 --skip 0:2 --skip 0:2", "--skip: skip 0:2 occurs twice"},
		{"--loss absolute", `--loss: unknown "absolute": want LOSSES`},
		{"--loss softmax",
			"--loss softmax: the solver bcd takes hinge, squared or softmax2; softmax needs --solver GRADIENTS"},
		{"--loss softmax2 --batch 0", "--loss softmax2: full batches don't have it, want --batch 1 or more"},
		{"--loss softmax2 --objective tikhonov", "--loss softmax2: full batches don't have it, want --batch 1 or more"},
	})
}

// Flags whose values add up may be given several times; of the others, one value would be lost silently.
func TestFlagsThatAreGivenTwice(t *testing.T) {
	refusedLines(t, []wrongLine{
		{"--net 9 --net 8", `--net: it is given twice, as "9" and as "8": want it once`},
		{"--seed 1 --seed 1", "--seed: it is given twice: want it once"},
		{"--gamma 1 --gamma 2", `--gamma: it is given twice, as "1" and as "2": want it once`},
		{"--center --center=false", `--center: it is given twice, as "true" and as "false": want it once`},
		{"--target a --target b", `--target: it is given twice, as "a" and as "b": want it once`},
		{"compare --out c --epochs 2 --epochs 3", `--epochs: it is given twice, as "2" and as "3": want it once`},
		{"predict --model a --model b", `--model: it is given twice, as "a" and as "b": want it once`},
	})
}

func TestWrongSolversAreRefused(t *testing.T) {
	refusedLines(t, []wrongLine{
		{"--solver lbfgs", `--solver: unknown "lbfgs": want SOLVERS`},
		{"--rate 0.1",
			"--rate: the solver bcd does not use it, want --solver sgd, nesterov, adagrad, rmsprop, adadelta, adam, " +
				"adamw, schedulefree, muon, soap, kfac or foof"},
		{"--weight-decay 0.1",
			"--weight-decay: the solver bcd does not use it, want --solver sgd, nesterov, adagrad, rmsprop, " +
				"adadelta, adam, adamw, schedulefree, muon, soap, kfac or foof"},
		{"--solver adam --gamma 1", "--gamma: the solver adam does not use it, want --solver bcd"},
		{"--solver sgd --objective fenchel", "--objective: the solver sgd does not use it, want --solver bcd"},
		{"--solver sgd --iterations 3", "--iterations: the solver sgd does not use it, want --solver bcd"},
		{"--solver sgd --batch 0", "--batch 0: the solver sgd has mini-batches only, want at least 1"},
		{"--solver adagrad --momentum 0.9",
			"--momentum: the solver adagrad does not use it, want --solver sgd, nesterov, adadelta, adam, adamw, " +
				"schedulefree, muon, soap, kfac or foof"},
		{"--solver sgd --momentum2 0.9", "--momentum2: the solver sgd does not use it, want --solver adam"},
		{"--solver sgd --rms-decay 0.9", "--rms-decay: the solver sgd does not use it, want --solver rmsprop"},
		{"--solver nesterov --delta 0.9",
			"--delta: the solver nesterov does not use it, want --solver adagrad, rmsprop, adadelta, adam, adamw, " +
				"schedulefree, muon or soap"},
		{"--solver sgd --rate 0", `--rate: "0": want a number above 0`},
		{"--solver sgd --momentum 1", `--momentum: "1": want a number from 0 up, below 1`},
		{"--solver adam --delta 1e-60", "--delta 1e-60: it is 0 in 32 bits, want more or weights of 64 bits"},
		{"--solver sgd --rate-policy linear", `--rate-policy: unknown "linear": want fixed, step, inv, poly or cosine`},
		{"--solver sgd --rate-policy step",
			"--rate-policy step needs --rate-step, the batches between two reductions of the rate by the policy step"},
		{"--spectral-step 0.01", "--spectral-step: the metric gram does not use it, want --metric spectral"},
		{"--net 9,9 --l1 1e-3 --spectral-decay 1",
			"--spectral-decay: the metric gram does not use it, want --metric spectral"},
		{"--solver sgd --rate-step 3", "--rate-step: the policy poly does not use it, want --rate-policy step"},
		{"--solver sgd --rate-gamma 3",
			"--rate-gamma: the policy poly does not use it, want --rate-policy step or inv"},
		{"--solver sgd --rate-policy fixed --rate-power 3",
			"--rate-power: the policy fixed does not use it, want --rate-policy inv or poly"},
		{"--objective tikonov", `--objective: unknown "tikonov": want fenchel or tikhonov`},
	})
}

func TestWrongSettingsAreRefused(t *testing.T) {
	refusedLines(t, []wrongLine{
		{"--gamma 0", `--gamma: "0": want a number above 0`},
		{"--lambda 1e308",
			`--lambda: "1e308": want a number from 0 up to 1e+18, so that its products are numbers in 32 bits, too`},
		{"--l1 1e300", `--l1: "1e300": want a number from 0 up to 1e+18`},
		{"--solver sgd --rate 1e999", `--rate: "1e999": want a number above 0, up to 1e+18`},
		{"--init gaussian:1e300", "--init: standard deviation 1e300: want one from 1e-37 to 1e+18"},
		{"--init gaussian:1e400", "--init: standard deviation 1e400: want one from 1e-37 to 1e+18"},
		{"--init gaussian:1e-400", "--init: \"gaussian:1e-400\": want"},
		{"--batch 10 --step 1e300", `--step: "1e300": want a number above 0, up to 1`},
		{"--batch 10 --step 1e400", `--step: "1e400": want a number above 0, up to 1`},
		{"--checkpoint d --checkpoint-every 99999999999h",
			`--checkpoint-every: "99999999999h": want a time above 0 and below 292 years, such as 30s, 5m or 1h`},
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
		{"--damping 2 --objective tikhonov",
			"--damping: the objective tikhonov has full batches only, which don't have it"},
		{"--damping 2 --solver sgd", "--damping: the solver sgd does not use it, want --solver bcd"},
		{"--theta 0", "--theta: 0: want a number in (0, 1]"},
		{"--theta 1.01", "--theta: 1.01: want a number in (0, 1]"},
		{"--theta -0.5", "--theta: -0.5: want a number in (0, 1]"},
		{"--theta nan", "--theta: NaN: want a number in (0, 1]"},
		{"--theta t^2", `--theta: "t^2": want a number in (0, 1], 1/t or a power such as 1/t^2`},
		{"--theta 1/t^0", `--theta: 1/t^0: want a positive power`},
		{"--center=maybe", `--center: "maybe": want true or false`},
	})
}

func TestWrongLengthsAreRefused(t *testing.T) {
	refusedLines(t, []wrongLine{
		{"--iterations 0", `--iterations: "0": want a whole number from 1 up`},
		{"--iterations 1e3", `--iterations: "1e3": want a whole number from 1 up`},
		{"--tolerance -1", `--tolerance: "-1": want a number from 0 up`},
		{"--block-tolerance 0", `--block-tolerance: "0": want a number above 0`},
		{"--batch -1", `--batch: "-1": want a whole number from 0 up`},
		{"--batch 200 --objective tikhonov",
			"--batch 200: the objective tikhonov has full batches only, want --batch 0"},
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
	})
}

func TestWrongDataIsRefused(t *testing.T) {
	const balancedAlone = "--weight: balanced sets the weights of all classes, and so stands alone: " +
		"want balanced, or a weight for each class that does not count once, such as yes:5"
	refusedLines(t, []wrongLine{
		{"--data=", `--data: "": want digits, mnist, a file, a folder or -`},
		{"--limit 0", `--limit: "0": want a whole number from 1 up`},
		{"--validation -1",
			`--validation: "-1": want a number of samples, such as 1000, or a fraction of them below 1, such as 0.2`},
		{"--validation 0", `--validation: "0": want a number of samples from 1 up, or a fraction of them above 0`},
		{"--validation 1.5",
			`--validation: "1.5": want a number of samples, such as 1000, or a fraction of them below 1, such as 0.2`},
		{"--split all",
			`--split: "all": want a number of samples, such as 1000, or a fraction of them below 1, such as 0.2`},
		{"--data - --test -", "--test -: --data reads standard input, which can be read once"},
		{"--split 0.3 --test f", "--split 0.3: --test has the test samples already"},
		{"--data DIR --split 0.3", "--split 0.3: BASE has a test part of its own"},
		{"--header maybe", `--header: "maybe": want auto, yes or no`},
		{"--task guess", `--task: no task "guess": want auto, classes or regression`},
		{"--task classes --target a,b", "--target: classes need one column, there are 2"},
		{"--target=", `--target: "": want the name or the number of a column`},
		{"--weight yes",
			`--weight: "yes": want balanced, or CLASS:W such as yes:5; a name with a comma has quotes: '"a,b":5'`},
		{`--weight a,b:5`, `--weight: "a": want CLASS:W such as yes:5; a name with a comma has quotes: '"a,b":5'`},
		{`--weight "a"b:5`,
			`--weight: "\"a\"b:5": want CLASS:W such as yes:5; a name with a comma has quotes: '"a,b":5'`},
		{`--weight "":5`, `--weight: "\"\":5": want CLASS:W such as yes:5; a name with a comma has quotes: '"a,b":5'`},
		{`--weight "a,b:5`, `--weight: the quotes of "a,b:5 are not closed`},
		{`--drop "a"b`, `--drop: "\"a\"b": want the name or the number of a column`},
		{`--drop a,,b`, `--drop: "": want the name or the number of a column`},
		{"--weight balanced,1:5", balancedAlone},
		{"--weight 1:5,balanced", balancedAlone},
		{"--weight yes:0", `--weight: "yes:0": want CLASS:W with a number W above 0`},
		{"--weight 1:2,10:3", `--weight: digits has no class "10": it has 0, 1, 2, 3, 4, 5, 6, 7, 8, 9`},
		{"--weight 1:2,1:3", `--weight: the class "1" is given twice`},
		{"--scale common", `--scale: no scale "common": want auto, standard, center or none`},
		{"--scale standard --center", "--center: --scale standard says what is subtracted, want --scale none"},
		{"--data DIR --limit 31", "--limit 31: BASE has 30 training samples"},
		{"--data DIR --validation 30", "--validation 30: BASE has 30 training samples: want at most 29"},
		{"--fold 0 --validation 9", `--fold: "0": want a whole number from 1 up`},
		{"--fold 2", "--fold 2: nothing is held out, want --validation"},
		{"--data DIR --validation 9 --fold 4",
			"--fold 4: BASE has 30 training samples and --validation 9: want at most 3"},
		{"--data DIR --validation 20 --limit 11",
			"--limit 11: BASE has 30 training samples, of which --validation holds out 20"},
	})
}

// What adds up is known by all of its values, wherever the command line is told again.
func TestAFlagThatIsGivenTwiceIsToldWhole(t *testing.T) {
	flags := trainingOf(t, strings.Fields("--net 5,4,3 --skip 0:2 --seed 7 --skip 1:3")...).cmd.Flags()
	assert.ElementsMatch(t, []string{"--net=5,4,3", "--skip=0:2,1:3", "--seed=7"}, arguments(flags))
	assert.Contains(t, identifyingFlags(flags), checkpoint.Setting{Name: "--skip", Value: "0:2,1:3"})
}
