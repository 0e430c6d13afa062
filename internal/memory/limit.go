package memory

import (
	"fmt"
	"math"
	"math/bits"
	"runtime/debug"
	"runtime/metrics"
)

// Limit is the default limit for what a single step may take: four fifths of [Available], which leaves room for what is
// not counted (buffers, the garbage collector, other programs). Without an estimate it is math.MaxInt64.
func Limit() int64 {
	available, ok := Available()
	if !ok {
		return math.MaxInt64
	}
	return available / 5 * 4
}

// LimitError says that something takes more memory than it may.
type LimitError struct {
	What  string // what would take the memory, for example "1,000,000 rows of 100 columns"
	Need  int64  // bytes; math.MaxInt64 if it is that or more
	Limit int64  // bytes
}

// Error implements error.
func (e *LimitError) Error() string {
	need := Bytes(e.Need)
	if e.Need == math.MaxInt64 {
		need = "more than " + need
	}
	return fmt.Sprintf("%s take %s of memory, the limit is %s", e.What, need, Bytes(e.Limit))
}

// Check returns a *[LimitError] if need exceeds limit, both in bytes. what, in the error, is a plural noun.
func Check(limit, need int64, what string) error {
	if need <= limit {
		return nil
	}
	return &LimitError{What: what, Need: need, Limit: limit}
}

// CheckFree is [Check] with [Limit]. What the process has, and does not use any more, counts as free: if it could make
// the difference, it is given back to the system first. That takes a collection of the garbage.
func CheckFree(need int64, what string) error {
	limit := func() int64 { return min(Limit(), math.MaxInt64-1) } // what takes more than can be counted does not fit
	err := Check(limit(), need, what)
	if err == nil || need > Sum(limit(), held()) {
		return err
	}
	debug.FreeOSMemory()
	return Check(limit(), need, what)
}

// held is how many bytes of memory the Go runtime has, whether they are used or not.
func held() int64 {
	s := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(s)
	return int64(s[0].Value.Uint64() - s[1].Value.Uint64())
}

// Product multiplies counts and sizes that are not negative. Products that overflow an int64 are math.MaxInt64.
func Product(factors ...int64) int64 {
	p := uint64(1)
	for _, f := range factors {
		if f == 0 {
			return 0
		}
	}
	for _, f := range factors {
		high, low := bits.Mul64(p, uint64(f))
		if high != 0 || low > math.MaxInt64 {
			return math.MaxInt64
		}
		p = low
	}
	return int64(p)
}

// Sum adds counts and sizes that are not negative. Sums that overflow an int64 are math.MaxInt64.
func Sum(terms ...int64) int64 {
	sum := int64(0)
	for _, t := range terms {
		if sum += t; sum < 0 {
			return math.MaxInt64
		}
	}
	return sum
}

// Bytes writes a number of bytes for people: "512 B", "1.5 KB", "3.2 GB" (powers of
// 1000).
func Bytes(n int64) string {
	if n < 1000 {
		return fmt.Sprintf("%d B", n)
	}
	v, unit := float64(n), 0
	for v >= 999.95 && unit < len("KMGTPE") {
		v /= 1000
		unit++
	}
	return fmt.Sprintf("%.1f %cB", v, "KMGTPE"[unit-1])
}
