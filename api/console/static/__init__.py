"""What the console's pages load: a style sheet and ES modules, as they are, without a build."""
