package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// judge reads what the guest writes: it passes on what the tests print and
// remembers what the guest reports.
type judge struct {
	plan    plan
	out     io.Writer
	partial []byte // a line not yet complete
	cpu     *report
	jobs    map[int]report
}

func newJudge(p plan, out io.Writer) *judge {
	return &judge{plan: p, out: out, jobs: make(map[int]report)}
}

// Write takes the next piece of the guest's output, lines ending in CR LF.
func (j *judge) Write(data []byte) (int, error) {
	j.partial = append(j.partial, data...)
	for {
		line, rest, complete := bytes.Cut(j.partial, []byte("\n"))
		if !complete {
			return len(data), nil
		}
		j.partial = rest
		if err := j.line(strings.TrimRight(string(line), "\r")); err != nil {
			return 0, err
		}
	}
}

func (j *judge) line(line string) error {
	own, isReport := strings.CutPrefix(line, j.plan.Token+" ")
	if !isReport {
		_, err := fmt.Fprintln(j.out, line)
		return err
	}
	var r report
	if err := json.Unmarshal([]byte(own), &r); err != nil {
		return fmt.Errorf("garbled report from the guest: %w", err)
	}
	if r.Processor != "" {
		j.cpu = &r
		_, err := fmt.Fprintf(j.out, "bochs: the guest has a %s; wanted with %v, without %v\n",
			r.Processor, j.plan.Has, j.plan.Lacks)
		return err
	}
	if r.Job < 0 || r.Job >= len(j.plan.Jobs) {
		return fmt.Errorf("the guest reports job %d of %d", r.Job, len(j.plan.Jobs))
	}
	j.jobs[r.Job] = r
	_, err := fmt.Fprintf(j.out, "bochs: %s exited with %d after %.2f G instructions\n",
		j.plan.Jobs[r.Job].Package, r.ExitCode, r.Seconds*clock/1e9)
	return err
}

// check says what is wrong with all that was heard, if anything.
func (j *judge) check() error {
	var wrong []error
	switch {
	case j.cpu == nil:
		wrong = append(wrong, errors.New("the guest never came up"))
	case !j.cpu.suitable():
		wrong = append(wrong, fmt.Errorf("the guest's processor lacks %v and has %v", j.cpu.Missing, j.cpu.Unwanted))
	}
	for i, job := range j.plan.Jobs {
		if r, heard := j.jobs[i]; !heard {
			wrong = append(wrong, fmt.Errorf("%s: no exit status heard", job.Package))
		} else if r.ExitCode != 0 {
			wrong = append(wrong, fmt.Errorf("%s: exit status %d", job.Package, r.ExitCode))
		}
	}
	if len(j.partial) > 0 {
		wrong = append(wrong, fmt.Errorf("the last, unfinished line was %q", j.partial))
	}
	return errors.Join(wrong...)
}
