package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheErrorOfGuessingIsShownIfOneClassIsFarLarger(t *testing.T) {
	const guessing = `by guessing 10.00 % (4 of 40), always "ok": the network does no better; ` +
		"--weight balanced makes it look at the other classes"
	const quality = `recall "fraud" 0.00 % (0 of 4), "ok" 100.00 % (36 of 36); balanced accuracy 50.00 % ` +
		`precision "fraud" – (0 of 0), "ok" 90.00 % (36 of 40)`
	const scarce = "warning: there are fewer than 5 test samples of class fraud (4): " +
		"how many of these are right is mostly chance; a larger --split has more\n"
	for rare, want := range map[int]bool{10: true, 3: false} {
		var b strings.Builder
		b.WriteString("a,y\n")
		for i := range 200 {
			fmt.Fprintf(&b, "%d.5,%s\n", i%7, map[bool]string{true: "fraud", false: "ok"}[i%rare == 0])
		}
		path := filepath.Join(t.TempDir(), "rare.csv")
		require.NoError(t, os.WriteFile(path, []byte(b.String()), 0o644))
		run := func(flags ...string) (words, warnings string) {
			o := succeed(t, append([]string{"--data", path, "--net", "4", "--epochs", "1"}, flags...)...)
			return inOneLine(o.stdout), o.stderr
		}
		words, warnings := run()
		assert.Equal(t, want, strings.Contains(words, guessing), words)
		assert.Equal(t, want, strings.Contains(words, quality), words)
		assert.Equal(t, want, strings.Contains(warnings, scarce), warnings)
		words, _ = run("--weight", "balanced")
		assert.NotContains(t, words, "does no better", "it was taken")
		assert.Contains(t, words, "balanced accuracy", "of weights one wants to see what they do")
		_, warnings = run("--weight", "balanced", "--split", "0.25")
		assert.NotContains(t, warnings, "mostly chance", "five are enough")
	}
}

func TestCommasThatMaySeparateThousandsAreWarnedOf(t *testing.T) {
	path := filepath.Join(t.TempDir(), "thousands.csv")
	require.NoError(t, os.WriteFile(path, []byte("a;y\n"+strings.Repeat("987;u\n1,234;v\n", 30)), 0o644))
	model := filepath.Join(t.TempDir(), "m")
	warning := "warning: " + path + `: column 1 "a": 1,234 is read as 1.234`
	for _, args := range [][]string{
		argsOf("--net 4 --epochs 1", "--save", model),
		argsOf("predict", "--model", model),
		argsOf("eval", "--model", model),
		argsOf("tune --net 4 --epochs 1 --trials 1 --folds 2"),
		argsOf("compare --net 4 --epochs 1 --trials 2 --seeds 1 --solver sgd", "--out", t.TempDir()),
	} {
		o := succeed(t, append(args, "--data", path)...)
		assert.Equal(t, 1, strings.Count(o.stderr, warning), "%v: %s", args, o.stderr)
		assert.NotContains(t, o.stdout, "warning")
	}
}

func TestTextsThatTrainingDidNotHaveAreNotedBelowTheAnswers(t *testing.T) {
	data, dir := flowers(t, 200), t.TempDir()
	model, other := filepath.Join(dir, "m"), filepath.Join(dir, "other.csv")
	require.NoError(t, os.WriteFile(other, []byte(`kind,length,soil
rose,100.1,peat
tulip,200,clay
lily,300,
rose,100,peat
rose,100,lava
`), 0o644))
	const note = `note: column 3 "soil": 3 of 4 texts were not in the training data, or in too few of its rows: ` +
		`"peat", "lava"` + "\n" +
		`note: column "soil": 1 of 5 values are missing, and none was in the training data: ` +
		"they count as a text that it did not have\n"
	for _, target := range []string{"kind", "length"} { // classes and numbers
		succeed(t, "--data", data, "--target", target, "--net", "8", "--epochs", "2", "--save", model)
		for _, command := range []string{"predict", "eval"} {
			o := succeed(t, command, "--model", model, "--data", other)
			assert.True(t, strings.HasSuffix(o.stderr, note), "%s of %s: %s", command, target, o.stderr)
			assert.Equal(t, 2, strings.Count(o.stderr, "soil"), o.stderr)
			assert.NotContains(t, o.stdout, "note")
			o = succeed(t, command, "--model", model, "--data", data)
			assert.NotContains(t, o.stderr, "were not in the training data")
		}
	}
	o := succeed(t, "eval", "--model", model, "--data", other, "--json")
	assert.True(t, strings.HasSuffix(o.stderr, note), "below the table, which goes to standard error: %s", o.stderr)
}
