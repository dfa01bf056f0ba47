namespace ActorTransfer.Benchmarks.Load.Scenarios;

/// <summary>Another scenario over long lines: what a proxy is worth to users who are far away.</summary>
/// <param name="name">The word on the command line.</param>
/// <param name="inner">The scenario that runs over each line.</param>
/// <param name="pairs">Its sizes unless the command line says otherwise.</param>
/// <param name="lines">The lines unless the command line says otherwise.</param>
internal sealed class WanScenario(string name, ILoadScenario inner, string pairs, params string[] lines) : ILoadScenario
{
    public string Name => name;

    public string Summary => $"{inner.Name} over lines of {string.Join(", ", lines)} (round trip in ms/loss in percent)";

    public async Task<IReadOnlyList<LoadRow>> RunAsync(LoadOptions options, CancellationToken cancel)
    {
        LoadOptions chosen = options.Pairs.Count > 0 ? options : options with { Arguments = [.. options.Arguments, "--pairs", pairs] };
        List<LoadRow> rows = [];
        foreach (LongLine line in (options.Lines.Count > 0 ? options.Lines : lines).Select(LongLine.Parse))
        {
            options.Report($"{name}: {line.RoundTripMs} ms of round trip, {line.LossPercent} % lost");
            try
            {
                rows.AddRange(await line.RunAsync(inner.Name, chosen, cancel));
            }
            catch (IOException exception)
            {
                options.Report($"{name} is left out: {exception.Message}");
                break;
            }
        }

        return rows;
    }
}
