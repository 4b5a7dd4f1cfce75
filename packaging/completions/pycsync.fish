# SPDX-License-Identifier: LGPL-2.1-or-later
# Completion for fish. What there is to complete is asked of the program itself.

function __pycsync_options
    set -l words (commandline -opc)
    pycsync $words[2] --help 2>/dev/null | string replace -rf '^ .*(--[a-z][a-z-]*)( [A-Z]+)? +(.*)' '$1\t$3'
end

complete -c pycsync -n '__fish_use_subcommand' -f -a "(pycsync help 2>/dev/null | string replace -rf '^  ([a-z0-9]+) +(.*)' '\$1\t\$2')"
complete -c pycsync -n 'not __fish_use_subcommand; and string match -q -- "-*" (commandline -ct)' -f -a '(__pycsync_options)'
complete -c pycsync -l python -x -a "(pycsync interpreters 2>/dev/null | string replace -r ' .*' '')"
complete -c pycsync -l fail-on -x -a "never note warning error (pycsync verify --fail-on help 2>/dev/null | string replace -r '^[a-z]+ +([a-z-]+) .*' '\$1')"
for option in progress color
    complete -c pycsync -l $option -x -a 'auto always never'
end
