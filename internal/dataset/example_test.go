package dataset_test

import (
	"bytes"
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

// Errors name the file and say what is wrong with it.
func ExampleReadImages() {
	twoImages := []byte{0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 255, 51, 102}

	images, err := dataset.ReadImages(bytes.NewReader(twoImages), "images")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(images.Count, "of", images.Rows, "by", images.Cols, images.Pixels)

	_, err = dataset.ReadImages(bytes.NewReader(twoImages[:18]), "images")
	fmt.Println(err)
	// Output:
	// 2 of 1 by 2 [0 1 0.2 0.4]
	// images: header says 2 images, file ends after 1
}
