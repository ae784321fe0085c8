
# `cargo sockopt` as well.
function __fish_cargo_sockopt_as_cargo_command
    set -l words (commandline -opc)
    set -e words[1..(contains -i -- sockopt $words)]
    complete -C "cargo-sockopt "(string join ' ' -- (string escape -- $words) (commandline -ct))
end
complete -c cargo -n "__fish_seen_subcommand_from sockopt" -f -a "(__fish_cargo_sockopt_as_cargo_command)"
