using System.Collections.Immutable;
using ActorTransfer.Actors.Transfers;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Testing.Time;
using Akka.TestKit;

namespace ActorTransfer.Actors.Tests;

/// <summary>Set-up and helpers of <see cref="StreamHostRaceSpec"/> and <see cref="StreamHostAddressesSpec"/>.</summary>
public abstract class StreamHostRaceTest : TransferTest
{
    private protected const string Refusal = "refused";
    private protected static readonly DestinationAddress Destination = DestinationAddress.Compute(SessionId, Bo, Ada);
    private protected static readonly DestinationAddress Latin1 = DestinationAddress.Compute("another", Bo, Ada);
    private protected readonly WatchedTimeProvider _clock = new();
    private protected readonly CancellationTokenSource _life = new();
    private protected readonly TestProbe _gate;
    private protected readonly RaceFloor _floor = new();
    private protected ImmutableArray<StreamHost> _own = [];

    protected StreamHostRaceTest()
    {
        _gate = CreateTestProbe("race");
        Own(_life);
    }

    private protected static StreamHost Direct(int number) => new(Bo, $"203.0.113.{number}", 5000);

    private protected static StreamHost Proxy(int number) => new(Jid.Parse($"relay{number}.north.example"), $"relay{number}.north.example", 7777);

    private protected Task<StreamHostLink> Race(params StreamHost[] hosts) => Race(true, hosts);

    private protected Task<StreamHostLink> Race(bool honoursCancellation, params StreamHost[] hosts) =>
        Race(StreamHostCandidate.Of(hosts, Bo, [Destination, Latin1]), honoursCancellation);

    private protected Task<StreamHostLink> Race(ImmutableArray<StreamHostCandidate> candidates, bool honoursCancellation = true)
    {
        var connector = new ControlledConnector(_gate.Ref, honoursCancellation) { Forbidden = host => host.Host.StartsWith("10.", StringComparison.Ordinal) };
        var times = Settings("target { connect = 5s, stagger = 200ms, proxy-delay = 600ms, proxy-tie = 50ms }").Target;
        var terms = new RaceTerms(connector, times, _ => Task.FromResult(_own)) { Clock = _clock, Floor = _floor };
        return StreamHostRace.RunAsync(terms, candidates, _life.Token);
    }

    private protected async Task<Attempt> NextAsync(StreamHost host)
    {
        var attempt = await _gate.ExpectMsgAsync<Attempt>();
        Assert.Equal(host, attempt.Host);
        return attempt;
    }

    /// <summary>Advances the clock when a timer is pending.</summary>
    private protected async Task PassAsync(int milliseconds)
    {
        await _clock.TimerAsync().WaitAsync(TimeSpan.FromSeconds(20));
        _clock.Advance(TimeSpan.FromMilliseconds(milliseconds));
    }
}
