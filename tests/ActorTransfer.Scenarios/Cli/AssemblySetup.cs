global using TestFolder = ActorTransfer.Testing.TemporaryFolder;

// Scenarios start Unix programs and use Unix file permissions.
[assembly: System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
