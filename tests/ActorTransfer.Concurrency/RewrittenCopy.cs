using System.Diagnostics;
using System.Reflection;
using Microsoft.Coyote;
using Microsoft.Coyote.Rewriting;

namespace ActorTransfer.Concurrency;

/// <summary>A copy of this program in which Coyote decides what runs next: its tasks, locks, interlocked and volatile operations are rewritten.</summary>
internal static class RewrittenCopy
{
    private static readonly string[] s_rewritten = ["ActorTransfer.Transports.dll", "ActorTransfer.Concurrency.dll"];

    /// <summary>Runs the copy with the same arguments, and deletes it.</summary>
    /// <returns>Its exit code.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var folder = Directory.CreateTempSubdirectory("actor-transfer-schedules-");
        try
        {
            foreach (var file in Directory.GetFiles(AppContext.BaseDirectory))
            {
                File.Copy(file, Path.Combine(folder.FullName, Path.GetFileName(file)));
            }

            Array.ForEach(s_rewritten, name => Rewrite(Path.Combine(folder.FullName, name)));
            ProcessStartInfo start = new("dotnet", [Path.Combine(folder.FullName, "ActorTransfer.Concurrency.dll"), .. arguments]);
            using var process = Process.Start(start)!;
            await process.WaitForExitAsync();
            return process.ExitCode;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>As the command 'coyote rewrite', whose program is not needed so: what it calls is in Coyote's package, but not public.</summary>
    private static void Rewrite(string path)
    {
        const BindingFlags Any = BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
        var type = typeof(RewritingEngine).Assembly.GetType("Microsoft.Coyote.Rewriting.RewritingOptions", throwOnError: true)!;
        var options = type.GetMethod("Create", Any)!.Invoke(null, null);
        void Set(string name, object value) => type.GetProperty(name, Any)!.SetValue(options, value);
        Set("AssembliesDirectory", Path.GetDirectoryName(path)!);
        Set("OutputDirectory", Path.GetDirectoryName(path)!);
        Set("AssemblyPaths", new HashSet<string> { path });
        var configuration = Configuration.Create();
        var run = typeof(RewritingEngine).GetMethods(Any).Single(method => method is { IsStatic: true, Name: "Run" });
        object? New(int parameter, params object[] values) => Activator.CreateInstance(run.GetParameters()[parameter].ParameterType, Any, null, values, null);
        run.Invoke(null, [options, configuration, New(2, configuration, false), New(3)]);
    }
}
