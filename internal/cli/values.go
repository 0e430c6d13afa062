package cli

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"ridge/bcd/nn"
)

// value is a flag's value. It is parsed as soon as it is set, so that errors come with the flag's name.
type value[V any] struct {
	dst   *V
	text  string // as typed; values that add up are separated by commas
	kind  string // what it is, for the help
	parse func(string) (V, error)
	given bool // on the command line
	again bool // it may be given several times
}

// Set implements pflag.Value. A second value would silently replace the first: it is an error, unless values add up.
func (v *value[V]) Set(text string) error {
	if v.given && !v.again {
		return twice(v.text, text)
	}
	parsed, err := v.parse(text)
	if err != nil {
		return err
	}
	if v.given {
		text = v.text + "," + text
	}
	*v.dst, v.text, v.given = parsed, text, true
	return nil
}

// twice is the error for a flag that was given before.
func twice(before, text string) error {
	if before == text {
		return errors.New("it is given twice: want it once")
	}
	return fmt.Errorf("it is given twice, as %q and as %q: want it once", before, text)
}

// addUp lets a flag be given several times: its parser adds to what there is.
func addUp(flag *pflag.Flag) { flag.Value.(interface{ addsUp() }).addsUp() }

func (v *value[V]) addsUp() { v.again = true }

// String implements pflag.Value.
func (v *value[V]) String() string { return v.text }

// Type implements pflag.Value.
func (v *value[V]) Type() string { return v.kind }

// define adds a flag with a default, which is given as a user would type it; with
// none, *dst stays as it is. It panics on a default that does not parse.
func define[V any](flags *pflag.FlagSet, dst *V, name, kind, text, usage string,
	parse func(string) (V, error)) *pflag.Flag {
	v := &value[V]{dst: dst, kind: kind, parse: parse}
	if text != "" {
		if err := v.Set(text); err != nil {
			panic(fmt.Sprintf("default of --%s: %v", name, err))
		}
		v.given = false
	}
	return flags.VarPF(v, name, "", usage)
}

// givenFlags lists the flags on the command line, in the order of the help, without some of them.
func givenFlags(flags *pflag.FlagSet, without ...string) (list []*pflag.Flag) {
	flags.VisitAll(func(flag *pflag.Flag) {
		if flag.Changed && !slices.Contains(without, flag.Name) {
			list = append(list, flag)
		}
	})
	return list
}

// want is the error for a text that a flag does not take.
func want(text, what string) error { return fmt.Errorf("%q: want %s", text, what) }

// oneOf parses a name with a function that knows the names.
func oneOf[V any](parse func(string) (V, error)) func(string) (V, error) {
	return func(text string) (V, error) {
		v, err := parse(text)
		if e, ok := errors.AsType[*nn.OptionError](err); ok {
			err = errors.New(e.Reason) // the flag's name comes from elsewhere
		}
		return v, err
	}
}

// integer parses a whole number of at least least.
func integer(least int) func(string) (int, error) {
	return func(text string) (int, error) {
		n, err := strconv.Atoi(text)
		if err != nil || n < least {
			return 0, want(text, fmt.Sprintf("a whole number from %d up", least))
		}
		return n, nil
	}
}

// listOf parses one or several values, separated by commas, with the parser of one.
func listOf[V any](one func(string) (V, error)) func(string) ([]V, error) {
	return func(text string) ([]V, error) {
		var list []V
		for field := range strings.SplitSeq(text, ",") {
			v, err := one(strings.TrimSpace(field))
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		return list, nil
	}
}

// parseWidth parses the width of a layer. One more digit would mean a Gram matrix of 100 GB: surely a typing error,
// which is better reported than tried.
func parseWidth(text string) (int, error) {
	const most = 1 << 16
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > most {
		return 0, want(text, fmt.Sprintf("widths from 1 to %d, such as 300 or 500,500", most))
	}
	return n, nil
}

func parsePercentage(text string) (float64, error) {
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || !(v > 0 && v < 100) {
		return 0, want(text, "a percentage above 0, below 100")
	}
	return v, nil
}

func parseSkip(text string) (nn.Skip, error) {
	from, to, _ := strings.Cut(text, ":")
	m, err1 := strconv.Atoi(from)
	n, err2 := strconv.Atoi(to)
	if err1 != nil || err2 != nil {
		return nn.Skip{}, want(text, "FROM:TO, such as 0:2 (layer 2 also reads the input)")
	}
	return nn.Skip{From: m, To: n}, nil
}

func parseSeed(text string) (uint64, error) {
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0, want(text, "a whole number from 0 to 2^64-1")
	}
	return n, nil
}

func parsePrecision(text string) (int, error) {
	switch text {
	case "32":
		return 32, nil
	case "64":
		return 64, nil
	}
	return 0, want(text, "32 or 64")
}

func parseBoolean(text string) (bool, error) {
	b, err := strconv.ParseBool(text)
	if err != nil {
		return false, want(text, "true or false")
	}
	return b, nil
}

// pathTo returns a parser of names of files or folders, whose errors say that it wants what.
func pathTo(what string) func(string) (string, error) {
	return func(text string) (string, error) {
		switch {
		case text == "":
			return "", want(text, what)
		case text != standardOutput && strings.HasPrefix(text, "-"):
			// This is probably the next flag, after one without its file.
			return "", want(text, what+" (./"+text+" if it is one)")
		}
		return text, nil
	}
}

// parseFolder parses the name of a folder, which is never standard output.
func parseFolder(text string) (string, error) {
	const folder = "the name of a folder"
	if text == standardOutput {
		return "", want(text, folder+" (./- if it is one)")
	}
	return pathTo(folder)(text)
}

func nonEmpty(what string) func(string) (string, error) {
	return func(text string) (string, error) {
		if text == "" {
			return "", want(text, what)
		}
		return text, nil
	}
}

// parseYes parses yes or no: whether it is yes.
func parseYes(text string) (bool, error) {
	if text != "yes" && text != "no" {
		return false, want(text, "yes or no")
	}
	return text == "yes", nil
}

// whether says when something is done: auto, yes or no.
type whether string

func parseWhether(text string) (whether, error) {
	switch text {
	case "auto", "yes", "no":
		return whether(text), nil
	}
	return "", want(text, "auto, yes or no")
}

// parseYesOrNo is parseWhether without auto.
func parseYesOrNo(text string) (whether, error) {
	_, err := parseYes(text)
	return whether(text), err
}
