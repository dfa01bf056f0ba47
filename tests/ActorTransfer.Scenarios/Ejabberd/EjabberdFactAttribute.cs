using ActorTransfer.Scenarios.Interop;

namespace ActorTransfer.Scenarios.Ejabberd;

/// <summary>Needs ejabberd, and slixmpp as its client. Without them the test is always skipped: no other test depends on this server.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EjabberdFactAttribute : FactAttribute
{
    public EjabberdFactAttribute() => Skip =
        EjabberdServer.Libraries is null ? "ejabberd is not installed; on Debian: apt-get install ejabberd."
        : SlixmppFactAttribute.IsThere ? null
        : "slixmpp is not installed; on Debian: apt-get install python3-slixmpp.";
}
