"""The plane of paths of many parameters, against NumPy's singular values of all steps, and f on it against f alone."""

import dataclasses

import numpy as np
import pytest
import tensorflow as tf

from widgets.descent import descend
from widgets.descent.surface.curvature import MOST_CURVED, estimated_curvature
from widgets.descent.surface.loss_surface import on_plane, plane_points, sample_surface
from widgets.descent.surface.path_plane import comes_down, plane_of, shown_rates

CURVATURES = np.float32([1, 3, 10, 30, 0.3])
RATES = [0.001, 0.01, 0.02, 0.033, 0.5]


def bowl(x):
    return tf.reduce_sum(CURVATURES * tf.square(x - 1.0))


def rosenbrock(x):
    return tf.reduce_sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def best_shares(path):
    """Return which part of a path's variance each principal direction has, by NumPy, from all of its steps."""
    sizes = np.linalg.svd(path - path.mean(axis=0), compute_uv=False)
    return sizes**2 / np.sum(sizes**2)


def share_on(plane, path):
    """Return which part of a path's variance is left when its points are projected."""
    projected = plane.points(plane.coordinates(path))
    return projected.var(axis=0).sum() / path.astype(float).var(axis=0).sum()


def looked_at(f, start, at_rate=None, **options):
    surface = sample_surface(f, start)
    paths = descend(f, start, surface.learning_rates, 300, **options)
    at = int(np.abs(paths.learning_rates - (at_rate or surface.learning_rates[120])).argmin())
    return on_plane(f, surface, paths, at), paths, at


@pytest.mark.parametrize("at", [0, 1, 2, 3])
def test_the_plane_of_one_path_shows_as_much_as_its_two_principal_directions(at):
    paths = descend(bowl, [3.0, -2.0, 0.5, 2.0, 4.0], [RATES[at]], 1000)
    plane = plane_of(paths, paths.x[-1, 0], 0)
    path = paths.x[:, 0].astype(float)
    assert np.allclose(plane.directions @ plane.directions.T, np.eye(2), atol=1e-12)
    assert plane.share(paths.x[:, 0]) == pytest.approx(share_on(plane, path), rel=1e-9)
    assert share_on(plane, path) >= best_shares(path)[:2].sum() - 0.01


def test_a_path_that_is_seen_first_counts_as_much_as_all_others():
    paths = descend(bowl, [3.0, -2.0, 0.5, 2.0, 4.0], RATES, 1000)
    for at in range(4):
        path = paths.x[:, at].astype(float)
        seen = share_on(plane_of(paths, paths.x[-1, at], at), path)
        assert seen >= best_shares(path)[:2].sum() - 0.1
        assert seen >= share_on(plane_of(paths, paths.x[-1, at], 4), path) - 0.01


def test_coordinates_are_those_of_the_nearest_points():
    surface, paths, at = looked_at(rosenbrock, [-1.2, 1.0, -1.2, 1.0])
    points = paths.x[::50, at].astype(float)
    found = surface.plane.coordinates(points)
    least = np.linalg.lstsq(surface.plane.directions.T, (points - surface.plane.origin).T, rcond=None)[0].T
    assert np.allclose(found, least, atol=1e-9)
    off = points - surface.plane.points(found)
    assert np.allclose(off @ surface.plane.directions.T, 0, atol=1e-9)
    assert surface.plane.distance(points[0]) == pytest.approx(np.linalg.norm(off[0]))


def test_heights_are_f_on_the_plane_as_tensorflow_gives_it():
    surface, *_others = looked_at(rosenbrock, [-1.2, 1.0, -1.2, 1.0])
    across, up = surface.axes
    assert surface.values.shape == (up.size, across.size) == (plane_points(4),) * 2
    for row, column in [(0, 0), (10, 60), (35, 35), (70, 3)]:
        point = (
            surface.plane.origin + across[column] * surface.plane.directions[0] + up[row] * surface.plane.directions[1]
        )
        assert surface.values[row, column] == pytest.approx(float(rosenbrock(tf.constant(point, tf.float32))), rel=1e-5)


def test_the_start_is_to_the_left_and_above_the_end():
    surface, paths, _at = looked_at(rosenbrock, [-1.2, 1.0, -1.2, 1.0])
    x, y = surface.coordinates(paths.start)
    assert x <= 0 <= y


@pytest.mark.parametrize("start", [[1.0, 1.0, 1.0], [2.0, 0.0, 0.0], [1e-3, -1e-3, 1e-3]])
def test_a_path_along_a_line_has_a_plane_all_the_same(start):
    surface, paths, at = looked_at(lambda x: tf.reduce_sum(x * x), start)
    plane = surface.plane
    assert np.allclose(plane.directions @ plane.directions.T, np.eye(2), atol=1e-12)
    assert plane.share(paths.x[:, at]) == pytest.approx(1.0, abs=1e-9)
    assert np.isfinite(surface.values).all() and len(surface.contour_levels) > 3
    assert [found.value for found in surface.shown_minima] == [0.0]


