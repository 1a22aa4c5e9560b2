"""Starting the product on one machine, and the files for starting it on many."""
