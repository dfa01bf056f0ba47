using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.Transfers;
using ActorTransfer.Protocol.Addressing;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Conversations;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamInitiation;
using ActorTransfer.Transports;
using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;

namespace ActorTransfer.Actors.Diagnostics;

/// <summary>One step of a probe.</summary>
/// <param name="What">connect, pair, activate or echo.</param>
/// <param name="Fault">Why it failed; null = it works.</param>
/// <param name="Took">How long it took.</param>
public sealed record ProbeStep(string What, string? Fault, TimeSpan Took);

/// <summary>
/// Tries a proxy as a transfer would, with both ends on this side and a made-up session: connects the target's end, connects the initiator's end,
/// activates, sends bytes there and back. Stops at the first step that fails.
/// </summary>
/// <param name="connector">Reaches streamhosts.</param>
/// <param name="connection">Asks the proxy to activate.</param>
/// <param name="self">Own full JID, or a component's domain.</param>
/// <param name="limit">For each step.</param>
/// <param name="materializer">Runs the streams of the echo.</param>
public sealed class ProxyProbe(IStreamHostConnector connector, IActorRef connection, Jid self, TimeSpan limit, IMaterializer materializer)
{
    private const int EchoSize = 64 * 1024;

    /// <summary>Runs the probe.</summary>
    /// <param name="host">As the proxy told its address.</param>
    /// <param name="ct">Ends it; both connections are closed in any case.</param>
    public async IAsyncEnumerable<ProbeStep> RunAsync(StreamHost host, [EnumeratorCancellation] CancellationToken ct = default)
    {
        var sessionId = SessionIds.Random();
        var target = self.Bare.WithResource($"probe-{sessionId}");
        var destination = DestinationAddress.Compute(sessionId, self, target);
        (IByteLink? far, IByteLink? near) = (null, null);
        try
        {
            var steps = new (string What, Func<Task> Run)[]
            {
                ("connect", async () => far = await ConnectAsync(host, destination, ct).ConfigureAwait(false)),
                ("pair", async () => near = await ConnectAsync(host, destination, ct).ConfigureAwait(false)),
                ("activate", () => ActivateAsync(host, new Activation(sessionId, target), ct)),
                ("echo", () => EchoAsync(near!, far!, ct)),
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
            near?.Dispose();
            far?.Dispose();
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
            return new ProbeStep(what, exception.GetBaseException().Message, Stopwatch.GetElapsedTime(start));
        }
    }

    private Task<IByteLink> ConnectAsync(StreamHost host, DestinationAddress destination, CancellationToken ct) =>
        connector.ConnectAsync(host, destination, limit, StreamHostTrust.Own, ct);

    private async Task ActivateAsync(StreamHost host, Activation activation, CancellationToken ct)
    {
        var question = new Connection.Ask(IqType.Set, self, host.Jid, activation.ToXml(), limit, activation);
        var answered = await connection.Ask<Connection.Answered>(question, Timeout.InfiniteTimeSpan, ct).ConfigureAwait(false);
        if (answered.Answer is not Answer.Result)
        {
            throw new IOException($"The proxy answered the activation with {answered.Answer.Describe()}.");
        }
    }

    /// <summary>The far end sends back what it gets. The near end does not close before it has everything: some proxies take that for the end of both ways.</summary>
    private async Task EchoAsync(IByteLink near, IByteLink far, CancellationToken ct)
    {
        var sent = RandomNumberGenerator.GetBytes(EchoSize);
        var check = new EchoCheck(sent);
        var echo = far.Incoming.ToMaterialized(far.Outgoing, Keep.Right).Run(materializer);
        var back = near.Incoming.Select(check.Take).RunWith(Sink.Ignore<int>(), materializer);
        var (queue, written) = Source.Queue<Chunk>(1, OverflowStrategy.DropNew).ToMaterialized(near.Outgoing, Keep.Both).Run(materializer);
        try
        {
            await queue.OfferAsync(Chunk.CopyOf(sent)).ConfigureAwait(false);
            await Task.WhenAny(check.Done, back, echo, written).WaitAsync(limit, ct).ConfigureAwait(false);
            if (!check.Done.IsCompleted)
            {
                throw new IOException($"The connection ended after {check.Count} of {EchoSize} bytes had come back.");
            }

            await check.Done.ConfigureAwait(false);
        }
        finally
        {
            queue.Complete();
            near.Dispose();
            far.Dispose();
            await Task.WhenAll(echo, back, written).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Compares what comes back with what was sent. Fed by one stream.</summary>
    private sealed class EchoCheck(byte[] sent)
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Done => _done.Task;

        public int Count { get; private set; }

        public int Take(Chunk chunk)
        {
            using (chunk)
            {
                var rest = sent.AsSpan(Count);
                if (chunk.Length > rest.Length || !rest.StartsWith(chunk.Span))
                {
                    _done.TrySetException(new IOException("Other bytes came back than were sent."));
                }

                Count += chunk.Length;
            }

            if (Count == sent.Length)
            {
                _done.TrySetResult();
            }

            return Count;
        }
    }
}
