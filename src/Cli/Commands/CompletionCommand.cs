using System.CommandLine;

namespace CoherenceCheck.Cli.Commands;

/// <summary><c>completion SHELL</c>: a script that completes commands and options; the shell asks the program itself, so that it never lags behind.</summary>
internal static class CompletionCommand
{
    private const string Bash = """
        _coherencecheck() {
            local line
            COMPREPLY=()
            while IFS= read -r line; do
                [[ -n $line ]] && COMPREPLY+=("$line")
            done < <("${COMP_WORDS[0]}" "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)
        }
        complete -o default -F _coherencecheck coherencecheck ./coherencecheck
        """;

    private const string Zsh = """
        _coherencecheck() {
            local -a found
            found=("${(@f)$("${words[1]}" "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
            if [[ -n "$found" ]]; then
                compadd -a found
            else
                _files
            fi
        }
        compdef _coherencecheck coherencecheck ./coherencecheck
        """;

    private const string Fish = """
        function __coherencecheck
            set -l line (commandline -cp)
            coherencecheck "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete -c coherencecheck -a '(__coherencecheck)'
        """;

    public static Command Create(Terminal terminal)
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new Command("completion", "Prints a script for a shell that completes commands and options. Example: source <(coherencecheck completion bash)") { shell };
        command.SetAction(parsed =>
        {
            terminal.Output.WriteLine(parsed.GetValue(shell) switch { "zsh" => Zsh, "fish" => Fish, _ => Bash });
            return ExitCodes.AllMet;
        });
        return command;
    }
}
