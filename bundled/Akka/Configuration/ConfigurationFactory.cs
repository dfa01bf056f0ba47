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

    /// <summary>What the host configured outside the code: nothing here, app.config sections are not read.</summary>
    public static Config Load() => Empty;

    /// <summary>The defaults of the actor system itself, fallback of every other configuration.</summary>
    public static Config Default() => ParseString(ReferenceConfiguration.Hocon);

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
