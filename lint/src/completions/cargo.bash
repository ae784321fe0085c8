
# `cargo sockopt` as well. Whatever completed `cargo` before is asked about everything else.
_cargo_sockopt_others=

_cargo_sockopt_register() {
    if [[ $(complete -p cargo 2>/dev/null) =~ -F\ ([^ ]+) && ${BASH_REMATCH[1]} != _cargo_sockopt ]]; then
        _cargo_sockopt_others=${BASH_REMATCH[1]}
    fi
    complete -o bashdefault -o default -F _cargo_sockopt cargo
}

_cargo_sockopt() {
    local at=1
    if [[ ${COMP_WORDS[1]} == +* ]]; then
        at=2
    fi
    if [[ ${COMP_WORDS[at]} == sockopt && $COMP_CWORD -gt $at ]]; then
        COMP_WORDS=(cargo-sockopt "${COMP_WORDS[@]:at+1}")
        COMP_CWORD=$((COMP_CWORD - at))
        _cargo__sockopt cargo-sockopt "$2" "$3"
        return
    fi
    # bash-completion looks for a command's script when it is asked for the first time.
    if [[ -z $_cargo_sockopt_others ]] && declare -F _completion_loader >/dev/null; then
        _completion_loader cargo
        _cargo_sockopt_register
    fi
    if [[ -n $_cargo_sockopt_others ]]; then
        "$_cargo_sockopt_others" "$@"
    fi
}

_cargo_sockopt_register
