using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;

namespace ActorTransfer.Cluster.Tests.Links;

/// <summary>Instead of Akka's serializer for all objects: a message of ours without a format cannot cross nodes.</summary>
public sealed class RefusingSerializer(ExtendedActorSystem system) : Serializer(system)
{
    public const string Hocon =
        """
        akka.actor {
          serializers.refusing = "ActorTransfer.Cluster.Tests.Links.RefusingSerializer, ActorTransfer.Cluster.Tests"
          serialization-bindings."System.Object" = refusing
        }
        """;

    public override int Identifier => 65_001;

    public override bool IncludeManifest => false;

    public override byte[] ToBinary(object obj) => throw new SerializationException($"{obj.GetType()} has no format.");

    public override object FromBinary(byte[] bytes, Type type) => throw new SerializationException($"{type} has no format.");
}
