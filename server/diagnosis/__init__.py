"""A diagnosis made showable: the paste with its marks, the causes with the reader's own names, the note to hand on."""
