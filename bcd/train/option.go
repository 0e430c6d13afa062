package train

import (
	"fmt"
	"slices"

	"ridge/bcd/nn"
)

// Option is a number or a choice that a method has as an option, declared once over the struct O
// of its options. Flags, checks and their errors, reports and files are made from it. It is made
// by [Float], [Floats], [Int], [Seed] or [Choice].
//
// All methods of Option take a pointer to such a struct, as [Method.Defaults] returns it, and panic
// on one of another type.
type Option struct {
	// Name is its name for users, such as "lambda-out". Options of different methods with the same
	// meaning have the same name.
	Name string
	// Kind stands for a value in help texts, such as "L".
	Kind string
	// Help says what it is, without the default.
	Help string
	// Label formats the value in reports, such as "λ_out %s"; if it is empty, reports leave the option
	// out. A label that begins with a bracket belongs to the option before it.
	Label string
	// Key is what JSON calls it: Name with underscores, unless it is given by [Key].
	Key string
	// Quiet is a value that reports leave out; empty: none.
	Quiet string
	// Hidden says that it has no flag and is left out of reports.
	Hidden bool
	// Leads says that setting it changes the defaults of others, and comes before setting them.
	Leads bool
	// Needs, if not nil, is the value of another option without which this one is not used.
	Needs *Condition

	set    func(options any, text string, p Problem) error
	text   func(options any) string
	value  func(options any) any
	checks []func(options any, p Problem) error
}

// Condition says that an option must have one of some values.
type Condition struct {
	Option string
	Values []string // as Text has them
}

// Set sets the option to the value of a text, in options for a problem. The error is an *[nn.OptionError], and the
// options are as they were.
func (o Option) Set(options any, text string, p Problem) error { return o.made().set(options, text, p) }

// made panics if the option is the zero value.
func (o Option) made() Option {
	if o.set == nil {
		panic("train: an Option that Int, Float or another function of its kind has not made")
	}
	return o
}

// Text returns the value as a text from which [Option.Set] makes the same value.
func (o Option) Text(options any) string { return o.made().text(options) }

// Value returns the value for JSON: a float64, an int, a uint64, a []float64 or a string.
func (o Option) Value(options any) any { return o.made().value(options) }

// Check returns an *[nn.OptionError] unless the value can be used on the problem.
func (o Option) Check(options any, p Problem) error {
	for _, check := range o.checks {
		if err := check(options, p); err != nil {
			return err
		}
	}
	return nil
}

// Used reports whether the value has a meaning, given the values of the others.
func (o Option) Used(all []Option, options any) bool {
	if o.Needs == nil {
		return true
	}
	for _, other := range all {
		if other.Name == o.Needs.Option {
			return slices.Contains(o.Needs.Values, other.Text(options))
		}
	}
	return false
}

// error describes what is wrong with a value, which is given as it will be shown.
func (o Option) error(value, want string) error {
	return &nn.OptionError{Option: o.Name, Reason: fmt.Sprintf("%s: want %s", value, want)}
}

// Extra sets a property that only some options have.
type Extra func(*Option)

// Label sets [Option].Label.
func Label(text string) Extra { return func(o *Option) { o.Label = text } }

// Key sets [Option].Key.
func Key(name string) Extra { return func(o *Option) { o.Key = name } }

// Quiet sets [Option].Quiet.
func Quiet(value string) Extra { return func(o *Option) { o.Quiet = value } }

// Hidden sets [Option].Hidden.
func Hidden(o *Option) { o.Hidden = true }

// Needs sets [Option].Needs.
func Needs(option string, values ...string) Extra {
	return func(o *Option) { o.Needs = &Condition{option, values} }
}

// Checked adds a check of the value against the problem or the other options. The check returns
// nil or an *[nn.OptionError], whose Option may be left empty.
func Checked[O any](check func(o *O, p Problem) *nn.OptionError) Extra {
	return func(o *Option) {
		name := o.Name
		o.checks = append(o.checks, func(options any, p Problem) error {
			err := check(options.(*O), p)
			if err == nil {
				return nil
			}
			if err.Option == "" {
				err.Option = name
			}
			return err
		})
	}
}

// Leading calls then after the option has been set from a text, to change the defaults of
// other options, which may depend on the problem. Those are set later.
func Leading[O any](then func(o *O, p Problem)) Extra {
	return func(o *Option) {
		o.Leads = true
		set := o.set
		o.set = func(options any, text string, p Problem) error {
			if err := set(options, text, p); err != nil {
				return err
			}
			then(options.(*O), p)
			return nil
		}
	}
}
