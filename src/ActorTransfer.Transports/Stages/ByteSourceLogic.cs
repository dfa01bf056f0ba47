using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Transports.Sockets;
using Akka.Streams;
using Akka.Streams.Stage;

namespace ActorTransfer.Transports.Stages;

/// <summary>The logic of <see cref="ByteSource"/>: one read at a time, which may outlive the stage.</summary>
#pragma warning disable CA1001 // PostStop releases
internal sealed class ByteSourceLogic : ResultLogic<long>
#pragma warning restore CA1001
{
    private readonly ByteRange _range;
    private readonly Outlet<Chunk> _out;
    private readonly InFlight _flight = new();
    private readonly CancellationTokenSource _life = new();
    private IByteReader? _reader;
    private Action<(int Count, Exception? Failure)>? _completed;
    private Chunk? _reading;
    private long _position;

    public ByteSourceLogic(SourceShape<Chunk> shape, ByteRange range)
        : base(shape)
    {
        (_range, _out, _position) = (range, shape.Outlet, range.Offset);
        SetHandler(_out, onPull: OnPull);
    }

    public override void PreStart()
    {
        _completed = GetAsyncCallback<(int Count, Exception? Failure)>(OnRead);
        try
        {
            _reader = _range.Open();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            Fail(failure);
            return;
        }

        if (_position == _range.End)
        {
            CompleteStage(); // an empty file needs no demand
        }
    }

    public override void PostStop()
    {
        if (_flight.Abandon())
        {
            _reading?.Dispose();
            _reader?.Dispose();
        }

        _life.Cancel();
        _life.Dispose();
        Fulfil(_position - _range.Offset);
    }

    private void OnPull()
    {
        _reading = Chunk.Rent((int)Math.Min(_range.ChunkSize, _range.End - _position));
        _flight.Begin();
        var read = Begin(_reader!, _reading, _position, _life.Token);
        if (read.IsCompletedSuccessfully)
        {
            OnRead((read.Result, null)); // bytes that are in memory need no message to this stage
        }
        else
        {
            _ = AwaitAsync(read, _reader!, _reading);
        }
    }

    private static ValueTask<int> Begin(IByteReader reader, Chunk chunk, long position, CancellationToken life)
    {
        try
        {
            return reader.ReadAsync(position, chunk.Memory, life);
        }
        catch (Exception failure)
        {
            return ValueTask.FromException<int>(failure);
        }
    }

    /// <summary>Runs outside the stage and accesses only its parameters.</summary>
    private async Task AwaitAsync(ValueTask<int> read, IByteReader reader, Chunk chunk)
    {
        (int Count, Exception? Failure) outcome;
        try
        {
            outcome = (await read, null);
        }
        catch (Exception failure)
        {
            outcome = (0, failure);
        }

        if (_flight.TryComplete())
        {
            _completed!(outcome);
        }
        else
        {
            chunk.Dispose();
            reader.Dispose();
        }
    }

    private void OnRead((int Count, Exception? Failure) outcome)
    {
        _flight.End();
        Chunk chunk = _reading!;
        _reading = null;
        if (outcome.Count == 0)
        {
            chunk.Dispose();
            Fail(outcome.Failure ?? new FileShrankException(_range.Name, _range.End, _position));
            return;
        }

        chunk.Truncate(outcome.Count);
        _position += outcome.Count;
        Push(_out, chunk);
        if (_position == _range.End)
        {
            CompleteStage();
        }
    }
}
