# Completion of navi for fish 3.1 and later: navi completion fish > ~/.config/fish/completions/navi.fish
# What there is to complete only navi knows. This asks it, and hands fish the answer.

# Fails where files are asked for, which fish then completes itself.
function __navi_ask
    set -g __navi_answers
    set -l before (commandline -opc)
    set -l typed (commandline -ct)
    # A quote may still be open.
    set -l current (string unescape -- $typed; or string replace -r '^[\'"]' '' -- $typed)
    test -n "$current"; or set current ''
    set -l lines (command $before[1] __complete $before[2..-1] "$current" 2>/dev/null)
    set -l directive (string replace -r '^:' '' -- $lines[-1])
    string match -qr '^[0-9]+$' -- "$directive"; or return 0
    set -e lines[-1]
    if test (math "bitand($directive, 16)") -ne 0
        set __navi_answers (__fish_complete_directories "$current" '')
        return 0
    end
    # Behind --FLAG= the answers are values alone.
    set -l lead (string match -r -- '^-[^=]*=' "$current")
    for line in $lines
        set -a __navi_answers "$lead$line"
    end
    test (count $lines) -gt 0; or test (math "bitand($directive, 4)") -ne 0
end

complete -c navi -e
complete -c navi -n __navi_ask -f -a '$__navi_answers'
