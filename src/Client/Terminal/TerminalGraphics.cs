using System.Text;

namespace MmiGrains.Client.Terminal;

/// <summary>Pictures in a terminal, where it says that it can show them.</summary>
internal static class TerminalGraphics
{
    /// <summary>Names a protocol, or none, whatever the terminal says.</summary>
    public const string Variable = "MMI_GRAPHICS";

    private const int PieceCharacters = 4096, Rows = 14;

    /// <summary>What the terminal that these variables describe can show.</summary>
    /// <param name="variable">The value of an environment variable.</param>
    /// <param name="isTerminal">Whether somebody looks at what is written.</param>
    public static GraphicsProtocol Detect(Func<string, string?> variable, bool isTerminal)
    {
        if (Enum.TryParse<GraphicsProtocol>(variable(Variable), ignoreCase: true, out var chosen))
        {
            return chosen;
        }

        var (term, program) = (variable("TERM") ?? "", variable("TERM_PROGRAM") ?? "");
        return !isTerminal || variable("TMUX") is { Length: > 0 } ? GraphicsProtocol.None // tmux swallows them
            : variable("KITTY_WINDOW_ID") is { Length: > 0 } || term.Contains("kitty", StringComparison.Ordinal) || program is "ghostty" ? GraphicsProtocol.Kitty
            : program is "iTerm.app" or "WezTerm" || variable("LC_TERMINAL") == "iTerm2" ? GraphicsProtocol.ITerm
            : GraphicsProtocol.None;
    }

    /// <summary>A PNG as what shows it; empty where nothing does.</summary>
    public static string Show(byte[] png, GraphicsProtocol protocol) => protocol switch
    {
        GraphicsProtocol.Kitty => Kitty(Convert.ToBase64String(png)),
        GraphicsProtocol.ITerm => $"\e]1337;File=inline=1;size={png.Length};height={Rows}:{Convert.ToBase64String(png)}\a\n",
        _ => "",
    };

    private static string Kitty(string base64)
    {
        var text = new StringBuilder();
        for (var start = 0; start < base64.Length; start += PieceCharacters)
        {
            var piece = base64.AsSpan(start, Math.Min(PieceCharacters, base64.Length - start));
            var more = start + PieceCharacters < base64.Length ? 1 : 0;
            text.Append("\e_G").Append(start == 0 ? $"a=T,f=100,r={Rows},m={more};" : $"m={more};").Append(piece).Append("\e\\");
        }

        return text.Append('\n').ToString();
    }
}
