"""JupyterLab whose kernels are forked from a process that has imported TensorFlow: run it as `jupyter lab` is run.

That process starts before the first page is open, so nobody waits for it. It reads this module before it forks, so
nothing is imported at the top.
"""


def serve():
    """Serve until the end."""
    from jupyterlab.labapp import main

    from tests.notebooks.forked_kernels import forking, preload

    with forking():
        preload()
        main()


if __name__ == "__main__":
    serve()
