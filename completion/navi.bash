# Completion of navi for bash 3.2 and later: source <(navi completion bash)
# What there is to complete only navi knows. This asks it, and hands bash the answer.

# Splits a line as bash does, but expands nothing: into __navi_words, the last of which is being typed, with the quote that is open
# there in __navi_quote.
__navi_split() {
  local line=$1 word='' begun='' at character next
  __navi_words=()
  __navi_quote=''
  for ((at = 0; at < ${#line}; at++)); do
    character=${line:at:1}
    next=${line:at+1:1}
    if [[ $__navi_quote == "'" ]]; then
      if [[ $character == "'" ]]; then __navi_quote=''; else word+=$character; fi
    elif [[ $character == '\' ]]; then
      # Within double quotes it stands for itself, but before these.
      if [[ -n $__navi_quote && $next != ['"\$`'] ]]; then word+='\'; else word+=$next; ((at++)); fi
      begun=1
    elif [[ -n $__navi_quote ]]; then
      if [[ $character == '"' ]]; then __navi_quote=''; else word+=$character; fi
    elif [[ $character == ["'\""] ]]; then
      __navi_quote=$character
      begun=1
    elif [[ $character == [$' \t\n'] ]]; then
      [[ -n $begun ]] && __navi_words+=("$word")
      word='' begun=''
    elif [[ $character == [';|&('] ]]; then
      # Another command begins.
      __navi_words=()
      word='' begun=''
    else
      word+=$character
      begun=1
    fi
  done
  __navi_words+=("$word")
}

__navi_complete() {
  local IFS=$' \t\n' __navi_words __navi_quote program out directive current replaced lead='' skip line value quote
  COMPREPLY=()
  # What bash replaces of the word: it takes `:`, `=` and `@` for ends of words.
  __navi_split "$2"
  replaced=${__navi_words[${#__navi_words[@]} - 1]}
  __navi_split "${COMP_LINE:0:COMP_POINT}"
  quote=$__navi_quote
  current=${__navi_words[${#__navi_words[@]} - 1]}
  program=${1/#\~\//$HOME/}
  type -P -- "$program" >/dev/null || program=navi
  out=$("$program" __complete "${__navi_words[@]:1}" 2>/dev/null) || return 0
  directive=${out##*:}
  # Nothing else may come to be read as arithmetic.
  [[ $directive == [0-9] || $directive == [0-9][0-9] ]] || return 0
  out=${out%:*}
  # Behind --FLAG= the answers are values alone.
  if [[ $current == -*=* ]]; then
    lead=${current%%=*}=
    current=${current#*=}
  fi
  skip=$((${#current} - ${#replaced}))
  if ((skip >= 0)); then lead=''; else skip=0; fi
  while IFS= read -r line; do
    value=${line%%$'\t'*}
    [[ -n $value && $value == "$current"* ]] || continue
    value=$lead${value:skip}
    if [[ -z $quote && $value == *[!A-Za-z0-9_@%+=:,./-]* ]]; then
      printf -v value %q "$value"
    elif [[ $quote == "'" ]]; then
      value=${value//\'/\'\\\'\'}
    elif [[ $quote == '"' ]]; then
      value=${value//\\/\\\\}
      value=${value//\"/\\\"}
      value=${value//\$/\\\$}
      value=${value//\`/\\\`}
    fi
    COMPREPLY+=("$value")
  done <<<"$out"
  # bash ends the quote behind the only answer, also where more has to be typed: with a second one it does not.
  if [[ -n $quote ]] && ((directive & 2)) && ((${#COMPREPLY[@]} == 1)); then COMPREPLY+=("${COMPREPLY[0]}…"); fi
  # bash 3.2 has no way to say these.
  type compopt >/dev/null 2>&1 || return 0
  ((directive & 2)) && compopt -o nospace
  ((directive & 4)) && compopt +o default
  ((directive & 16)) && compopt +o default -o dirnames
  return 0
}

complete -o default -F __navi_complete navi
