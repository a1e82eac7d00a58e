import type { Environment } from '@marcbachmann/cel-js';
import { compareUtf8 } from '../../core/utf8-order.ts';
import { celFailure } from './cel-failure.ts';

/** A version of semver.org within an expression. */
class Version {
  readonly numbers: readonly [bigint, bigint, bigint];
  /** Between `-` and `+`, at the points. */
  readonly prerelease: readonly string[];

  constructor(numbers: readonly [bigint, bigint, bigint], prerelease: readonly string[]) {
    this.numbers = numbers;
    this.prerelease = prerelease;
  }

  equals(other: unknown): boolean {
    return other instanceof Version && compareVersions(this, other) === 0;
  }
}

const numeric = '(?:0|[1-9]\\d*)';
const prereleasePart = `(?:${numeric}|\\d*[A-Za-z-][\\dA-Za-z-]*)`;
const versionPattern = new RegExp(
  `^(${numeric})\\.(${numeric})\\.(${numeric})(?:-(${prereleasePart}(?:\\.${prereleasePart})*))?(?:\\+[\\dA-Za-z-]+(?:\\.[\\dA-Za-z-]+)*)?$`,
);

const uint64Max = 2n ** 64n - 1n;

function parseVersion(text: string): Version | undefined {
  const [, major, minor, patch, prerelease] = versionPattern.exec(text) ?? [];
  if (major === undefined || minor === undefined || patch === undefined) return undefined;
  const numbers = [BigInt(major), BigInt(minor), BigInt(patch)] as const;
  return numbers.some((number) => number > uint64Max) ? undefined : new Version(numbers, prerelease?.split('.') ?? []);
}

/** Without the `v` in front and zeros in front of numbers, and with the numbers that lack; as the text is where that fails. */
function normalized(text: string): string {
  const [major = '', minor, ...rest] = text.replace(/^v/, '').split('.');
  const parts = [major, ...(minor === undefined ? [] : [minor]), ...(rest.length === 0 ? [] : [rest.join('.')])];
  if (parts.length < 3 && /[+-]/.test(parts.at(-1) ?? '')) return text;
  const trimmed = parts.map((part) => part.replace(/^0+(?=\d)/, ''));
  return [...trimmed, '0', '0'].slice(0, 3).join('.');
}

function version(text: string, isNormalized: boolean): Version {
  const made = parseVersion(isNormalized ? normalized(text) : text);
  if (made === undefined) throw celFailure(`${JSON.stringify(text)} is no semantic version`);
  return made;
}

function compareVersions(a: Version, b: Version): number {
  for (const [index, number] of a.numbers.entries()) {
    const other = b.numbers[index] ?? 0n;
    if (number !== other) return number < other ? -1 : 1;
  }
  // A release comes after what leads to it.
  if (a.prerelease.length === 0 || b.prerelease.length === 0) {
    return Math.sign(Number(a.prerelease.length === 0) - Number(b.prerelease.length === 0));
  }
  for (const [index, part] of a.prerelease.entries()) {
    const other = b.prerelease[index];
    const order = other === undefined ? 1 : comparePrerelease(part, other);
    if (order !== 0) return order;
  }
  return a.prerelease.length < b.prerelease.length ? -1 : 0;
}

/** Numbers go by their amount and before words. */
function comparePrerelease(a: string, b: string): number {
  const [isNumber, isOther] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (isNumber !== isOther) return isNumber ? -1 : 1;
  if (!isNumber) return Math.sign(compareUtf8(a, b));
  return BigInt(a) < BigInt(b) ? -1 : BigInt(a) > BigInt(b) ? 1 : 0;
}

/** Kubernetes' functions for semantic versions (apiserver 1.36). */
export function registerVersionFunctions(environment: Environment): void {
  const type = 'kubernetes.Semver';
  environment
    .registerType(type, { ctor: Version, fields: {} })
    .registerFunction('isSemver(string): bool', (text: string) => parseVersion(text) !== undefined)
    .registerFunction(
      'isSemver(string, bool): bool',
      (text: string, isNormalized: boolean) => parseVersion(isNormalized ? normalized(text) : text) !== undefined,
    )
    .registerFunction(`semver(string): ${type}`, (text: string) => version(text, false))
    .registerFunction(`semver(string, bool): ${type}`, version)
    .registerOperator(`${type} == ${type}`, (a: Version, b: Version) => a.equals(b))
    .registerFunction(`${type}.major(): int`, ({ numbers }: Version) => numbers[0])
    .registerFunction(`${type}.minor(): int`, ({ numbers }: Version) => numbers[1])
    .registerFunction(`${type}.patch(): int`, ({ numbers }: Version) => numbers[2])
    .registerFunction(`${type}.isGreaterThan(${type}): bool`, (a: Version, b: Version) => compareVersions(a, b) > 0)
    .registerFunction(`${type}.isLessThan(${type}): bool`, (a: Version, b: Version) => compareVersions(a, b) < 0)
    .registerFunction(`${type}.compareTo(${type}): int`, (a: Version, b: Version) => BigInt(compareVersions(a, b)));
}
