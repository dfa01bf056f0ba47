using System.Collections;
using System.Collections.Immutable;
using System.Reflection;
using ActorTransfer.Cluster.Messages;

namespace ActorTransfer.Cluster.Tests.Messages;

/// <summary>The formats of all messages between nodes.</summary>
public sealed class ClusterSerializerTests(SerializerFixture fixture) : IClassFixture<SerializerFixture>
{
    private readonly ClusterSerializer _serializer = fixture.Serializer;

    public static TheoryData<string> Manifests => [.. ClusterSerializer.Formats.Select(format => format.Manifest)];

    /// <summary>
    /// The bytes of each message with every field set, as the versions wrote them that added fields, the last one last. A line may be added, none may be
    /// changed.
    /// </summary>
    private static ILookup<string, string> Stored { get; } = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Messages", "stored.txt"))
        .Select(line => line.Split(' ')).ToLookup(fields => fields[0], fields => fields.ElementAtOrDefault(1) ?? "");

    [Fact]
    public void Every_message_must_have_a_format_and_its_own_manifest()
    {
        var types = typeof(IClusterMessage).Assembly.GetTypes().Where(type => type is { IsClass: true } && type.IsAssignableTo(typeof(IClusterMessage)));
        Assert.Equal(types.Select(type => type.Name).Order(), ClusterSerializer.Formats.Select(format => format.Type.Name).Order());
        Assert.Equal(Stored.Select(versions => versions.Key).Order(), ClusterSerializer.Formats.Select(format => format.Manifest).Order());
    }

    /// <summary>No actor, content, stream, tag, or anything else that is only valid in one process.</summary>
    [Theory]
    [MemberData(nameof(Manifests))]
    public void Message_must_hold_only_values(string manifest) => CheckFields(FormatOf(manifest).Type);

    [Theory]
    [MemberData(nameof(Manifests))]
    public void Message_must_be_the_same_after_its_way_to_another_node(string manifest)
    {
        var message = Make(FormatOf(manifest).Type, "a");
        Assert.Equal(manifest, _serializer.Manifest(message));
        AssertSame(message, _serializer.FromBinary(_serializer.ToBinary(message), manifest));
    }

    [Theory]
    [MemberData(nameof(Manifests))]
    public void Message_must_have_the_stored_bytes(string manifest)
    {
        var message = Make(FormatOf(manifest).Type, "a");
        var bytes = Convert.ToHexStringLower(_serializer.ToBinary(message));
        Assert.True(Stored[manifest].LastOrDefault() == bytes, $"Now it is: {manifest} {bytes}");
        AssertSame(message, _serializer.FromBinary(Convert.FromHexString(bytes), manifest));
    }

    /// <summary>Fields that an earlier version did not have get their defaults, which are not written.</summary>
    [Theory]
    [MemberData(nameof(Manifests))]
    public void Message_of_an_earlier_version_must_be_read(string manifest) => Assert.All(
        Stored[manifest],
        stored => Assert.Equal(stored, Convert.ToHexStringLower(_serializer.ToBinary(_serializer.FromBinary(Convert.FromHexString(stored), manifest)))));

    /// <summary>A later version may add fields.</summary>
    [Theory]
    [MemberData(nameof(Manifests))]
    public void Unknown_fields_must_be_skipped(string manifest)
    {
        var message = Make(FormatOf(manifest).Type, "a");
        byte[] number = [0xf8, 0x3f, 0x07];
        byte[] text = [0xfa, 0x3f, 0x02, 0x68, 0x69];
        AssertSame(message, _serializer.FromBinary([.. number, .. _serializer.ToBinary(message), .. text], manifest));
    }

    [Theory]
    [MemberData(nameof(Manifests))]
    public void Missing_fields_must_have_their_defaults(string manifest) =>
        AssertSame(Make(FormatOf(manifest).Type, text: ""), _serializer.FromBinary([], manifest));

    private static MessageFormat FormatOf(string manifest) => ClusterSerializer.Formats.Single(format => format.Manifest == manifest);

    private static void CheckFields(Type type)
    {
        foreach (var parameter in Parameters(type))
        {
            var item = ItemOf(parameter.ParameterType) ?? parameter.ParameterType;
            if (item.Namespace == typeof(IClusterMessage).Namespace && !item.IsEnum)
            {
                CheckFields(item);
            }
            else
            {
                Assert.Contains(item, new[] { typeof(string), typeof(int), typeof(long), typeof(bool) });
            }
        }
    }

    private static ParameterInfo[] Parameters(Type type)
    {
        var parameters = type.GetConstructors().Single(constructor => constructor.IsPublic).GetParameters();
        Assert.Equal(
            parameters.Select(parameter => parameter.Name).Order(),
            type.GetProperties(BindingFlags.Instance | BindingFlags.Public).Where(property => property.CanWrite).Select(property => property.Name).Order());
        return parameters;
    }

    private static Type? ItemOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableArray<>) ? type.GetGenericArguments()[0] : null;

    /// <summary>A message with a value in each field; with its defaults if the text is empty.</summary>
    private static object Make(Type type, string text) =>
        Activator.CreateInstance(type, [.. Parameters(type).Select((parameter, at) => ValueOf(parameter.ParameterType, text, at + 1))])!;

    private static object ValueOf(Type type, string text, int number) => type switch
    {
        _ when type == typeof(string) => text.Length == 0 ? "" : string.Concat(Enumerable.Repeat(text, number)),
        _ when type == typeof(int) => text.Length == 0 ? 0 : -number,
        _ when type == typeof(long) => text.Length == 0 ? 0L : 5_000_000_000L * number,
        _ when type == typeof(bool) => text.Length > 0,
        _ when ItemOf(type) is { } item => ArrayOf(item, text),
        _ => Make(type, text),
    };

    private static object ArrayOf(Type item, string text)
    {
        var items = Array.CreateInstance(item, text.Length == 0 ? 0 : 2);
        for (var at = 0; at < items.Length; at++)
        {
            items.SetValue(ValueOf(item, text, at + 1), at);
        }

        return typeof(ImmutableArray).GetMethods().First(method => method.Name == "Create" && method.GetParameters() is [{ ParameterType.IsArray: true }])
            .MakeGenericMethod(item).Invoke(null, [items])!;
    }

    /// <summary>Arrays are compared by their items.</summary>
    private static void AssertSame(object expected, object actual)
    {
        Assert.Equal(expected.GetType(), actual.GetType());
        foreach (var property in expected.GetType().GetProperties().Where(property => property.CanWrite))
        {
            var (one, other) = (property.GetValue(expected), property.GetValue(actual));
            if (one is IEnumerable items and not string)
            {
                Assert.Equal(items.Cast<object>(), ((IEnumerable)other!).Cast<object>());
            }
            else
            {
                Assert.Equal(one, other);
            }
        }
    }
}
