"""``onecard services contributions``: files checked, posted, corrected; what somebody paid."""
