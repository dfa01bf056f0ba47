using System.Reflection;
using System.Runtime.CompilerServices;
using System.Xml.Linq;

namespace ActorTransfer.Scenarios.Architecture;

/// <summary>
/// Cli -> AspNetCore -> OpenTelemetry -> Cluster -> LocalDomain -> Hosting -> Actors -> Transports -> Protocol, and no reference in the other direction.
/// </summary>
public sealed class ArchitectureSpec
{
    /// <summary>From the bottom up: a project may refer to those before it.</summary>
    private static readonly string[] Layers =
        ["ActorTransfer.Protocol", "ActorTransfer.Transports", "ActorTransfer.Actors", "ActorTransfer.Hosting", "ActorTransfer.LocalDomain",
            "ActorTransfer.Cluster", "ActorTransfer.OpenTelemetry", "ActorTransfer.AspNetCore", "ActorTransfer.Cli"];

    /// <summary>Framework assemblies for I/O, concurrency or access to the machine. An IPAddress is only a value.</summary>
    private static readonly string[] ForbiddenInProtocol =
    [
        "Akka", "System.Net.Sockets", "System.Net.Security", "System.Net.NameResolution", "System.IO.Pipelines",
        "System.Threading.Channels", "System.Threading.Thread", "System.Threading.ThreadPool", "System.IO.FileSystem",
        "System.Diagnostics.Process", "Microsoft.Extensions",
    ];

    [Fact]
    public void Every_project_must_belong_to_a_layer() =>
        Assert.Equal(Layers.Order(), Projects().Select(project => Path.GetFileNameWithoutExtension(project)).Order());

    [Fact]
    public void Projects_must_reference_lower_layers_only()
    {
        foreach (var project in Projects())
        {
            var level = Array.IndexOf(Layers, Path.GetFileNameWithoutExtension(project));
            var wrong = XDocument.Load(project).Descendants("ProjectReference")
                .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')))
                .Where(name => Array.IndexOf(Layers, name) is var other && (other < 0 || other >= level));
            Assert.True(!wrong.Any(), $"{Layers[level]} must not refer to {string.Join(", ", wrong)}");
        }
    }

    [Fact]
    public void Protocol_must_reference_no_other_assembly()
    {
        var project = XDocument.Load(Projects().Single(path => Path.GetFileNameWithoutExtension(path) == Layers[0]));
        Assert.Empty(project.Descendants("ProjectReference"));
        Assert.Empty(project.Descendants("PackageReference"));
        Assert.Empty(project.Descendants("Reference"));
    }

    [Fact]
    public void Protocol_must_use_no_sockets_actors_or_operating_system()
    {
        var used = typeof(Jid).Assembly.GetReferencedAssemblies().Select(name => name.Name!);
        Assert.DoesNotContain(used, name => ForbiddenInProtocol.Any(banned => name == banned || name.StartsWith(banned + ".", StringComparison.Ordinal)));
    }

    [Fact]
    public void Protocol_must_have_no_asynchronous_methods()
    {
        var types = typeof(Jid).Assembly.GetTypes();
        Assert.DoesNotContain(types, type => typeof(IAsyncStateMachine).IsAssignableFrom(type));
        const BindingFlags all = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        Assert.DoesNotContain(types.SelectMany(type => type.GetMethods(all)), method =>
            IsTask(method.ReturnType) || method.GetParameters().Any(parameter => IsTask(parameter.ParameterType)));
        Assert.DoesNotContain(types.SelectMany(type => type.GetFields(all)), field => IsTask(field.FieldType));
    }

    [Theory]
    [InlineData("ActorTransfer.Protocol")]
    [InlineData("ActorTransfer.Transports")]
    [InlineData("ActorTransfer.Actors")]
    [InlineData("ActorTransfer.Hosting")]
    [InlineData("ActorTransfer.LocalDomain")]
    [InlineData("ActorTransfer.OpenTelemetry")]
    [InlineData("ActorTransfer.AspNetCore")]
    [InlineData("ActorTransfer.Cluster")]
    [InlineData("ActorTransfer.Cli")]
    public void Folders_of_a_project_must_not_depend_on_each_other_in_cycles(string project) =>
        Assert.Empty(FolderGraph.Of(Path.Combine(Repository.Root, "src", project)).Cycles());

    [Theory]
    [InlineData("ActorTransfer.Protocol")]
    [InlineData("ActorTransfer.Transports")]
    [InlineData("ActorTransfer.Actors")]
    [InlineData("ActorTransfer.Hosting")]
    [InlineData("ActorTransfer.LocalDomain")]
    [InlineData("ActorTransfer.OpenTelemetry")]
    [InlineData("ActorTransfer.AspNetCore")]
    [InlineData("ActorTransfer.Cluster")]
    [InlineData("actor-transfer")]
    public void Namespace_must_not_have_the_name_of_a_type_in_it(string assembly) => Assert.DoesNotContain(
        Assembly.Load(assembly).GetTypes(), type => type.Namespace is { } name && name.EndsWith("." + type.Name, StringComparison.Ordinal));

    [Fact]
    public void Source_files_must_have_at_most_300_lines()
    {
        var files = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(folder => folder is "bin" or "obj"));
        Assert.All(files, file => Assert.InRange(File.ReadLines(file).Count(), 1, 300));
    }

    private static bool IsTask(Type type) =>
        typeof(Task).IsAssignableFrom(type) || type.Name.StartsWith("ValueTask", StringComparison.Ordinal)
        || type.Name.StartsWith("IAsyncEnumer", StringComparison.Ordinal) || type == typeof(CancellationToken) || type == typeof(Thread);

    private static IEnumerable<string> Projects() => Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories);
}
