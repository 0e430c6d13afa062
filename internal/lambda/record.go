package lambda

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"ridge/bcd/train"
)

// Record has what the trainings of a choice have come to. A choice that is made again for the same samples and options
// takes from it what it has, so that one that was cut off goes on where it was. It may be used by several goroutines.
type Record struct {
	mutex sync.Mutex
	found map[string]outcome // by [Task.trainingName]
	spent float64            // seconds, until the choice was cut off
	begun time.Time
}

// begin is the beginning of a choice.
func (r *Record) begin() {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.begun = time.Now()
}

// seconds is how long the choice has taken, with what it took before it was cut off.
func (r *Record) seconds() float64 { return r.spent + time.Since(r.begun).Seconds() }

// Len is the number of trainings in the record.
func (r *Record) Len() int {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return len(r.found)
}

// mostRecorded is more than the trainings of any choice.
const mostRecorded = 1 << 10

// State exchanges the record with a file.
func (r *Record) State(s *train.State) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	spent := r.seconds()
	s.Float("seconds", &spent)
	names := slices.Sorted(maps.Keys(r.found))
	n := len(names)
	s.Count("trainings", &n, mostRecorded)
	if s.Restoring() {
		names, r.found, r.spent = make([]string, n), map[string]outcome{}, spent
	}
	for _, name := range names {
		o := r.found[name]
		s.Text("training", &name)
		s.Floats("losses", &o.losses, mostAfterLambda)
		s.Floats("errors", &o.errors, mostAfterLambda)
		if !s.Restoring() {
			continue
		}
		if !o.isPossible() {
			s.Fail("the outcome of training %.80q is not one of losses and errors", name)
		}
		r.found[name] = o
	}
}

// isPossible reports whether these can be the losses and errors of samples.
func (o outcome) isPossible() bool {
	negative := func(v float64) bool { return !(v >= 0) } // or no number
	return len(o.losses) == len(o.errors) && !slices.ContainsFunc(o.losses, negative) &&
		!slices.ContainsFunc(o.errors, negative)
}

// find returns the outcome of a training for so many samples, if there is one.
func (r *Record) find(name string, samples int) (o outcome, ok bool) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	o, ok = r.found[name]
	return o, ok && len(o.losses) == samples
}

// add adds the outcome of a training.
func (r *Record) add(name string, o outcome) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.found == nil {
		r.found = map[string]outcome{}
	}
	r.found[name] = o
}

// trainingName tells the trainings of a choice apart: by what is trained, and by which samples it is trained and
// judged.
func (t Task[T]) trainingName(s setting, on, rows []int) string {
	net, _ := t.of(s)
	sum := sha256.New()
	for _, list := range [][]int{on, rows} {
		for _, v := range append([]int{len(list)}, list...) {
			sum.Write(binary.LittleEndian.AppendUint64(nil, uint64(v)))
		}
	}
	fmt.Fprint(sum, s, net.Spec().Hidden, t.Candidates[s.candidate].Longer)
	return hex.EncodeToString(sum.Sum(nil))
}
