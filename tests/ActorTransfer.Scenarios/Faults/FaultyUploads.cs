using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;
using ActorTransfer.Testing.Links;
using Akka.Actor;

namespace ActorTransfer.Scenarios.Faults;

/// <summary>What an HTTP server does instead of its work, after some bytes.</summary>
public enum HttpFault
{
    /// <summary>It closes in order.</summary>
    Close,

    /// <summary>It resets the connection.</summary>
    Reset,

    /// <summary>It neither reads nor writes any more.</summary>
    Stall,

    TooLarge = 413,
    Broken = 500,
    Full = 507,
}

/// <summary>An upload service of the in-process domain, whose HTTP server has the faults of a run.</summary>
internal sealed class FaultyUploads : IAsyncDisposable
{
    private const int PieceSize = 4096;
    private static readonly Jid s_self = Jid.Parse("upload.local.test");

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<string, byte[]> _files = new();
    private readonly ConcurrentDictionary<Task, bool> _serving = new();
    private readonly CancellationTokenSource _life = new();
    private readonly Task _accepting;
    private CancellationTokenSource _run = new();
    private FaultRun _of = FaultRun.Of(0);
    private int _faultsLeft;
    private int _last;

    public FaultyUploads(ActorSystem system, LocalDomain domain)
    {
        _listener.Start();
        _accepting = AcceptAsync();
        system.ActorOf(Props.Create(() => new Component(domain, Slot)));
    }

    /// <summary>What was uploaded in this run.</summary>
    public ICollection<byte[]> Files => _files.Values;

    private int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>A run begins.</summary>
    public void Begin(FaultRun run)
    {
        _of = run;
        Volatile.Write(ref _faultsLeft, run.Http is null ? 0 : run.HttpFaults);
    }

    /// <summary>The run is over.</summary>
    public async Task ResetAsync()
    {
        var over = _run;
        _run = new CancellationTokenSource();
        await over.CancelAsync();
        await Task.WhenAll(_serving.Keys);
        over.Dispose();
        _files.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await _life.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await ResetAsync();
        _run.Dispose();
        _life.Dispose();
    }

