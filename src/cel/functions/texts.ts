import { shortEscapes } from '../../core/go-quote.ts';
import type { Environment } from '@marcbachmann/cel-js';
import { celFailure } from './cel-failure.ts';
import { namespacedFunction, replaceFunction } from './define.ts';
import { formatted } from './text-format.ts';

/** Half of a character that has two UTF-16 units: without one, units and characters are the same. */
const surrogate = /[\ud800-\udfff]/;

const characterCount = (text: string): number => (surrogate.test(text) ? Array.from(text).length : text.length);

/** The UTF-16 unit at which a character begins; -1 for one that is not there. */
function unitOf(text: string, character: bigint): number {
  if (character < 0n || character > BigInt(characterCount(text))) return -1;
  if (!surrogate.test(text)) return Number(character);
  return Array.from(text).slice(0, Number(character)).join('').length;
}

const characterOf = (text: string, unit: number): bigint => BigInt(unit < 0 ? -1 : characterCount(text.slice(0, unit)));

function knownUnit(text: string, character: bigint): number {
  const unit = unitOf(text, character);
  if (unit < 0) throw celFailure(`there is no character ${character}`);
  return unit;
}

function substring(text: string, start: bigint, end: bigint): string {
  if (start > end) throw celFailure(`a text has no part from ${start} to ${end}`);
  return text.slice(knownUnit(text, start), knownUnit(text, end));
}

function charAt(text: string, index: bigint): string {
  const unit = knownUnit(text, index);
  return unit === text.length ? '' : String.fromCodePoint(text.codePointAt(unit) ?? 0);
}

function indexOf(text: string, part: string, from: bigint): bigint {
  if (part === '') return from;
  if (from < 0n) throw celFailure(`there is no character ${from}`);
  const unit = unitOf(text, from);
  return unit < 0 ? -1n : characterOf(text, text.indexOf(part, unit));
}

function lastIndexOf(text: string, part: string, from: bigint): bigint {
  if (part === '') return from;
  if (from < 0n) throw celFailure(`there is no character ${from}`);
  const unit = unitOf(text, from);
  return unit < 0 || unit === text.length ? -1n : characterOf(text, text.lastIndexOf(part, unit));
}

/** @param most fewer than 0: all */
function split(text: string, separator: string, most: bigint): readonly string[] {
  if (most === 0n) return [];
  const parts = separator === '' ? Array.from(text) : text.split(separator);
  if (most < 0n || BigInt(parts.length) <= most) return parts;
  const kept = Number(most) - 1;
  return [...parts.slice(0, kept), parts.slice(kept).join(separator)];
}

/** An empty text stands before each character and at the end. @param most fewer than 0: all */
function replace(text: string, how: { readonly from: string; readonly to: string; readonly most: bigint }): string {
  const { from, to, most } = how;
  if (most < 0n && from !== '') return text.replaceAll(from, () => to);
  let left = most < 0n ? Number.POSITIVE_INFINITY : Number(most);
  if (from !== '') return text.replaceAll(from, () => (left-- > 0 ? to : from));
  return [...Array.from(text), ''].map((character) => (left-- > 0 ? to : '') + character).join('');
}

/** Without white space at both ends, as Unicode has it. */
function trim(text: string): string {
  const start = /^\p{White_Space}*/u.exec(text)?.[0].length ?? 0;
  let end = text.length;
  while (end > start && /\p{White_Space}/u.test(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

/** What CEL's strings write with a backslash; everything else stands for itself. */
const escapes: Readonly<Record<string, string>> = { ...shortEscapes, '\\': '\\\\', '"': '\\"' };

function quote(text: string): string {
  return `"${Array.from(text.toWellFormed(), (character) => escapes[character] ?? character).join('')}"`;
}

/** CEL's functions for texts (cel-go's strings of version 3): places are counted in characters and not in UTF-16 units. */
export function registerTextFunctions(environment: Environment): void {
  const own = (signature: string, handler: (...args: never[]) => unknown): void => {
    replaceFunction(environment, signature, handler);
  };
  own('string.charAt(int): string', charAt);
  own('string.indexOf(string): int', (text: string, part: string) => indexOf(text, part, 0n));
  own('string.indexOf(string, int): int', indexOf);
  own('string.lastIndexOf(string): int', (text: string, part: string) =>
    part === '' ? BigInt(characterCount(text)) : characterOf(text, text.lastIndexOf(part)),
  );
  own('string.lastIndexOf(string, int): int', lastIndexOf);
  own('string.lowerAscii(): string', (text: string) => text.replaceAll(/[A-Z]+/g, (part) => part.toLowerCase()));
  own('string.upperAscii(): string', (text: string) => text.replaceAll(/[a-z]+/g, (part) => part.toUpperCase()));
  own('string.trim(): string', trim);
  own('string.split(string): list<string>', (text: string, separator: string) => split(text, separator, -1n));
  own('string.split(string, int): list<string>', split);
  own('string.substring(int): string', (text: string, start: bigint) => text.slice(knownUnit(text, start)));
  own('string.substring(int, int): string', substring);
  environment
    .registerFunction('string.format(list): string', formatted)
    .registerFunction('string.replace(string, string): string', (text: string, from: string, to: string) =>
      replace(text, { from, to, most: -1n }),
    )
    .registerFunction(
      'string.replace(string, string, int): string',
      (text: string, from: string, to: string, most: bigint) => replace(text, { from, to, most }),
    )
    .registerFunction('string.reverse(): string', (text: string) => Array.from(text).reverse().join(''));
  namespacedFunction(environment, 'strings.quote(string): string', quote);
}
