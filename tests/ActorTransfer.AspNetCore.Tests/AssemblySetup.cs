// One browser, two processors: pages that are measured must not share them.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
