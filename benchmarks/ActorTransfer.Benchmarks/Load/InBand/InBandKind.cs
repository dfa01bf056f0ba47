using ActorTransfer.Benchmarks.Load.Candidates;

namespace ActorTransfer.Benchmarks.Load.InBand;

/// <summary>A program that sends and receives files in-band.</summary>
/// <param name="Name">Name for <c>--against</c> and in the table.</param>
/// <param name="Program">The file.</param>
/// <param name="Before">Its arguments before those of a peer.</param>
/// <param name="NearBytes">Size of the file with a server near by.</param>
/// <param name="FarBytes">The same over a long line: less, if it sends one block in each round trip.</param>
internal sealed record InBandKind(string Name, string Program, IReadOnlyList<string> Before, int NearBytes, int FarBytes)
{
    private const int Mebi = 1 << 20;

    /// <summary>All of them, this project's first.</summary>
    public static IReadOnlyList<InBandKind> All { get; } =
    [
        new("actor-transfer", Environment.ProcessPath!, [.. CandidateKinds.OwnProgram(), "in-band-peer"], 16 * Mebi, 16 * Mebi),
        new("gloox", Repository.Path("artifacts/baselines/in-band-gloox"), [], 16 * Mebi, 16 * Mebi),
        new("qxmpp", Repository.Path("artifacts/baselines/in-band-qxmpp"), [], 8 * Mebi, Mebi / 4),
        new("slixmpp", Repository.Path("benchmarks/baselines/in-band-slixmpp.sh"), [], 4 * Mebi, Mebi / 4),
    ];

    /// <summary>The programs named on the command line, or all.</summary>
    public static IEnumerable<InBandKind> Chosen(LoadOptions options) => options.Against.Count == 0
        ? All
        : options.Against.Select(name => All.FirstOrDefault(kind => kind.Name == name)
            ?? throw new FormatException($"Unknown peer '{name}'; known are {string.Join(", ", All.Select(kind => kind.Name))}."));
}
