using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace ActorTransfer.Benchmarks.Load.Candidates;

/// <summary>
/// The command <c>serve-bare</c>: a relay with .NET sockets and without the product. Two <c>await</c> loops for each pair, with a rented buffer each.
/// Supports a minimum of SOCKS5, without activation, limits or timeouts. Ends when its standard input ends.
/// </summary>
internal static class BareRelay
{
    private const int BufferSize = 256 * 1024;
    private const int Request = 47;

    public static async Task<int> RunAsync()
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(Site.Current.Proxy, 0));
        listener.Listen(int.MaxValue);
        Task accepting = AcceptAsync(listener);
        Console.WriteLine($"ready {((IPEndPoint)listener.LocalEndPoint!).Port}");
        while (await Console.In.ReadLineAsync() is not null)
        {
        }

        listener.Close();
        await accepting;
        return 0;
    }

    private static async Task AcceptAsync(Socket listener)
    {
        ConcurrentDictionary<string, Socket> waiting = [];
        ConcurrentDictionary<Task, bool> serving = [];
        try
        {
            while (true)
            {
                Socket socket = await listener.AcceptAsync();
                Task serve = ServeAsync(socket, waiting);
                serving[serve] = true;
                _ = serve.ContinueWith(done => serving.TryRemove(done, out _), TaskScheduler.Default);
            }
        }
        catch (SocketException)
        {
            // Closed: the pairs end with the process.
        }
    }

    private static async Task ServeAsync(Socket socket, ConcurrentDictionary<string, Socket> waiting)
    {
        try
        {
            socket.NoDelay = true;
            string name = await ShakeAsync(socket);
            while (!waiting.TryAdd(name, socket))
            {
                if (waiting.TryRemove(name, out Socket? first))
                {
                    await PairAsync(first, socket);
                    return;
                }
            }
        }
        catch (SocketException)
        {
            socket.Dispose();
        }
    }

    private static async Task<string> ShakeAsync(Socket socket)
    {
        byte[] bytes = new byte[Request];
        await ReadAsync(socket, bytes.AsMemory(0, 3));
        await socket.SendAsync(new byte[] { 5, 0 });
        await ReadAsync(socket, bytes);
        string name = System.Text.Encoding.ASCII.GetString(bytes, 5, 40);
        bytes[1] = 0;
        await socket.SendAsync(bytes);
        return name;
    }

    private static async Task PairAsync(Socket first, Socket second)
    {
        using (first)
        using (second)
        {
            await Task.WhenAll(RelayAsync(first, second), RelayAsync(second, first));
        }
    }

    private static async Task RelayAsync(Socket from, Socket to)
    {
        while (true)
        {
            await from.ReceiveAsync(Memory<byte>.Empty); // readiness first: an idle direction rents nothing
            byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
            try
            {
                int count = await from.ReceiveAsync(buffer);
                if (count == 0)
                {
                    to.Shutdown(SocketShutdown.Send);
                    return;
                }

                for (int sent = 0; sent < count;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent));
                }
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    private static async Task ReadAsync(Socket socket, Memory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            int count = await socket.ReceiveAsync(bytes);
            bytes = count > 0 ? bytes[count..] : throw new SocketException((int)SocketError.ConnectionReset);
        }
    }
}
