using ActorTransfer.Cluster.Messages;
using Akka.Actor;

namespace ActorTransfer.Cluster.Tests.Messages;

/// <summary>The serializer of several tests.</summary>
public sealed class SerializerFixture : IAsyncLifetime
{
    private readonly ActorSystem _system = ActorSystem.Create("serializer", "akka.stdout-loglevel = OFF, akka.loglevel = OFF");

    public SerializerFixture() => Serializer = new ClusterSerializer((ExtendedActorSystem)_system);

    internal ClusterSerializer Serializer { get; }

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _system.Terminate();
}
