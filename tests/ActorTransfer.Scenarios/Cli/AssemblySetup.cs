global using TestFolder = ActorTransfer.Testing.TemporaryFolder;

// Scenarios start programs of Unix and use its file permissions.
[assembly: System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
