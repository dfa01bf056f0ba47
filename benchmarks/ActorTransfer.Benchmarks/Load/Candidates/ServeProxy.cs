using System.Net;
using ActorTransfer.Actors;
using ActorTransfer.Actors.Connections.Component;
using ActorTransfer.Actors.Proxy;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Protocol.Addressing;
using ActorTransfer.Protocol.Proxying;
using Akka.Actor;
using Akka.Configuration;

namespace ActorTransfer.Benchmarks.Load.Candidates;

/// <summary>The command <c>serve-proxy COMPONENT SERVER SECRET</c>: the engine with nothing but a proxy. Ends with its standard input.</summary>
internal static class ServeProxy
{
    private const string Hocon = """
        akka.loglevel = WARNING
        """;

    public static async Task<int> RunAsync(string component, string server, string secret)
    {
        Config config = ConfigurationFactory.ParseString(Hocon);
        IPEndPoint at = IPEndPoint.Parse(server);
        Jid name = Jid.Parse(component);
        EngineDefinition definition = new()
        {
            Proxies =
            [
                new ProxyDefinition(
                    new BytestreamsProxy.Definition(name, [new IPEndPoint(IPAddress.Loopback, 0)], [], ProxyAccess.Everybody),
                    new LinkDefinition.Component(new ComponentAddress(at.Address.ToString(), at.Port, name, secret))),
            ],
        };
        ActorSystem system = ActorSystem.Create("serve-proxy", config);
        IActorRef engine = system.ActorOf(EngineActor.Props(definition, EngineSettings.Read(config)), Engine.Name);
        Engine.Parts parts = await engine.Ask<Engine.Parts>(new Engine.GetParts(), TimeSpan.FromSeconds(10));
        var status = await parts.Proxies[name].Ask<BytestreamsProxy.Status>(new BytestreamsProxy.GetStatus(), TimeSpan.FromSeconds(10));
        Console.WriteLine($"ready {status.EndPoints[0].Port}");
        while (await Console.In.ReadLineAsync() is not null)
        {
        }

        await system.Terminate();
        return 0;
    }
}
