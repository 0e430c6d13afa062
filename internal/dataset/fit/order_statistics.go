package fit

import (
	"math"
	"slices"
)

// orderStatistic is a value at some place of the ascending order of many.
type orderStatistic struct {
	value      float32
	less, upTo int // how many are less, and how many are at most the value
}

// sortedBelow is how many values are no longer sorted: of as many or more, digits are counted, which takes about a
// tenth of the time for a million.
const sortedBelow = 1 << 16

// orderStatistics returns the values at places of the ascending order, which are ascending, too.
func orderStatistics(values []float32, at []int) []orderStatistic {
	if len(values) < sortedBelow {
		return orderStatisticsOfSorted(slices.Sorted(slices.Values(values)), at)
	}
	return radixSelect(values, at)
}

// orderStatisticsOfSorted is orderStatistics for values that ascend.
func orderStatisticsOfSorted(values []float32, at []int) []orderStatistic {
	found := make([]orderStatistic, len(at))
	for i, k := range at {
		v := values[k]
		less, _ := slices.BinarySearch(values, v)
		upTo, _ := slices.BinarySearch(values, math.Nextafter32(v, float32(math.Inf(1))))
		found[i] = orderStatistic{v, less, upTo}
	}
	return found
}

// radix is how many values a digit has, which is half of a key.
const radix = 1 << 16

// radixSelect goes over the values twice. It counts the upper halves of their keys; and then the lower halves of
// those with an upper half that one of the places has.
func radixSelect(values []float32, at []int) []orderStatistic {
	upper := make([]int, radix)
	for _, v := range values {
		upper[keyOf(v)>>16]++
	}
	found, less := make([]orderStatistic, len(at)), 0
	// The upper half at each place, and how many have a smaller one.
	high, before := make([]uint32, len(at)), make([]int, len(at))
	lower := make([][]int, radix)
	for h, i := 0, 0; i < len(at); h++ {
		for ; i < len(at) && at[i] < less+upper[h]; i++ {
			high[i], before[i] = uint32(h), less
			if lower[h] == nil {
				lower[h] = make([]int, radix)
			}
		}
		less += upper[h]
	}
	for _, v := range values {
		if k := keyOf(v); lower[k>>16] != nil {
			lower[k>>16][k&(radix-1)]++
		}
	}
	for i, k := range at {
		less := before[i]
		for l, n := range lower[high[i]] {
			if k < less+n {
				found[i] = orderStatistic{valueOf(high[i]<<16 | uint32(l)), less, less + n}
				break
			}
			less += n
		}
	}
	return found
}

// keyOf is a number that ascends with the value. Both zeros have the same.
func keyOf(v float32) uint32 {
	if v == 0 {
		v = 0
	}
	b := math.Float32bits(v)
	if b>>31 != 0 {
		return ^b
	}
	return b | 1<<31
}

// valueOf is the inverse of keyOf.
func valueOf(key uint32) float32 {
	if key>>31 != 0 {
		return math.Float32frombits(key &^ (1 << 31))
	}
	return math.Float32frombits(^key)
}
