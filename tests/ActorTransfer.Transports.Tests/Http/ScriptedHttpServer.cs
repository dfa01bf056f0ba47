using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ActorTransfer.Transports.Tests.Http;

/// <summary>A server on loopback whose connections are served by a script, which gets the header of the request and the stream behind it.</summary>
internal sealed class ScriptedHttpServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _closing = new();

    public ScriptedHttpServer(Func<string, Stream, Task> script)
    {
        _listener.Start();
        Served = ServeAsync(script);
    }

    /// <summary>Ends with the first connection.</summary>
    public Task Served { get; }

    public Uri Url(string path = "/slot/a.bin") => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}{path}");

    public void Dispose()
    {
        _closing.Cancel();
        _closing.Dispose();
        _listener.Dispose();
    }

    public static Task RespondAsync(Stream to, string status) =>
        to.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")).AsTask();

    private async Task ServeAsync(Func<string, Stream, Task> script)
    {
        using var client = await _listener.AcceptTcpClientAsync(_closing.Token);
        var stream = client.GetStream();
        var header = new StringBuilder();
        var one = new byte[1];
        while (!header.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, _closing.Token) == 0)
            {
                throw new EndOfStreamException(header.ToString());
            }

            header.Append((char)one[0]);
        }

        await script(header.ToString(), stream);
    }
}
