# SPDX-License-Identifier: LGPL-2.1-or-later
# Completion for fish. What there is to complete is asked of the program itself.

# The command, and behind 'policy' and 'store' their own.
function __pycsync_command
    set -l words (commandline -opc)[2..-1]
    echo $words[1]
    contains -- "$words[1]" policy store; and string match -r '^[a-z].*' -- "$words[2]"
end

function __pycsync_help
    pycsync (__pycsync_command) --help 2>/dev/null
end

function __pycsync_options
    __pycsync_help | string replace -rf '^ .*(--[a-z][a-z-]*)( [A-Z]+)? +(.*)' '$1\t$3'
end

function __pycsync_has -a option
    test (count (__pycsync_command)) -gt 0; and __pycsync_help | string match -qr -- "--$option "
end

function __pycsync_commands
    pycsync help 2>/dev/null | string replace -rf '^  ([a-z0-9]+) +(.*)' '$1\t$2'
    printf 'help\ttell the options of a command\n'
end

# What the synopsis of a command has to choose from.
function __pycsync_words -a command
    pycsync help $command 2>/dev/null | string replace -rf '^ *(?:usage: )?pycsync [a-z0-9]+ +' '' |
        string replace -ra '\[[^]]*\]|<.*' '' | string split '|' | string split ' ' | string match -r '^[a-z][a-z-]*$'
end

# Whether these words, and no others, stand before.
function __pycsync_after
    set -l words (commandline -opc)[2..-1]
    test "$words" = "$argv"
end

# A version is that of CPython; PyPy is chosen by its path.
function __pycsync_interpreters
    pycsync interpreters 2>/dev/null | string replace -rf '^\S+ +(?:cpython-3(\d+t?) .*|pypy\d+ +\d+ +([^:]*): .*)' '3.$1$2' |
        string replace -r '^3\./' '/'
end

complete -c pycsync -n '__pycsync_after' -f -a '(__pycsync_commands)'
complete -c pycsync -n '__pycsync_after help' -f -a '(__pycsync_commands)'
for command in policy store
    complete -c pycsync -n "__pycsync_after $command; or __pycsync_after help $command" -f -a "(__pycsync_words $command)"
end
complete -c pycsync -n '__pycsync_after trigger' -f -a '(__pycsync_words trigger)'
complete -c pycsync -n 'not __pycsync_after; and string match -q -- "-*" (commandline -ct)' -f -a '(__pycsync_options)'
complete -c pycsync -n '__pycsync_has python' -l python -x -a '(__pycsync_interpreters)'
complete -c pycsync -n '__pycsync_has fail-on' -l fail-on -x -a "never note warning error (pycsync verify --fail-on help 2>/dev/null | string replace -r '^[a-z]+ +([a-z-]+) .*' '\$1')"
for option in progress color
    complete -c pycsync -n "__pycsync_has $option" -l $option -x -a 'auto always never'
end
complete -c pycsync -n '__pycsync_has invalidation-mode' -l invalidation-mode -x -a 'timestamp checked-hash unchecked-hash'
complete -c pycsync -n '__pycsync_has invalidation-mode; and not __pycsync_has workers' -l invalidation-mode -x -a auto
complete -c pycsync -n '__pycsync_has source-date-epoch' -l source-date-epoch -x -a 'honor ignore require'
