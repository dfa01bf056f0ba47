namespace Akka.Util.Internal;

/// <summary>Finds types named in configuration.</summary>
internal static class TypeNames
{
    /// <summary>
    /// Resolves "Namespace.Type, Assembly". Configuration names Akka.NET's assemblies, which are called otherwise here, so a type whose
    /// assembly does not load is looked for by its name in every loaded assembly. Null when there is none.
    /// </summary>
    public static Type Find(string name)
    {
        var type = Type.GetType(name, throwOnError: false);
        if (type is not null)
            return type;
        var plain = name.Split(',')[0].Trim();
        foreach (var assembly in AppDomain.CurrentDomain.GetAssemblies())
        {
            type = assembly.GetType(plain, throwOnError: false);
            if (type is not null)
                return type;
        }

        return null;
    }
}
