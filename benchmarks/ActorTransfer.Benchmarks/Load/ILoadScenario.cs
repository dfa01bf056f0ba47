namespace ActorTransfer.Benchmarks.Load;

/// <summary>A measurement of <c>load</c>. A run that loses, changes or misdirects a byte must throw or report it in its row.</summary>
internal interface ILoadScenario
{
    /// <summary>The name on the command line.</summary>
    string Name { get; }

    /// <summary>One line for the usage text.</summary>
    string Summary { get; }

    /// <summary>Measures.</summary>
    /// <param name="options">The options; <see cref="LoadOptions.Report"/> is for progress.</param>
    /// <param name="cancel">Ctrl-C: stops what was started and throws.</param>
    /// <returns>The rows of the table, one for each thing that was measured.</returns>
    Task<IReadOnlyList<LoadRow>> RunAsync(LoadOptions options, CancellationToken cancel);
}
