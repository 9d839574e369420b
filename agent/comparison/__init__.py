"""One result beside others: an earlier one, the firm's other hosts, the cluster's firms. Nobody is asked."""
