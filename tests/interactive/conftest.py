"""What pytest must not import: a program that loads TensorFlow."""

collect_ignore = ["make_networks.py"]
