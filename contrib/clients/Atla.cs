using System;
using System.Diagnostics;

public static class Atla
{
    /// <summary>
    /// Returns where REST calls for an address go and the Authorization that they need, or null if no profile is for it.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// Everything else, such as exit code 3 for no token and 5 for try again; why is on standard error.
    /// </exception>
    public static (string Base, string Authorization)? Credential(string url)
    {
        // .NET Framework has no ArgumentList, and Mono ignores it. Without these two all that is quoted is one argument.
        if (url.IndexOfAny(new[] { '"', '\\' }) >= 0) throw new ArgumentException("no address has \" or \\", nameof(url));
        var words = $"get --field apiBaseUrl --field authorization --url \"{url}\"";
        var start = new ProcessStartInfo("atla-credential", words) { RedirectStandardOutput = true, UseShellExecute = false };
        using (var get = Process.Start(start))
        {
            var lines = get.StandardOutput.ReadToEnd().Split('\n');
            get.WaitForExit();
            if (get.ExitCode == 4) return null;
            if (get.ExitCode != 0) throw new InvalidOperationException($"atla-credential get: exit code {get.ExitCode}");
            return (lines[0], lines[1]);
        }
    }
}
