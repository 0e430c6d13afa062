package dataset

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strconv"
)

// Sketch tells of any rows how many of them have trained a network, about, in a few kilobytes, whatever the number of
// rows. It is a bottom-k sketch: it knows the rows of the training with the smallest hashes ([Samples.RowHashes]). As
// hashes are as good as random numbers, they are a fair sample of all rows, and which rows would be in it if they had
// trained the network is seen from their hashes alone (A. Broder, On the resemblance and containment of documents,
// 1997).
type Sketch struct {
	// UpTo is the hash up to which rows are known, in hexadecimal: the largest one in Prints, or the largest number if
	// all are there.
	UpTo string `json:"up_to"`
	// Prints are the last 32 bits of these hashes, little-endian, in base 64, in the order of the hashes.
	Prints string `json:"prints"`
	// Alike is the share of the rows that are the same as one that has trained the network by chance: (a + 1)/(n + 2),
	// if a of the n rows of the file that have not trained it, and that can be told of, are.
	Alike float64 `json:"alike"`
}

// sketched is how many rows a sketch knows at most, in 4 bytes each.
const sketched = 1024

// newSketch makes a sketch of the rows that have trained a network; others are those of the file that have not.
func newSketch(trained, others []uint64) *Sketch {
	hashes := slices.Clone(trained)
	slices.Sort(hashes)
	hashes = slices.Compact(hashes)
	upTo := uint64(math.MaxUint64)
	if len(hashes) > sketched {
		hashes = hashes[:sketched]
		upTo = hashes[sketched-1]
	}
	prints := make([]byte, 0, 4*len(hashes))
	for _, hash := range hashes {
		prints = binary.LittleEndian.AppendUint32(prints, uint32(hash))
	}
	s := &Sketch{UpTo: fmt.Sprintf("%016x", upTo), Prints: base64.StdEncoding.EncodeToString(prints)}
	alike, of := s.count(others)
	s.Alike = float64(alike+1) / float64(of+2)
	return s
}

// count says how many of the rows with these hashes have trained the network, of those that can be told.
func (s *Sketch) count(hashes []uint64) (trained, of int) {
	prints, errPrints := base64.StdEncoding.DecodeString(s.Prints)
	upTo, errUpTo := strconv.ParseUint(s.UpTo, 16, 64)
	if errPrints != nil || errUpTo != nil {
		return 0, 0 // of a file that another program wrote
	}
	known := map[uint32]bool{}
	for ; len(prints) >= 4; prints = prints[4:] {
		known[binary.LittleEndian.Uint32(prints)] = true
	}
	for _, hash := range hashes {
		if hash <= upTo {
			of++
			if known[uint32(hash)] {
				trained++
			}
		}
	}
	return trained, of
}

// Known says how many of some rows have trained a network.
type Known struct {
	// Trained is how many of them are the same as one that has, of Of that can be told.
	Trained, Of int
	// Many is true if these are more than chance explains, and by a tenth of the rows at least.
	Many bool
	// Few is true if there are too few rows to tell.
	Few bool
}

// Known counts the rows with these hashes that have trained the network.
func (s *Sketch) Known(hashes []uint64) Known {
	const rare, least = 1e-3, 0.1
	k := Known{}
	k.Trained, k.Of = s.count(hashes)
	k.Few = atLeast(k.Of, k.Of, s.Alike) >= rare
	k.Many = float64(k.Trained) >= (s.Alike+least)*float64(k.Of) && atLeast(k.Trained, k.Of, s.Alike) < rare
	return k
}

// atLeast is the probability of k or more successes in n trials that succeed with probability p, to a few digits.
func atLeast(k, n int, p float64) float64 {
	logFactorial := func(n int) float64 {
		v, _ := math.Lgamma(float64(n + 1))
		return v
	}
	sum := 0.
	for i := k; i <= n; i++ {
		term := math.Exp(logFactorial(n) - logFactorial(i) - logFactorial(n-i) + float64(i)*math.Log(p) +
			float64(n-i)*math.Log1p(-p))
		if sum += term; term < 1e-9*sum { // they fall, as i is above n·p where the sum is small
			break
		}
	}
	return min(sum, 1)
}
