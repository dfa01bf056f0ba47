using ActorTransfer.Simulation.Peers;

namespace ActorTransfer.Simulation;

/// <summary>One transfer between two peers in a world whose faults come from a seed.</summary>
internal static class SimulatedTransfer
{
    /// <summary>More events than any transfer needs.</summary>
    private const int MaxEvents = 100_000;

    /// <summary>Longer than all timers of both sides together.</summary>
    private static readonly TimeSpan s_maxTime = TimeSpan.FromHours(2);

    /// <summary>Runs until nothing happens any more. The same seed gives the same run.</summary>
    public static RunResult Run(ulong seed, bool keepsHistory = false)
    {
        var world = new World(seed, keepsHistory);
        var file = new byte[world.Plan.Size];
        for (var at = 0; at < file.Length; at++)
        {
            file[at] = (byte)world.Random.Below(256);
        }

        var proxy = new ProxyNode(world);
        var target = new TargetPeer(world, file);
        var initiator = new InitiatorPeer(world, file);
        var ended = Run(world, initiator, target);
        Check(world, initiator, target, proxy);
        var last = target.Sessions.LastOrDefault();
        return new RunResult(
            seed,
            world.Plan,
            NameOf(initiator.Outcomes.FirstOrDefault()),
            last is null ? "no offer" : NameOf(last.Outcomes.FirstOrDefault()),
            world.Violations,
            world.Clock.Happened,
            ended,
            world.History?.Lines ?? []);
    }

    private static TimeSpan Run(World world, InitiatorPeer initiator, TargetPeer target)
    {
        TimeSpan? ended = null;
        initiator.Start();
        do
        {
            if (world.Clock.Happened == world.Plan.InitiatorCancels)
            {
                initiator.Cancel();
            }

            if (world.Clock.Happened == world.Plan.TargetCancels)
            {
                target.Cancel();
            }

            if (ended is null && initiator.Outcomes.Count > 0 && target.Sessions.All(session => session.Outcomes.Count > 0))
            {
                ended = world.Clock.Now;
            }
        }
        while (world.Clock.Happened < MaxEvents && world.Clock.Step());
        if (world.Clock.Happened >= MaxEvents)
        {
            world.Violations.Add($"still events after {MaxEvents}");
        }

        if (ended is null || ended > s_maxTime)
        {
            world.Violations.Add($"no end in {s_maxTime}");
        }

        return ended ?? world.Clock.Now;
    }

    private static void Check(World world, InitiatorPeer initiator, TargetPeer target, ProxyNode proxy)
    {
        if (initiator.Outcomes.Count != 1)
        {
            world.Violations.Add($"the initiator has {initiator.Outcomes.Count} outcomes");
        }

        world.Violations.AddRange(target.Sessions
            .Where(session => session.Outcomes.Count != 1)
            .Select(session => $"a target has {session.Outcomes.Count} outcomes"));
        if (world.Violations.Count == 0)
        {
            world.Violations.AddRange(Consistency.Check(world, initiator.Outcomes[0], target.Sessions.LastOrDefault()));
        }

        world.Violations.AddRange(initiator.Leftovers());
        world.Violations.AddRange(target.Leftovers());
        world.Violations.AddRange(initiator.WrongResponses());
        world.Violations.AddRange(target.WrongResponses());
        if (world.Network.Open > 0)
        {
            world.Violations.Add($"{world.Network.Open} sockets are open");
        }

        if (proxy.Pairs > 0)
        {
            world.Violations.Add($"the proxy has {proxy.Pairs} pairs");
        }
    }

    private static string NameOf(TransferOutcome? outcome) => outcome switch
    {
        null => "none",
        TransferOutcome.Completed completed => $"Completed {completed.Delivery}",
        TransferOutcome.Refused refused => $"Refused by {refused.By}",
        TransferOutcome.Cancelled cancelled => $"Cancelled by {cancelled.By}",
        TransferOutcome.Failed failed => $"Failed {failed.Reason}",
        _ => "?",
    };
}
