"""JupyterHub for a class.

The Littlest JupyterHub reads this file from /opt/tljh/config/jupyterhub_config.d/tapedeck.py; any other JupyterHub as
its configuration, or by `load_subconfig` in it. What a line is worth: docs/classroom.md.
"""

from pathlib import Path

c = get_config()  # noqa: F821

c.Spawner.default_url = "/lab"
c.Spawner.start_timeout = c.Spawner.http_timeout = 180  # everybody comes at once; the defaults are 60 and 30


def provisioner(_spawner):
    """Have kernels share the TensorFlow of tapedeck-kernels.service, where it runs."""
    return "tapedeck-class" if Path("/run/tapedeck/kernels").is_socket() else "local-provisioner"


c.Spawner.environment = {
    "JUPYTER_DEFAULT_PROVISIONER_NAME": provisioner,
    # "TAPEDECK_PREDICT": "off",  # no prediction locks what follows
    # "TAPEDECK_SEED": "autumn",  # checks use other numbers than last year's
}
