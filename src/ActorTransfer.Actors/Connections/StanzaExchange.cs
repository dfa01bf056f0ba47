using System.Runtime.CompilerServices;
using System.Threading.Channels;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Protocol.Xml;
using Akka.Actor;

namespace ActorTransfer.Actors.Connections;

/// <summary>Both directions of an <see cref="InProcessLink"/> while it is open. Thread-safe.</summary>
/// <param name="address">Address of the link.</param>
/// <param name="actor">Gets <see cref="StanzaLink.Written"/> for each stanza that is read.</param>
/// <param name="settings">Window and limits.</param>
internal sealed class StanzaExchange(Jid address, IActorRef actor, ConnectionSettings settings)
{
    private readonly StanzaReader _reader = new(address, settings.Limits);
    private readonly Channel<object> _incoming = Channel.CreateBounded<object>(new BoundedChannelOptions(settings.WriteWindow) { SingleReader = true });
    private readonly Channel<XmlElement> _outgoing = Channel.CreateBounded<XmlElement>(settings.WriteWindow);

    /// <summary>Messages for the connection, in order.</summary>
    public ChannelReader<object> Incoming => _incoming.Reader;

    /// <summary>The connection has at most as many stanzas unwritten as there is room for.</summary>
    public void Write(XmlElement stanza) => _outgoing.Writer.TryWrite(stanza);

    /// <summary>False: the exchange has ended.</summary>
    /// <exception cref="FormatException">It is not a stanza for the link.</exception>
    public async ValueTask<bool> DeliverAsync(string stanza, CancellationToken ct)
    {
        var message = _reader.Read(stanza);
        try
        {
            await _incoming.Writer.WriteAsync(message, ct).ConfigureAwait(false);
            return true;
        }
        catch (ChannelClosedException)
        {
            return false;
        }
    }

    /// <summary>Ends with the exchange. What was not read by then is dropped.</summary>
    public async IAsyncEnumerable<string> ReadAllAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var stanza in _outgoing.Reader.ReadAllAsync(ct).ConfigureAwait(false))
        {
            if (_incoming.Reader.Completion.IsCompleted)
            {
                yield break;
            }

            actor.Tell(StanzaLink.Written.Instance, ActorRefs.NoSender);
            yield return stanza.ToString();
        }
    }

    public void End()
    {
        _incoming.Writer.TryComplete();
        _outgoing.Writer.TryComplete();
    }
}
