using System.Globalization;
using ActorTransfer.Benchmarks.Load;

namespace ActorTransfer.Benchmarks.ClusterModel;

/// <summary>The command <c>cluster-model [NAME=NUMBER]...</c>: computes what saturates first in clusters of 10, 100 and 1,000 nodes.</summary>
internal static class ClusterModelCommand
{
    private static readonly int[] s_sizes = [10, 100, 1000];

    /// <returns>Exit code: 0, 2 = invalid command line.</returns>
    public static int Run(string[] args)
    {
        ModelInputs inputs;
        try
        {
            inputs = ModelInputs.Parse(args);
        }
        catch (FormatException exception)
        {
            Console.Error.WriteLine(exception.Message);
            return 2;
        }

        foreach (int nodes in s_sizes)
        {
            LoadTable.Write(
                Console.Out,
                string.Create(CultureInfo.InvariantCulture, $"{nodes} nodes"),
                [.. new Saturation(inputs, nodes).Resources().Select(resource => resource.ToRow())]);
        }

        LoadTable.Write(
            Console.Out,
            "inputs",
            [
                .. inputs.All.Select(input => new LoadRow()
                    .With("input", input.Name).With("value", input.Value).With("unit", input.Unit).With("from", input.Source)),
            ]);
        return 0;
    }
}
