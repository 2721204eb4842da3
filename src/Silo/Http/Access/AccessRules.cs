using System.Net;
using MmiGrains.Grains.Store;

namespace MmiGrains.Silo.Http.Access;

/// <summary>Where a silo may listen.</summary>
internal static class AccessRules
{
    /// <summary>Whether everyone is let in, since no key was ever made; then it must be this machine alone that can ask.</summary>
    /// <exception cref="CommandException">It would listen to others without a key.</exception>
    public static async Task<bool> IsOpenAsync(ClusterStore store, IPAddress address)
    {
        var keys = await new AccessStore(store.Connection, store.Options.KeyPrefix, TimeProvider.System).ReadKeysAsync();
        return keys.Count > 0 ? false
            : IPAddress.IsLoopback(address) ? true
            : throw new CommandException($"The address is {address}, which others reach, and there is no API key: make one with 'mmi keys add TENANT', or listen on 127.0.0.1.");
    }
}
