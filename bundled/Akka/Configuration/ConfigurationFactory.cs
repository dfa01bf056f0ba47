using Akka.Configuration.Hocon;

namespace Akka.Configuration;

/// <summary>Makes a <see cref="Config"/> out of HOCON text.</summary>
public class ConfigurationFactory
{
    public static Config Empty => ParseString("");

    /// <exception cref="FormatException">The text is no HOCON, or a substitution finds nothing.</exception>
    /// <exception cref="ConfigurationException">Unquoted text runs into <c>=</c> or <c>:</c>.</exception>
    public static Config ParseString(string hocon) => new(new HoconParser(hocon).Parse());
}
