package delimited

import "math"

// rounded finds out which columns of numbers have different ones that become one and the same float32. It has an element
// for each input, or none if nobody wants to know.
type rounded []firstNumber

// firstNumber is the first number of a column, NaN if it has none.
type firstNumber struct {
	value float64
	lost  bool // another number is the same as float32
}

// newRounded has seen nothing. Of a file that is to be like another one it is not asked for.
func (p *plan) newRounded() rounded {
	if p.o.Like != nil {
		return nil
	}
	r := make(rounded, p.inputs)
	for k := range r {
		r[k].value = math.NaN()
	}
	return r
}

// see takes a number of input k.
func (r rounded) see(k int, v float64) {
	if r == nil {
		return
	}
	switch first := r[k].value; {
	case v == first:
	case first != first:
		r[k].value = v
	case float32(v) == float32(first):
		r[k].lost = true
	}
}

// add takes what other has seen of later rows. It misses numbers that are lost against another one than the first, which
// a column that is one float32 throughout does not have.
func (r rounded) add(other rounded) {
	for k, n := range other {
		r.see(k, n.value)
		r[k].lost = r[k].lost || n.lost && float32(n.value) == float32(r[k].value)
	}
}

// lost reports whether numbers of input k are the same as its first one, but only as float32.
func (r rounded) lost(k int) bool { return r != nil && r[k].lost }
