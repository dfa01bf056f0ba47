using System.Buffers;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using ActorTransfer.Protocol.Xml;
using ActorTransfer.Transports.Resolution;
using ActorTransfer.Transports.Sockets;

namespace ActorTransfer.Transports.Xmpp;

/// <summary>
/// A connection for consecutive XML streams, unencrypted and under TLS (RFC 6120 §5.4.3.3). Its owner requests the next items after
/// handling the previous ones, so nothing is read beyond a <c>proceed</c>, and a slow owner slows the server. One read and one write at a
/// time; TLS begins when neither runs.
/// </summary>
internal sealed class XmppChannel : IDisposable
{
    private const int ReadAtOnce = 16 * 1024;

    private readonly Socket _socket;
    private readonly XmlLimits _limits;
    private Stream _stream;
    private XmlStreamParser _parser;
    private int _disposed;

    private XmppChannel(Socket socket, XmlLimits limits)
    {
        _socket = socket;
        _limits = limits;
        _stream = new NetworkStream(socket, ownsSocket: false);
        _parser = new XmlStreamParser(limits);
    }

    /// <summary>Resolves and connects.</summary>
    /// <param name="host">Name or address literal.</param>
    /// <param name="port">1 to 65535.</param>
    /// <param name="limits">Limits for the server's stanzas.</param>
    /// <param name="allowed">Called for each resolved address; null allows all.</param>
    /// <param name="resolver">Resolves the host; null = the system.</param>
    /// <param name="ct">Cancels the attempt.</param>
    /// <exception cref="SocketException">No address responds.</exception>
    /// <exception cref="EndPointNotAllowedException">Every address was refused by <paramref name="allowed"/>.</exception>
    public static async Task<XmppChannel> ConnectAsync(
        string host, int port, XmlLimits limits, Func<IPEndPoint, bool>? allowed, IServerResolver? resolver, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(limits);
        var socket = await TcpConnector.ConnectSocketAsync(host, port, allowed, resolver, ct);
        return new XmppChannel(socket, limits);
    }

    /// <summary>Starts TLS as a client.</summary>
    /// <exception cref="CertificateRefusedException">The certificate is not accepted.</exception>
    /// <exception cref="IOException">The server does not support TLS here, or closed the connection.</exception>
    public async Task<TlsFacts> SecureAsync(TlsTerms terms, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(terms);
        var tls = new SslStream(_stream, leaveInnerStreamOpen: false);
        _stream = tls;
        return await TlsHandshake.RunAsync(tls, terms, ct);
    }

    /// <summary>Restarts the stream: unread input is dropped.</summary>
    public void Restart() => _parser = new XmlStreamParser(_limits);

    /// <summary>Reads the next items: at least one, or none when the server has closed the connection. Waiting holds no buffer.</summary>
    public async Task<IReadOnlyList<XmlStreamItem>> ReadAsync(CancellationToken ct)
    {
        while (true)
        {
#pragma warning disable CA2022, MA0060 // reads nothing: it waits for bytes
            await _stream.ReadAsync(Memory<byte>.Empty, ct);
#pragma warning restore CA2022, MA0060
            var buffer = ArrayPool<byte>.Shared.Rent(ReadAtOnce);
            try
            {
                var count = await _stream.ReadAsync(buffer, ct);
                if (count == 0)
                {
                    return [];
                }

                SocketTuning.AcknowledgeAtOnce(_socket);
                _parser.Offer(buffer.AsSpan(0, count));
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }

            if (Drain() is { Count: > 0 } items)
            {
                return items;
            }
        }
    }

    /// <summary>Writes a text; complete when the kernel has accepted it.</summary>
    public async Task WriteAsync(string text, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(text);
        var buffer = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        try
        {
            await _stream.WriteAsync(buffer.AsMemory(0, Encoding.UTF8.GetBytes(text, buffer)), ct);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Closes. Bytes written before are still delivered; a pending read or write fails.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        try
        {
            // Without this .NET resets the connection when it has to cancel a pending read, and the last bytes sent are lost.
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The connection is already closed.
        }

        _stream.Dispose();
        _socket.Dispose();
    }

    private List<XmlStreamItem> Drain()
    {
        List<XmlStreamItem> items = [];
        while (_parser.Poll() is { } item)
        {
            items.Add(item);
        }

        return items;
    }
}
