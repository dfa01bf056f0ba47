using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ActorTransfer.Scenarios.Architecture;

/// <summary>The C# code of documents compiles against the public API, with the using directives that it shows; the first program also runs.</summary>
public sealed class DocumentedCodeSpec
{
    /// <summary>What a fragment may use without declaring it: the names of the reader's application.</summary>
    private const string Names = """
        static Microsoft.Extensions.Hosting.HostApplicationBuilder builder = null!;
        static Microsoft.AspNetCore.Builder.WebApplication app = null!;
        static Microsoft.Extensions.Hosting.IHost host = null!;
        static Microsoft.Extensions.DependencyInjection.IServiceCollection services = null!;
        static ActorTransfer.ActorTransferOptions o = null!;
        static Akka.Hosting.AkkaConfigurationBuilder akka = null!;
        static ActorTransfer.ClientAccount account = null!, other = null!;
        static ActorTransfer.IFileTransfers transfers = null!;
        static ActorTransfer.IIncomingOffer offer = null!;
        static ActorTransfer.Jid to = null!, jid = null!;
        static ActorTransfer.ProxyAccess access = null!;
        static System.IO.Pipelines.Pipe pipe = null!;
        static System.IO.Stream stream = null!;
        static System.Xml.Linq.XElement stanza = null!;
        static dynamic router = null!;
        static string secret = "", password = "";
        static long length = 0;
        static System.Threading.CancellationToken ct = default, stopping = default;
        static ActorTransfer.Extensibility.Chunk Scanned(ActorTransfer.Extensibility.Chunk chunk) => chunk;
        static System.Threading.Tasks.Task<bool> IsFriendAsync(ActorTransfer.Jid user, System.Threading.CancellationToken ct) => null!;
        """;

    /// <summary>The implicit ones of a console project.</summary>
    private const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    /// <summary>And of a web project.</summary>
    private const string WebUsings = """
        global using System.Net.Http.Json;
        global using Microsoft.AspNetCore.Builder;
        global using Microsoft.AspNetCore.Hosting;
        global using Microsoft.AspNetCore.Http;
        global using Microsoft.AspNetCore.Routing;
        global using Microsoft.Extensions.Configuration;
        global using Microsoft.Extensions.DependencyInjection;
        global using Microsoft.Extensions.Hosting;
        global using Microsoft.Extensions.Logging;
        """;

    /// <summary>Warnings about fragments that are no faults of the code: nothing is awaited, used or assigned there.</summary>
    private static readonly ImmutableHashSet<string> Harmless = ["CS0169", "CS0219", "CS0414", "CS0649", "CS1998", "CS8321", "CS9113", "CS1701", "CS1702"];

    private static readonly CSharpParseOptions Parsing = new(LanguageVersion.Latest);

