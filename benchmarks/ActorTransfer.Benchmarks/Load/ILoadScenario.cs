namespace ActorTransfer.Benchmarks.Load;

/// <summary>One thing that <c>load</c> can measure. A run that loses, changes or crosses a byte must throw or say so in its row.</summary>
internal interface ILoadScenario
{
    /// <summary>The word on the command line.</summary>
    string Name { get; }

    /// <summary>One line for the usage text.</summary>
    string Summary { get; }

    /// <summary>Measures.</summary>
    /// <param name="options">What the command line says; <see cref="LoadOptions.Say"/> is for progress.</param>
    /// <param name="cancel">Ctrl-C: stop what was started and throw.</param>
    /// <returns>The rows of the table, one for each thing that was measured.</returns>
    Task<IReadOnlyList<LoadRow>> RunAsync(LoadOptions options, CancellationToken cancel);
}
