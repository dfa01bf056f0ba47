// Chunk.Outstanding is one number for the process: scenarios that compare it before and after must not overlap.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
