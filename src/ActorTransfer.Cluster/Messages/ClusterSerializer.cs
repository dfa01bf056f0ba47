using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;
using Google.Protobuf;

namespace ActorTransfer.Cluster.Messages;

/// <summary>Serializes all messages of <see cref="IClusterMessage"/>. Its format is described by <see cref="MessageFormat"/>.</summary>
internal sealed class ClusterSerializer : SerializerWithStringManifest
{
    private static readonly FrozenDictionary<Type, MessageFormat> s_byType = Formats.ToFrozenDictionary(format => format.Type);

    private static readonly FrozenDictionary<string, MessageFormat> s_byManifest = Formats.ToFrozenDictionary(format => format.Manifest);

    /// <summary>Made by Akka.</summary>
    public ClusterSerializer(ExtendedActorSystem system)
        : base(system)
    {
    }

    /// <summary>The formats of all messages.</summary>
    public static ImmutableArray<MessageFormat> Formats => [.. LinkFormats.All, .. FarmFormats.All, .. AccountFormats.All, .. NodeFormats.All];

    /// <summary>The same on all nodes of all versions.</summary>
    public override int Identifier => 65_096;

    /// <inheritdoc/>
    public override string Manifest(object o) => FormatOf(o).Manifest;

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj)
    {
        using var bytes = new MemoryStream();
        using (var output = new CodedOutputStream(bytes, leaveOpen: true))
        {
            FormatOf(obj).Write((IClusterMessage)obj, output);
        }

        return bytes.ToArray();
    }

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        if (!s_byManifest.TryGetValue(manifest, out var format))
        {
            throw new SerializationException($"The message '{manifest}' is of a later version.");
        }

        using var input = new CodedInputStream(bytes);
        return format.Read(input);
    }

    private static MessageFormat FormatOf(object message) => s_byType.TryGetValue(message.GetType(), out var format)
        ? format
        : throw new SerializationException($"{message.GetType()} has no format in {nameof(ClusterSerializer)}.");
}
