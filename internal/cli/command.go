package cli

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"ridge/internal/compare"
	"ridge/internal/report"
)

// commandOf is the command line of a comparison on a data set. It states what differs from the defaults, but not the
// folder of the results.
func commandOf(p compare.Plan, data string, jobs int) string {
	words := []string{"train compare", "--data", report.ShellWord(data), "--out", "DIR"}
	add := func(flag, value string) { words = append(words, "--"+flag, value) }
	for _, word := range p.DataFlags {
		words = append(words, report.ShellWord(word))
	}
	usual := compare.DefaultPlan()
	if p.Limit > 0 {
		add("limit", fmt.Sprint(p.Limit))
	}
	if names(p.Networks) != names(usual.Networks) {
		for _, n := range p.Networks {
			addNetworkFlags(add, n)
		}
		usual.TuneOn = nil
	}
	if !slices.Equal(p.TuneOn, usual.TuneOn) {
		var tuned []string
		for _, n := range p.TunedNetworks() {
			tuned = append(tuned, n.String())
		}
		add("tune-on", strings.Join(tuned, ","))
	}
	if !slices.Equal(p.Solvers, usual.Solvers) {
		add("solver", strings.Join(p.Solvers, ","))
	}
	for _, c := range []struct {
		flag        string
		have, usual int
	}{{"seeds", p.Seeds, usual.Seeds}, {"epochs", p.Epochs, usual.Epochs}, {"trials", p.Trials, usual.Trials}} {
		if c.have != c.usual {
			add(c.flag, fmt.Sprint(c.have))
		}
	}
	if p.ChooseLambda {
		add("choose-lambda", "yes")
	}
	if p.Target != usual.Target {
		add("goal", report.Number(math.Round(1e6*p.Target)/1e4))
	}
	if jobs > 1 {
		add("jobs", fmt.Sprint(jobs))
	}
	return strings.Join(words, " ")
}

// addNetworkFlags adds the flags that define a network.
func addNetworkFlags(add func(flag, value string), n compare.Network) {
	var hidden, skips []string
	for _, width := range n.Hidden {
		hidden = append(hidden, fmt.Sprint(width))
	}
	add("net", strings.Join(hidden, ","))
	for _, s := range n.Skips {
		skips = append(skips, fmt.Sprintf("%d:%d", s.From, s.To))
	}
	if skips != nil {
		add("skip", strings.Join(skips, ","))
	}
	if init := n.Init.String(); init != (compare.Network{}).Init.String() {
		add("init", init)
	}
}

func names(networks []compare.Network) string {
	list := make([]string, len(networks))
	for i, n := range networks {
		list[i] = n.String()
	}
	return strings.Join(list, ", ")
}
