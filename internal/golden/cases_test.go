package golden

import (
	"slices"
	"strings"
)

// cases returns the command lines of all trainings. They are short, and their networks small: what
// counts is that every part of every trainer has a say in the bits of some of them.
func cases() []string {
	all := slices.Concat(fullBatches(), miniBatches(), deepByDefault(), safeguarded(), gradients())
	for i, line := range all {
		all[i] = strings.Join(strings.Fields(line), " ")
	}
	return all
}

// fullBatches are those of Algorithm 1.
func fullBatches() []string {
	const base = "--batch 0 --limit 60 "
	var all []string
	for _, precision := range []string{"64", "32"} {
		for _, objective := range []string{"fenchel", "tikhonov"} {
			for _, loss := range []string{"hinge", "squared"} {
				for _, theta := range []string{"1", "0.9", "1/t^2"} {
					all = append(all, base+"--net 9,6 --iterations 3 --precision "+precision+
						" --objective "+objective+" --loss "+loss+" --theta "+theta)
				}
				with := " --precision " + precision + " --objective " + objective + " --loss " + loss
				all = append(all,
					base+"--net 9,6 --iterations 3 --l1 1e-2 --theta 0.9"+with,
					base+"--net 7,6,5 --skip 0:2,1:3 --iterations 3"+with,
					base+"--net 6,5 --skip 0:2 --iterations 2 --l1 3e-3 --theta 1/t^2"+with,
				)
			}
		}
	}
	return append(all,
		base+"--net 7 --gamma 0.1 --lambda 0.05 --lambda-out 2e-3 --validation 30 --fold 2 --iterations 4",
		base+"--net 7,5,6 --gamma 0.3,1,3 --center=false --iterations 4 --seed 9",
		base+"--net 7,5 --init gaussian:0.2 --tolerance 0.6 --iterations 20 --precision 64",
		base+"--net 7,5 --block-tolerance 1e-2 --theta 1/t --iterations 5 --precision 64",
	)
}

// miniBatches are those of block coordinate descent. Some epochs have more batches than the period
// of anything that is done periodically, and some batches have more, some fewer samples than a
// layer has readers.
func miniBatches() []string {
	var all []string
	for _, precision := range []string{"64", "32"} {
		for _, loss := range []string{"hinge", "squared"} {
			with := " --precision " + precision + " --loss " + loss + " "
			all = append(all,
				"--net 20 --limit 203 --batch 25 --epochs 4"+with,
				"--net 24,16 --limit 203 --batch 10 --epochs 8"+with,
				"--net 14,12,10 --skip 0:2,0:3,1:3 --limit 203 --batch 20 --epochs 6"+with,
				"--net 16,12 --limit 203 --batch 25 --epochs 6 --l1 3e-3"+with,
				"--net 12,10,8 --skip 0:2,1:3 --limit 203 --batch 20 --epochs 4 --l1 1e-2"+with,
				"--net "+deep+" --limit 200 --batch 40 --epochs 4"+with,
				"--net "+deep+" --limit 200 --batch 40 --epochs 4 --init gaussian:0.01"+with,
			)
		}
	}
	return append(all,
		"--net 20 --limit 250 --epochs 8",
		"--net 16,12,10 --gamma 0.3,1,3 --limit 203 --batch 25 --epochs 6",
		"--net 16,12 --gamma 5 --limit 203 --batch 25 --epochs 6 --seed 4",
		"--net 16,12,10 --gamma 0.3,1,3 --limit 203 --batch 25 --epochs 6 --l1 2e-3 --lambda 1e-3",
		"--net 16,12 --limit 203 --batch 25 --epochs 6 --step 0.4 --input-step 1 --damping 0.3",
		"--net 16,12 --limit 203 --batch 25 --epochs 6 --lambda 0.02 --lambda-out 0.01 --precision 64",
		"--net 16,12 --limit 203 --batch 25 --epochs 8 --lambda 2 --lambda-out 1 --input-step 1",
		"--net 16,12 --limit 203 --batch 25 --epochs 6 --lambda 0 --lambda-out 0 --center=false",
		"--net 16,12 --limit 203 --batch 25 --epochs 6 --validation 100 --fold 3",
		"--net 16,12 --limit 120 --batch 500 --epochs 6",
		"--net 16 --limit 60 --batch 1 --epochs 4 --step 0.2",
		"--net "+deep+","+deep+" --limit 200 --batch 50 --epochs 4",
		"--net "+deep+","+deep+" --limit 200 --batch 50 --epochs 4 --init gaussian:0.01 --precision 64",
		"--net "+deep+" --skip 0:5,2:7,0:10 --limit 200 --batch 50 --epochs 4 --init gaussian:0.01",
		"--net 90,60 --limit 250 --batch 50 --epochs 3",
	)
}

