namespace ActorTransfer.Benchmarks.Load.Candidates;

/// <summary>Finds files of the repository that this program was built in.</summary>
internal static class Repository
{
    private static readonly string s_root = Find(AppContext.BaseDirectory);

    public static string Path(params ReadOnlySpan<string> parts) => System.IO.Path.Combine([s_root, .. parts]);

    private static string Find(string folder) =>
        File.Exists(System.IO.Path.Combine(folder, "ActorTransfer.sln")) ? folder
        : System.IO.Path.GetDirectoryName(folder) is { } above ? Find(above)
        : throw new IOException("This program is not inside its repository.");
}
