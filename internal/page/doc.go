// Package page makes HTML pages about trainings and evaluations: curves, the confusion matrix, the
// samples that are classified worst and the first layer's weights as images where the samples are,
// and all settings. A page is a single file without scripts that loads nothing, dark or light as the reader's system
// prefers.
package page
