"""The sources of targets: source files, manifests, logs, configuration files, standard input."""
