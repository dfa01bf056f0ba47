namespace ActorTransfer.Protocol.Resolution;

/// <summary>One SRV record (RFC 2782).</summary>
/// <param name="Priority">0 to 65535; lower ones are tried first.</param>
/// <param name="Weight">0 to 65535; the share of the load among records of one priority.</param>
/// <param name="Target">Host name in ASCII, with or without the trailing dot; <c>.</c> alone: the service is not available at the domain.</param>
/// <param name="Port">0 to 65535; 0 is invalid.</param>
internal sealed record SrvRecord(int Priority, int Weight, string Target, int Port)
{
    /// <summary>The domain does not offer the service.</summary>
    public bool IsNotAvailable => Target is "." or "";

    /// <summary>The endpoint of the record.</summary>
    /// <param name="directTls">The record is of the direct TLS service.</param>
    public ServerEndPoint EndPoint(bool directTls) => new(Target.TrimEnd('.'), Port, directTls);
}
