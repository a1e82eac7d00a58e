import type { Json, JsonObject } from '../json.ts';
import { sortedMembers } from '../sorted-members.ts';
import { type ByteText, firstRunes, toBytes } from '../byte-text.ts';
import { formatFloat } from './format-float.ts';
import { type FormatFlags, padded, plainFlags } from './format-flags.ts';
import { formatInteger } from './format-integer.ts';
import { canBackquote, quoteBytes } from './quote.ts';
import { type GoValue, goString, goValueOf, typeName } from './value.ts';

/**
 * An argument by one verb of Go's fmt (Go 1.26); undefined is Go's nil. A verb that does not fit gives `%!d(string=x)`.
 */
export function formatArgument(argument: GoValue | undefined, verb: string, flags: FormatFlags): ByteText {
  if (argument === undefined) {
    return verb === 'T' || verb === 'v' ? padded('<nil>', flags) : `%!${toBytes(verb)}(<nil>)`;
  }
  if (verb === 'T') {
    return formatString(typeName(argument), 's', flags) ?? '';
  }
  const isContainer = argument.kind === 'map' || argument.kind === 'slice';
  if (verb === 'p' || (verb === 'w' && isContainer)) {
    return verb === 'p' && isContainer ? padded(unknownAddress, flags) : badVerb(argument, verb, flags);
  }
  return formatValue(argument, verb, flags);
}

/** A value without flags by `%v`: what printing it gives. */
export function plainText(argument: GoValue | undefined): ByteText {
  return argument?.kind === 'string' ? argument.value : formatArgument(argument, 'v', plainFlags);
}

/** Where a map or slice lies in memory: kubectl's answer differs from run to run. */
const unknownAddress = '0xc000000000';

/** A value, or what it holds, by a verb; the flags apply to every part. */
export function formatValue(value: GoValue, verb: string, flags: FormatFlags): ByteText {
  if (value.kind === 'map') {
    return formatMap(value.members, verb, flags);
  }
  return value.kind === 'slice'
    ? formatSlice(value.items, verb, flags)
    : (formatScalar(value, verb, flags) ?? badVerb(value, verb, flags));
}

function formatMap(members: JsonObject, verb: string, flags: FormatFlags): ByteText {
  const parts = sortedMembers(members).map(([key, member]) => {
    return `${formatValue(goString(toBytes(key)), verb, flags)}:${formatMember(member, verb, flags)}`;
  });
  return flags.isGoSyntax ? `map[string]interface {}{${parts.join(', ')}}` : `map[${parts.join(' ')}]`;
}

function formatSlice(items: readonly Json[], verb: string, flags: FormatFlags): ByteText {
  const parts = items.map((item) => formatMember(item, verb, flags));
  return flags.isGoSyntax ? `[]interface {}{${parts.join(', ')}}` : `[${parts.join(' ')}]`;
}

function formatMember(json: Json, verb: string, flags: FormatFlags): ByteText {
  const value = goValueOf(json);
  if (value === undefined) {
    return flags.isGoSyntax ? 'interface {}(nil)' : '<nil>';
  }
  return formatValue(value, verb, flags);
}

type Scalar = Exclude<GoValue, { readonly kind: 'map' | 'slice' }>;

function formatScalar(value: Scalar, verb: string, flags: FormatFlags): ByteText | undefined {
  switch (value.kind) {
    case 'bool':
      return verb === 't' || verb === 'v' ? padded(String(value.value), flags) : undefined;
    case 'string':
      return formatString(value.value, verb, flags);
    case 'float64':
      return formatFloat(value.value, verb, flags);
    case 'int':
    case 'int64':
    case 'uint8':
      return formatInteger(value, verb, flags);
  }
}

function formatString(text: ByteText, verb: string, flags: FormatFlags): ByteText | undefined {
  switch (verb) {
    case 's':
      return padded(cut(text, flags), flags);
    case 'v':
      return flags.isGoSyntax ? formatQuoted(text, flags) : padded(cut(text, flags), flags);
    case 'q':
      return formatQuoted(text, flags);
    case 'x':
    case 'X':
      return formatHexadecimal(text, verb, flags);
    default:
      return undefined;
  }
}

function cut(text: ByteText, { precision }: FormatFlags): ByteText {
  return precision === undefined ? text : firstRunes(text, precision);
}

function formatQuoted(whole: ByteText, flags: FormatFlags): ByteText {
  const text = cut(whole, flags);
  const isRaw = flags.sharp && canBackquote(text);
  return padded(isRaw ? `\`${text}\`` : quoteBytes(text, flags.plus), flags);
}

function formatHexadecimal(text: ByteText, verb: 'x' | 'X', flags: FormatFlags): ByteText {
  const { precision = text.length, sharp, space } = flags;
  const digits = Buffer.from(text.slice(0, precision), 'latin1').toString('hex');
  const bytes = (verb === 'X' ? digits.toUpperCase() : digits).match(/../g) ?? [];
  const marks = bytes.length === 0 || !sharp ? '' : `0${verb}`;
  return padded(marks + bytes.join(space ? ` ${marks}` : ''), flags);
}

function badVerb(value: GoValue, verb: string, flags: FormatFlags): ByteText {
  return `%!${toBytes(verb)}(${typeName(value)}=${formatValue(value, 'v', flags)})`;
}
