using System.Runtime.InteropServices;
using static System.Runtime.InteropServices.Architecture;

namespace ActorTransfer.Scenarios.Load;

/// <summary>Needs what the load runner needs.</summary>
public sealed class LoadRunnerFactAttribute : FactAttribute
{
    public LoadRunnerFactAttribute()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture is not (X64 or Arm64))
        {
            Skip = "The load runner makes system calls of Linux on x64 or arm64.";
        }
    }
}
