namespace ActorTransfer.Protocol.Socks5;

/// <summary>The REP byte of a SOCKS5 reply. Values above 8 are unassigned but may occur. Source: RFC 1928 §6.</summary>
internal enum Socks5Reply : byte
{
    Succeeded = 0,
    GeneralFailure = 1,
    NotAllowed = 2,
    NetworkUnreachable = 3,
    HostUnreachable = 4,
    ConnectionRefused = 5,
    TtlExpired = 6,
    CommandNotSupported = 7,
    AddressTypeNotSupported = 8,
}
