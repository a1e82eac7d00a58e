import { goQuote } from '../../core/go-quote.ts';
import type { FlagKind } from './flag-table.ts';

const booleans = new Set(['1', 't', 'T', 'true', 'TRUE', 'True', '0', 'f', 'F', 'false', 'FALSE', 'False']);

/** Why a flag does not take a value, in Go's words (as kubectl 1.36 prints them); undefined where it does. */
export function checkValue(kind: FlagKind, value: string): string | undefined {
  switch (kind) {
    case 'boolean':
      return booleans.has(value) ? undefined : `strconv.ParseBool: parsing ${goQuote(value)}: invalid syntax`;
    case 'integer':
      return integerFault(value);
    case 'duration':
      return goDuration.test(value) ? undefined : 'parse error';
    case 'span':
      return durationFault(value);
    case 'levels':
      return levelsFault(value);
    case 'list': {
      const read = readCommaList(value);
      return read.ok ? undefined : read.fault;
    }
    case 'text':
    case 'array':
      return undefined;
  }
}

/** A duration as Go writes it. */
export const goDuration = /^[+-]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|ms|s|m|h))+)$/;

/** Go's time.ParseDuration; a duration beyond 292 years is none. */
function durationFault(value: string): string | undefined {
  const named = `duration ${goQuote(value)}`;
  const text = value.replace(/^[+-]/, '');
  if (text === '0') return undefined;
  if (text === '') return `time: invalid ${named}`;
  for (let rest = text; rest !== '';) {
    const [number = '', unit = ''] = /^(?:\d+\.?\d*|\.\d+)([^.\d]*)/.exec(rest) ?? [];
    if (number === '') return `time: invalid ${named}`;
    if (unit === '') return `time: missing unit in ${named}`;
    if (!['ns', 'us', 'µs', 'μs', 'ms', 's', 'm', 'h'].includes(unit)) {
      return `time: unknown unit ${goQuote(unit)} in ${named}`;
    }
    rest = rest.slice(number.length);
  }
  return undefined;
}

/** The log levels of klog. */
function levelsFault(value: string): string | undefined {
  for (const part of value.split(',').filter((each) => each !== '')) {
    if (!/^[^=]+=[+-]?\d+$/.test(part)) return 'syntax error: expect comma-separated list of filename=N';
    if (part.includes('=-')) return 'negative value for vmodule level';
  }
  return undefined;
}

/** The values of a comma list that `checkValue` let through. */
export function listValues(value: string): readonly string[] {
  const read = readCommaList(value);
  return read.ok ? read.values : [];
}

/** Go's base prefixes and digit separators. */
const integer = /^[+-]?(?:0[xX](?:_?[0-9a-fA-F])+|0[bB](?:_?[01])+|0[oO]?(?:_?[0-7])+|0|[1-9](?:_?[0-9])*)$/;
const limit = 2n ** 63n;

function integerFault(value: string): string | undefined {
  const parsing = `strconv.ParseInt: parsing ${goQuote(value)}`;
  if (!integer.test(value)) return `${parsing}: invalid syntax`;
  const digits = value.replaceAll('_', '').replace(/^[+-]/, '');
  const magnitude = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits);
  const fits = value.startsWith('-') ? magnitude <= limit : magnitude < limit;
  return fits ? undefined : `${parsing}: value out of range`;
}

type CommaList =
  | { readonly ok: true; readonly values: readonly string[] }
  | { readonly ok: false; readonly fault: string };

/** The first line of a CSV text, as Go's encoding/csv reads it; columns of faults are bytes from 1. */
function readCommaList(value: string): CommaList {
  if (value === '') return { ok: true, values: [] };
  const line = value.split(/\r?\n/).find((each) => each !== '');
  if (line === undefined) return { ok: false, fault: 'EOF' };
  const values: string[] = [];
  for (let at = 0; ;) {
    if (line[at] === '"') {
      const quoted = /^"((?:[^"]|"")*)"(?=,|$)/.exec(line.slice(at));
      if (quoted === null) return quoteFault(line, at);
      values.push((quoted[1] ?? '').replaceAll('""', '"'));
      at += quoted[0].length;
    } else {
      const end = line.indexOf(',', at) < 0 ? line.length : line.indexOf(',', at);
      const bare = line.slice(at, end).indexOf('"');
      if (bare >= 0) return fault(line, at + bare, 'bare " in non-quoted-field');
      values.push(line.slice(at, end));
      at = end;
    }
    if (at >= line.length) return { ok: true, values };
    at += 1;
  }
}

function quoteFault(line: string, from: number): CommaList {
  const closed = /^"(?:[^"]|"")*"/.exec(line.slice(from));
  const at = closed === null ? line.length : from + closed[0].length - 1;
  return fault(line, at, 'extraneous or missing " in quoted-field');
}

function fault(line: string, at: number, why: string): CommaList {
  const column = Buffer.byteLength(line.slice(0, at)) + 1;
  return { ok: false, fault: `parse error on line 1, column ${column}: ${why}` };
}
