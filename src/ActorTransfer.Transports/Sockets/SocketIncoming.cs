using System.Net.Sockets;
using Akka.Streams;
using Akka.Streams.Stage;

namespace ActorTransfer.Transports.Sockets;

/// <summary>
/// Socket to chunks. On demand it reads at once when bytes are likely (the last read filled its chunk), else it waits for
/// readability without a buffer and rents afterwards. Chunks start small and grow while reads fill them, so a transfer of ten bytes
/// does not rent 256 KiB. Ends: FIN completes, errors fail, cancel leaves the socket open.
/// </summary>
internal sealed class SocketIncoming : GraphStage<SourceShape<Chunk>>
{
    private const int FirstChunk = 4 * 1024;
    private const int Growth = 8;

    private readonly SocketLink _link;
    private readonly Outlet<Chunk> _out = new("SocketIncoming.out");

    public SocketIncoming(SocketLink link)
    {
        _link = link;
        Shape = new SourceShape<Chunk>(_out);
    }

    public override SourceShape<Chunk> Shape { get; }

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this);

    private sealed class Logic : GraphStageLogic
    {
        private readonly SocketLink _link;
        private readonly Outlet<Chunk> _out;
        private SocketOperation? _readable;
        private CancellationTokenRegistration _closed;
        private int _size;
        private bool _likely;

        public Logic(SocketIncoming stage)
            : base(stage.Shape)
        {
            _link = stage._link;
            _out = stage._out;
            _size = Math.Min(FirstChunk, _link.ChunkSize);
            SetHandler(_out, onPull: OnPull);
        }

        public override void PreStart()
        {
            if (!_link.TryTakeIncoming())
            {
                FailStage(new InvalidOperationException("The incoming bytes of a link can be read by one stream only."));
                return;
            }

            _readable = new SocketOperation(GetAsyncCallback(OnReadable));
            _closed = _link.Closed.UnsafeRegister(static told => ((Action)told!)(), GetAsyncCallback(OnLinkClosed));
        }

        public override void PostStop()
        {
            _closed.Unregister();
            _readable?.Abandon();
        }

        private void OnPull()
        {
            ReadOnlyMemory<byte> early = _link.TakeEarly();
            if (early.Length > 0)
            {
                Push(_out, Chunk.CopyOf(early.Span));
                return;
            }

            ReadOrWait();
        }

        private void OnReadable()
        {
            _readable!.Finish();
            if (IsAvailable(_out))
            {
                _likely = true;
                ReadOrWait();
            }
        }

        private void ReadOrWait()
        {
            try
            {
                while (!(_likely && TryRead()))
                {
                    if (_readable!.WaitReadable(_link.Socket))
                    {
                        return;
                    }

                    _readable.Finish();
                    _likely = true;
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
            Chunk chunk = Chunk.Rent(_size);
            int count = 0;
            SocketError error = SocketError.Shutdown;
            try
            {
                count = _link.Socket.Receive(chunk.Span, SocketFlags.None, out error);
            }
            finally
            {
                if (count == 0)
                {
                    chunk.Dispose();
                }
            }

            if (count > 0)
            {
                chunk.Truncate(count);
                Adapt(count);
                Push(_out, chunk);
                return true;
            }

            if (error == SocketError.WouldBlock)
            {
                _likely = false;
                return false;
            }

            if (error == SocketError.Success)
            {
                CompleteStage();
            }
            else
            {
                FailStage(_link.Fault(error));
            }

            return true;
        }

        private void Adapt(int count)
        {
            _likely = count == _size;
            if (_likely)
            {
                _size = Math.Min(_size * Growth, _link.ChunkSize);
            }
            else if (count < _size / (2 * Growth))
            {
                _size = Math.Max(_size / Growth, Math.Min(FirstChunk, _link.ChunkSize));
            }
        }

        private void OnLinkClosed() => FailStage(_link.ClosedFault());
    }
}
