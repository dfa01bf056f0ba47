using System.Globalization;

namespace ActorTransfer.Benchmarks.Load.Native;

/// <summary>Resource usage of a process and its descendants, from /proc.</summary>
/// <param name="CpuSeconds">User and system time.</param>
/// <param name="ResidentBytes">Resident memory now.</param>
internal readonly record struct ProcessUsage(double CpuSeconds, long ResidentBytes)
{
    private const double TicksPerSecond = 100;
    private const long PageSize = 4096;

    /// <summary>Reads a process and its descendants.</summary>
    public static ProcessUsage OfTree(int root)
    {
        double cpu = 0;
        long resident = 0;
        foreach (ProcessUsage usage in Tree(root).Values)
        {
            cpu += usage.CpuSeconds;
            resident += usage.ResidentBytes;
        }

        return new ProcessUsage(cpu, resident);
    }

    /// <summary>Programs and arguments of a process and its descendants.</summary>
    public static IEnumerable<string> CommandsOfTree(int root) => Tree(root).Keys.Select(id => Text($"/proc/{id}/cmdline") ?? "");

    /// <summary>Reads one process.</summary>
    public static ProcessUsage Of(int id) => Read(id)?.Usage ?? default;

    private static Dictionary<int, ProcessUsage> Tree(int root)
    {
        Dictionary<int, (int Parent, ProcessUsage Usage)> all = [];
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out int id) && Read(id) is { } process)
            {
                all[id] = process;
            }
        }

        return all.Where(one => IsBelow(one.Key, root, all)).ToDictionary(one => one.Key, one => one.Value.Usage);
    }

    private static bool IsBelow(int id, int root, Dictionary<int, (int Parent, ProcessUsage Usage)> all)
    {
        while (id != root)
        {
            if (!all.TryGetValue(id, out var process) || process.Parent == 0)
            {
                return false;
            }

            id = process.Parent;
        }

        return true;
    }

    /// <summary>Null if it has ended. The name in parentheses may contain any characters, so fields are counted after it.</summary>
    private static (int Parent, ProcessUsage Usage)? Read(int id)
    {
        if (Text($"/proc/{id}/stat") is not { } text)
        {
            return null;
        }

        string[] fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        double cpu = (Number(fields[11]) + Number(fields[12])) / TicksPerSecond;
        return ((int)Number(fields[1]), new ProcessUsage(cpu, Number(fields[21]) * PageSize));
    }

    private static string? Text(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static long Number(string field) => long.Parse(field, CultureInfo.InvariantCulture);
}
