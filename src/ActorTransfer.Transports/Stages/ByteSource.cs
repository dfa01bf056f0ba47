using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Transports.Sockets;
using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Streams.Stage;

namespace ActorTransfer.Transports.Stages;

/// <summary>Bytes that can be read at a position. One read at a time; the creator of the reader disposes it, and never during a read.</summary>
internal interface IByteReader : IDisposable
{
    /// <summary>Fills the beginning of the buffer. Returns bytes read; 0 at the end.</summary>
    ValueTask<int> ReadAsync(long position, Memory<byte> buffer, CancellationToken ct);
}

/// <summary>Creates a stream from a reader.</summary>
internal static class ByteSource
{
    /// <summary>
    /// Reads on demand, one chunk at a time, and holds none without demand. The reader is opened when the stream starts and disposed when
    /// it ends. Fails with <see cref="FileShrankException"/> when the range ends early, else with the reader's exception. Value: bytes
    /// read, or the fault; fewer than <paramref name="length"/> when the downstream cancelled.
    /// </summary>
    /// <param name="name">Name for error messages.</param>
    /// <param name="open">Opens the reader.</param>
    /// <param name="offset">First byte.</param>
    /// <param name="length">Bytes to read.</param>
    /// <param name="chunkSize">Bytes of a full chunk.</param>
    public static Source<Chunk, Task<long>> Create(string name, Func<IByteReader> open, long offset, long length, int chunkSize)
    {
        ArgumentNullException.ThrowIfNull(open);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(chunkSize);
        return Source.FromGraph(new Stage(name, open, offset, checked(offset + length), chunkSize));
    }

    private sealed class Stage : GraphStageWithMaterializedValue<SourceShape<Chunk>, Task<long>>
    {
        public Stage(string name, Func<IByteReader> open, long offset, long end, int chunkSize)
        {
            Name = name;
            Open = open;
            Offset = offset;
            End = end;
            ChunkSize = chunkSize;
            Shape = new SourceShape<Chunk>(Out);
        }

        public string Name { get; }

        public Func<IByteReader> Open { get; }

        public long Offset { get; }

        public long End { get; }

        public int ChunkSize { get; }

        public Outlet<Chunk> Out { get; } = new("ByteSource.out");

        public override SourceShape<Chunk> Shape { get; }

        public override ILogicAndMaterializedValue<Task<long>> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
        {
            Logic logic = new(this);
            return new LogicAndMaterializedValue<Task<long>>(logic, logic.Value);
        }
    }

#pragma warning disable CA1001 // PostStop releases
    private sealed class Logic : ResultLogic<long>
#pragma warning restore CA1001
    {
        private readonly Stage _stage;
        private readonly InFlight _flight = new();
        private readonly CancellationTokenSource _life = new();
        private IByteReader? _reader;
        private Action<(int Count, Exception? Failure)>? _completed;
        private Chunk? _reading;
        private long _position;

        public Logic(Stage stage)
            : base(stage.Shape)
        {
            _stage = stage;
            _position = stage.Offset;
            SetHandler(stage.Out, onPull: OnPull);
        }

        public override void PreStart()
        {
            _completed = GetAsyncCallback<(int Count, Exception? Failure)>(OnRead);
            try
            {
                _reader = _stage.Open();
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ObjectDisposedException)
            {
                Fail(failure);
                return;
            }

            if (_position == _stage.End)
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
            Fulfil(_position - _stage.Offset);
        }

        private void OnPull()
        {
            _reading = Chunk.Rent((int)Math.Min(_stage.ChunkSize, _stage.End - _position));
            _flight.Begin();
            _ = ReadAsync(_reader!, _reading, _position, _life.Token);
        }

        /// <summary>Runs outside the stage and accesses only its parameters.</summary>
        private async Task ReadAsync(IByteReader reader, Chunk chunk, long position, CancellationToken life)
        {
            (int Count, Exception? Failure) outcome;
            try
            {
                outcome = (await reader.ReadAsync(position, chunk.Memory, life), null);
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
                Fail(outcome.Failure ?? new FileShrankException(_stage.Name, _stage.End, _position));
                return;
            }

            chunk.Truncate(outcome.Count);
            _position += outcome.Count;
            Push(_stage.Out, chunk);
            if (_position == _stage.End)
            {
                CompleteStage();
            }
        }
    }
}
