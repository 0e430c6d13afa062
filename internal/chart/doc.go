// Package chart is the look that all pictures share: one or more panels of gonum's plot
// side by side, their fonts, colours and axes, as SVG or PNG.
package chart
