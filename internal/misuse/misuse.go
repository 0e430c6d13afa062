// Package misuse is for tests: it calls what a package exports with arguments that make no sense. Errors that a
// programmer could have avoided may panic, but with a message of ours: a raw panic of the runtime, such as an index out
// of range, does not say what was wrong.
package misuse

import (
	"context"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"reflect"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
)

// rounds is how often each function is called with random arguments, besides one call with only zero values.
const rounds = 100

// Methods calls the exported methods of values, such as zero values of the exported types. Pointers are made anew for
// each call, so that one call does not affect the next; values that are not zero must tolerate repeated calls.
func Methods(t *testing.T, values ...any) {
	t.Helper()
	for _, value := range values {
		v := reflect.ValueOf(value)
		for i := range v.NumMethod() {
			name := v.Type().String() + "." + v.Type().Method(i).Name
			if strings.HasSuffix(name, ".Format") || strings.HasSuffix(name, ".Save") {
				continue // package fmt calls it, or it writes files
			}
			call(t, name, func() reflect.Value { return fresh(v).Method(i) })
		}
	}
}

// Functions calls functions, by name.
func Functions(t *testing.T, functions map[string]any) {
	t.Helper()
	for name, f := range functions {
		call(t, name, func() reflect.Value { return reflect.ValueOf(f) })
	}
}

// Small calls functions like Functions, but only with small integers, for code that relies on others' assembly, which
// checks less.
func Small(t *testing.T, functions map[string]any) {
	t.Helper()
	all := integers
	defer func() { integers = all }()
	integers = []int64{0, 1, 2, 3, -1, 7}
	Functions(t, functions)
}

// fresh is a pointer to a copy of what v points to, or v.
func fresh(v reflect.Value) reflect.Value {
	if v.Kind() != reflect.Pointer || v.IsNil() {
		return v
	}
	p := reflect.New(v.Type().Elem())
	p.Elem().Set(v.Elem())
	return p
}

func call(t *testing.T, name string, function func() reflect.Value) {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	said := map[string]bool{} // one report of each kind
	for round := range rounds {
		f := function()
		args := make([]reflect.Value, f.Type().NumIn())
		for i := range args {
			in := f.Type().In(i)
			if args[i] = reflect.Zero(in); round > 0 || in.Kind() == reflect.Pointer || in.Kind() == reflect.Func ||
				in.Kind() == reflect.Interface {
				args[i] = argument(random, in)
			}
		}
		what, stack := raw(f, args)
		if what != nil && !said[fmt.Sprint(what)] {
			said[fmt.Sprint(what)] = true
			t.Errorf("%s(%s): %v\n%s", name, shown(args), what, stack)
		}
	}
}

// raw calls f, and returns its panic if that has no message of ours.
func raw(f reflect.Value, args []reflect.Value) (what any, stack string) {
	defer func() {
		value := recover()
		if _, ok := value.(runtime.Error); ok {
			what, stack = value, origin(string(debug.Stack()))
		}
	}()
	if f.Type().IsVariadic() {
		f.CallSlice(args)
	} else {
		f.Call(args)
	}
	return nil, ""
}

// origin is the part of a stack that tells where the panic came from.
func origin(stack string) string {
	const deep = 8
	_, below, _ := strings.Cut(stack, "panic(")
	lines := strings.Split(below, "\n")
	return strings.Join(lines[:min(deep, len(lines))], "\n")
}

func shown(args []reflect.Value) string {
	var texts []string
	for _, a := range args {
		texts = append(texts, fmt.Sprintf("%+v", a))
	}
	text := strings.Join(texts, ", ")
	return text[:min(len(text), 400)]
}

var (
	integers = []int64{0, 1, 2, 3, -1, 7, math.MaxInt64, math.MinInt64}
	floats   = []float64{0, 1, -1, 1e300, math.NaN(), math.Inf(1), math.Inf(-1)}
	texts    = []string{"", "a", "1", "-", "a:b", "\x00\xff"}
)

func one[E any](random *rand.Rand, list []E) E { return list[random.IntN(len(list))] }

// shapeMatrix makes half of the matrices small ones that make sense, so that calls get beyond the checks of their first
// arguments. It keeps others from having so many empty rows or columns that a loop over them takes years.
func shapeMatrix(random *rand.Rand, v reflect.Value) {
	const most = 3
	rows, cols := v.FieldByName("Rows"), v.FieldByName("Cols")
	stride, data := v.FieldByName("Stride"), v.FieldByName("Data")
	switch {
	case !rows.IsValid() || !cols.IsValid():
	case stride.IsValid() && data.IsValid() && random.IntN(2) == 1:
		rows.SetInt(random.Int64N(most + 1))
		cols.SetInt(random.Int64N(most + 1))
		stride.SetInt(cols.Int() + random.Int64N(2))
		size := int(rows.Int() * stride.Int())
		data.Set(reflect.MakeSlice(data.Type(), size, size))
		for i := range size {
			data.Index(i).Set(argument(random, data.Type().Elem()))
		}
	case rows.Int() == 0 || cols.Int() == 0:
		rows.SetInt(min(rows.Int(), most))
		cols.SetInt(min(cols.Int(), most))
	}
}

// argument is a value of a type, which may or may not make sense for a small problem.
func argument(random *rand.Rand, t reflect.Type) reflect.Value {
	v := reflect.New(t).Elem()
	switch t.Kind() {
	case reflect.Bool:
		v.SetBool(random.IntN(2) == 1)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(one(random, integers))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(uint64(one(random, integers)))
	case reflect.Float32, reflect.Float64:
		v.SetFloat(one(random, floats))
	case reflect.String:
		v.SetString(one(random, texts))
	case reflect.Array:
		for i := range v.Len() {
			v.Index(i).Set(argument(random, t.Elem()))
		}
	case reflect.Slice:
		if n := random.IntN(5) - 1; n >= 0 {
			v.Set(reflect.MakeSlice(t, n, n))
			for i := range n {
				v.Index(i).Set(argument(random, t.Elem()))
			}
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(t))
	case reflect.Struct:
		for i := range t.NumField() {
			if random.IntN(2) == 1 && v.Field(i).CanSet() {
				v.Field(i).Set(argument(random, t.Field(i).Type))
			}
		}
		shapeMatrix(random, v)
	case reflect.Pointer:
		if t == reflect.TypeFor[*rand.Rand]() {
			return reflect.ValueOf(rand.New(rand.NewPCG(3, 4)))
		}
		v.Set(reflect.New(t.Elem()))
		v.Elem().Set(argument(random, t.Elem()))
	case reflect.Func:
		v.Set(reflect.MakeFunc(t, func([]reflect.Value) []reflect.Value {
			results := make([]reflect.Value, t.NumOut())
			for i := range results {
				results[i] = reflect.Zero(t.Out(i))
			}
			return results
		}))
	case reflect.Interface:
		// A context may be nil, as it often is by mistake; nobody writes to a nil Writer.
		for _, candidate := range []any{context.Background(), io.Discard, strings.NewReader("1"), 1.5} {
			c := reflect.ValueOf(candidate)
			if c.Type().Implements(t) && (t != reflect.TypeFor[context.Context]() || random.IntN(4) > 0) {
				v.Set(c)
				break
			}
		}
	}
	return v
}
