using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ActorTransfer.Transports.Sockets.Linux;

/// <summary>
/// Connects by system calls. A .NET socket that connected stays registered with .NET's own poller, which would wake up for every byte.
/// </summary>
internal static class LinuxConnector
{
    private const int Stream = 1; // SOCK_STREAM
    private const int IPv4 = 2; // AF_INET
    private const int IPv6 = 10; // AF_INET6
    private const int PendingError = 4; // SO_ERROR

    /// <exception cref="SocketException">No connection.</exception>
    /// <exception cref="OperationCanceledException">By <paramref name="ct"/>.</exception>
    public static async Task<LinuxChannel> ConnectAsync(IPEndPoint endPoint, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        int descriptor = Open(endPoint.AddressFamily);
        if (descriptor < 0 && Libc.LastError == SocketError.TooManyOpenSockets && KernelPipe.CloseIdle())
        {
            descriptor = Open(endPoint.AddressFamily);
        }

        if (descriptor < 0)
        {
            throw new SocketException((int)Libc.LastError);
        }

        LinuxSocket socket = new(descriptor);
        LinuxChannel channel = new(socket, endPoint);
        try
        {
            Tune(socket);
            SocketError error = Begin(socket, endPoint);
            if (error == SocketError.InProgress)
            {
                Connected connected = new();
                channel.WaitWritable(connected);
                await connected.Task.WaitAsync(ct);
                error = Outcome(socket);
            }

            return error == SocketError.Success ? channel : throw new SocketException((int)error);
        }
        catch
        {
            channel.Close();
            throw;
        }
    }

    private static int Open(AddressFamily family)
    {
        int descriptor = Libc.Socket(family == AddressFamily.InterNetworkV6 ? IPv6 : IPv4, Stream | Libc.NonBlocking | Libc.CloseOnExec, protocol: 0);
        if (descriptor < 0 || DescriptorReserve.Allows(descriptor))
        {
            return descriptor;
        }

        _ = Libc.Close(descriptor);
        Marshal.SetLastPInvokeError(Libc.TooManyOpenFiles);
        return -1;
    }

    private static SocketError Begin(LinuxSocket socket, IPEndPoint endPoint)
    {
        SocketAddress address = endPoint.Serialize();
        return Libc.Connect(socket, address.Buffer.Span, address.Size) == 0 || Libc.WasInterrupted ? SocketError.InProgress : Libc.LastError;
    }

    private static SocketError Outcome(LinuxSocket socket)
    {
        Span<byte> value = stackalloc byte[sizeof(int)];
        int length = value.Length;
        return Libc.GetOption(socket, Libc.SocketLevel, PendingError, value, ref length) == 0
            ? Libc.ErrorOf(MemoryMarshal.Read<int>(value))
            : Libc.LastError;
    }

    private static void Tune(LinuxSocket socket)
    {
        foreach ((int level, int option, int value) in SocketTuning.LinuxOptions)
        {
            _ = Libc.SetOption(socket, level, option, BitConverter.GetBytes(value), sizeof(int));
        }
    }

    private sealed class Connected() : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), IReadiness
    {
        public void OnReady() => TrySetResult();
    }
}
