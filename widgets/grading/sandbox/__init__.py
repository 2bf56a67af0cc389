"""The sandbox: one isolated kernel, limits on everything it uses, and how it is started and cleaned up.

kernel_manager      chooses how a kernel is started, for pytest_plugin
provisioner         starts it in a sandbox, cold or forked, and cleans up after it
bubblewrap          the command that makes a sandbox, and what can be seen in there
kernel_main         what runs in there before any learner's code: limits, seccomp_filter, then IPython
cgroups             limits on all processes of a kernel together

A forked kernel costs a fifth of a cold one: it is divided off a process that has imported TensorFlow already.

supervisor          keeps two such processes running: kernel_server in a sandbox, pytest_server outside of any
fork_client         asks them for a process
fork_server         forks it; namespaces: Linux's calls that isolate it
"""
