namespace ActorTransfer.Concurrency;

/// <summary>Code whose schedules are explored.</summary>
/// <param name="Name">For the command line.</param>
/// <param name="RunAsync">Runs it once and checks what must hold whatever the schedule.</param>
internal sealed record Scenario(string Name, Func<Task> RunAsync);

internal static class Scenarios
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("waiter-close", WaiterScenarios.CloseAsync),
        new("waiter-both", WaiterScenarios.BothAsync),
        new("waiter-replace", WaiterScenarios.ReplaceAsync),
        new("waiter-cancel", WaiterScenarios.CancelAsync),
        new("waiter-again", WaiterScenarios.AgainAsync),
        new("operation-abandon", OperationScenarios.AbandonAsync),
        new("operation-close", OperationScenarios.CloseAsync),
        new("link-close", LinkScenarios.CloseAsync),
        new("relay-park", RelayScenarios.ParkAsync),
    ];
}
