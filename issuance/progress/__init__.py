"""How far the writing of a chip has come, so that a run that was cut off goes on there."""
