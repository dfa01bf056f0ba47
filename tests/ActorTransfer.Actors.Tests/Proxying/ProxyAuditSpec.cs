using System.Net.Sockets;
using ActorTransfer.Testing.Links;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;

namespace ActorTransfer.Actors.Tests.Proxying;

/// <summary>What the log says of pairs that have ended.</summary>
public sealed class ProxyAuditSpec : ProxyTest, IAsyncLifetime
{
    private readonly ActorSystem _audited = ActorSystem.Create(
        "audited", ConfigurationFactory.ParseString("akka { loglevel = INFO, stdout-loglevel = OFF, loggers = [] }"));

    protected override ActorSystem Home => _audited;

    [Fact]
    public async Task End_of_an_active_pair_and_of_no_other_must_be_logged_with_who_and_how_much_but_not_the_whole_hash()
    {
        var ears = CreateTestProbe();
        _audited.EventStream.Subscribe(ears.Ref, typeof(Info));
        await StartAsync();
        using (await Socks5Client.EnterAsync(At, Stream("left")))
        {
        }

        await StatusAsync(waiting: 0, active: 0);
        var (requester, target) = await PairAsync();
        await requester.Socket.WriteAsync([1, 2, 3]);
        requester.Socket.Shutdown(SocketShutdown.Send);
        target.Socket.Shutdown(SocketShutdown.Send);

        var heard = await ears.FishForMessageAsync<Info>(info => info.Message is LogMessage { Format: var format } && format.StartsWith("Pair {", StringComparison.Ordinal));
        var log = Assert.IsAssignableFrom<LogMessage>(heard.Message);
        Assert.Contains("{Requester}", log.Format, StringComparison.Ordinal);
        Assert.Equal(
            $"{Destination.Hex[..8]}…, ada@north.example, south.example, Relayed, 3",
            string.Join(", ", log.Parameters().Where(parameter => parameter is not TimeSpan)));
        Assert.DoesNotContain(Destination.Hex, log.ToString(), StringComparison.Ordinal);
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        await _audited.Terminate();
        await DisposeAsync();
    }
}
