"""The school desk: leaflets into class groups, on time, once. Pages and stores; sending is a process of its own."""
