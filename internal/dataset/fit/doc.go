// Package fit decides, from the training rows of a table, how its columns are prepared and what is to be predicted, and
// applies this to tables. The result is a [columns.Description]; its package says how it is applied.
//
// It looks only at the training rows. n is their number, and only cells that are present count.
//
//   - Fill is the mean of a column. The mean and not the median: with a Missing next to it, the network learns what a
//     missing value means from that input, whatever Fill is, and the mean is the one Fill that makes z exactly 0 when
//     columns are centred. A column has a Missing if a training row lacks its value.
//   - Means and deviations are sums in float64 over the rows in their order: mean = (Σx)/n, deviation =
//     √((Σ(x-mean)²)/n), two passes.
//   - A level has an input of its own if it occurs in at least two rows, and in at least one of a thousand. Rarer
//     ones that are in 20 rows have one, too, the most frequent ones first, until 95 % of the rows with a text have a
//     level with an input. There are at most 1000. All others are treated like levels that training has never seen, by
//     which the network learns what to do with those.
//   - Dropped are columns without a value, those that have the same one in all rows (but not of images, whose shape
//     would be lost), columns of text with more than two levels of which there is, on average, not even two rows each,
//     or with more than 20 none of which is in more than three rows (names, identifiers), or none of which has an
//     input, or with more than 65,536, and a first column that numbers the rows of the file from 0 or 1 on and has no
//     name or one like "id" or "index": in a sorted file it gives the class away. Of such a text that lacks values
//     (but not of one with more than 65,536) the gaps stay: whether there is one is an input, if at least two rows and
//     one of a thousand have a value, and as many have none.
//
// [columns.Scale] says what mean and divisor are. Inputs that are 0 or 1 (levels, Missing) are
// centred at most, never divided: they have no unit, and division would turn a rare level into an outlier.
package fit
