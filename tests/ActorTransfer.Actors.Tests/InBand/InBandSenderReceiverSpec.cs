using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.InBand;
using ActorTransfer.Actors.Instrumentation;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Testing.Streams;
using Akka.Actor;
using Akka.Streams.Dsl;

namespace ActorTransfer.Actors.Tests.InBand;

/// <summary>The sending and the receiving actor connected to each other.</summary>
public sealed class InBandSenderReceiverSpec : InBandTest
{
    [Theory]
    [InlineData(2, 140_001)]
    [InlineData(8192, 3_000_000)]
    [InlineData(8192, 0)]
    public async Task All_bytes_must_arrive_unchanged_beyond_the_wrap_of_the_sequence_number(int blockSize, int length)
    {
        var settings = InBandSettings($"block-size = {blockSize}, min-block-size = 1");
        var wire = Sys.ActorOf(Props.Create(() => new ConnectionAndParent(Parent.Ref, settings)));
        var outgoing = await OpenedAsync();
        var incoming = await OpenedAsync();
        if (outgoing is InBandReceiverLink)
        {
            (outgoing, incoming) = (incoming, outgoing);
        }

        var received = incoming.Incoming.RunWith(
            Sink.Aggregate<Chunk, long>(0, (position, chunk) =>
            {
                using (chunk)
                {
                    Pattern.Check(chunk.Span, position);
                    return position + chunk.Length;
                }
            }),
            Materializer);
        var sent = ChunksOf(length).RunWith(outgoing.OutgoingWatched(TimeSpan.FromSeconds(10)), Materializer);
        Assert.Equal(length, (await sent.WaitAsync(TimeSpan.FromSeconds(60))).Bytes);
        Assert.Equal(length, await received.WaitAsync(TimeSpan.FromSeconds(60)));
        Sys.Stop(wire);
    }

    private static Source<Chunk, Akka.NotUsed> ChunksOf(int length)
    {
        const int most = 100_000;
        return Source.From(Enumerable.Range(0, (length + most - 1) / most))
            .Select(index => Chunk.CopyOf(Pattern.Bytes((long)index * most, Math.Min(most, length - (index * most)))));
    }

    /// <summary>The connection and the parent of both actors.</summary>
    private sealed class ConnectionAndParent : ReceiveActor
    {
        private readonly Dictionary<string, (IActorRef Requester, object Tag)> _pending = [];
        private IActorRef _receiver = ActorRefs.Nobody;
        private int _ids;

        public ConnectionAndParent(IActorRef watcher, Actors.Settings.InBandSettings settings)
        {
            var memory = new InBandMemory(settings.ReceiveMemory, EngineMetrics.Of(Context.System).InBand);
            Receive<Connection.Subscribe>(_ => { });
            Receive<Peers.GetFeatures>(_ => Sender.Tell(new Peers.Features(new PeerFeatures { Order = BlockOrder.Known })));
            Receive<InBandBytestream.Opened>(watcher.Tell);
            Receive<Connection.Ask>(ask =>
            {
                var request = Iq.Set($"{_ids++}", ask.To, ask.Payload, ask.From);
                _pending.Add(request.Id, (Sender, ask.Tag));
                if (IbbOpen.Is(ask.Payload))
                {
                    _receiver = Context.ActorOf(InBandReceiverActor.Props(new InBandSession(Bo, Ada, SessionId), request, Self, settings, memory));
                }
                else
                {
                    _receiver.Tell(new Connection.Requested(request));
                }
            });
            Receive<Connection.Reply>(reply =>
            {
                if (_pending.Remove(reply.Answer.Id, out var request))
                {
                    Answer answer = reply.Answer.Error is { } error ? new Answer.Error(error) : new Answer.Result(null);
                    request.Requester.Tell(new Connection.Answered(request.Tag, answer));
                }
            });
            Context.ActorOf(InBandSenderActor.Props(new InBandSession(Ada, Bo, SessionId), Self, settings, Self, BlockOrder.Known));
        }
    }
}
