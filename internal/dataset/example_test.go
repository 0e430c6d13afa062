package dataset_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"ridge/internal/dataset"
	"ridge/internal/dataset/split"
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

// A table is read as it is; a part of it is held out, and what is done to its columns is
// known afterwards.
func ExampleLoad() {
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "plants.csv")
	const text = `height,colour,kind
1.5,red,rose
?,white,lily
1.3,white,rose
0.9,white,lily
1.1,red,lily
1.7,red,rose
`
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		log.Fatal(err)
	}

	set, err := dataset.Load(context.Background(),
		dataset.Request{Data: path, Split: split.Amount{Fraction: 0.3}, Seed: 2})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(set.Name, set.Classes, set.Train.Len(), "to train,", set.Test.Len(), "to test")
	fmt.Printf("%q\n", set.Description.Names())
	// Output:
	// plants.csv [lily rose] 4 to train, 2 to test
	// ["height" "height is missing" "colour=red" "colour=white"]
}
