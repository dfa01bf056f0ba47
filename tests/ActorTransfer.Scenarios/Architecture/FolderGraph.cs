using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ActorTransfer.Scenarios.Architecture;

/// <summary>
/// Which folders of a project need which: as the compiler sees it, whatever their namespaces are. The folders at the top of a project count; what lies below one is
/// part of it. Files at the very top are each a folder of its own.
/// </summary>
internal sealed class FolderGraph
{
    private readonly Dictionary<string, Dictionary<string, string>> _needs = [];

    private FolderGraph()
    {
    }

    /// <summary>Reads a project's sources.</summary>
    /// <param name="project">Its folder, named as its assembly.</param>
    public static FolderGraph Of(string project)
    {
        var options = new CSharpParseOptions(LanguageVersion.Preview);
        var files = Directory.EnumerateFiles(project, "*.cs", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(project, file).StartsWith("bin", StringComparison.Ordinal))
            .Where(file => !Path.GetRelativePath(project, file).StartsWith("obj", StringComparison.Ordinal) || file.EndsWith(".GlobalUsings.g.cs", StringComparison.Ordinal));
        var trees = files.Select(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file), options, file)).ToImmutableArray();
        var name = Path.GetFileName(project);
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileNameWithoutExtension(path) is var assembly && assembly != name && assembly != "actor-transfer")
            .Select(path => MetadataReference.CreateFromFile(path));
        var compilation = CSharpCompilation.Create(name, trees, references, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
        var graph = new FolderGraph();
        foreach (var tree in trees)
        {
            graph.Read(project, tree, compilation.GetSemanticModel(tree));
        }

        return graph;
    }

    /// <summary>Each circle as folders, with one name for each need; empty when there is none.</summary>
    public IEnumerable<string> Circles()
    {
        var done = new HashSet<string>();
        foreach (var start in _needs.Keys.Order(StringComparer.Ordinal))
        {
            if (Way(start, start, []) is { } way && done.Add(string.Join(' ', way.Order(StringComparer.Ordinal))))
            {
                yield return string.Join(", ", way.Select((folder, at) => way[(at + 1) % way.Length] is var next ? $"{folder} needs {next} ({_needs[folder][next]})" : ""));
            }
        }
    }

    /// <summary>The shortest way from a folder back to another.</summary>
    private string[]? Way(string from, string to, HashSet<string> seen)
    {
        var queue = new Queue<string[]>([[from]]);
        while (queue.TryDequeue(out var way))
        {
            foreach (var next in _needs.GetValueOrDefault(way[^1])?.Keys.Order(StringComparer.Ordinal) ?? Enumerable.Empty<string>())
            {
                if (next == to)
                {
                    return way;
                }

                if (seen.Add(next))
                {
                    queue.Enqueue([.. way, next]);
                }
            }
        }

        return null;
    }

    private void Read(string project, SyntaxTree tree, SemanticModel model)
    {
        var folder = FolderOf(project, tree);
        foreach (var name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>())
        {
            var symbol = model.GetSymbolInfo(name).Symbol;
            var type = symbol as INamedTypeSymbol ?? symbol?.ContainingType;
            foreach (var place in type?.OriginalDefinition.DeclaringSyntaxReferences ?? [])
            {
                if (FolderOf(project, place.SyntaxTree) is var other && other != folder)
                {
                    (_needs.TryGetValue(folder, out var needs) ? needs : _needs[folder] = []).TryAdd(other, $"{Path.GetFileName(tree.FilePath)}: {type!.Name}");
                }
            }
        }
    }

    private static string FolderOf(string project, SyntaxTree tree) => Path.GetRelativePath(project, tree.FilePath).Split(Path.DirectorySeparatorChar)[0];
}
