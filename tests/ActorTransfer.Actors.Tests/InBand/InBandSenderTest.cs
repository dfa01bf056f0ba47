using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.InBand;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;
using ActorTransfer.Testing.Streams;
using Akka.Actor;
using Akka.Streams.Dsl;

namespace ActorTransfer.Actors.Tests.InBand;

/// <summary>Set-up and helpers of <see cref="InBandSenderSpec"/> and <see cref="InBandSenderEndSpec"/>.</summary>
public abstract class InBandSenderTest : InBandTest
{
    private protected const int BlockSize = 1024;
    private protected static readonly TimeSpan Linger = TimeSpan.FromSeconds(10);
    private protected static readonly Answer Ok = new Answer.Result(null);

    private protected static Answer Error(StanzaError error) => new Answer.Error(error);

    /// <summary>The peer is known to keep the order of blocks.</summary>
    private protected async Task BeginAsync(string hocon = "")
    {
        var session = new InBandSession(Ada, Bo, SessionId);
        await StartAsync(InBandSenderActor.Props(session, Wire.Ref, InBandSettings($"block-size = {BlockSize}, {hocon}"), Peers.Ref, BlockOrder.Known));
        Assert.Equal(new Connections.Peers.GetFeatures(Ada, Bo, Wire.Ref), await Peers.ExpectMsgAsync<Connections.Peers.GetFeatures>());
        Peers.Send(Actor, new Connections.Peers.Features(new PeerFeatures { Order = BlockOrder.Promised }));
    }

    private protected async Task<IByteLink> OpenAsync(string hocon = "")
    {
        await BeginAsync(hocon);
        Answer(await AskedAsync(new IbbOpen(SessionId, BlockSize).ToXml()), Ok);
        return await OpenedAsync();
    }

    private protected (SourceScript Script, Task<long> Sent) Run(IByteLink link, byte[] bytes, bool complete = false)
    {
        var (script, sent) = ScriptedSource.Create().ToMaterialized(link.OutgoingWatched(Linger), Keep.Both).Run(Materializer);
        if (bytes.Length > 0)
        {
            script.Send(bytes);
        }

        if (complete)
        {
            script.Complete();
        }

        return (script, BytesOf(sent));
    }

    private protected static async Task<long> BytesOf(Task<SentBytes> sent) => (await sent).Bytes;

    private protected void Answer(Connection.Ask ask, Answer answer) => Actor.Tell(new Connection.Answered(ask.Tag, answer), Wire.Ref);

    private protected async Task<Connection.Ask> AskedAsync(XmlElement payload)
    {
        var ask = await Wire.ExpectMsgAsync<Connection.Ask>();
        Assert.Equal(payload, ask.Payload);
        return ask;
    }

    private protected async Task<Connection.Ask> CloseAsync(Answer answer)
    {
        var ask = await AskedAsync(IbbClose.ToXml(SessionId));
        Answer(ask, answer);
        return ask;
    }

    private protected async Task<(Connection.Ask Ask, IbbData Data)> NextBlockAsync()
    {
        var ask = await Wire.ExpectMsgAsync<Connection.Ask>();
        Assert.True(IbbData.Is(ask.Payload), $"{ask.Payload}");
        return (ask, IbbData.Read(ask.Payload));
    }

    private protected async Task BlockAsync(ushort sequence, byte[] bytes, Answer answer)
    {
        var (ask, data) = await NextBlockAsync();
        Assert.Equal(sequence, data.Sequence);
        Assert.Equal(bytes, Convert.FromBase64String(data.Text));
        Answer(ask, answer);
    }
}
