using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Unicode;
using ActorTransfer.Benchmarks.Load.Native;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Streams;

namespace ActorTransfer.Benchmarks.Load.Traffic;

/// <summary>
/// The component stream (XEP-0114) that carries activations to a proxy. Either the proxy under test is a component and this is its
/// server, which sets the senders; or the proxy belongs to a server and this is another component of it. Parses only the XML that it needs:
/// opening tags of iqs.
/// </summary>
internal sealed class ActivationLink : IDisposable
{
    private const string Header = $"<?xml version='1.0'?><stream:stream xmlns='{Namespaces.Component}' xmlns:stream='{Namespaces.Streams}'";
    private readonly Socket _socket;
    private readonly string _proxy;
    private byte[] _out = new byte[64 * 1024];
    private int _outCount;
    private byte[] _in = new byte[64 * 1024];
    private int _inCount;
    private Timer? _idleReader;
    private bool _isDisposed;

    private ActivationLink(Socket socket, string proxy)
    {
        _socket = socket;
        _proxy = proxy;
    }

    /// <summary>Domain of all users that request activations.</summary>
    public const string Domain = "load.localhost";

    /// <summary>For <see cref="Epoll"/>.</summary>
    public int Handle => (int)_socket.Handle;

    /// <summary>Held while the link is in use; otherwise a timer responds to pings.</summary>
    public object Gate { get; } = new();

    /// <summary>True while the kernel has not accepted all bytes.</summary>
    public bool HasUnsent => _outCount > 0;

    /// <summary>The first refusal as text.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Acts as the server of a component that connects.</summary>
    /// <param name="listener">A started listener.</param>
    /// <param name="proxy">The component's name.</param>
    /// <param name="secret">Its secret.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public static async Task<ActivationLink> AcceptAsync(Socket listener, string proxy, string secret, CancellationToken cancel)
    {
        ActivationLink link = new(await listener.AcceptAsync(cancel), proxy);
        const string id = "load-1";
        await link.ExpectAsync(">"u8.ToArray(), "<stream:stream", cancel);
        await link.SayAsync($"{Header} from='{proxy}' id='{id}'>", cancel);
        string answer = await link.ExpectAsync("</handshake>"u8.ToArray(), "<handshake", cancel);
        if (!answer.Contains(ComponentHandshake.Digest(id, secret), StringComparison.Ordinal))
        {
            throw new IOException($"{proxy} has a wrong secret.");
        }

        await link.SayAsync("<handshake/>", cancel);
        return link.Ready();
    }

