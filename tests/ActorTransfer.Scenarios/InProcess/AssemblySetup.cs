// Chunk.Outstanding is a count for the process: scenarios that compare it before and after must not overlap.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
