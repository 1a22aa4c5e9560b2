"""A second reader for operators who run a language model: asked when our own reading is unsure. Off by default."""