    /// <summary>Connects to a server as the component <see cref="Domain"/>.</summary>
    public static async Task<ActivationLink> ConnectAsync(IPEndPoint server, string proxy, string secret, CancellationToken cancel)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server, cancel);
        ActivationLink link = new(socket, proxy);
        await link.SayAsync($"{Header} to='{Domain}'>", cancel);
        string header = await link.ExpectAsync("id="u8.ToArray(), "<stream:stream", cancel);
        header += await link.ExpectAsync(">"u8.ToArray(), "", cancel);
        byte[] tag = Encoding.UTF8.GetBytes(header[header.IndexOf("<stream:stream", StringComparison.Ordinal)..]);
        string id = Encoding.UTF8.GetString(Attribute(tag, " id="u8));
        await link.SayAsync(ComponentHandshake.Element(ComponentHandshake.Digest(id, secret)).ToString(), cancel);
        await link.ExpectAsync(">"u8.ToArray(), "<handshake", cancel);
        return link.Ready();
    }

    /// <summary>Requests an activation, which is sent at the next <see cref="Flush"/>.</summary>
    /// <param name="tag">Returned with the response.</param>
    /// <param name="names">The pair's names.</param>
    /// <param name="resource">Of the proxy, with a slash before it; empty = none.</param>
    public void Ask(long tag, in PairNames names, string resource = "")
    {
        int written;
        while (!Utf8.TryWrite(
            _out.AsSpan(_outCount),
            $"<iq type='set' id='{tag}' from='{names.Initiator}' to='{_proxy}{resource}'><query xmlns='{Namespaces.Bytestreams}' sid='{names.SessionId}'>"
            + $"<activate>{names.Target}</activate></query></iq>",
            out written))
        {
            Array.Resize(ref _out, _out.Length * 2);
        }

        _outCount += written;
    }

    /// <summary>Writes what the kernel accepts.</summary>
    public void Flush()
    {
        nint sent = _outCount == 0 ? 0 : Linux.Send(Handle, _out.AsSpan(0, _outCount));
        if (sent < 0 && sent != -Linux.Again)
        {
            throw new IOException($"The component stream failed: {Linux.Describe(sent)}.");
        }

        int taken = (int)Math.Max(0, sent);
        _out.AsSpan(taken, _outCount - taken).CopyTo(_out);
        _outCount -= taken;
    }

    /// <summary>Reads the available bytes.</summary>
    /// <param name="answered">Gets the tag of each response and whether it is a result.</param>
    public void Read(Action<long, bool> answered)
    {
        if (_inCount == _in.Length)
        {
            Array.Resize(ref _in, _in.Length * 2);
        }

        nint count = Linux.Receive(Handle, _in.AsSpan(_inCount));
        if (count == -Linux.Again)
        {
            return;
        }

        if (count <= 0)
        {
            throw new IOException("The proxy closed the component stream.");
        }

        _inCount += (int)count;
        Scan(answered);
    }

    public void Dispose()
    {
        _idleReader?.Dispose();
        lock (Gate)
        {
            _socket.Dispose();
            _isDisposed = true;
        }
    }

    private void Scan(Action<long, bool> answered)
    {
        int done = 0;
        while (_in.AsSpan(done, _inCount - done).IndexOf("<iq "u8) is var at and >= 0)
        {
            done += at;
            ReadOnlySpan<byte> rest = _in.AsSpan(done, _inCount - done);
            int end = rest.IndexOf((byte)'>');
            if (end < 0)
            {
                break;
            }

            Take(rest[..(end + 1)], rest, answered);
            done += end + 1;
        }

        // A possible start of a tag is kept until its end arrives.
        int tail = _in.AsSpan(done, _inCount - done).LastIndexOf((byte)'<');
        done = tail < 0 ? _inCount : done + tail;
        _in.AsSpan(done, _inCount - done).CopyTo(_in);
        _inCount -= done;
    }

    private void Take(ReadOnlySpan<byte> tag, ReadOnlySpan<byte> rest, Action<long, bool> answered)
    {
        ReadOnlySpan<byte> type = Attribute(tag, " type="u8);
        ReadOnlySpan<byte> id = Attribute(tag, " id="u8);
        if (type.SequenceEqual("get"u8) || type.SequenceEqual("set"u8))
        {
            Answer(tag, id);
            return;
        }

        bool isResult = type.SequenceEqual("result"u8);
        if (!isResult)
        {
            Refusal ??= Encoding.UTF8.GetString(rest[..Math.Min(rest.Length, 400)]);
        }

        if (Utf8Parser.TryParse(id, out long number, out int used) && used == id.Length)
        {
            answered(number, isResult);
        }
    }

    /// <summary>Any response to a ping is sufficient for its sender.</summary>
    private void Answer(ReadOnlySpan<byte> tag, ReadOnlySpan<byte> id)
    {
        string asked = Encoding.UTF8.GetString(Attribute(tag, " to="u8));
        string text = $"<iq type='result' id='{Encoding.UTF8.GetString(id)}' from='{asked}' to='{_proxy}'/>";
        while (!Encoding.UTF8.TryGetBytes(text, _out.AsSpan(_outCount), out _))
        {
            Array.Resize(ref _out, _out.Length * 2);
        }

        _outCount += Encoding.UTF8.GetByteCount(text);
        Flush();
    }

    private ActivationLink Ready()
    {
        _socket.Blocking = false;
        _socket.NoDelay = true;
        _idleReader = new Timer(_ => ReadWhileIdle(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        return this;
    }

    private void ReadWhileIdle()
    {
        if (!Monitor.TryEnter(Gate))
        {
            return;
        }

        try
        {
            if (!_isDisposed)
            {
                Read((_, _) => { });
            }
        }
        catch (IOException)
        {
            _idleReader?.Dispose(); // the next use of the link fails with the same error
        }
        finally
        {
            Monitor.Exit(Gate);
        }
    }

    private Task SayAsync(string text, CancellationToken cancel) => _socket.SendAsync(Encoding.UTF8.GetBytes(text), cancel).AsTask();

    /// <summary>Reads up to a text that follows another one, and consumes all bytes up to it.</summary>
    private async Task<string> ExpectAsync(byte[] text, string behind, CancellationToken cancel)
    {
        byte[] start = Encoding.UTF8.GetBytes(behind);
        while (true)
        {
            if (Find(start, text) is var end and >= 0)
            {
                string taken = Encoding.UTF8.GetString(_in, 0, end);
                _in.AsSpan(end, _inCount - end).CopyTo(_in);
                _inCount -= end;
                return taken;
            }

            int count = await _socket.ReceiveAsync(_in.AsMemory(_inCount), cancel);
            _inCount += count > 0
                ? count
                : throw new IOException($"The other side closed the component stream: {Encoding.UTF8.GetString(_in, 0, _inCount)}");
        }
    }

    private int Find(byte[] start, byte[] text)
    {
        Span<byte> all = _in.AsSpan(0, _inCount);
        int from = all.IndexOf(start);
        int at = from < 0 ? -1 : all[from..].IndexOf(text);
        return at < 0 ? -1 : from + at + text.Length;
    }

    private static ReadOnlySpan<byte> Attribute(ReadOnlySpan<byte> tag, ReadOnlySpan<byte> name)
    {
        int at = tag.IndexOf(name);
        if (at < 0)
        {
            return default;
        }

        byte quote = tag[at + name.Length];
        ReadOnlySpan<byte> value = tag[(at + name.Length + 1)..];
        return value[..Math.Max(0, value.IndexOf(quote))];
    }
}