// deepByDefault are trainings with the defaults of ten layers and 1200 samples.
func deepByDefault() []string {
	return []string{
		"--net " + deep + " --limit 1200 --epochs 2",
		"--net " + deep + "," + deep + " --skip 0:5,2:7,0:10 --limit 1200 --epochs 2 --precision 64",
	}
}

// Ten layers.
const deep = "14,14,14,14,14,14,14,14,14,14"

// safeguarded are trainings with steps that are far too long or batches far too small: the first
// ones halve steps, or go back to older weights, a few times, the last one gives up.
func safeguarded() []string {
	return []string{
		"--net " + deep + " --limit 200 --batch 10 --epochs 6",
		"--net " + deep + " --limit 200 --batch 10 --epochs 6 --precision 64",
		"--net " + deep + " --limit 200 --batch 10 --epochs 6 --init gaussian:0.01 --damping 0.02 --input-step 20",
		"--net " + deep + " --limit 200 --batch 5 --epochs 5 --init gaussian:0.01 --precision 64",
		"--net 16,12,10 --skip 0:2,0:3 --limit 203 --batch 10 --epochs 7 --input-step 30 --precision 64",
		"--net 16 --limit 203 --batch 10 --epochs 7 --input-step 1e5",
		"--net 16,12 --limit 203 --batch 10 --epochs 7 --input-step 1e5 --damping 1e-4 --precision 64",
		"--net 16,12 --limit 203 --batch 10 --epochs 7 --input-step 300 --loss squared --precision 64",
		"--net 16 --limit 203 --batch 10 --epochs 7 --input-step 1e10",
		"--net 16,12 --limit 203 --batch 10 --epochs 6 --gamma 1e-3 --input-step 100 --l1 1e-3",
		"--net 16,12 --limit 203 --batch 10 --epochs 6 --init gaussian:1e-30",
		"--net 16,12 --limit 203 --batch 10 --epochs 6 --init gaussian:30 --precision 64",
		"--net 16 --limit 203 --batch 10 --epochs 7 --input-step 1e15",
		"--net 16,12,9 --limit 203 --batch 10 --epochs 4 --metric spectral",
		"--net 14,12,10 --skip 0:2,1:3 --limit 203 --batch 20 --epochs 4 --metric spectral --spectral-step 0.03 " +
			"--spectral-decay 1 --precision 64",
		"--net 16,12 --limit 203 --batch 10 --epochs 3 --init gaussian:1e18",
	}
}

// gradients are those of the gradient solvers.
func gradients() []string {
	const base = " --limit 150 --batch 20 --epochs 3 "
	var all []string
	for _, solver := range []string{"sgd", "nesterov", "adagrad", "rmsprop", "adadelta", "adam"} {
		with := base + "--solver " + solver
		all = append(all,
			"--net 16,10 --precision 64"+with,
			"--net 16,10 --loss hinge --weight-decay 1e-3"+with,
			"--net 16,10 --loss squared --precision 64 --weight-decay 1e-2 --rate 0.01"+with,
			"--net 14,12,10 --skip 0:2,1:3 --rate-policy inv --rate-gamma 0.1 --rate-power 0.5"+with,
			"--net 16 --rate-policy step --rate-step 7 --rate-gamma 0.5 --center=false"+with,
			"--net 16 --rate-policy fixed --validation 60 --init gaussian:0.1 --seed 3"+with,
			"--net 16 --rate-power 2 --precision 64"+with,
		)
	}
	for _, solver := range []string{"adamw", "schedulefree", "muon", "soap", "kfac", "foof"} {
		with := base + "--solver " + solver
		all = append(all,
			"--net 16,10 --precision 64"+with,
			"--net 14,12,10 --skip 0:2,1:3 --loss hinge --rate-policy cosine --warmup 0.3 --decay 0.5 --input-step 3"+
				with,
		)
	}
	return append(all,
		"--solver sgd --momentum 0 --net 16"+base,
		"--solver sgd --momentum 0.5 --net 16 --weight-decay 0.1"+base,
		"--solver nesterov --momentum 0.5 --net 16"+base,
		"--solver adagrad --delta 1e-2 --net 16"+base,
		"--solver rmsprop --rms-decay 0.9 --delta 1e-3 --net 16"+base,
		"--solver adadelta --momentum 0.8 --delta 1e-4 --net 16"+base,
		"--solver adam --momentum 0.5 --momentum2 0.9 --delta 1e-4 --net 16"+base,
		"--solver adam --net "+deep+base,
		"--solver sgd --rate 0.05 --net "+deep+" --precision 64"+base,
		"--solver sgd --rate 1e5 --loss squared --net 16"+base, // diverges
		"--solver adam --net 90,60 --limit 250 --batch 100 --epochs 2",
	)
}
