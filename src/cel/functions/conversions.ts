import type { Environment } from '@marcbachmann/cel-js';
import type { Duration, UnsignedInt } from '@marcbachmann/cel-js/evaluator';
import { goFloat } from '../../core/go-number.ts';
import { celFailure } from './cel-failure.ts';
import { replaceFunction } from './define.ts';
import { durationText } from './duration-text.ts';
import { instantText } from './value-texts.ts';

const int64Max = 2n ** 63n - 1n;

function int(value: bigint): bigint {
  if (value > int64Max || value < -int64Max - 1n) throw celFailure('this is no integer of 64 bits');
  return value;
}

function intOfText(text: string): bigint {
  if (!/^[+-]?\d+$/.test(text)) throw celFailure(`${JSON.stringify(text)} is no integer`);
  return int(BigInt(text.replace('+', '')));
}

function intOfDouble(value: number): bigint {
  // The ends of the range are no doubles: what lies there is out of it (CEL's specification).
  if (!(Math.abs(value) < 2 ** 63)) throw celFailure('this is no integer of 64 bits');
  return BigInt(Math.trunc(value));
}

function textOfDouble(value: number): string {
  if (Number.isFinite(value)) return goFloat(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}

function textOfBytes(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw celFailure('these bytes are no UTF-8');
  }
}

/** Conversions of CEL that the library lacks or makes otherwise. Own types register theirs themselves. */
export function registerConversions(environment: Environment): void {
  const own = (signature: string, handler: (...args: never[]) => unknown): void => {
    replaceFunction(environment, signature, handler);
  };
  own('int(int): int', (value: bigint) => value);
  own('int(uint): int', ({ value }: UnsignedInt) => int(value));
  own('int(double): int', intOfDouble);
  own('int(string): int', intOfText);
  own('int(google.protobuf.Timestamp): int', (instant: Date) => BigInt(Math.floor(instant.getTime() / 1_000)));
  own('string(string): string', (text: string) => text);
  own('string(bool): string', String);
  own('string(int): string', String);
  own('string(uint): string', ({ value }: UnsignedInt) => String(value));
  own('string(double): string', textOfDouble);
  own('string(bytes): string', textOfBytes);
  own('string(google.protobuf.Timestamp): string', instantText);
  own('string(google.protobuf.Duration): string', durationText);
  environment
    .registerFunction('duration(google.protobuf.Duration): google.protobuf.Duration', (duration: Duration) => duration)
    .registerFunction('timestamp(google.protobuf.Timestamp): google.protobuf.Timestamp', (instant: Date) => instant);
  for (const operator of ['<', '<=', '>', '>='] as const) {
    environment.registerOperator(`bytes ${operator} bytes`, (a: Uint8Array, b: Uint8Array) =>
      isOrderedSo(Buffer.compare(a, b), operator),
    );
  }
}

function isOrderedSo(order: number, operator: '<' | '<=' | '>' | '>='): boolean {
  if (order === 0) return operator.length === 2;
  return operator.startsWith('<') === order < 0;
}
