"""Where targets come from: source files, manifests, logs, configuration files, standard input."""
