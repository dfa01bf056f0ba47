using ActorTransfer.Protocol.FileTransfer;

namespace ActorTransfer.Simulation.Peers;

/// <summary>
/// The file that a target writes. When all bytes are there it waits for the end of the stream or some seconds, then asks whether it may be put
/// in place; a disk may be full before, or refuse that.
/// </summary>
internal sealed class ReceivedFile(World world, byte[] offered, int offset, Action progressed, Action arrived, Action<FlowEnd> ended)
{
    private static readonly TimeSpan s_tailWait = TimeSpan.FromSeconds(10);
    private readonly List<byte> _bytes = [.. offered.AsSpan(0, offset)];
    private SimulatedTimer? _tail;
    private bool _isComplete;
    private bool _isOver;

    /// <summary>It was put in place.</summary>
    public bool IsInPlace { get; private set; }

    /// <summary>All bytes are written.</summary>
    public bool HasAll => _bytes.Count == offered.Length;

    /// <summary>The end of the stream is not awaited.</summary>
    public bool EndsAtSize { private get; init; }

    /// <summary>It is complete when the stream ends in order.</summary>
    public bool IsSizeUnknown { private get; init; }

    public IReadOnlyList<byte> Bytes => _bytes;

    public void Start() => AwaitTail();

    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (_isOver || _isComplete)
        {
            return;
        }

        _bytes.AddRange(bytes);
        if (world.Plan.DiskSpace is { } space && _bytes.Count > space)
        {
            End(new FlowEnd.Broken(TransferSide.Local, FailureReason.NoSpace, "The disk is full."));
        }
        else if (_bytes.Count > offered.Length)
        {
            End(new FlowEnd.Broken(TransferSide.Peer, FailureReason.WrongLength, "More bytes than offered."));
        }
        else
        {
            progressed();
            AwaitTail();
        }
    }

    /// <summary>The stream has ended in order, or with a fault.</summary>
    public void EndOfStream(FlowEnd? fault = null)
    {
        if (HasAll || (IsSizeUnknown && fault is null))
        {
            Complete();
        }
        else if (!_isOver)
        {
            End(fault ?? new FlowEnd.Broken(TransferSide.Peer, FailureReason.WrongLength, "Fewer bytes than offered."));
        }
    }

    public void PutInPlace() => world.Clock.After(world.Random.UpTo(50), () =>
    {
        if (world.Plan.PlacingFails)
        {
            End(new FlowEnd.Broken(TransferSide.Local, FailureReason.FileUnwritable, "The file cannot be renamed.") { PartialFile = "/in/file" });
            return;
        }

        IsInPlace = true;
        if (_isOver)
        {
            world.Violations.Add("a file was put in place after the end of its transfer");
        }

        if (!_bytes.SequenceEqual(offered))
        {
            world.Violations.Add("a file with wrong content was put in place");
        }

        End(new FlowEnd.Whole(_bytes.Count, null, "/in/file") { Delivery = Delivery.Verified });
    });

    public void Stop()
    {
        _isOver = true;
        _tail?.Cancel();
    }

    private void AwaitTail()
    {
        if (!_isOver && HasAll && !IsSizeUnknown && _tail is null)
        {
            _tail = world.Clock.After(EndsAtSize ? TimeSpan.Zero : s_tailWait, Complete);
        }
    }

    private void Complete()
    {
        _tail?.Cancel();
        if (!_isOver && !_isComplete)
        {
            _isComplete = true;
            arrived();
        }
    }

    private void End(FlowEnd end)
    {
        if (!_isOver)
        {
            Stop();
            ended(end);
        }
    }
}
