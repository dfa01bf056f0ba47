using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.InBand;
using ActorTransfer.Actors.Instrumentation;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Stanzas;
using Akka.Actor;

namespace ActorTransfer.Actors.Tests.InBand;

/// <summary>Set-up and helpers of <see cref="InBandReceiverSpec"/> and <see cref="InBandReceiverEndSpec"/>.</summary>
public abstract class InBandReceiverTest : InBandTest
{
    private protected const int BlockSize = 32 * 1024;

    /// <summary>Two blocks fill it except for one byte, so a third one is held.</summary>
    private protected const string Small = "receive-buffer = 65536B";

    private protected readonly InBandMemory _memory;
    private protected int _sent;

    private protected InBandReceiverTest() => _memory = new(64 << 20, EngineMetrics.Of(Sys).InBand);

    private protected static Iq OpenStanza(string id, int blockSize) => Iq.Set(id, Bo, new IbbOpen(SessionId, blockSize).ToXml(), Ada);

    private protected static Iq PeerClose(string id) => Iq.Set(id, Bo, IbbClose.ToXml(SessionId), Ada);

    private protected static (string Id, IqType Type) Head(Iq iq) => (iq.Id, iq.Type);

    private protected Props Props(string hocon, Iq open) =>
        InBandReceiverActor.Props(new InBandSession(Bo, Ada, SessionId), open, Wire.Ref, InBandSettings(hocon), _memory);

    private protected async Task<IByteLink> OpenAsync(string hocon = "")
    {
        await StartAsync(Props(hocon, OpenStanza("open", BlockSize)));
        await Wire.ExpectMsgAsync<Connection.Subscribe>();
        Actor.Tell(new Connection.Up("north", Bo), Wire.Ref);
        Assert.Equal(("open", IqType.Result), Head(await ReplyAsync()));
        return await OpenedAsync();
    }

    private protected string Send(byte[] bytes)
    {
        var id = Guid.NewGuid().ToString();
        Request(Iq.Set(id, Bo, IbbData.ToXml(SessionId, (ushort)_sent++, IbbBase64.Encode(bytes)), Ada));
        return id;
    }
}
