using ActorTransfer.Extensibility;
using Akka;
using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Streams.Stage;

namespace ActorTransfer.Testing.Streams;

/// <summary>
/// Bytes determined by their position, so that a lost, doubled or swapped piece is detected: the period is a prime number that matches no
/// buffer size.
/// </summary>
public static class Pattern
{
    private const int Period = 1_048_573;
    private static readonly byte[] s_bytes = Make();

    /// <summary>The bytes of a range, as a new array.</summary>
    public static byte[] Bytes(long position, int length)
    {
        byte[] bytes = new byte[length];
        Fill(bytes, position);
        return bytes;
    }

    public static void Fill(Span<byte> target, long position)
    {
        while (target.Length > 0)
        {
            ReadOnlySpan<byte> part = s_bytes.AsSpan((int)(position % Period));
            part = part[..Math.Min(part.Length, target.Length)];
            part.CopyTo(target);
            target = target[part.Length..];
            position += part.Length;
        }
    }

    /// <summary>Throws when the bytes do not match the position.</summary>
    public static void Check(ReadOnlySpan<byte> bytes, long position)
    {
        while (bytes.Length > 0)
        {
            ReadOnlySpan<byte> part = s_bytes.AsSpan((int)(position % Period));
            part = part[..Math.Min(part.Length, bytes.Length)];
            if (!bytes[..part.Length].SequenceEqual(part))
            {
                throw new InvalidDataException($"The bytes from position {position} differ from those sent.");
            }

            bytes = bytes[part.Length..];
            position += part.Length;
        }
    }

    /// <summary>A source of the first <paramref name="length"/> bytes.</summary>
    public static Source<Chunk, NotUsed> Source(long length, int chunkSize = Chunk.DefaultSize) =>
        Akka.Streams.Dsl.Source.FromGraph(new PatternSource(length, chunkSize));

    /// <summary>Passes chunks and fails the stream at the first wrong byte.</summary>
    public static Flow<Chunk, Chunk, NotUsed> Check() => Flow.FromGraph(new PatternCheck());

    /// <summary>Disposes everything. Returns the number of bytes.</summary>
    public static Sink<Chunk, Task<long>> Sink() => Check().ToMaterialized(CountingSink.Create(), Keep.Right);

    private static byte[] Make()
    {
        byte[] bytes = new byte[Period];
        new Random(Seed: 7).NextBytes(bytes);
        return bytes;
    }
}

/// <summary>Disposes chunks and counts their bytes.</summary>
public static class CountingSink
{
    /// <summary>Value: bytes when the stream completes, or its failure.</summary>
    public static Sink<Chunk, Task<long>> Create() => Akka.Streams.Dsl.Sink.FromGraph(new CountingStage());
}

internal sealed class PatternSource : GraphStage<SourceShape<Chunk>>
{
    private readonly long _length;
    private readonly int _chunkSize;
    private readonly Outlet<Chunk> _out = new("PatternSource.out");

    public PatternSource(long length, int chunkSize)
    {
        _length = length;
        _chunkSize = chunkSize;
        Shape = new SourceShape<Chunk>(_out);
    }

    public override SourceShape<Chunk> Shape { get; }

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this);

    private sealed class Logic : GraphStageLogic
    {
        private long _position;

        public Logic(PatternSource stage)
            : base(stage.Shape) => SetHandler(stage._out, onPull: () =>
            {
                int length = (int)Math.Min(stage._chunkSize, stage._length - _position);
                if (length > 0)
                {
                    Chunk chunk = Chunk.Rent(length);
                    Pattern.Fill(chunk.Span, _position);
                    _position += length;
                    Push(stage._out, chunk);
                }

                if (_position == stage._length)
                {
                    CompleteStage();
                }
            });
    }
}

internal sealed class PatternCheck : GraphStage<FlowShape<Chunk, Chunk>>
{
    private readonly Inlet<Chunk> _in = new("PatternCheck.in");
    private readonly Outlet<Chunk> _out = new("PatternCheck.out");

    public PatternCheck() => Shape = new FlowShape<Chunk, Chunk>(_in, _out);

    public override FlowShape<Chunk, Chunk> Shape { get; }

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this);

    private sealed class Logic : GraphStageLogic
    {
        private long _position;

        public Logic(PatternCheck stage)
            : base(stage.Shape)
        {
            SetHandler(stage._in, onPush: () =>
            {
                Chunk chunk = Grab(stage._in);
                try
                {
                    Pattern.Check(chunk.Span, _position);
                }
                catch (InvalidDataException wrong)
                {
                    chunk.Dispose();
                    FailStage(wrong);
                    return;
                }

                _position += chunk.Length;
                Push(stage._out, chunk);
            });
            SetHandler(stage._out, onPull: () => Pull(stage._in));
        }
    }
}

internal sealed class CountingStage : GraphStageWithMaterializedValue<SinkShape<Chunk>, Task<long>>
{
    private readonly Inlet<Chunk> _in = new("CountingStage.in");

    public CountingStage() => Shape = new SinkShape<Chunk>(_in);

    public override SinkShape<Chunk> Shape { get; }

    public override ILogicAndMaterializedValue<Task<long>> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
    {
        TaskCompletionSource<long> result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        return new LogicAndMaterializedValue<Task<long>>(new Logic(this, result), result.Task);
    }

    private sealed class Logic : GraphStageLogic
    {
        private readonly CountingStage _stage;
        private readonly TaskCompletionSource<long> _result;
        private long _count;

        public Logic(CountingStage stage, TaskCompletionSource<long> result)
            : base(stage.Shape)
        {
            _stage = stage;
            _result = result;
            SetHandler(stage._in, onPush: OnPush, onUpstreamFinish: OnUpstreamFinish, onUpstreamFailure: OnUpstreamFailure);
        }

        public override void PreStart() => Pull(_stage._in);

        public override void PostStop() => _result.TrySetCanceled();

        private void OnPush()
        {
            using (Chunk chunk = Grab(_stage._in))
            {
                _count += chunk.Length;
            }

            Pull(_stage._in);
        }

        private void OnUpstreamFinish()
        {
            _result.TrySetResult(_count);
            CompleteStage();
        }

        private void OnUpstreamFailure(Exception reason)
        {
            _result.TrySetException(reason);
            _ = _result.Task.Exception;
            FailStage(reason);
        }
    }
}
