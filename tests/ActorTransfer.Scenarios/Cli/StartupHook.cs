using System.Diagnostics.CodeAnalysis;

/// <summary>
/// Runs in a process of the command line before the program does (.NET's startup hooks): when the engine is loaded, an unobserved thread fails.
/// </summary>
[SuppressMessage("Design", "CA1050:Declare types in namespaces", Justification = "The runtime wants this name.")]
internal static class StartupHook
{
    public static void Initialize() => AppDomain.CurrentDomain.AssemblyLoad += (_, loaded) =>
    {
        if (loaded.LoadedAssembly.GetName().Name == "Akka")
        {
            new Thread(() => throw new InvalidOperationException("first line\nsecond line")).Start();
        }
    };
}
