package dataset_test

import (
	"context"
	"fmt"
	"log"

	"ridge/internal/dataset"
)

// A set is opened by name; part of its training samples can be held out.
func Example() {
	set, err := dataset.Open(context.Background(), "digits")
	if err != nil {
		log.Fatal(err)
	}
	train, validation, err := set.Train.SplitTail(100)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(set.Name, set.Classes)
	fmt.Println(train.Len(), validation.Len(), set.Test.Len(), "samples of", set.Train.Dim)
	// Output:
	// digits [0 1 2 3 4 5 6 7 8 9]
	// 1338 100 359 samples of 64
}
