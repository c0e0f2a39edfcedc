using System;
using System.Diagnostics;

public static class Ask
{
    public static void Main(string[] urls)
    {
        foreach (var url in urls)
        {
            try
            {
                var found = Atla.Credential(url);
                if (found == null) Console.WriteLine("none");
                else Request(found.Value.Base, found.Value.Authorization);
            }
            catch (Exception error)
            {
                Console.Error.WriteLine(error);
                Console.WriteLine("stopped");
            }
        }
    }

    private static void Request(string address, string authorization)
    {
        var words = "-s -o /dev/null -w \"%{http_code}\\n\" -H @- " + address + "/rest/api/2/myself";
        using (var curl = Process.Start(new ProcessStartInfo("curl", words) { RedirectStandardInput = true, UseShellExecute = false }))
        {
            curl.StandardInput.Write($"Authorization: {authorization}\n");
            curl.StandardInput.Close();
            curl.WaitForExit();
        }
    }
}
