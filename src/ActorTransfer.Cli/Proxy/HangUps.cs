using System.Runtime.InteropServices;
using System.Threading.Channels;

namespace ActorTransfer.Cli.Proxy;

/// <summary>The SIGHUP signals of the process, which do not end it. Several signals before the next read count once.</summary>
internal sealed class HangUps : IDisposable
{
    private readonly Channel<bool> _signals = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly PosixSignalRegistration _registration;

    public HangUps() => _registration = PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnSignal);

    /// <summary>The signals until <paramref name="ct"/>.</summary>
    public IAsyncEnumerable<bool> ReadAllAsync(CancellationToken ct) => _signals.Reader.ReadAllAsync(ct);

    /// <inheritdoc/>
    public void Dispose() => _registration.Dispose();

    private void OnSignal(PosixSignalContext signal)
    {
        signal.Cancel = true;
        _signals.Writer.TryWrite(true);
    }
}
