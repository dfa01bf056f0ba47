using ActorTransfer.Extensibility;
using ActorTransfer.Simulation.Jingle;
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
    public static RunResult Run(TransferKind kind, ulong seed, bool keepsHistory = false)
    {
        var world = new World(kind, seed, keepsHistory);
        var file = new byte[world.Plan.Size];
        for (var at = 0; at < file.Length; at++)
        {
            file[at] = (byte)world.Random.Below(256);
        }

        ProxyNode[] proxies = [.. Proxies(kind).Select(host => new ProxyNode(world, host))];
        IReceiver target = kind == TransferKind.Jingle ? JinglePeer.Receiver(world, file) : new TargetPeer(world, file);
        ISender initiator = kind == TransferKind.Jingle ? JinglePeer.Sender(world, file) : new InitiatorPeer(world, file);
        var ended = Run(world, initiator, target);
        Check(world, initiator, target, proxies);
        var last = target.Ends.LastOrDefault();
        return new RunResult(
            kind,
            seed,
            keepsHistory ? world.Describe() : "",
            [.. world.Faults()],
            NameOf(initiator.Outcomes.FirstOrDefault()),
            last is null ? "no offer" : NameOf(last.Outcomes.FirstOrDefault()),
            world.Violations,
            world.Clock.Happened,
            ended,
            world.History?.Lines ?? []);
    }

    private static StreamHost[] Proxies(TransferKind kind) => kind == TransferKind.Jingle ? [World.Proxy, World.PeerProxy] : [World.Proxy];

    private static TimeSpan Run(World world, ISender initiator, IReceiver target)
    {
        TimeSpan? ended = null;
        initiator.Start();
        do
        {
            if (world.Clock.Happened == world.Plan.InitiatorCancels)
            {
                world.History?.Note("ada", "the user cancels");
                initiator.Cancel();
            }

            if (world.Clock.Happened == world.Plan.TargetCancels)
            {
                world.History?.Note("bo", "the user cancels");
                target.Cancel();
            }

            if (ended is null && initiator.Outcomes.Count > 0 && target.Ends.All(end => end.Outcomes.Count > 0))
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

    private static void Check(World world, ISender initiator, IReceiver target, ProxyNode[] proxies)
    {
        if (initiator.Outcomes.Count != 1)
        {
            world.Violations.Add($"the initiator has {initiator.Outcomes.Count} outcomes");
        }

        world.Violations.AddRange(target.Ends
            .Where(end => end.Outcomes.Count != 1)
            .Select(end => $"a target has {end.Outcomes.Count} outcomes"));
        if (world.Violations.Count == 0)
        {
            world.Violations.AddRange(Consistency.Check(world, initiator.Outcomes[0], target.Ends.LastOrDefault()));
        }

        world.Violations.AddRange(initiator.Leftovers());
        world.Violations.AddRange(target.Leftovers());
        world.Violations.AddRange(initiator.WrongResponses());
        world.Violations.AddRange(target.WrongResponses());
        if (world.Network.Open > 0)
        {
            world.Violations.Add($"{world.Network.Open} sockets are open");
        }

        if (proxies.Sum(proxy => proxy.Pairs) is > 0 and var pairs)
        {
            world.Violations.Add($"the proxies have {pairs} pairs");
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
