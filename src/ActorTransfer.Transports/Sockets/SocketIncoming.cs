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
        private readonly bool _taken;
        private SocketOperation? _readable;
        private CancellationTokenRegistration _closed;
        private int _size;
        private bool _likely;

        public Logic(SocketIncoming stage)
            : base(stage.Shape)
        {
            _link = stage._link;
            _out = stage._out;
            _taken = _link.TryTakeIncoming();
            _size = Math.Min(FirstChunk, _link.ChunkSize);
            SetHandler(_out, onPull: OnPull);
        }

        public override void PreStart()
        {
            if (!_taken)
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
            if (HeedWait() && IsAvailable(_out))
            {
                ReadOrWait();
            }
        }

        /// <summary>
        /// False when the wait found an error, which ends the stage. The kernel tells an error once: the read that follows a reset
        /// which the wait has seen would look like a regular end.
        /// </summary>
        private bool HeedWait()
        {
            _readable!.Finish();
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
                while (!(_likely && TryRead()))
                {
                    if (_readable!.WaitReadable(_link.Socket))
                    {
                        return;
                    }

                    if (!HeedWait())
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

            End(error);
            return true;
        }

        private void End(SocketError error)
        {
            if (error == SocketError.Success && !_link.WasReset && !_link.IsClosed)
            {
                CompleteStage();
            }
            else
            {
                FailStage(_link.Fault(error == SocketError.Success ? SocketError.ConnectionReset : error));
            }
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
