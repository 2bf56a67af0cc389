"""The surface that paths run on: f on a grid, its minima, its curvature, and the learning rates that follow from it.

loss_surface        all of it for one loss; surface_grid: f on a grid; surface_pieces: where each point is a call
probes              runs that show where f leads
minima              by Newton's method; kinks: those of |x|; kinks_of_two: of |a| + |b|
curvature           the Hessian, or its largest eigenvalue; both_sides: whether it holds on both sides of a minimum
stability           1/λ and 2/λ, and which rates are worth a slider; conditioning: what feature scaling changes
contours            the areas between levels; path_plane: the plane of a path of many parameters
"""
