# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# Completion for bash. What there is to complete is asked of the program itself.

_pycsync_commands() {
	pycsync help 2>/dev/null | sed -n 's/^  \([a-z0-9]*\)  *.*/\1/p'
}

# _pycsync_options COMMAND [SUBCOMMAND]: the long forms.
_pycsync_options() {
	pycsync "$@" --help 2>/dev/null | sed -n 's/^ .*\(--[a-z][a-z-]*\).*/\1/p'
}

# A version is that of CPython; PyPy is chosen by its path.
_pycsync_interpreters() {
	pycsync interpreters 2>/dev/null |
		sed -n 's/^[^ ]*  *cpython-3\([0-9]*t\{0,1\}\) .*/3.\1/p; s/^[^ ]*  *pypy[0-9]* *[0-9]*  *\([^:]*\): .*/\1/p'
}

# _pycsync_words COMMAND: what its synopsis has to choose from.
_pycsync_words() {
	pycsync help "$1" 2>/dev/null | sed -n '/^ *\(usage: \)\{0,1\}pycsync/{s/\[[^]]*\]//g; s/^.*pycsync [a-z0-9]* *//; s/[|<]/ /g; p;}' |
		tr ' ' '\n' | grep '^[a-z][a-z-]*$' | sort -u
}

_pycsync() {
	local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]}
	local modes="timestamp checked-hash unchecked-hash"
	local -a deeper=("$command")
	COMPREPLY=()
	case $command in policy | store) [ "$COMP_CWORD" -le 2 ] || deeper+=("${COMP_WORDS[2]}") ;; esac
	if [ "$COMP_CWORD" = 1 ] || { [ "$command" = help ] && [ "$COMP_CWORD" = 2 ]; }; then
		mapfile -t COMPREPLY < <(compgen -W "help $(_pycsync_commands)" -- "$current")
		return
	fi
	case $before in
	--python) mapfile -t COMPREPLY < <(compgen -W "$(_pycsync_interpreters)" -- "$current") ;;
	--fail-on) mapfile -t COMPREPLY < <(compgen -W "never note warning error $(pycsync verify --fail-on help 2>/dev/null |
		awk '{ print $2 }')" -- "$current") ;;
	--invalidation-mode)
		[ "$command" = compile ] || modes="auto $modes"
		mapfile -t COMPREPLY < <(compgen -W "$modes" -- "$current")
		;;
	--progress | --color) mapfile -t COMPREPLY < <(compgen -W "auto always never" -- "$current") ;;
	--source-date-epoch) mapfile -t COMPREPLY < <(compgen -W "honor ignore require" -- "$current") ;;
	*)
		case $current in
		-*) mapfile -t COMPREPLY < <(compgen -W "$(_pycsync_options "${deeper[@]}")" -- "$current") ;;
		*)
			case $command:$COMP_CWORD in
			policy:2 | store:2 | trigger:*)
				mapfile -t COMPREPLY < <(compgen -W "$(_pycsync_words "$command")" -- "$current")
				;;
			help:3)
				case ${COMP_WORDS[2]} in
				policy | store) mapfile -t COMPREPLY < <(compgen -W "$(_pycsync_words "${COMP_WORDS[2]}")" -- "$current") ;;
				esac
				;;
			esac
			;;
		esac
		;;
	esac
}
complete -o default -F _pycsync pycsync
