using System.Reflection;
using ActorTransfer.Actors.Transfers;
using ActorTransfer.Cluster.Accounts;
using ActorTransfer.Cluster.Messages;
using Akka.Actor;

namespace ActorTransfer.Cluster.Tests.Accounts;

/// <summary>What a node tells the node of an account about a send.</summary>
public sealed class SendRequestsTests
{
    private static readonly SendOptions s_options = new("ada@north.example", Jid.Parse("ada@north.example/desk"))
    {
        Methods = StreamMethods.InBand,
        Signalling = Signalling.StreamInitiation,
        Proxies = [Jid.Parse("proxy.north.example")],
        EncryptUpload = true,
    };

    [Fact]
    public async Task No_option_of_a_send_may_be_lost_on_its_way()
    {
        var terms = s_options.ToTerms();
        var properties = typeof(Transfer.SendTerms).GetProperties(BindingFlags.Instance | BindingFlags.Public);
        Assert.All(properties, property => Assert.NotEqual(property.GetValue(new Transfer.SendTerms()), property.GetValue(terms)));
        var arrived = SendRequests.ToTerms(await TravelAsync(s_options));
        Assert.Equal(terms.Proxies.AsEnumerable(), arrived.Proxies.AsEnumerable());
        Assert.Equal(terms, arrived with { Proxies = terms.Proxies });
    }

    [Fact]
    public async Task Signalling_that_is_not_given_must_be_as_configured_there() =>
        Assert.Null(SendRequests.ToTerms(await TravelAsync(new SendOptions("ada@north.example"))).Signalling);

    private static async Task<AccountMessage.Send> TravelAsync(SendOptions options)
    {
        using var system = ActorSystem.Create("requests", "akka.loglevel = OFF, akka.stdout-loglevel = OFF");
        var serializer = new ClusterSerializer((ExtendedActorSystem)system);
        var send = SendRequests.ToMessage(options.Account!, Jid.Parse("bob@north.example/x"), new FileDescription("a", 1), options, "/shared/a", "");
        var arrived = (AccountMessage.Send)serializer.FromBinary(serializer.ToBinary(send), serializer.Manifest(send));
        await system.Terminate();
        return arrived;
    }
}
