using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.Transfers;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamInitiation;
using ActorTransfer.Transports.Sockets;
using Akka.Actor;
using Akka.Streams;

namespace ActorTransfer.Actors.Diagnostics;

/// <summary>
/// Tests a proxy as a transfer would use it, with both ends on this side and a generated session: connects the target's end, connects the initiator's end,
/// activates, sends bytes to the target's end (relay) and, when they have arrived, back (echo; file transfers do not need it). Stops at the
/// first step that fails.
/// </summary>
/// <param name="connector">Connects to streamhosts.</param>
/// <param name="connection">Sends the activation.</param>
/// <param name="self">Own full JID, or a component's domain.</param>
/// <param name="limit">Timeout of each step.</param>
/// <param name="materializer">Runs the streams of the echo.</param>
internal sealed class ProxyProbe(IStreamHostConnector connector, IActorRef connection, Jid self, TimeSpan limit, IMaterializer materializer)
{
    /// <summary>Small: Prosody 0.12 reads 4 KiB at a time and may keep the last 4 KiB until further bytes or the end arrive.</summary>
    private const int PayloadSize = 2048;

    /// <summary>Runs the probe.</summary>
    /// <param name="host">The address announced by the proxy.</param>
    /// <param name="ct">Cancels it; both connections are closed in any case.</param>
    public async IAsyncEnumerable<ProbeStep> RunAsync(StreamHost host, [EnumeratorCancellation] CancellationToken ct = default)
    {
        var sessionId = SessionIds.Random();
        var target = self.Bare.WithResource($"probe-{sessionId}");
        ImmutableArray<DestinationAddress> destination = [.. DestinationAddress.ToDial(sessionId, self, target)];
        (IByteLink? far, IByteLink? near) = (null, null);
        (ProbeEnd? farEnd, ProbeEnd? nearEnd) = (null, null);
        var bytes = RandomNumberGenerator.GetBytes(PayloadSize);
        try
        {
            var steps = new (string What, Func<Task> Run)[]
            {
                ("connect", async () => far = await ConnectAsync(host, destination, ct).ConfigureAwait(false)),
                ("pair", async () => near = await ConnectAsync(host, destination, ct).ConfigureAwait(false)),
                ("activate", () => ActivateAsync(host, new Activation(sessionId, target), ct)),
                ("relay", () => MoveAsync(nearEnd = new ProbeEnd(near!, bytes, materializer), farEnd = new ProbeEnd(far!, bytes, materializer), ct)),
                ("echo", () => MoveAsync(farEnd!, nearEnd!, ct)),
            };
            foreach (var (what, run) in steps)
            {
                var step = await TryAsync(what, run, ct).ConfigureAwait(false);
                yield return step;
                if (step.Fault is not null)
                {
                    yield break;
                }
            }
        }
        finally
        {
            await EndAsync(nearEnd, near).ConfigureAwait(false);
            await EndAsync(farEnd, far).ConfigureAwait(false);
        }
    }

    private static async Task EndAsync(ProbeEnd? end, IByteLink? link)
    {
        link?.Dispose();
        if (end is not null)
        {
            await end.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static async Task<ProbeStep> TryAsync(string what, Func<Task> run, CancellationToken ct)
    {
        var start = Stopwatch.GetTimestamp();
        try
        {
            await run().ConfigureAwait(false);
            return new ProbeStep(what, null, Stopwatch.GetElapsedTime(start));
        }
        catch (Exception exception) when (!ct.IsCancellationRequested)
        {
            var cause = exception.GetBaseException();
            return new ProbeStep(what, cause.Message, Stopwatch.GetElapsedTime(start))
            {
                IsRefusal = cause is Socks5RefusedException or ActivationRefusedException,
            };
        }
    }

    private Task<IByteLink> ConnectAsync(StreamHost host, ImmutableArray<DestinationAddress> destinations, CancellationToken ct) =>
        StreamHostDial.ConnectAsync(connector, host, destinations, limit, ct);

    private async Task ActivateAsync(StreamHost host, Activation activation, CancellationToken ct)
    {
        var request = new Connection.Ask(IqType.Set, self, host.Jid, activation.ToXml(), limit, activation);
        var answered = await connection.Ask<Connection.Answered>(request, Timeout.InfiniteTimeSpan, ct).ConfigureAwait(false);
        if (answered.Answer is not Answer.Result)
        {
            var fault = $"The proxy responded to the activation with {answered.Answer.Describe()}.";
            throw answered.Answer is Answer.Error ? new ActivationRefusedException(fault) : new IOException(fault);
        }
    }

    private async Task MoveAsync(ProbeEnd from, ProbeEnd to, CancellationToken ct)
    {
        await from.SendAsync().ConfigureAwait(false);
        var first = await Task.WhenAny(to.Arrived, from.Ended, to.Ended).WaitAsync(limit, ct).ConfigureAwait(false);
        if (first != to.Arrived && !to.Arrived.IsCompleted)
        {
            throw new IOException($"The connection ended after {to.Count} of {PayloadSize} bytes had arrived.");
        }

        await to.Arrived.ConfigureAwait(false);
    }

    private sealed class ActivationRefusedException(string message) : IOException(message);
}