    private XmlElement Slot(string? name)
    {
        var url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}/{Interlocked.Increment(ref _last)}/{name}");
        return XmlElement.Parse($"<slot xmlns='{Namespaces.HttpUpload}'><put url='{url}'/><get url='{url}'/></slot>");
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_life.Token);
                var serving = ServeAsync(socket, _run.Token);
                _serving.TryAdd(serving, true);
                _ = serving.ContinueWith(over => _serving.TryRemove(over, out _), TaskScheduler.Default);
            }
        }
        catch (OperationCanceledException)
        {
            // The runs are over.
        }
    }

    /// <summary>One request; then the connection is closed.</summary>
    private async Task ServeAsync(Socket socket, CancellationToken ct)
    {
        using (socket)
        {
            try
            {
                await using var stream = new NetworkStream(socket);
                var (line, length, from) = await ReadHeadAsync(stream, ct);
                if (line.StartsWith("PUT ", StringComparison.Ordinal))
                {
                    await PutAsync(socket, stream, line.Split(' ')[1], length, ct);
                }
                else
                {
                    await GetAsync(socket, stream, line.Split(' ')[1], from, ct);
                }
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException or SocketException)
            {
                // The client has gone away, or the run is over.
            }
        }
    }

    private async Task PutAsync(Socket socket, NetworkStream stream, string path, int length, CancellationToken ct)
    {
        var fault = NextFault(puts: true);
        var body = new byte[fault is null ? length : Math.Min(length, _of.FaultAt)];
        await stream.ReadExactlyAsync(body, ct);
        if (fault is { } kind)
        {
            await FailAsync(socket, stream, kind, ct);
            return;
        }

        _files[path] = body;
        await stream.WriteAsync("HTTP/1.1 201 Created\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), ct);
        await EndAsync(socket, stream, ct);
    }

    private async Task GetAsync(Socket socket, NetworkStream stream, string path, int? from, CancellationToken ct)
    {
        var fault = NextFault(puts: false);
        if (fault is HttpFault.TooLarge or HttpFault.Broken or HttpFault.Full || !_files.TryGetValue(path, out var file))
        {
            await FailAsync(socket, stream, fault ?? HttpFault.TooLarge, ct);
            return;
        }

        var start = Math.Min(from ?? 0, file.Length);
        var head = from is null
            ? $"HTTP/1.1 200 OK\r\nContent-Length: {file.Length}\r\nConnection: close\r\n\r\n"
            : $"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes {start}-{file.Length - 1}/{file.Length}\r\n"
                + $"Content-Length: {file.Length - start}\r\nConnection: close\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head), ct);
        var end = fault is null ? file.Length : Math.Min(file.Length, start + _of.FaultAt);
        for (var at = start; at < end; at += PieceSize)
        {
            await stream.WriteAsync(file.AsMemory(at, Math.Min(PieceSize, end - at)), ct);
        }

        if (fault is { } kind)
        {
            await FailAsync(socket, stream, kind, ct);
            return;
        }

        await EndAsync(socket, stream, ct);
    }

    private static async Task FailAsync(Socket socket, NetworkStream stream, HttpFault fault, CancellationToken ct)
    {
        switch (fault)
        {
            case HttpFault.Stall:
                await Task.Delay(Timeout.Infinite, ct);
                break;
            case HttpFault.Reset:
                socket.LingerState = new LingerOption(enable: true, seconds: 0);
                break;
            case HttpFault.Close:
                await EndAsync(socket, stream, ct);
                break;
            default:
                await stream.WriteAsync(
                    Encoding.ASCII.GetBytes($"HTTP/1.1 {(int)fault} Fault\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"), ct);
                await EndAsync(socket, stream, ct);
                break;
        }
    }

    /// <summary>Reads what is left, so that closing does not reset the connection.</summary>
    private static async Task EndAsync(Socket socket, NetworkStream stream, CancellationToken ct)
    {
        socket.Shutdown(SocketShutdown.Send);
        var rest = new byte[PieceSize];
        while (await stream.ReadAsync(rest, ct) > 0)
        {
        }
    }

    private static async Task<(string Line, int Length, int? From)> ReadHeadAsync(NetworkStream stream, CancellationToken ct)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one, ct);
            head.Append((char)one[0]);
        }

        var lines = head.ToString().Split("\r\n");
        string? Header(string name) => lines.FirstOrDefault(line => line.StartsWith(name, StringComparison.OrdinalIgnoreCase))?[name.Length..].Trim();
        return (
            lines[0],
            int.Parse(Header("Content-Length:") ?? "0", CultureInfo.InvariantCulture),
            Header("Range:") is { } range ? int.Parse(range["bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture) : null);
    }

    private HttpFault? NextFault(bool puts) =>
        _of.Http is { } fault && _of.HttpFaultOnPut == puts && Interlocked.Decrement(ref _faultsLeft) >= 0 ? fault : null;

    /// <summary>Answers as an upload service.</summary>
    private sealed class Component : ReceiveActor
    {
        private static readonly XmlElement s_info = new DiscoInfo([new DiscoIdentity("store", "file", null)], [Namespaces.HttpUpload]).ToXml();

        public Component(LocalDomain domain, Func<string?, XmlElement> slot)
        {
            Receive<StanzaLink.Received>(received =>
            {
                if (received.Stanza is { IsRequest: true } request)
                {
                    domain.Route(s_self, request.Payload?.Namespace switch
                    {
                        Namespaces.HttpUpload => request.Result(slot(request.Payload!["filename"])),
                        Namespaces.DiscoInfo => request.Result(s_info),
                        _ => request.Fail(StanzaError.ServiceUnavailable),
                    });
                }
            });
            Assert.True(domain.TryAttach(s_self, Self));
        }
    }
}
