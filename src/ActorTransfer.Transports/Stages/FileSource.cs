using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Streams.Stage;
using Microsoft.Win32.SafeHandles;

namespace ActorTransfer.Transports.Stages;

/// <summary>A file became shorter while it was read.</summary>
public sealed class FileShrankException : IOException
{
    /// <summary>The end came too early.</summary>
    public FileShrankException(string path, long expectedEnd, long actualEnd)
        : base($"'{path}' ends at byte {actualEnd} although it had {expectedEnd} bytes when the transfer began.")
    {
        ExpectedEnd = expectedEnd;
        ActualEnd = actualEnd;
    }

    /// <summary>Offset of the byte behind the range that was to be read.</summary>
    public long ExpectedEnd { get; }

    /// <summary>Where the file ends now.</summary>
    public long ActualEnd { get; }
}

/// <summary>Reads a range of a file.</summary>
public static class FileSource
{
    /// <summary>
    /// Reads on demand, one chunk at a time, and holds none while nobody asks. The file is opened when the stream starts. Fails
    /// with <see cref="FileShrankException"/> when the range ends early, else with what the file system reports. Value: bytes read,
    /// or the fault; fewer than <paramref name="length"/> when the downstream cancelled.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="offset">First byte.</param>
    /// <param name="length">Bytes to read.</param>
    /// <param name="chunkSize">Bytes of a full chunk.</param>
    public static Source<Chunk, Task<long>> Create(string path, long offset, long length, int chunkSize)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(chunkSize);
        return Source.FromGraph(new Stage(path, offset, length, chunkSize));
    }

    private sealed class Stage : GraphStageWithMaterializedValue<SourceShape<Chunk>, Task<long>>
    {
        public Stage(string path, long offset, long length, int chunkSize)
        {
            Path = path;
            Offset = offset;
            End = checked(offset + length);
            ChunkSize = chunkSize;
            Shape = new SourceShape<Chunk>(Out);
        }

        public string Path { get; }

        public long Offset { get; }

        public long End { get; }

        public int ChunkSize { get; }

        public Outlet<Chunk> Out { get; } = new("FileSource.out");

        public override SourceShape<Chunk> Shape { get; }

        public override ILogicAndMaterializedValue<Task<long>> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
        {
            TaskCompletionSource<long> result = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return new LogicAndMaterializedValue<Task<long>>(new Logic(this, result), result.Task);
        }
    }

    private sealed class Logic : GraphStageLogic
    {
        private readonly Stage _stage;
        private readonly TaskCompletionSource<long> _result;
        private readonly InFlight _flight = new();
        private SafeFileHandle? _file;
        private Action<(int Count, Exception? Failure)>? _completed;
        private Chunk? _reading;
        private long _position;

        public Logic(Stage stage, TaskCompletionSource<long> result)
            : base(stage.Shape)
        {
            _stage = stage;
            _result = result;
            _position = stage.Offset;
            SetHandler(stage.Out, onPull: OnPull);
        }

        public override void PreStart()
        {
            _completed = GetAsyncCallback<(int Count, Exception? Failure)>(OnRead);
            try
            {
                _file = File.OpenHandle(
                    _stage.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                Fail(failure);
                return;
            }

            if (_position == _stage.End)
            {
                CompleteStage(); // an empty file asks for no demand
            }
        }

        public override void PostStop()
        {
            if (_flight.Abandon())
            {
                _reading?.Dispose();
            }

            _file?.Dispose();
            _result.TrySetResult(_position - _stage.Offset);
        }

        private void OnPull()
        {
            _reading = Chunk.Rent((int)Math.Min(_stage.ChunkSize, _stage.End - _position));
            _flight.Begin();
            _ = ReadAsync(_file!, _reading, _position);
        }

        /// <summary>Runs outside the stage and touches nothing of it but what it was given.</summary>
        private async Task ReadAsync(SafeFileHandle file, Chunk chunk, long position)
        {
            (int Count, Exception? Failure) outcome;
            try
            {
                outcome = (await RandomAccess.ReadAsync(file, chunk.Memory, position), null);
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
                Fail(outcome.Failure ?? new FileShrankException(_stage.Path, _stage.End, _position));
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

        private void Fail(Exception reason)
        {
            _result.TrySetException(reason);
            _ = _result.Task.Exception; // an owner who does not ask is no unobserved fault
            FailStage(reason);
        }
    }
}
