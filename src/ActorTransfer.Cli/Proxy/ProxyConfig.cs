using ActorTransfer.Actors.Settings;
using Akka.Configuration;

namespace ActorTransfer.Cli.Proxy;

/// <summary>Combined settings of options and configuration file.</summary>
/// <param name="Hocon">The file's own settings.</param>
/// <param name="Settings">All settings.</param>
/// <param name="Access">Who may use the proxy.</param>
/// <param name="IsAccessChosen">False: the default applies.</param>
internal sealed record ProxyConfig(Config Hocon, EngineSettings Settings, ProxyAccess Access, bool IsAccessChosen)
{
    /// <summary>Reads the file, which may have changed.</summary>
    /// <exception cref="ConfigurationException">It cannot be read or used; the message names the file.</exception>
    public static ProxyConfig Read(ProxyRequest request)
    {
        var hocon = request.Config is { } file ? Parse(file) : ConfigurationFactory.Empty;
        try
        {
            var settings = EngineSettings.Read(hocon);
            var access = request.Allow.IsEmpty ? settings.Proxy.Allow : ProxyAccess.Parse(request.Allow);
            return new ProxyConfig(hocon, settings, access ?? ProxyAccess.Only([Above(request.Component)]), IsAccessChosen: access is not null);
        }
        catch (Exception fault) when (fault is ConfigurationException or FormatException)
        {
            throw new ConfigurationException(request.Config is null ? fault.Message : $"{request.Config}: {fault.Message}", fault);
        }
    }

    private static Config Parse(string file)
    {
        try
        {
            return HoconText.Parse(File.ReadAllText(file));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(fault.Message, fault);
        }
        catch (ConfigurationException fault)
        {
            throw new ConfigurationException($"{file}: {fault.Message}", fault);
        }
    }

    private static Jid Above(Jid component) => component.Domain.IndexOf('.', StringComparison.Ordinal) is var dot and > 0
        ? Jid.Parse(component.Domain[(dot + 1)..])
        : throw new ConfigurationException($"there is no domain above {component}; set --allow");
}
