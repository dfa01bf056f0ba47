using System.Reflection;
using Akka.Configuration.Hocon;

namespace Akka.Configuration;

/// <summary>Makes a <see cref="Config"/> out of HOCON text.</summary>
public class ConfigurationFactory
{
    public static Config Empty => ParseString("");

    /// <exception cref="FormatException">The text is no HOCON, or a substitution finds nothing.</exception>
    /// <exception cref="ConfigurationException">Unquoted text runs into <c>=</c> or <c>:</c>.</exception>
    public static Config ParseString(string hocon) => new(new HoconParser(hocon).Parse());

    public static Config FromResource<TAssembly>(string resourceName) => FromResource(resourceName, typeof(TAssembly).Assembly);

    public static Config FromResource(string resourceName, object instanceInAssembly) =>
        FromResource(resourceName, instanceInAssembly as Assembly ?? (instanceInAssembly as Type ?? instanceInAssembly.GetType()).Assembly);

    public static Config FromResource(string resourceName, Assembly assembly)
    {
        using var stream = assembly.GetManifestResourceStream(resourceName);
        // A resource that is not there is an ArgumentNullException, as the reader says.
        using var reader = new StreamReader(stream);
        return ParseString(reader.ReadToEnd());
    }
}
