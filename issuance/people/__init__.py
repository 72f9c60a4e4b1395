"""The people of the bureau: operators, their roles, how they prove who they are, their sessions."""
