# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Completion for bash.  What may be said is taken from the tool's own help, and the
# names of policies, destinations and interfaces from the namespace in question.

# _syncopate_verbs NOUN: its verbs, in the second column of all commands.
_syncopate_verbs() {
	"$tool" -h 2> /dev/null | sed -n "s/^  $1 \{1,5\}\([a-z]\{1,\}\)  .*/\1/p"
}

# _syncopate_files FOLDER: what is in it.
_syncopate_files() {
	(cd "$1" 2> /dev/null && compgen -f)
}

# _syncopate_synopsis NOUN [VERB]: what may follow, one word or bracket at a time.  Its
# lines end where the verb is described, four spaces from the left.
_syncopate_synopsis() {
	"$tool" "$@" -h 2> /dev/null | sed -n '/^    [^ ]/q; p' | tr '\n' ' ' |
		sed "s/^syncopate $1 *//; s/^\[\{0,1\}${2:-} *//
		     s/\([A-Z]\)\[[^]]*\]/\1/g; s/ *| */|/g; s/[][]/ & /g"
}

# _syncopate_values WHAT: the words that can stand for it.
_syncopate_values() {
	case $1 in
	NAME)
		# A new policy gets a new name.
		case $verb in
		add | insert) ;;
		*) "$tool" "${netns[@]}" policy 2> /dev/null | awk '$1 == "policy" { print $2 }' ;;
		esac
		;;
	DEST | PREFIX)
		[ "$noun" = policy ] ||
			"$tool" "${netns[@]}" dest 2> /dev/null | awk '$1 == "dest" { print $2 }'
		;;
	DEV)
		if [ "${#netns[@]}" = 0 ]; then
			_syncopate_files /sys/class/net
		else
			ip -n "${netns[1]}" -o link 2> /dev/null | awk -F '[ :@]+' '{ print $2 }'
		fi
		;;
	FILE* | [a-z-]*)
		local IFS='|'

		# shellcheck disable=SC2086 # alternatives
		printf '%s\n' ${1#FILE}
		;;
	esac
}

# _syncopate_words: what may follow the words from $at on.
_syncopate_words() {
	local -A values=()
	local words_of=() tokens token key='' positional='' i used

	read -ra tokens <<< "$(_syncopate_synopsis "$noun" ${verb:+"$verb"})"
	for token in "${tokens[@]}"; do
		case $token in
		'[' | ']')
			key=''
			;;
		*)
			if [ -n "$key" ]; then
				values[$key]=$token key=''
			elif [[ $token == [A-Z]* || $token == *'|'* ]]; then
				positional+=" $token"
			else
				words_of+=("$token") key=$token
			fi
			;;
		esac
	done

	if [ "$at" -lt "$last" ] && [ -n "${values[${words[last - 1]}]:-}" ]; then
		what=${values[${words[last - 1]}]}
		_syncopate_values "$what"
		return
	fi
	used=" ${words[*]:at:last - at} "
	for ((i = 0; i < ${#words_of[@]}; i++)); do
		[[ $used == *" ${words_of[i]} "* ]] || printf '%s\n' "${words_of[i]}"
	done
	# They come first, or do not come.
	if [ "$at" = "$last" ]; then
		for what in $positional; do
			_syncopate_values "$what"
		done
	fi
}

_syncopate() {
	local tool=$1 words last cur at=1 noun='' verb='' netns=() verbs what='' candidates candidate

	# The shell would break words at colons, which addresses have.
	read -ra words <<< "${COMP_LINE:0:COMP_POINT}"
	[[ ${COMP_LINE:0:COMP_POINT} != *[[:space:]] ]] || words+=('')
	last=$((${#words[@]} - 1))
	cur=${words[last]}
	COMPREPLY=()

	while [ "$at" -lt "$last" ] && [[ ${words[at]} == -* ]]; do
		if [[ ${words[at]} == -*n ]]; then
			at=$((at + 1))
			netns=(-n "${words[at]}")
		fi
		at=$((at + 1))
	done

	if [ "$at" -gt "$last" ]; then
		candidates=$(_syncopate_files /run/netns)
	elif [ "$at" = "$last" ]; then
		candidates=$("$tool" -h 2> /dev/null | sed -n 's/^  \(-\{0,1\}[a-zA-Z]\{1,\}\) .*/\1/p' | uniq)
	else
		noun=${words[at]}
		verbs=$(_syncopate_verbs "$noun")
		at=$((at + 1))
		if [ -n "$verbs" ] && [ "$at" = "$last" ]; then
			candidates=$verbs
			[[ $cur != -* ]] || candidates=$(verb=${verbs%%$'\n'*}; _syncopate_words)
		else
			[ -z "$verbs" ] || { verb=${words[at]} at=$((at + 1)); }
			candidates=$(_syncopate_words)
			case $noun in
			load | check)
				candidates+=$'\n'$(compgen -f -- "$cur")
				compopt -o filenames 2> /dev/null
				;;
			esac
		fi
	fi
	# Not by compgen -W: the shell would expand what stands in a name.
	while read -r candidate; do
		[[ -z $candidate || $candidate != "$cur"* ]] || COMPREPLY+=("$candidate")
	done <<< "$candidates"

	# What stands before the last colon is there already, as the shell sees it.
	if [[ $cur == *:* && $COMP_WORDBREAKS == *:* ]]; then
		COMPREPLY=("${COMPREPLY[@]#"${cur%"${cur##*:}"}"}")
	fi
}

complete -F _syncopate syncopate
