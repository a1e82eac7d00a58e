/** Strings and keys of KYAML, as sigs.k8s.io/yaml 1.6 writes them for kubectl 1.36. */
import { isGoPrintable } from '../core/go-printable.ts';
import { numericEscape } from '../core/go-quote.ts';
import { dateLength } from './yaml-plain-meaning.ts';

const letterOrNumber = /[\p{L}\p{N}_]/u;
/** White space as Go's `unicode.IsSpace` has it. */
const space = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

/** What nearly every key is: no number, whatever follows. */
const plainWord = /^[A-Za-z]\w*$/;
/** What nearly every string is made of: nothing to escape. */
const plainText = /^[ !#-[\]-~]*$/;

/** A key: bare where no reader could take it for anything but a string, else in double quotes on one line. */
export function kyamlKey(key: string): string {
  const isBare = plainWord.test(key) ? !isTypedWord(key) : isBareWord(key) && !isAmbiguous(key);
  return isBare ? key : `"${Array.from(key, keyCharacter).join('')}"`;
}

function isBareWord(key: string): boolean {
  const characters = Array.from(key);
  const last = characters.length - 1;
  return (
    key !== '' &&
    characters.every(
      (character, at) =>
        (letterOrNumber.test(character) && isGoPrintable(character)) ||
        (at > 0 && at < last && '-./'.includes(character)),
    )
  );
}

const typedWord = /^(?:null|true|t|y|yes|on|false|f|n|no|off)$/i;
const integer = /^[+-]?(?:0[xX][\dA-Fa-f]+|0[bB][01]+|0[oO]?[0-7]+)$/;
const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const hexFloat = /^[+-]?0[xX](?:[\dA-Fa-f]+\.?[\dA-Fa-f]*|\.[\dA-Fa-f]+)[pP][+-]?\d+$/;

/** What YAML 1.1 or Go's number parsers take for another type, as far as bare words can be. */
function isAmbiguous(word: string): boolean {
  const digits = word.replaceAll('_', '');
  if (isTypedWord(word) || hexFloat.test(digits)) return true;
  if (dateLength(word) === word.length) return true;
  return decimal.test(digits) ? Number.isFinite(Number(digits)) : integer.test(digits) && fitsInt64(digits);
}

const isTypedWord = (word: string): boolean => typedWord.test(word) || typedNumberWord.test(word.replaceAll('_', ''));
const typedNumberWord = /^(?:nan|[+-]?inf(?:inity)?)$/i;

function fitsInt64(digits: string): boolean {
  const magnitude = BigInt(digits.replace(/^[+-]/, '').replace(/^0(?=\d)/, '0o'));
  return magnitude < 1n << 63n;
}

/** A value in double quotes; one of several lines goes over lines that are indented by `margin`. */
export function kyamlString(text: string, margin: string): string {
  if (plainText.test(text)) return `"${text}"`;
  if (!text.includes('\n')) return `"${Array.from(text, valueCharacter).join('')}"`;
  const lines = text.split('\n').map((line, index, all) => {
    const isLast = index === all.length - 1;
    if (line === '' && isLast) return '';
    // The first space of a continued line counts for nothing, so an escaped one stands in its place.
    const start = space.test(line.charAt(0)) ? '\\' : ' ';
    return `${margin}${start}${Array.from(line, valueCharacter).join('')}${isLast ? '' : '\\n'}\\\n`;
  });
  return `"\\\n${lines.join('')}${margin}"`;
}

function keyCharacter(character: string): string {
  return character === '\t' ? '\\t' : character === '\n' ? '\\n' : valueCharacter(character);
}

const shortEscapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\t': '\t',
  '\0': '\\0',
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\r': '\\r',
  '\v': '\\v',
  '\u001b': '\\e',
  '\u0085': '\\N',
  '\u00a0': '\\_',
  '\u2028': '\\L',
  '\u2029': '\\P',
};

function valueCharacter(character: string): string {
  return shortEscapes[character] ?? (isGoPrintable(character) ? character : numericEscape(character));
}
