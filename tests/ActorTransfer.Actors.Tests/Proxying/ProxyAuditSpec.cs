using System.Net.Sockets;
using ActorTransfer.Testing.Links;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;

namespace ActorTransfer.Actors.Tests.Proxying;

/// <summary>Log events about ended pairs.</summary>
public sealed class ProxyAuditSpec : ProxyTest, IAsyncLifetime
{
    private readonly ActorSystem _audited = ActorSystem.Create(
        "audited", ConfigurationFactory.ParseString("akka { loglevel = INFO, stdout-loglevel = OFF, loggers = [] }"));

    protected override ActorSystem Home => _audited;

    [Fact]
    public async Task End_of_an_active_pair_must_be_logged_with_users_and_bytes_but_not_the_whole_hash()
    {
        var log = CreateTestProbe();
        _audited.EventStream.Subscribe(log.Ref, typeof(Info));
        await StartAsync();
        using (await Socks5Client.ConnectAsync(At, Stream("left")))
        {
        }

        await StatusAsync(waiting: 0, active: 0);
        var (requester, target) = await PairAsync();
        await requester.Socket.WriteAsync([1, 2, 3]);
        requester.Socket.Shutdown(SocketShutdown.Send);
        target.Socket.Shutdown(SocketShutdown.Send);

        var logged = await log.FishForMessageAsync<Info>(
            info => info.Message is LogMessage { Format: var format } && format.StartsWith("Pair {", StringComparison.Ordinal));
        var message = Assert.IsAssignableFrom<LogMessage>(logged.Message);
        Assert.Contains("{Requester}", message.Format, StringComparison.Ordinal);
        Assert.Equal(
            $"{Destination.Hex[..8]}…, ada@north.example, south.example, Relayed, 3",
            string.Join(", ", message.Parameters().Where(parameter => parameter is not TimeSpan)));
        Assert.DoesNotContain(Destination.Hex, message.ToString(), StringComparison.Ordinal);
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        await _audited.Terminate();
        await DisposeAsync();
    }
}
