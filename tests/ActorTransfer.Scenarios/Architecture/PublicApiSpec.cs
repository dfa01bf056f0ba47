using System.Reflection;
using PublicApiGenerator;

namespace ActorTransfer.Scenarios.Architecture;

/// <summary>The public API for applications and extenders is recorded in <c>docs/api</c>, so that every change to it is visible.</summary>
public sealed class PublicApiSpec
{
    /// <summary>If this variable is set, the test writes the files instead.</summary>
    private const string Update = "UPDATE_PUBLIC_API";

    [Theory]
    [InlineData("ActorTransfer.Protocol")]
    [InlineData("ActorTransfer.Transports")]
    [InlineData("ActorTransfer.Actors")]
    [InlineData("ActorTransfer.Hosting")]
    [InlineData("ActorTransfer.LocalDomain")]
    [InlineData("ActorTransfer.OpenTelemetry")]
    [InlineData("ActorTransfer.AspNetCore")]
    [InlineData("ActorTransfer.Cluster")]
    public void Public_API_must_match_its_description(string library)
    {
        var file = Path.Combine(Repository.Root, "docs", "api", library + ".txt");
        var api = Assembly.Load(library).GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false }).ReplaceLineEndings("\n");
        if (Environment.GetEnvironmentVariable(Update) is not null)
        {
            File.WriteAllText(file, api);
        }

        Assert.True(api == File.ReadAllText(file),
            $"The public API of {library} has changed. If that is meant, run this test with {Update}=1, and look at the difference.");
    }

    /// <summary>A first program needs only one using directive.</summary>
    [Theory]
    [InlineData("ActorTransfer.Protocol")]
    [InlineData("ActorTransfer.Transports")]
    [InlineData("ActorTransfer.Actors")]
    [InlineData("ActorTransfer.Hosting")]
    [InlineData("ActorTransfer.LocalDomain")]
    [InlineData("ActorTransfer.OpenTelemetry")]
    [InlineData("ActorTransfer.AspNetCore")]
    [InlineData("ActorTransfer.Cluster")]
    public void Public_types_must_be_in_the_namespaces_for_applications_or_extenders(string library) => Assert.All(
        Assembly.Load(library).GetExportedTypes(), type => Assert.Contains(type.Namespace, new[] { "ActorTransfer", "ActorTransfer.Extensibility" }));
}
