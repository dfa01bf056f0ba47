// Each test has a cluster of its own, and the machine may have two cores: side by side they would take each other for dead.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
