using System.Net.Sockets;

namespace ActorTransfer.Transports.Sockets.Linux;

/// <summary>By the pollers: waiting for room is all there is to a send, the stage sends then. Errors show when it does.</summary>
internal sealed class LinuxOperation : SocketOperation
{
    private readonly LinuxChannel _channel;
    private readonly Action _ready;
    private bool _sends;

    public LinuxOperation(LinuxChannel channel, Action completed)
        : base(completed)
    {
        _channel = channel;
        _ready = Complete;
    }

    public override SocketError Error => SocketError.Success;

    protected override bool BeginWait()
    {
        _sends = false;
        _channel.WaitReadable(_ready);
        return true;
    }

    protected override bool BeginSend(Chunk chunk)
    {
        _sends = true;
        _channel.WaitWritable(_ready);
        return true;
    }

    protected override int EndSend(Chunk chunk) => 0;

    protected override bool TryStop() => _sends ? _channel.CancelWriting() : _channel.CancelReading();
}
