// Training trains a network when it starts and answers requests with its predictions:
//
//	go run ./docs/examples/training &
//	curl -d '[0.5, 0.5]' localhost:8080
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"math"
	"net/http"

	"ridge/bcd"
	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/mat"
)

const address = "localhost:8080"

func main() {
	log.Print("training")
	net, err := fit(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	log.Print("answering on http://", address)
	log.Fatal(http.ListenAndServe(address, predictor(net)))
}

// fit learns which points of the plane lie within the unit circle.
func fit(ctx context.Context) (*nn.Network[float32], error) {
	const n = 2000
	data := train.Data[float32]{X: mat.NewDense[float32](n, 2)}
	for i := range n {
		radius, angle := 2*math.Sqrt(float64(i)/n), 2.4*float64(i)
		copy(data.X.Row(i), []float32{float32(radius * math.Cos(angle)), float32(radius * math.Sin(angle))})
		data.Labels = append(data.Labels, int(radius)) // 0 within, 1 outside
	}
	net, err := nn.New(nn.Spec{Inputs: 2, Hidden: []int{50}, Outputs: 2}, nn.Hinge[float32]{}, nn.Init{}, 1)
	if err != nil {
		return nil, err
	}
	options := bcd.MiniBatches.Defaults(train.ProblemOf(net, data))
	trace, err := train.Run(ctx, net, train.Samples[float32]{Train: data}, bcd.MiniBatches.With(options),
		train.Control{})
	if err != nil {
		return nil, err
	}
	last := trace[len(trace)-1]
	log.Printf("%d epochs in %.1f s, %.1f %% of %d points wrong", last.Epoch, last.Seconds, 100*last.TrainError, n)
	return net, nil
}

// predictor answers a JSON list of features with a class. Requests may come at the same time.
func predictor(net *nn.Network[float32]) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var x []float32
		var scores mat.Dense[float32]
		err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20)).Decode(&x)
		if err == nil {
			scores, err = net.Scores(mat.DenseOf(1, len(x), x), 1)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		fmt.Fprintln(w, nn.Argmax(scores.Row(0)))
	}
}
