# Completion of commands, options, cases and engines for bash:  . scripts/completion.bash
_trapframe() {
    local runner=${COMP_WORDS[0]} command=${COMP_WORDS[1]} word=${COMP_WORDS[COMP_CWORD]} words
    case $COMP_CWORD,${COMP_WORDS[COMP_CWORD - 1]},$word in
    1,*) words=$("$runner" --help | sed -n 's/^    \([a-z]*\) .*/\1/p') ;;
    *,-e,* | *,--engine,* | *,--from,*) words=$(ls "${runner%/*}/engines" | sed -n 's/\.toml$//p') ;;
    *,--watch,* | *,--against,* | *,--report,* | *,--junit,* | *,--engine-file,* | *,--with,*) words= ;; # files
    *,-*) words=$("$runner" "$command" --help | grep -o -- '--*[a-z][a-z0-9._-]*') ;;
    *) [ "$command" = find ] || [ "$command" = ask ] || words=$("$runner" list 2>/dev/null | sed 's/ .*//') ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}
complete -o default -F _trapframe runner.py ./runner.py