def test_a_path_that_does_not_move_has_a_plane_and_no_share():
    surface, paths, at = looked_at(lambda x: tf.reduce_sum(x * x), [0.0, 0.0, 0.0])
    assert surface.plane.share(paths.x[:, at]) is None
    assert surface.contains([0.0, 0.0, 0.0]) and np.isfinite(surface.values).all()


def test_a_path_that_overflows_is_judged_by_its_finite_steps():
    surface, paths, _at = looked_at(bowl, [3.0, -2.0, 0.5, 2.0, 4.0])
    path = paths.x[:, -1]
    assert not np.isfinite(path[-1]).all()
    assert 0 <= surface.plane.share(path) <= 1


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_where_all_paths_overflow_there_is_a_plane_through_the_start(dtype):
    def quartic(x):
        return tf.reduce_sum(x**4)

    paths = descend(quartic, [3.0, -2.0, 0.5], [10.0, 20.0], 40, dtype=dtype)
    surface = dataclasses.replace(sample_surface(quartic, [3.0, -2.0, 0.5], dtype), minima=())
    surface = on_plane(quartic, surface, paths, 0)
    assert np.allclose(surface.plane.origin, paths.start) and np.isfinite(surface.values).any()


def test_the_minimum_is_drawn_where_it_lies_in_the_plane_only():
    surface, paths, at = looked_at(bowl, [3.0, -2.0, 0.5, 2.0, 4.0], at_rate=0.02)
    (minimum,) = surface.shown_minima
    assert np.allclose(minimum.point, 1.0, atol=1e-4)
    assert np.allclose(surface.coordinates(minimum.point), 0.0, atol=1e-5)
    slow = on_plane(bowl, sample_surface(bowl, [3.0, -2.0, 0.5, 2.0, 4.0]), paths, 0)
    assert len(slow.minima) == 1  # it is known
    assert all(slow.plane.distance(found.point) < 0.1 for found in slow.shown_minima)


def test_the_bound_is_that_of_the_hessian_in_any_dimension():
    for size in (3, 5, 20, MOST_CURVED):
        curvatures = np.linspace(0.5, 7.0, size)
        surface = sample_surface(lambda x, c=curvatures: tf.reduce_sum(np.float32(c) * x * x), [1.0] * size)
        assert surface.stability.limit == pytest.approx(2 / (2 * 7.0), rel=1e-4)
        assert surface.stability.lowest_curvature == pytest.approx(2 * 0.5, rel=1e-3)


def test_of_more_parameters_the_bound_is_left_out_with_a_reason_and_the_slider_reaches_it_all_the_same():
    size = MOST_CURVED + 1
    curvatures = tf.linspace(0.5, 7.0, size)
    surface = sample_surface(lambda x: tf.reduce_sum(curvatures * x * x), [1.0] * size)
    assert surface.stability.limit is None and "up to 100 parameters" in surface.stability.reason
    assert surface.learning_rates[0] < 0.1 / 7.0 < 2 / 7.0 < surface.learning_rates[-1]
    estimate = estimated_curvature(lambda x: tf.reduce_sum(curvatures * x * x), np.ones(size, np.float32))
    assert 0.8 * 14.0 < estimate <= 14.0 * (1 + 1e-5)


def test_a_plane_that_shows_enough_is_kept_and_another_is_laid_where_it_does_not():
    start = [-1.2, 1.0, -1.2, 1.0]
    surface, paths, at = looked_at(rosenbrock, start)
    assert on_plane(rosenbrock, surface, paths, at) is surface
    rates = surface.learning_rates
    hidden = min(range(rates.size), key=lambda i: (not comes_down(paths)[i], surface.plane.share(paths.x[:, i])))
    before = surface.plane.share(paths.x[:, hidden])
    after = on_plane(rosenbrock, surface, paths, hidden).plane.share(paths.x[:, hidden])
    assert before > 0.9 or after > before


def test_paths_that_converge_are_looked_at_first_and_else_those_that_come_down():
    paths = descend(bowl, [3.0, -2.0, 0.5, 2.0, 4.0], RATES, 1000)
    assert {1, 2} <= set(shown_rates(paths)) <= {1, 2, 3}  # 0.001 is on its way, 0.033 oscillates, 0.5 diverges
    slow = descend(bowl, [3.0, -2.0, 0.5, 2.0, 4.0], [1e-5, 2e-5, 0.5], 10)
    assert set(shown_rates(slow)) <= {0, 1}
