// Package page makes pages of HTML of trainings and evaluations: curves, the confusion matrix, the
// samples that are classified worst and the first layer's weights as images where the samples are,
// and all settings. A page is one file without scripts that loads nothing, in the colours that
// the reader's system prefers, dark or light.
package page
