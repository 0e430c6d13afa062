package cli

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ridge/internal/compare"
	"ridge/internal/dataset/source"
	"ridge/internal/report"
)

// stdinName is the name of a set that was read from standard input.
const stdinName = "stdin"

// commandOf is the command line of a comparison on a data set. It states what differs from the defaults, but not the
// folder of the results.
func commandOf(p compare.Plan, data string, jobs int) string {
	if data == stdinName {
		data = source.Stdin
	}
	words := []string{"train compare", "--data", report.ShellWord(data), "--out", "DIR"}
	add := func(flag, value string) { words = append(words, "--"+flag, value) }
	for _, word := range p.DataFlags {
		words = append(words, report.ShellWord(word))
	}
	usual := compare.DefaultPlan()
	if p.Limit > 0 {
		add("limit", fmt.Sprint(p.Limit))
	}
	if networkNames(p.Networks) != networkNames(usual.Networks) {
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
		add("goal", report.Number(percentage(p.Target)))
	}
	if jobs > 1 {
		add("jobs", fmt.Sprint(jobs))
	}
	return strings.Join(words, " ")
}

// percentage is the one that parsePercentage was given for a fraction, which is less exact in its last digit.
func percentage(fraction float64) float64 {
	const digits = 15 // that any float64 keeps
	p, err := strconv.ParseFloat(strconv.FormatFloat(100*fraction, 'g', digits, 64), 64)
	if err != nil {
		return 100 * fraction
	}
	return p
}

// addNetworkFlags adds the flags that define a network.
func addNetworkFlags(add func(flag, value string), n compare.Network) {
	add("net", widthsText(n.Hidden, ","))
	if len(n.Skips) > 0 {
		add("skip", strings.Join(skipTexts(n.Skips), ","))
	}
	if init := n.Init.String(); init != (compare.Network{}).Init.String() {
		add("init", init)
	}
}

func networkNames(networks []compare.Network) string {
	list := make([]string, len(networks))
	for i, n := range networks {
		list[i] = n.String()
	}
	return strings.Join(list, ", ")
}
