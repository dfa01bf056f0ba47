using System.Net.Sockets;
using ActorTransfer.Extensibility;

namespace ActorTransfer.Transports.Sockets.Linux;

/// <summary>By the pollers: a send only waits for buffer space, then the stage sends. Errors surface there.</summary>
internal sealed class LinuxOperation : SocketOperation, IReadiness
{
    private readonly LinuxChannel _channel;
    private bool _sends;

    public LinuxOperation(LinuxChannel channel, Action completed)
        : base(completed)
        => _channel = channel;

    public void OnReady() => Complete();

    public override SocketError Error => SocketError.Success;

    protected override bool BeginWait()
    {
        _sends = false;
        _channel.WaitReadable(this);
        return true;
    }

    protected override bool BeginSend(Chunk chunk)
    {
        _sends = true;
        _channel.WaitWritable(this);
        return true;
    }

    protected override int EndSend(Chunk chunk) => 0;

    protected override bool TryStop() => _sends ? _channel.CancelWriting() : _channel.CancelReading();
}
