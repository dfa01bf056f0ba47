using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ActorTransfer.Scenarios.Architecture;

/// <summary>
/// The dependencies between the folders of a project as the compiler sees them, whatever their namespaces. Only top-level folders count; subfolders
/// belong to them. Each file outside of a folder counts as a folder.
/// </summary>
internal sealed class FolderGraph
{
    private readonly Dictionary<string, Dictionary<string, string>> _needs = [];

    private FolderGraph()
    {
    }

    /// <summary>Reads a project's sources.</summary>
    /// <param name="project">Its folder, which has the name of its assembly.</param>
    public static FolderGraph Of(string project)
    {
        var options = new CSharpParseOptions(LanguageVersion.Preview);
        var files = Directory.EnumerateFiles(project, "*.cs", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(project, file).StartsWith("bin", StringComparison.Ordinal))
            .Where(file => !Path.GetRelativePath(project, file).StartsWith("obj", StringComparison.Ordinal)
                || file.EndsWith(".GlobalUsings.g.cs", StringComparison.Ordinal));
        var trees = files.Select(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file), options, file)).ToImmutableArray();
        var name = Path.GetFileName(project);
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileNameWithoutExtension(path) is var assembly && assembly != name && assembly != "actor-transfer")
            .Select(path => MetadataReference.CreateFromFile(path));
        var compilation = CSharpCompilation.Create(
            name, trees, references, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
        var graph = new FolderGraph();
        foreach (var tree in trees)
        {
            graph.Read(project, tree, compilation.GetSemanticModel(tree));
        }

        return graph;
    }

    /// <summary>Each cycle as folders, with one name for each dependency; empty when there is none.</summary>
    public IEnumerable<string> Cycles()
    {
        var done = new HashSet<string>();
        foreach (var start in _needs.Keys.Order(StringComparer.Ordinal))
        {
            if (ShortestPath(start, start, []) is { } cycle && done.Add(string.Join(' ', cycle.Order(StringComparer.Ordinal))))
            {
                yield return string.Join(", ",
                    cycle.Select((folder, at) => cycle[(at + 1) % cycle.Length] is var next ? $"{folder} depends on {next} ({_needs[folder][next]})" : ""));
            }
        }
    }

    /// <summary>The shortest path from one folder to another.</summary>
    private string[]? ShortestPath(string from, string to, HashSet<string> seen)
    {
        var queue = new Queue<string[]>([[from]]);
        while (queue.TryDequeue(out var cycle))
        {
            foreach (var next in _needs.GetValueOrDefault(cycle[^1])?.Keys.Order(StringComparer.Ordinal) ?? Enumerable.Empty<string>())
            {
                if (next == to)
                {
                    return cycle;
                }

                if (seen.Add(next))
                {
                    queue.Enqueue([.. cycle, next]);
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
