package cli

import (
	"github.com/spf13/cobra"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/internal/dataset"
	"ridge/internal/lambda"
	"ridge/internal/report"
	"ridge/mat"
)

// training is a run of train: what was asked for, what it has become, and what it learns from.
type training struct {
	cmd    *cobra.Command
	flags  *trainFlags
	plan   trainingPlan
	say    *speaker
	keeper *keeper
	loaded
}

// loaded is what a training learns from and is judged by.
type loaded struct {
	set     *dataset.Set
	samples parts
	divided *dividedData // the data with their columns in pieces, if the choice may try that; else nil
}

// dividedData are data with their columns in pieces, from which a set can be made, and its parts.
type dividedData struct {
	data  *dataset.Raw
	parts dataset.Parts
}

// extent is how much there is, without what --weight repeats, as copies teach nothing.
func (l *loaded) extent() extent {
	return extent{l.samples.once.Len(), l.samples.once.Dim, len(l.set.Classes), l.set.LikeMNIST}
}

// trainRun is a training in the precision of T.
type trainRun[T mat.Float] struct {
	*training
	learn  train.Data[T]
	net    *nn.Network[T]
	choice *lambda.Choice // that it began with; nil: none
	report *report.Run
	shown  *live
}

// prepare makes the network, after the choice if there is one.
func (r *trainRun[T]) prepare() (err error) {
	r.learn = trainData[T](r.samples.train)
	if r.net, err = newNetwork(r.plan, r.set, r.learn.X); err != nil {
		return err
	}
	chooses, err := r.chooses()
	if chooses {
		err = r.choose()
	}
	r.divided = nil // which takes memory
	if interrupted(err) {
		r.keeper.advise()
	}
	return err
}

// choose makes the choice before the training. What is known of it is kept where states are.
func (r *trainRun[T]) choose() error {
	task, left, err := r.task()
	if err != nil || !task.Asks() {
		return err
	}
	record, err := r.record(task.Candidates)
	if err != nil {
		return err
	}
	choice, err := makeChoice(r.cmd.Context(), r.plan, task, left, record)
	if err != nil {
		return r.nothingSaved(err)
	}
	r.choice, r.plan = choice, withChoice(r.plan, task, choice)
	from := task.Candidates[choice.Candidate]
	if !choice.Tried[choice.Chosen].Pieces {
		r.net = from.Net
		return nil
	}
	r.net = from.InPieces
	return r.divide()
}

// problem is what the method has to know of the training, for its defaults.
func (r *trainRun[T]) problem() train.Problem { return train.ProblemOf(r.net, r.learn) }

// divide replaces the samples by those whose columns are in pieces, for which the network is.
func (r *trainRun[T]) divide() (err error) {
	end := r.say.during(r.cmd.Context(), "dividing columns")
	r.set, err = r.divided.data.Set(r.divided.parts)
	end()
	if err != nil {
		return err
	}
	standardizeTargets(r.set)
	if r.samples, err = r.weighted(r.set); err != nil {
		return err
	}
	r.learn = trainData[T](r.samples.train)
	return nil
}

// distinct are the training samples without what --weight repeats; all are those with it.
func distinct[T mat.Float](p parts, all train.Data[T]) train.Data[T] {
	if p.copies == nil {
		return all
	}
	return trainData[T](p.once)
}
