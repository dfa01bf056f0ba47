using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.Proxy;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Proxying;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Transports;
using Akka.Actor;

namespace ActorTransfer.Actors.Tests.Proxying;

/// <summary>A proxy that begins anew, because it or another part of the engine has crashed.</summary>
public sealed class ProxyRestartSpec : ProxyTest
{
    private readonly List<Action<RelayEvent>> _relays = [];

    [Fact]
    public async Task What_relays_of_an_earlier_life_say_must_not_count()
    {
        await StartAsync("", null, (_, _, _, _, tell) => _relays.Add(tell));
        await PairAsync();
        await RestartAsync();
        Assert.Single(_relays)(new RelayEvent.Ended(FromFirst: true, 5, new IOException()));
        Assert.Single(_relays)(new RelayEvent.Ended(FromFirst: false, 5, new IOException()));
        var status = await StatusAsync();
        Assert.Equal((0, 0L), (status.Active, status.Ended));
    }

    [Fact]
    public async Task Rights_that_were_changed_must_stay_so()
    {
        await StartAsync();
        Proxy.Tell(new BytestreamsProxy.Reload(Settings().Proxy, ProxyAccess.Only([Bo.Bare])), TestActor);
        await RestartAsync();
        await RestartAsync();
        Assert.Equal((ErrorType.Auth, ErrorConditions.Forbidden), await RefusedAsync(Iq.Get("g", Relay, ProxyAddress.Query(), Ada)));
    }

    [Fact]
    public async Task Drain_must_go_on_and_be_answered()
    {
        await StartAsync("", null, (_, _, _, _, tell) => _relays.Add(tell));
        await PairAsync();
        Proxy.Tell(new BytestreamsProxy.Drain(), TestActor);
        await StillRunsAsync(Proxy);
        await RestartAsync();
        await ExpectMsgAsync<BytestreamsProxy.Drained>();
        Assert.Equal((ErrorType.Wait, ErrorConditions.ResourceConstraint), await RefusedAsync(Iq.Get("g", Relay, ProxyAddress.Query(), Ada)));
        await RestartAsync();
        Assert.True((await StatusAsync()).Draining);
    }

    /// <summary>An order that cannot be carried out crashes it.</summary>
    private async Task RestartAsync()
    {
        Proxy.Tell(new BytestreamsProxy.Reload(null!, ProxyAccess.Everybody), TestActor);
        await Link.ExpectMsgAsync<Connection.Serve>();
    }
}
