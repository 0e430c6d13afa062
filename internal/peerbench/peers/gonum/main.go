// The gonum driver times gonum by the protocol of the benchmark: argv, operands and output
// are those of blas.c.
package main

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
)

func main() {
	if len(os.Args) < 5 {
		fmt.Fprintln(os.Stderr, "usage: gonum op shape dtype threads")
		os.Exit(2)
	}
	var dims []int
	for s := range strings.SplitSeq(os.Args[2], "x") {
		n, err := strconv.Atoi(s)
		if err != nil {
			fmt.Fprintln(os.Stderr, "gonum: shape:", err)
			os.Exit(2)
		}
		dims = append(dims, n)
	}
	threads, err := strconv.Atoi(os.Args[4])
	if err != nil {
		fmt.Fprintln(os.Stderr, "gonum: threads:", err)
		os.Exit(2)
	}
	runtime.GOMAXPROCS(threads)
	timeCPU = threads == 1 && os.Getenv("WALL") == ""
	if os.Args[3] == "f32" {
		measure(lib32(), os.Args[1], dims)
	} else {
		measure(lib64(), os.Args[1], dims)
	}
}

// measure prints what the protocol asks for.
func measure[T float](l lib[T], op string, dims []int) {
	c := newCase(l, op, dims)
	if c == nil {
		fmt.Println("NA 0 0")
		return
	}
	c.reset()
	reset := c.reset
	if !c.inPlace {
		reset = nil
	}
	t := medianTime(c.run, reset)
	if c.initial != nil { // updates: one clean call for the checksum
		c.reset()
		c.run()
	}
	sum, norm := c.checksum()
	fmt.Printf("%.9g %.12g %.6g\n", t, sum, norm)
}
