package split_test

import (
	"fmt"
	"log"

	"ridge/internal/dataset/split"
)

// Each class is held out in proportion, even if the samples are sorted by class.
func ExampleHoldOut() {
	labels := []int{0, 0, 0, 0, 0, 0, 1, 1, 1}
	rest, held, err := split.HoldOut(len(labels), labels, 3, 1)
	if err != nil {
		log.Fatal(err)
	}
	count := func(indices []int) (n [2]int) {
		for _, i := range indices {
			n[labels[i]]++
		}
		return n
	}
	fmt.Println(count(rest), count(held))
	// Output: [4 2] [2 1]
}
