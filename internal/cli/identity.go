package cli

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/spf13/pflag"

	"ridge/asm"
	"ridge/bcd/train"
	"ridge/internal/buildinfo"
	"ridge/internal/checkpoint"
	"ridge/internal/lambda"
	"ridge/mat"
)

// elsewhere are the flags that change nothing in a training: where it runs, and what is written. --memory is not one of
// them, as a choice leaves out what does not fit.
var elsewhere = []string{"workers", "save", "json", "csv", "report", "checkpoint", "checkpoint-every", "resume", "help",
	"version"}

// identifyingFlags are all flags but those, as they were given. The choice before the training, by which columns may be
// divided, depends on any of them.
func identifyingFlags(flags *pflag.FlagSet) (list []checkpoint.Setting) {
	flags.VisitAll(func(flag *pflag.Flag) {
		if !slices.Contains(elsewhere, flag.Name) {
			list = append(list, checkpoint.Setting{Name: "--" + flag.Name, Value: flag.Value.String()})
		}
	})
	return list
}

// identity says what the bits of a training depend on.
func (r *trainRun[T]) identity(recipe train.Recipe) checkpoint.Identity {
	spec, f, p := r.net.Spec(), r.flags, r.plan
	settings := []checkpoint.Setting{
		{Name: checkpoint.Samples, Value: r.hash()[:16]},
		{Name: "the method", Value: recipe.Method().Name},
		{Name: "--net", Value: widthsText(spec.Hidden, ",")},
		{Name: "--skip", Value: strings.Join(skipTexts(spec.Skips), ",")},
		{Name: "--init", Value: p.init.String()},
		{Name: "--loss", Value: p.loss},
		{Name: "--center", Value: strconv.FormatBool(r.net.Mean != nil)},
		{Name: "--seed", Value: strconv.FormatUint(p.seed, 10)},
		{Name: "--precision", Value: strconv.Itoa(p.precision)},
		{Name: "--early-stop", Value: strconv.Itoa(f.keep.earlyStop)},
	}
	if r.samples.judged != nil {
		settings = append(settings,
			checkpoint.Setting{Name: "a validation error", Value: "weighted by --weight " + f.weights.String()})
	}
	// Those that change the defaults of others come first: they are why the others differ.
	for _, leads := range []bool{true, false} {
		for _, o := range recipe.Method().Options {
			if o.Name != "seed" && o.Leads == leads {
				settings = append(settings, checkpoint.Setting{Name: "--" + o.Name, Value: o.Text(recipe.Options())})
			}
		}
	}
	settings = append(settings, arithmetic[T](selectedISA()))
	return checkpoint.Identity{Settings: settings, Program: programName(), Extends: f.keep.extends(recipe)}
}

// choiceIdentity says what the trainings of a choice depend on: what the bits of a training with the usual network do,
// and what there is to choose from.
func (r *trainRun[T]) choiceIdentity(recipe train.Recipe, from []lambda.Candidate[T]) checkpoint.Identity {
	id := r.identity(recipe)
	networks := checkpoint.Setting{Name: "networks to choose from"}
	for _, c := range from {
		networks.Value += fmt.Sprintf("%v×%d", c.Net.Spec().Hidden, c.Longer)
	}
	id.Settings = append(id.Settings, networks)
	return id
}

// arithmetic is what decides how sums are rounded.
func arithmetic[T mat.Float](isa asm.ISA) checkpoint.Setting {
	return checkpoint.Setting{
		Name: checkpoint.Arithmetic, Value: fmt.Sprintf("%s (sums in pieces of %d)", isa, asm.For[T]().KC),
	}
}

// programName tells versions of the program apart. Where no commit says what is in it, as after go run, the program's
// file does.
func programName() string {
	p := buildinfo.Self()
	name := p.Version
	if p.Commit != "" {
		name = p.Commit
	}
	if p.Modified {
		name += " with changes"
	}
	if p.Commit == "" || p.Modified {
		name += " " + programHash()
	}
	return name + " " + runtime.Version() + " " + runtime.GOARCH
}

// programHash is a hash of the file of the program, empty if that can't be read.
var programHash = sync.OnceValue(func() string {
	path, err := os.Executable()
	if err != nil {
		return ""
	}
	file, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer file.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return ""
	}
	return hex.EncodeToString(sum.Sum(nil)[:8])
})

// rounds is the flag that says how long the training of a recipe is.
func rounds(r train.Recipe) string { return "--" + r.Method().Round + "s" }

// extends says which settings of a training that is over may be larger ones when it goes on.
func (c *keepFlags) extends(r train.Recipe) map[string]func(theirs string) bool {
	may := map[string]func(theirs string) bool{"--early-stop": c.waitsLonger}
	if r.Extends() {
		may[rounds(r)] = func(theirs string) bool { return isLess(theirs, strconv.Itoa(r.Rounds())) }
	}
	return may
}

// isLess reports whether a number, as text, is less than another one.
func isLess(a, b string) bool {
	x, errX := strconv.Atoi(a)
	y, errY := strconv.Atoi(b)
	return errX == nil && errY == nil && x < y
}

// waitsLonger reports whether --early-stop ends a training later than with a value that its state has, if at all.
func (c *keepFlags) waitsLonger(theirs string) bool {
	return theirs != "0" && (c.earlyStop == 0 || isLess(theirs, strconv.Itoa(c.earlyStop)))
}
