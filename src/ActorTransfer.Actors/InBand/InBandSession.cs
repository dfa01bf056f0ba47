using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.Logging;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Actors.InBand;

/// <summary>Addresses and id of an in-band bytestream.</summary>
/// <param name="Self">This side's address.</param>
/// <param name="Peer">The other side: a full JID, or the domain of a component.</param>
/// <param name="SessionId">The sid: that of the stream initiation.</param>
internal sealed record InBandSession(Jid Self, Jid Peer, string SessionId)
{
    /// <summary>The transfer in the log; null in tests of a bytestream alone.</summary>
    public LogScope? Scope { get; init; }

    /// <summary>Jingle: the block size that the peer offered. Its blocks may have it, whatever was agreed afterwards; 0 = it offered none.</summary>
    public int OfferedBlockSize { get; init; }

    /// <summary>Bytes that are to move, at least; null = not known. A peer that closes the bytestream before has broken off.</summary>
    public long? Length { get; init; }

    /// <summary>Registers the actor of its receiving or sending end with the connection.</summary>
    public Connection.ServeInBand Serve(bool sends) => new(new SessionKey(Self, Peer, sends, SessionId));

    /// <summary>A request to close whose response is ignored.</summary>
    public Iq Close() => Iq.Set(StanzaIds.Random(), Peer, IbbClose.ToXml(SessionId), Self);
}
