"""The exercises of lesson 04, derivatives of derivatives. Every number due is a closed form in NumPy's float64."""

from widgets.exercises.lesson_04.bend import BEND
from widgets.exercises.lesson_04.curvature import CURVATURE
from widgets.exercises.lesson_04.hessian import HESSIAN
from widgets.exercises.lesson_04.newton import NEWTON
from widgets.exercises.lesson_04.nth import NTH

EXERCISES = (CURVATURE, BEND, HESSIAN, NEWTON, NTH)
