"""The exercises of lesson 04, derivatives of derivatives. Every number due is a closed form in NumPy's float64."""

from widgets.exercises.lesson_04.hessian_and_newton import HESSIAN, NEWTON
from widgets.exercises.lesson_04.second_derivatives import BEND, CURVATURE, NTH

EXERCISES = (CURVATURE, BEND, HESSIAN, NEWTON, NTH)
