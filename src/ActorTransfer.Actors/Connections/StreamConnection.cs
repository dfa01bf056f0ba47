using ActorTransfer.Actors.Settings;
using ActorTransfer.Protocol.Resolution;
using ActorTransfer.Protocol.Xml;
using ActorTransfer.Transports.Resolution;
using ActorTransfer.Transports.Xmpp;
using Akka.Actor;

namespace ActorTransfer.Actors.Connections;

/// <summary>
/// One connection of an XMPP stream to an endpoint of its server. Connects, encrypts, reads and writes, one read and one write at a time, and reports to its
/// actor, which ignores reports of an abandoned connection. Owned by that actor.
/// </summary>
/// <param name="owner">Gets the reports.</param>
/// <param name="address">The server.</param>
internal sealed class StreamConnection(IActorRef owner, ServerAddress address) : IDisposable
{
    /// <summary>Reading stops while the server does not read our responses.</summary>
    private const int MaxQueuedTexts = 256;

    /// <summary>Enough unless the server has not read for long: the kernel buffers the closing tag at once.</summary>
    private static readonly TimeSpan s_closeTimeout = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _life = new();
    private readonly StreamOutbox _outbox = new();
    private ServerEndPoint? _endPoint;
    private XmppChannel? _channel;
    private bool _isReading;

    /// <summary>Connects; <see cref="Connected"/> or <see cref="Broken"/> follows.</summary>
    /// <param name="endPoint">Where to.</param>
    /// <param name="settings">Limits.</param>
    /// <param name="resolver">Looks the host up in DNS.</param>
    /// <param name="describe">Explains a failure.</param>
    public void Connect(ServerEndPoint endPoint, ConnectionSettings settings, IServerResolver resolver, Func<Exception, string> describe)
    {
        _endPoint = endPoint;
        XmppChannel.ConnectAsync(ServerEndPoints.ToAscii(endPoint.Host), endPoint.Port, settings.Limits, address.Allowed, resolver, _life.Token)
            .LivesUntil(_life.Token)
            .PipeTo(owner, success: channel => new Connected(this, channel), failure: exception => new Broken(this, describe(exception)));
    }

    /// <summary>Takes over the connected channel.</summary>
    public void Use(XmppChannel channel) => _channel = channel;

    /// <summary>Queues a text.</summary>
    /// <param name="text">What to write.</param>
    /// <param name="isStanza">It is counted in <see cref="Flushed"/>.</param>
    public void Send(string text, bool isStanza)
    {
        _outbox.Add(text, isStanza);
        Pump();
    }

    /// <summary>Starts TLS after the queued texts; <see cref="Secured"/> follows.</summary>
    public void Secure()
    {
        _outbox.Secure();
        Pump();
    }

    /// <summary>The next item read is the first of a new stream.</summary>
    public void Restart() => _channel!.Restart();

    /// <summary>Reads on, unless a read runs or too much is queued; <see cref="Arrived"/> follows.</summary>
    public void Read()
    {
        if (_isReading || _channel is not { } channel || _outbox.Count > MaxQueuedTexts)
        {
            return;
        }

        _isReading = true;
        channel.ReadAsync(_life.Token).PipeTo(
            owner,
            success: items => items.Count == 0 ? new Broken(this, "the server closed the connection") : new Arrived(this, items),
            failure: exception => new Broken(this, exception.Message));
    }

    /// <summary>What was read is handled now.</summary>
    public void HasRead() => _isReading = false;

    /// <summary>A write or the TLS handshake has ended: continues with the queue.</summary>
    public void HasWritten()
    {
        _outbox.Done();
        Pump();
    }

    /// <summary>Closes an established stream, so that the server does not keep its session, and then the connection.</summary>
    public void CloseStream()
    {
        if (_channel is { } channel && !_outbox.IsBusy)
        {
            _ = CloseStreamAsync(channel);
        }
        else
        {
            Dispose();
        }
    }

    /// <summary>Closes the connection, also one that is not established yet.</summary>
    public void Dispose()
    {
        _life.Cancel();
        _life.Dispose();
    }

    private void Pump()
    {
        if (_channel is not { } channel || _outbox.Next() is not { } next)
        {
            return;
        }

        if (next.IsSecure)
        {
            channel.SecureAsync(address.TlsTerms(_endPoint!.DirectTls), _life.Token).PipeTo(
                owner, success: facts => new Secured(this, facts), failure: exception => new Broken(this, exception.Message, FaultOf(exception)));
        }
        else
        {
            channel.WriteAsync(next.Text, _life.Token).PipeTo(
                owner, success: () => new Flushed(this, next.Stanzas), failure: exception => new Broken(this, exception.Message));
        }
    }

    private async Task CloseStreamAsync(XmppChannel channel)
    {
        using var limit = new CancellationTokenSource(s_closeTimeout);
        try
        {
            await channel.WriteAsync(XmlStreamWriter.Close, limit.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The connection is closed already.
        }
        finally
        {
            Dispose();
        }
    }

    private static LinkFault FaultOf(Exception exception) =>
        exception is CertificateRefusedException ? LinkFault.CertificateRefused : LinkFault.Unreachable;

    /// <summary>The connection is established.</summary>
    public sealed record Connected(StreamConnection From, XmppChannel Channel);

    /// <summary>Items were read, at least one.</summary>
    public sealed record Arrived(StreamConnection From, IReadOnlyList<XmlStreamItem> Items);

    /// <summary>A write has ended that contained this number of stanzas.</summary>
    public sealed record Flushed(StreamConnection From, int Stanzas);

    /// <summary>The connection is encrypted.</summary>
    public sealed record Secured(StreamConnection From, TlsFacts Facts);

    /// <summary>The connection failed or was closed by the server.</summary>
    public sealed record Broken(StreamConnection From, string Reason, LinkFault Fault = LinkFault.Unreachable);
}