    private static readonly Lazy<List<string>> Samples = new(() =>
    [
        .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "samples"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal)).Select(file => Unindented(File.ReadAllText(file))),
    ]);

    private static readonly Lazy<ImmutableArray<MetadataReference>> References = new(() =>
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path))]);

    public static TheoryData<string> Blocks => DocumentBlock.Places("csharp");

    [Theory]
    [MemberData(nameof(Blocks))]
    public void Code_must_compile(string place)
    {
        var block = DocumentBlock.At(place);
        var faults = Faults(block);
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [Fact]
    public void Code_that_uses_an_unknown_member_must_be_reported_with_its_line()
    {
        var faults = Faults(new DocumentBlock("page.md", 7, "csharp", "using ActorTransfer;\n\nawait transfers.TransmitAsync(to, ct);"));

        Assert.Contains("page.md:9: CS1061", Assert.Single(faults), StringComparison.Ordinal);
    }

    /// <summary>The README's, with a folder of the test's; in this process, so its console is a list.</summary>
    [Fact]
    public async Task First_program_must_transfer_a_file()
    {
        const string console = """
            static class Console
            {
                public static readonly System.Collections.Generic.List<string> Lines = new();
                public static void WriteLine(object? line) => Lines.Add($"{line}");
            }
            """;
        using var folder = new TestFolder();
        var block = DocumentBlock.All.First(block => block is { Document: "README.md", Language: "csharp" });
        var code = block.Text.Replace("\"inbox\"", $"\"{folder["inbox"]}\"", StringComparison.Ordinal);
        Assert.NotEqual(block.Text, code);
        using var emitted = new MemoryStream();
        Assert.True(Compilation(Placed(code, block) + console, isWeb: false).Emit(emitted).Success);
        var program = Assembly.Load(emitted.ToArray());

        await Task.Run(() => program.EntryPoint!.Invoke(null, [new[] { folder.File("photo.jpg", "abc"u8) }])).WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal("abc", await File.ReadAllTextAsync(folder["inbox/photo.jpg"]));
        var lines = (List<string>)program.GetType("Console")!.GetField("Lines")!.GetValue(null)!;
        Assert.Equal(2, lines.Count(line => line.StartsWith("Completed {", StringComparison.Ordinal)));
    }

    /// <summary>A program as it is, or a fragment inside an application that has the usual names.</summary>
    private static List<string> Faults(DocumentBlock block)
    {
        if (Samples.Value.Exists(sample => sample.Contains(Unindented(block.Text), StringComparison.Ordinal)))
        {
            return []; // an excerpt of a sample, which is built and run
        }

        var isWeb = block.Text.Contains("app.Map", StringComparison.Ordinal);
        return Compile(Placed(block.Text, block), isWeb) is { Count: > 0 } ? Compile(Wrapped(block), isWeb) : [];
    }

    private static CSharpCompilation Compilation(string code, bool isWeb) => CSharpCompilation.Create(
        "Documented",
        [CSharpSyntaxTree.ParseText(code, Parsing), CSharpSyntaxTree.ParseText(isWeb ? Usings + "\n" + WebUsings : Usings, Parsing)],
        References.Value,
        new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));

    private static List<string> Compile(string code, bool isWeb)
    {
        return
        [
            .. Compilation(code, isWeb).GetDiagnostics().Where(found => found.Severity >= DiagnosticSeverity.Warning && !Harmless.Contains(found.Id))
                .Select(found => $"{Place(found.Location.GetMappedLineSpan())}: {found.Id}: {found.GetMessage()}"),
        ];
    }

    /// <summary>Statements become a method, types are nested beside it.</summary>
    private static string Wrapped(DocumentBlock block)
    {
        var unit = (CompilationUnitSyntax)CSharpSyntaxTree.ParseText(block.Text, Parsing).GetRoot();
        var statements = unit.Members.OfType<GlobalStatementSyntax>().Select(statement => Placed(statement.ToFullString(), block, statement.FullSpan.Start));
        var types = unit.Members.Where(member => member is not GlobalStatementSyntax).Select(type => Placed(type.ToFullString(), block, type.FullSpan.Start));
        return $$"""
            {{string.Concat(unit.Usings.Select(directive => Placed(directive.ToFullString(), block, directive.FullSpan.Start)))}}
            #line hidden
            static class Application
            {
            {{Names}}
            static async Task Main(string[] args)
            {
            {{string.Concat(statements)}}
            #line hidden
            }
            {{string.Concat(types)}}
            #line hidden
            sealed class Backup;
            interface ScanFiles : ActorTransfer.Extensibility.IContentStagesPolicy;
            interface Menu : ActorTransfer.Extensibility.IFileRequestPolicy;
            interface Addresses : ActorTransfer.Extensibility.IAddressPolicy;
            }
            """;
    }

    private static string Unindented(string code) => string.Join('\n', code.Split('\n').Select(line => line.Trim()));

    private static string Place(FileLinePositionSpan span) => $"{span.Path}:{span.StartLinePosition.Line + 1}";

    /// <summary>Code whose faults are reported at its place in the document.</summary>
    private static string Placed(string code, DocumentBlock block, int start = 0) =>
        $"\n#line {block.Line + block.Text.AsSpan(0, start).Count('\n')} \"{block.Document}\"\n{code}\n";
}
