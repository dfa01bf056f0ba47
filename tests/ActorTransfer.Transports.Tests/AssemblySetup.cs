// Chunk.Outstanding is one number for the process: tests that compare it must not overlap.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
