namespace ActorTransfer.Simulation;

/// <summary>What many runs had in common, for display.</summary>
internal sealed class Report
{
    private const int Shown = 20;
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Initiator, string Target), int> _pairs = [];
    private readonly Dictionary<string, (int Tried, int Completed, TimeSpan Worst)> _faults = [];
    private readonly SortedDictionary<string, (int Count, ulong Seed)> _violations = new(StringComparer.Ordinal);
    private long _events;
    private int _runs;

    /// <summary>Runs with a violation.</summary>
    public int Failed { get; private set; }

    public void Add(RunResult run)
    {
        lock (_lock)
        {
            _runs++;
            _events += run.Events;
            var pair = (run.Initiator, run.Target);
            _pairs[pair] = _pairs.GetValueOrDefault(pair) + 1;
            var completed = run.Target.StartsWith("Completed", StringComparison.Ordinal) ? 1 : 0;
            foreach (var fault in run.Faults.DefaultIfEmpty("no fault"))
            {
                var (tried, whole, worst) = _faults.GetValueOrDefault(fault);
                _faults[fault] = (tried + 1, whole + completed, run.Ended > worst ? run.Ended : worst);
            }

            Failed += run.Violations.Count > 0 ? 1 : 0;
            foreach (var violation in run.Violations)
            {
                var known = _violations.TryGetValue(violation, out var seen) ? seen : (Count: 0, run.Seed);
                _violations[violation] = (known.Count + 1, Math.Min(known.Seed, run.Seed));
            }
        }
    }

    public void Write(TimeSpan took)
    {
        Console.WriteLine($"{"initiator",-28} {"target",-28} {"runs",9}");
        foreach (var ((initiator, target), count) in _pairs.OrderByDescending(pair => pair.Value))
        {
            Console.WriteLine($"{initiator,-28} {target,-28} {count,9}");
        }

        Console.WriteLine($"\n{"fault",-28} {"runs",9} {"completed",9}  worst simulated time to both outcomes");
        foreach (var (fault, (tried, completed, worst)) in _faults.OrderBy(fault => fault.Key, StringComparer.Ordinal))
        {
            Console.WriteLine($"{fault,-28} {tried,9} {completed,9}  {worst:hh\\:mm\\:ss}");
        }

        Console.WriteLine($"\n{_runs} runs, {_events} events, {Failed} with a violation; {_runs / took.TotalSeconds:0} runs/s");
        foreach (var (violation, (count, seed)) in _violations.OrderByDescending(violation => violation.Value.Count).Take(Shown))
        {
            Console.WriteLine($"VIOLATED {count} times, for example with --replay {seed}: {violation}");
        }
    }

    /// <summary>One run with what happened in it.</summary>
    public static void WriteHistory(RunResult run)
    {
        Console.WriteLine($"seed {run.Seed}: {run.Plan}");
        Console.WriteLine($"{"#",3} {"ms",11}  {"who",-16}  what");
        foreach (var line in run.History)
        {
            Console.WriteLine(line);
        }

        foreach (var violation in run.Violations)
        {
            Console.WriteLine($"VIOLATED: {violation}");
        }
    }
}
