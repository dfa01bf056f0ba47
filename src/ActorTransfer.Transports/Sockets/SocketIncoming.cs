using System.Net.Sockets;
using ActorTransfer.Extensibility;
using ActorTransfer.Transports.Sockets.Linux;
using Akka.Streams;
using Akka.Streams.Stage;

namespace ActorTransfer.Transports.Sockets;

/// <summary>
/// Socket to chunks. On demand it reads at once when bytes are likely (the last read filled its chunk), else it waits for readability
/// without a buffer and rents afterwards. Chunks start small and grow while reads fill them, so a transfer of ten bytes does not rent 256
/// KiB. Ends: FIN completes, errors fail, cancel leaves the socket open.
/// </summary>
internal sealed class SocketIncoming : GraphStage<SourceShape<Chunk>>
{
    private const int FirstChunk = 4 * 1024;
    private const int Growth = 8;

    /// <summary>From this size a chunk is cheaper to relay within the kernel, and a read of this size may have left more.</summary>
    private const int Bulk = 16 * 1024;

    /// <summary>Maximum chunks in a row before other streams get the thread.</summary>
    private const int Turn = 4;

    private readonly SocketLink _link;
    private readonly int _most;
    private readonly LinuxChannel? _inKernel;
    private readonly Outlet<Chunk> _out = new("SocketIncoming.out");

    /// <param name="link">The link to read.</param>
    /// <param name="most">Maximum bytes of a chunk.</param>
    /// <param name="inKernel">The downstream does not read the bytes: they may stay in the kernel.</param>
    public SocketIncoming(SocketLink link, int most, bool inKernel)
    {
        _link = link;
        _most = most;
        _inKernel = inKernel ? link.Channel as LinuxChannel : null;
        Shape = new SourceShape<Chunk>(_out);
    }

    public override SourceShape<Chunk> Shape { get; }

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this);

    private sealed class Logic : OutGraphStageLogic
    {
        private readonly SocketLink _link;
        private readonly Outlet<Chunk> _out;
        private readonly int _most;
        private readonly bool _taken;
        private readonly LinuxChannel? _inKernel;
        private SocketOperation? _readable;
        private int _size;
        private int _turn;
        private bool _likely;

        public Logic(SocketIncoming stage)
            : base(stage.Shape)
        {
            _link = stage._link;
            _out = stage._out;
            _taken = _link.TryTakeIncoming();
            _most = stage._most;
            _inKernel = stage._inKernel;
            _size = Math.Min(FirstChunk, _most);
            SetHandler(_out, this);
        }

        public override void PreStart()
        {
            if (!_taken)
            {
                FailStage(new InvalidOperationException("The incoming bytes of a link can be read by one stream only."));
                return;
            }

            Action wake = GetAsyncCallback(OnWake);
            _readable = _link.Channel.Operation(wake);
            _link.SetIncomingClosed(wake);
        }

        public override void PostStop()
        {
            if (_taken)
            {
                _link.SetIncomingClosed(null);
            }

            _readable?.Abandon();
        }

        public override void OnPull()
        {
            ReadOnlyMemory<byte> early = _link.TakeEarly();
            if (early.Length > 0)
            {
                Push(_out, Chunk.CopyOf(early.Span));
                return;
            }

            ReadOrWait();
        }

        /// <summary>The link was closed, or the wait is over.</summary>
        private void OnWake()
        {
            if (_link.IsClosed)
            {
                FailStage(_link.ClosedFault());
                return;
            }

            _link.AwaitsPeer = false;
            if (_readable!.IsDone && HandleWait() && IsAvailable(_out))
            {
                ReadOrWait();
            }
        }

        /// <summary>
        /// False when the wait found an error, which ends the stage. The kernel reports an error once: the read after a reset seen by the
        /// wait would look like a regular end.
        /// </summary>
        private bool HandleWait()
        {
            _readable!.Finish(out _);
            _likely = true;
            if (_readable.Error == SocketError.Success)
            {
                return true;
            }

            FailStage(_link.Fault(_readable.Error));
            return false;
        }

        private void ReadOrWait()
        {
            try
            {
                while (!(_likely && _turn++ < Turn && TryRead()))
                {
                    _turn = 0;
                    if (_readable!.WaitReadable())
                    {
                        _link.AwaitsPeer = true;
                        return;
                    }

                    if (!HandleWait())
                    {
                        return;
                    }
                }
            }
            catch (ObjectDisposedException)
            {
                FailStage(_link.ClosedFault());
            }
        }

        /// <summary>True when the stage has pushed or ended; false when there is nothing to read yet.</summary>
        private bool TryRead()
        {
            Chunk? chunk = _inKernel is { } channel && _size >= Bulk ? ReadInKernel(channel, out SocketError error) : ReadToMemory(out error);
            if (chunk is not null)
            {
                Adapt(chunk.Length);
                Push(_out, chunk);
                return true;
            }

            if (error == SocketError.WouldBlock)
            {
                _likely = false;
                return false;
            }

            End(error);
            return true;
        }

        private Chunk? ReadInKernel(LinuxChannel channel, out SocketError error)
        {
            Chunk? chunk = Chunk.TryReceiveInKernel(channel, _size, out error, out bool hasPipe);
            if (hasPipe)
            {
                return chunk;
            }

            return ReadToMemory(out error);
        }

        private Chunk? ReadToMemory(out SocketError error)
        {
            Chunk chunk = Chunk.Rent(Math.Min(_size, _link.ChunkSize));
            int count = 0;
            try
            {
                count = _link.Channel.Receive(chunk.Span, out error);
            }
            finally
            {
                if (count == 0)
                {
                    chunk.Dispose();
                }
            }

            if (count == 0)
            {
                return null;
            }

            chunk.Truncate(count);
            return chunk;
        }

        private void End(SocketError error)
        {
            if (error == SocketError.Success && !_link.WasReset && !_link.IsClosed)
            {
                _link.AwaitsPeer = true; // without effect
                CompleteStage();
            }
            else
            {
                FailStage(_link.Fault(error == SocketError.Success ? SocketError.ConnectionReset : error));
            }
        }

        private void Adapt(int count)
        {
            _likely = count == _size || count >= Bulk;
            if (count == Math.Min(_size, _link.ChunkSize) || count == _size)
            {
                _size = Math.Min(_size * Growth, _most);
            }
            else if (count < _size / (2 * Growth))
            {
                _size = Math.Max(_size / Growth, Math.Min(FirstChunk, _most));
            }
        }
    }
}
