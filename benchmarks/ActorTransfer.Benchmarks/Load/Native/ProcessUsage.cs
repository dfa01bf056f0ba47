using System.Globalization;

namespace ActorTransfer.Benchmarks.Load.Native;

/// <summary>What a process and all below it have used so far, from /proc.</summary>
/// <param name="CpuSeconds">User and system time.</param>
/// <param name="ResidentBytes">Resident memory now.</param>
internal readonly record struct ProcessUsage(double CpuSeconds, long ResidentBytes)
{
    private const double TicksPerSecond = 100;
    private const long PageSize = 4096;

    /// <summary>Reads the whole tree below a process, itself included.</summary>
    public static ProcessUsage OfTree(int root)
    {
        Dictionary<int, (int Parent, ProcessUsage Usage)> all = [];
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out int id) && Read(id) is { } process)
            {
                all[id] = process;
            }
        }

        double cpu = 0;
        long resident = 0;
        foreach (int id in all.Keys.Where(id => IsBelow(id, root, all)))
        {
            cpu += all[id].Usage.CpuSeconds;
            resident += all[id].Usage.ResidentBytes;
        }

        return new ProcessUsage(cpu, resident);
    }

    /// <summary>Reads one process.</summary>
    public static ProcessUsage Of(int id) => Read(id)?.Usage ?? default;

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

    /// <summary>Null: it is gone. The name in parentheses may hold anything, so fields are counted behind it.</summary>
    private static (int Parent, ProcessUsage Usage)? Read(int id)
    {
        try
        {
            string text = File.ReadAllText($"/proc/{id}/stat");
            string[] fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            double cpu = (Number(fields[11]) + Number(fields[12])) / TicksPerSecond;
            return ((int)Number(fields[1]), new ProcessUsage(cpu, Number(fields[21]) * PageSize));
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static long Number(string field) => long.Parse(field, CultureInfo.InvariantCulture);
}
