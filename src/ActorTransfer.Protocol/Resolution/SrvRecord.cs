namespace ActorTransfer.Protocol.Resolution;

/// <summary>One SRV record (RFC 2782).</summary>
/// <param name="Priority">0 to 65535; lower ones are tried first.</param>
/// <param name="Weight">0 to 65535; among records of one priority, how much of the load this one takes.</param>
/// <param name="Target">Name of the host in ASCII, with or without the dot at its end; <c>.</c> alone: the service is not available at the domain.</param>
/// <param name="Port">0 to 65535; 0 is not usable.</param>
internal sealed record SrvRecord(int Priority, int Weight, string Target, int Port)
{
    /// <summary>The record says that the domain does not have the service.</summary>
    public bool IsNotAvailable => Target is "." or "";

    /// <summary>Where the record points to.</summary>
    /// <param name="directTls">The record is of the service that begins with TLS.</param>
    public ServerEndPoint EndPoint(bool directTls) => new(Target.TrimEnd('.'), Port, directTls);
}
