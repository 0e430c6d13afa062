package train

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"ridge/bcd/nn"
	"ridge/internal/words"
)

// newOption makes an option of a field of O, with a value of type V.
func newOption[O, V any](name, kind, help string, field func(*O) *V, parse func(o Option, text string) (V, error),
	text func(V) string) Option {
	o := Option{Name: name, Kind: kind, Help: help, Key: strings.ReplaceAll(name, "-", "_")}
	o.set = func(options any, text string, _ Problem) error {
		v, err := parse(o, text)
		if err == nil {
			*field(options.(*O)) = v
		}
		return err
	}
	o.text = func(options any) string { return text(*field(options.(*O))) }
	o.value = func(options any) any { return *field(options.(*O)) }
	return o
}

// with applies the extras, last of all.
func (o Option) with(extra []Extra) Option {
	for _, e := range extra {
		e(&o)
	}
	return o
}

// Float declares an option that is a number in an interval, and at most 1e18.
func Float[O any](name, kind string, field func(*O) *float64, in Interval, help string, extra ...Extra) Option {
	o := newOption(name, kind, help, field,
		func(o Option, text string) (float64, error) { return parseFloat(o, in, text) }, number)
	o.checks = append(o.checks, func(options any, _ Problem) error { return o.checkFloat(in, *field(options.(*O))) })
	return o.with(extra)
}

// Floats declares an option that is one or several numbers in an interval, separated by commas.
func Floats[O any](name, kind string, field func(*O) *[]float64, in Interval, help string, extra ...Extra) Option {
	parse := func(o Option, text string) ([]float64, error) {
		var list []float64
		for part := range strings.SplitSeq(text, ",") {
			v, err := parseFloat(o, in, strings.TrimSpace(part))
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		return list, nil
	}
	text := func(list []float64) string {
		texts := make([]string, len(list))
		for i, v := range list {
			texts[i] = number(v)
		}
		return strings.Join(texts, ",")
	}
	o := newOption(name, kind, help, field, parse, text)
	o.checks = append(o.checks, func(options any, _ Problem) error {
		for _, v := range *field(options.(*O)) {
			if err := o.checkFloat(in, v); err != nil {
				return err
			}
		}
		return nil
	})
	return o.with(extra)
}

// Int declares an option that is a whole number of at least least.
func Int[O any](name, kind string, field func(*O) *int, least int, help string, extra ...Extra) Option {
	want := fmt.Sprintf("a whole number from %d up", least)
	o := newOption(name, kind, help, field, func(o Option, text string) (int, error) {
		v, err := strconv.Atoi(text)
		if err != nil || v < least {
			return 0, o.error(strconv.Quote(text), want)
		}
		return v, nil
	}, strconv.Itoa)
	o.checks = append(o.checks, func(options any, _ Problem) error {
		if v := *field(options.(*O)); v < least {
			return o.error(strconv.Itoa(v), want)
		}
		return nil
	})
	return o.with(extra)
}

// Seed declares an option that is the seed of a random order.
func Seed[O any](name, kind string, field func(*O) *uint64, help string, extra ...Extra) Option {
	return newOption(name, kind, help, field, func(o Option, text string) (uint64, error) {
		v, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			return 0, o.error(strconv.Quote(text), "a whole number from 0 to 2^64-1")
		}
		return v, nil
	}, func(v uint64) string { return strconv.FormatUint(v, 10) }).with(extra)
}

// Choice declares an option whose values have names. parse is the inverse of its String
// method; its errors, and those of check, which may be nil, are *[nn.OptionError]s.
func Choice[O any, V fmt.Stringer](name, kind string, field func(*O) *V, parse func(string) (V, error),
	check func(V) error, help string, extra ...Extra) Option {
	o := newOption(name, kind, help, field, func(_ Option, text string) (V, error) { return parse(text) }, V.String)
	o.value = func(options any) any { return o.text(options) }
	if check != nil {
		o.checks = append(o.checks, func(options any, _ Problem) error { return check(*field(options.(*O))) })
	}
	return o.with(extra)
}

// number formats a float64 with as many digits as it takes to read the same number
// back.
func number(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

func parseFloat(o Option, in Interval, text string) (float64, error) {
	v, err := strconv.ParseFloat(text, 64)
	switch {
	case errors.Is(err, strconv.ErrRange) && in.Contains(math.Copysign(1, v)):
		return 0, o.error(strconv.Quote(text), in.within())
	case err != nil || !in.Contains(v):
		return 0, o.error(strconv.Quote(text), in.String())
	case !computable(v):
		return 0, o.error(strconv.Quote(text), in.within())
	}
	return v, nil
}

func (o Option) checkFloat(in Interval, v float64) error {
	switch {
	case !in.Contains(v):
		return o.error(number(v), in.String())
	case !computable(v):
		return o.error(number(v), in.within())
	}
	return nil
}

// OneName returns the parser for the names of a type whose values are 0 … len(names)−1. Its error
// is an *[nn.OptionError] about the option.
func OneName[V ~uint8](option string, names []string) func(string) (V, error) {
	return func(text string) (V, error) {
		for i, name := range names {
			if text == name {
				return V(i), nil
			}
		}
		return 0, &nn.OptionError{Option: option, Reason: fmt.Sprintf("unknown %q: want %s", text, words.Or(names))}
	}
}

// CheckName returns an *[nn.OptionError] about the option unless the value has a name. The option and the names are
// those of [OneName].
func CheckName[V ~uint8](option string, names []string, value V) error {
	if int(value) >= len(names) {
		return &nn.OptionError{Option: option, Reason: fmt.Sprintf("unknown %v", value)}
	}
	return nil
}

// NameOf is the name of value i of a type, or "Type(i)" if it has none.
func NameOf(typeName string, names []string, i int) string {
	if i >= 0 && i < len(names) {
		return names[i]
	}
	return fmt.Sprintf("%s(%d)", typeName, i)
}
