package cli

import (
	"github.com/spf13/cobra"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/internal/dataset"
	"ridge/internal/lambda"
	"ridge/mat"
)

// setup is what a training begins with.
type setup[T mat.Float] struct {
	set     *dataset.Set
	samples parts
	learn   train.Data[T]
	net     *nn.Network[T]
}

// setUp returns what the training begins with, after the choice if there is one. divided are the data with their
// columns in pieces, if that is to be tried, else nil. What is known of the choice is kept by k.
func setUp[T mat.Float](cmd *cobra.Command, f *trainFlags, set *dataset.Set, samples parts,
	divided *dividedData, k *keeper) (*setup[T], *lambda.Choice, error) {
	s := &setup[T]{set: set, samples: samples, learn: trainData[T](samples.train)}
	var err error
	if s.net, err = newNetwork(f, set, s.learn.X); err != nil {
		return nil, nil, err
	}
	if chooses, err := f.chooses(cmd, set, samples); !chooses {
		return s, nil, err
	}
	task, left, err := s.choice(cmd, f, divided)
	if err != nil {
		return nil, nil, err
	}
	if !task.Asks() {
		return s, nil, nil
	}
	record, err := s.record(f, k, task.Candidates)
	if err != nil {
		return nil, nil, err
	}
	choice, err := makeChoice(cmd, f, task, left, record)
	if err != nil {
		return nil, nil, nothingSaved(cmd, f, err)
	}
	chosen := task.Candidates[choice.Candidate]
	s.net = chosen.Net
	if choice.Tried[choice.Chosen].Pieces {
		s.net = chosen.InPieces
		err = s.divide(cmd, f, divided)
	}
	return s, choice, err
}

// problem is that of the training.
func (s *setup[T]) problem() train.Problem { return train.ProblemOf(s.net, s.learn) }

// divide replaces the samples by those whose columns are in pieces, for which the network is.
func (s *setup[T]) divide(cmd *cobra.Command, f *trainFlags, d *dividedData) (err error) {
	end := during(cmd, "dividing columns")
	s.set, err = d.data.Set(d.parts)
	end()
	if err != nil {
		return err
	}
	if err := f.regress(cmd, s.set); err != nil {
		return err
	}
	if s.samples, err = f.weighted(s.set); err != nil {
		return err
	}
	s.learn = trainData[T](s.samples.train)
	return nil
}

// dividedData are data with their columns in pieces, from which a set can be made, and its parts.
type dividedData struct {
	data  *dataset.Raw
	parts dataset.Parts
}

// distinct are the training samples without what --weight repeats; all are those with it.
func distinct[T mat.Float](p parts, all train.Data[T]) train.Data[T] {
	if p.copies == nil {
		return all
	}
	return trainData[T](p.once)
}
