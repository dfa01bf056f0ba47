using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace ActorTransfer.Scenarios.Prosody;

/// <summary>A TCP relay between a client and its server whose connections a test can reset; it can also terminate TLS, like a load balancer.</summary>
internal sealed class ResettableRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _life = new();
    private readonly ConcurrentDictionary<Socket, bool> _open = [];
    private readonly Task _accepting;
    private readonly int _target;
    private readonly X509Certificate2? _certificate;

    /// <param name="target">The server's port.</param>
    /// <param name="tls">Terminates direct TLS with this certificate; null = relays bytes unchanged.</param>
    public ResettableRelay(int target, TestCertificates? tls = null)
    {
        _target = target;
        _certificate = tls is null ? null : X509Certificate2.CreateFromPemFile(tls.Certificate, tls.Key);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Resets every connection without a stream close by either side.</summary>
    public void Cut()
    {
        foreach (var socket in _open.Keys)
        {
            socket.Close(timeout: 0);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _life.CancelAsync();
        _listener.Stop();
        Cut();
        await _accepting;
        _life.Dispose();
        _certificate?.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> running = [];
        try
        {
            while (true)
            {
                running.Add(RelayAsync(await _listener.AcceptSocketAsync(_life.Token)));
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(running);
        }
    }

    private async Task RelayAsync(Socket near)
    {
        using var far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using (near)
        {
            _open[near] = _open[far] = true;
            try
            {
                await far.ConnectAsync(IPAddress.Loopback, _target);
                await using var inside = new NetworkStream(far);
                await using var outside = await OutsideAsync(new NetworkStream(near));
                await Task.WhenAny(CopyAsync(outside, inside), CopyAsync(inside, outside));
            }
            catch (Exception lost) when (lost is SocketException or IOException or AuthenticationException)
            {
                // No server, or a client that does not trust the certificate.
            }

            _open.TryRemove(near, out _);
            _open.TryRemove(far, out _);
        }
    }

    private async Task<Stream> OutsideAsync(NetworkStream near)
    {
        if (_certificate is null)
        {
            return near;
        }

        var tls = new SslStream(near);
        await tls.AuthenticateAsServerAsync(_certificate);
        return tls;
    }

    private static async Task CopyAsync(Stream from, Stream to)
    {
        try
        {
            await from.CopyToAsync(to);
        }
        catch (Exception cut) when (cut is IOException or SocketException or ObjectDisposedException)
        {
            // The other direction also ends.
        }
    }
}
