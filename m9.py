import sys; sys.path.insert(0, "/tmp/rec")
import m7, m8
from widgets import record
for f in (m7.mine, m8.sgd):
    r = record(f)
    for e in r.entries[-16:]:
        print(e.op, e.plumbing, e.scope >= 0 and r.scopes[e.scope], e.place and e.place.text[:30])
