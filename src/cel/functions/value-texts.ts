import { Optional } from '@marcbachmann/cel-js';
import { Duration, UnsignedInt } from '@marcbachmann/cel-js/evaluator';

/** An instant as RFC 3339 writes it in UTC, without zeros at the end: `2026-01-02T03:04:05.12Z`. */
export function instantText(instant: Date): string {
  return instant.toISOString().replace(/\.?0*Z$/, 'Z');
}

/** The name of a type, undefined for a value that is none. */
export function nameOfType(value: unknown): string | undefined {
  return /^\[object Type<(.*)>\]$/.exec(Object.prototype.toString.call(value))?.[1];
}

/** What a value is called in errors: `int`, `list`, `google.protobuf.Duration`. */
export function typeName(value: unknown): string {
  if (value === null) return 'null_type';
  if (typeof value === 'bigint') return 'int';
  if (typeof value === 'number') return 'double';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'string';
  if (value instanceof UnsignedInt) return 'uint';
  if (value instanceof Uint8Array) return 'bytes';
  if (value instanceof Date) return 'google.protobuf.Timestamp';
  if (value instanceof Duration) return 'google.protobuf.Duration';
  if (value instanceof Optional) return 'optional_type';
  if (nameOfType(value) !== undefined) return 'type';
  return Array.isArray(value) ? 'list' : 'map';
}
