using System.Diagnostics;
using System.Globalization;
using ActorTransfer.Fuzzing;

// TARGET INPUTS [SEED]; TARGET is one of FuzzTargets or all. build/fuzz.sh runs it. Or guided TARGET: see build/fuzz-guided.sh.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is ["guided", var guided])
{
    GuidedFuzzing.Run(guided);
    return 0;
}

var targets = args is ["all", ..] or [] ? [.. FuzzTargets.All.Keys] : new[] { args[0] };
var inputs = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 100_000;
var seed = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 1;
var failed = 0;
Console.WriteLine($"{"target",-12} {"inputs",10} {"inputs/s",10} {"worst ms",10} {"worst bytes",12}");
foreach (var target in targets)
{
    var watch = Stopwatch.StartNew();
    try
    {
        var result = Fuzzer.Run(target, inputs, seed);
        var (rate, worst) = (result.Inputs / watch.Elapsed.TotalSeconds, result.WorstTime.TotalMilliseconds);
        Console.WriteLine($"{target,-12} {result.Inputs,10} {rate,10:0} {worst,10:0.0} {result.WorstBytes,12}");
    }
    catch (FuzzException exception)
    {
        failed++;
        Console.WriteLine($"{target,-12} FAILED {exception.Message}");
    }
}

return failed;
