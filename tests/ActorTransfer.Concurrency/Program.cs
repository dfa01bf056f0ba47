using System.Globalization;
using ActorTransfer.Concurrency;
using Microsoft.Coyote;
using Microsoft.Coyote.Rewriting;
using Microsoft.Coyote.SystematicTesting;

// Explores schedules: --iterations 100000 --seed 1 --scenario name.
if (!RewritingEngine.IsAssemblyRewritten(typeof(Scenarios).Assembly))
{
    return await RewrittenCopy.RunAsync(args);
}

string? Option(string name) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;
var iterations = uint.Parse(Option("--iterations") ?? "1000", CultureInfo.InvariantCulture);
var seed = uint.Parse(Option("--seed") ?? "1", CultureInfo.InvariantCulture);
var failed = 0;
foreach (var scenario in Scenarios.All.Where(scenario => Option("--scenario") is not { } name || name == scenario.Name))
{
    var configuration = Configuration.Create()
        .WithTestingIterations(iterations)
        .WithRandomGeneratorSeed(seed)
        .WithTelemetryEnabled(false)
        .WithPartiallyControlledConcurrencyAllowed(true)
        .WithPotentialDeadlocksReportedAsBugs(false)
        .WithVolatileOperationRaceCheckingEnabled(); // in each scenario one thread at a time takes the locks that Coyote does not know
    using var engine = TestingEngine.Create(configuration, scenario.RunAsync);
    var watch = System.Diagnostics.Stopwatch.StartNew();
    engine.Run();
    var report = engine.TestReport;
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{scenario.Name,-28} {report.NumOfExploredFairPaths + report.NumOfExploredUnfairPaths,8} schedules, {report.NumOfFoundBugs} faults, "
        + $"{report.TotalExploredFairSteps / Math.Max(1, report.NumOfExploredFairPaths),4} decisions each, {watch.Elapsed.TotalSeconds:0.0} s"));
    foreach (var bug in report.BugReports)
    {
        Console.WriteLine(bug);
    }

    failed += report.NumOfFoundBugs;
}

return failed == 0 ? 0 : 1;
