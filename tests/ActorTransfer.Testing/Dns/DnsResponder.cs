using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ActorTransfer.Testing.Dns;

/// <summary>A name server on a loopback port, over UDP and TCP, that the test configures; other names do not exist.</summary>
public sealed class DnsResponder : IDisposable
{
    private const int Srv = 33;
    private const int Cname = 5;
    private const int NoSuchName = 3;

    private readonly Socket _udp;
    private readonly TcpListener _tcp;
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<(string Name, int Type), Reply> _replies = new();
    private readonly ConcurrentQueue<string> _asked = new();

    /// <summary>Listens.</summary>
    public DnsResponder()
    {
        (_udp, _tcp) = Listen();
        EndPoint = (IPEndPoint)_udp.LocalEndPoint!;
        _ = ServeUdpAsync();
        _ = ServeTcpAsync();
    }

    /// <summary>Its endpoint.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>Names of the SRV queries so far; repetitions count.</summary>
    public IReadOnlyCollection<string> Asked => _asked;

    /// <summary>Answers with SRV records.</summary>
    public DnsResponder Has(string name, params (int Priority, int Weight, int Port, string Target)[] records) => Has(name, 3600, records);

    /// <summary>Answers with SRV records of this time to live in seconds.</summary>
    public DnsResponder Has(string name, int ttl, params (int Priority, int Weight, int Port, string Target)[] records) =>
        Set(name, Srv, new Reply { Records = [.. records.Select(record => Record(name, Srv, ttl, Data(record)))] });

    /// <summary>Answers SRV queries with an alias and the records of the other name.</summary>
    public DnsResponder HasAlias(string name, string other, params (int Priority, int Weight, int Port, string Target)[] records) => Set(name, Srv, new Reply
    {
        Records = [Record(name, Cname, 3600, Name(other)), .. records.Select(record => Record(other, Srv, 3600, Data(record)))],
    });

    /// <summary>Answers SRV queries for a name with records of another one.</summary>
    public DnsResponder HasForeign(string name, string other, params (int Priority, int Weight, int Port, string Target)[] records) =>
        Set(name, Srv, new Reply { Records = [.. records.Select(record => Record(other, Srv, 3600, Data(record)))] });

    /// <summary>Answers with an address.</summary>
    public DnsResponder HasAddress(string name, IPAddress address)
    {
        var type = address.AddressFamily == AddressFamily.InterNetwork ? 1 : 28;
        return Set(name, type, new Reply { Records = [Record(name, type, 3600, address.GetAddressBytes())] });
    }

    /// <summary>Does not answer SRV queries for a name.</summary>
    public DnsResponder IsSilentAbout(string name) => Set(name, Srv, new Reply { IsSilent = true });

    /// <summary>Answers SRV queries for a name with an error: 2 = SERVFAIL, 5 = REFUSED.</summary>
    public DnsResponder Fails(string name, int code) => Set(name, Srv, new Reply { Code = code });

    /// <summary>Answers SRV queries for a name with these bytes after the id of the query.</summary>
    public DnsResponder Babbles(string name, params byte[] bytes) => Set(name, Srv, new Reply { Garbage = bytes });

    /// <summary>Responds over UDP with a truncated response; over TCP it is complete.</summary>
    public DnsResponder HasOverTcp(string name, params (int Priority, int Weight, int Port, string Target)[] records) =>
        Set(name, Srv, new Reply { IsLong = true, Records = [.. records.Select(record => Record(name, Srv, 3600, Data(record)))] });

    /// <inheritdoc/>
    public void Dispose()
    {
        _end.Cancel();
        _udp.Dispose();
        _tcp.Dispose();
    }

    /// <summary>Both on one port, which may be taken for TCP where it is free for UDP.</summary>
    private static (Socket Udp, TcpListener Tcp) Listen()
    {
        while (true)
        {
            var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            udp.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            var tcp = new TcpListener((IPEndPoint)udp.LocalEndPoint!);
            try
            {
                tcp.Start();
                return (udp, tcp);
            }
            catch (SocketException)
            {
                udp.Dispose();
                tcp.Dispose();
            }
        }
    }

    private static byte[] Data((int Priority, int Weight, int Port, string Target) record) =>
        [.. Number(record.Priority), .. Number(record.Weight), .. Number(record.Port), .. Name(record.Target)];

    private static byte[] Record(string name, int type, int ttl, byte[] data) =>
        [.. Name(name), .. Number(type), .. Number(1), .. Number(ttl >> 16), .. Number(ttl & 0xFFFF), .. Number(data.Length), .. data];

    private static byte[] Number(int value) => [(byte)(value >> 8), (byte)value];

    private static byte[] Name(string name) =>
        [.. name.Split('.', StringSplitOptions.RemoveEmptyEntries).SelectMany(label => (byte[])[(byte)label.Length, .. Encoding.Latin1.GetBytes(label)]), 0];

    private DnsResponder Set(string name, int type, Reply reply)
    {
        _replies[(name, type)] = reply;
        return this;
    }

    private async Task ServeUdpAsync()
    {
        var buffer = new byte[4096];
        try
        {
            while (true)
            {
                var query = await _udp.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), _end.Token);
                if (Answer(buffer.AsSpan(0, query.ReceivedBytes), isTcp: false) is { } answer)
                {
                    await _udp.SendToAsync(answer, query.RemoteEndPoint, _end.Token);
                }
            }
        }
        catch (Exception over) when (over is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task ServeTcpAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _tcp.AcceptTcpClientAsync(_end.Token);
                var stream = client.GetStream();
                var head = new byte[2];
                await stream.ReadExactlyAsync(head, _end.Token);
                var query = new byte[BinaryPrimitives.ReadUInt16BigEndian(head)];
                await stream.ReadExactlyAsync(query, _end.Token);
                if (Answer(query, isTcp: true) is { } answer)
                {
                    await stream.WriteAsync((byte[])[.. Number(answer.Length), .. answer], _end.Token);
                }
            }
        }
        catch (Exception over) when (over is OperationCanceledException or ObjectDisposedException or SocketException or IOException)
        {
            // The test is over.
        }
    }

    private byte[]? Answer(ReadOnlySpan<byte> query, bool isTcp)
    {
        var (name, end) = ReadName(query, 12);
        var type = BinaryPrimitives.ReadUInt16BigEndian(query[end..]);
        if (type == Srv)
        {
            _asked.Enqueue(name);
        }

        var reply = _replies.GetValueOrDefault((name, type)) ?? new Reply { Code = NoSuchName };
        if (reply.IsSilent)
        {
            return null;
        }

        if (reply.Garbage is { } garbage)
        {
            return [.. query[..2], .. garbage];
        }

        var isCut = reply.IsLong && !isTcp;
        var records = isCut ? [] : reply.Records;
        return
        [
            .. query[..2], (byte)(isCut ? 0x87 : 0x85), (byte)(0x80 | reply.Code), .. Number(1), .. Number(records.Length), 0, 0, 0, 0,
            .. query[12..(end + 4)], .. records.SelectMany(record => record),
        ];
    }

    private static (string Name, int End) ReadName(ReadOnlySpan<byte> query, int at)
    {
        var labels = new List<string>();
        for (; query[at] != 0; at += query[at] + 1)
        {
            labels.Add(Encoding.Latin1.GetString(query.Slice(at + 1, query[at])));
        }

        return (string.Join('.', labels), at + 1);
    }

    private sealed record Reply
    {
        public byte[][] Records { get; init; } = [];

        public int Code { get; init; }

        public bool IsSilent { get; init; }

        public bool IsLong { get; init; }

        public byte[]? Garbage { get; init; }
    }
}
