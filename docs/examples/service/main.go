// Service answers raw rows with the classes that a trained network predicts:
//
//	go run ./cmd/train --data wine.csv --save wine.safetensors
//	go run ./docs/examples/service wine.safetensors &
//	curl -d '13.2,1.78,2.14,11.2,100,2.65,2.76,.26,1.28,4.38,1.05,3.4,1050' localhost:8080
//
// A request is a line of the file without its target. The preparation of the columns is part of the model: text,
// missing values and numbers in any unit are sent as they are.
package main

import (
	"encoding/csv"
	"fmt"
	"log"
	"net/http"
	"os"
	"sync"

	"ridge/bcd/nn"
)

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: service MODEL")
	}
	net, err := nn.Load[float32](os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	answer, err := predictor(net)
	if err != nil {
		log.Fatal(err)
	}
	const address = "localhost:8080"
	log.Print("answering on http://", address)
	log.Fatal(http.ListenAndServe(address, answer))
}

// predictor answers a row with its class. Requests may come at the same time: each takes a predictor of
// its own, which is used again and does not allocate.
func predictor(net *nn.Network[float32]) (http.HandlerFunc, error) {
	first, err := nn.NewRowPredictor(net)
	if err != nil {
		return nil, err
	}
	predictors := sync.Pool{New: func() any {
		p, _ := nn.NewRowPredictor(net) // the first call has succeeded, so this one will
		return p
	}}
	predictors.Put(first)
	return func(w http.ResponseWriter, r *http.Request) {
		row, err := csv.NewReader(http.MaxBytesReader(w, r.Body, 1<<20)).Read()
		class := 0
		if err == nil {
			p := predictors.Get().(*nn.RowPredictor[float32])
			defer predictors.Put(p)
			class, err = p.Predict(row)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		fmt.Fprintln(w, net.Classes[class])
	}, nil
}
