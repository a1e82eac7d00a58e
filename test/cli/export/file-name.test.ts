import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fileName, isOwnPath } from '../../../src/cli/export/file-name.ts';
import { stumblingBlocks } from '../../support/command-texts.ts';
import { amountOf } from '../../support/long-run.ts';

/** Names as they are, names that differ in little, and whatever file systems stumble over. */
const name = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({
    unit: fc.constantFrom('a', 'A', 'é', 'e\u0301', ':', '%', '3', '.', '_', '-', '~', '/', '@'),
    maxLength: 8,
  }),
  fc.constantFrom(...stumblingBlocks, 'con', 'CON', 'nul.txt', 'com1', '_cluster', '.git', 'a.', 'a '),
  fc
    .tuple(fc.constantFrom('x', 'X', '%', 'ß'), fc.integer({ min: 1, max: 400 }))
    .map(([text, count]) => text.repeat(count)),
);

/** As a file system has it that tells neither case nor forms of a letter apart. */
const folded = (text: string): string => text.normalize('NFC').toLowerCase();

describe('fileName', () => {
  test.each([
    ['web-0', 'web-0'],
    ['deployments.apps', 'deployments.apps'],
    ['system:node', 'system%3anode'],
    ['Prod', '%50rod'],
    ['arn:aws:eks:eu-1:1:cluster/a', 'arn%3aaws%3aeks%3aeu-1%3a1%3acluster%2fa'],
    ['größe', 'gr%c3%b6%c3%9fe'],
    ['%3a', '%253a'],
    ['..', '%2e%2e'],
    ['.git', '%2egit'],
    ['_cluster', '%5fcluster'],
    ['-rf', '%2drf'],
    ['a.', 'a%2e'],
    ['con', '%63on'],
    ['nul.txt', '%6eul.txt'],
    ['console', 'console'],
    ['', '%'],
  ])('of %j is %j', (text, expected) => {
    expect(fileName(text)).toBe(expected);
  });

  test('differs for different texts, whatever a file system takes for the same', () => {
    fc.assert(
      fc.property(name, name, (one, other) => {
        if (one.toWellFormed() !== other.toWellFormed())
          expect(folded(fileName(one))).not.toBe(folded(fileName(other)));
      }),
      { numRuns: amountOf(1_000, 5_000) },
    );
  });

  test('is a name that every file system takes, and that leads nowhere', () => {
    fc.assert(
      fc.property(name, (text) => {
        const made = fileName(text);
        expect(made).toMatch(/^[a-z0-9%@][a-z0-9%@._~-]*$/);
        expect(made).not.toMatch(/\.$|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/);
        expect(Buffer.byteLength(`${made}.yaml`)).toBeLessThanOrEqual(255);
        expect(isOwnPath(`${made}/${made}.yaml`, 2)).toBe(true);
      }),
      { numRuns: amountOf(1_000, 5_000) },
    );
  });

  test('of long texts that begin alike tells them apart', () => {
    const long = 'x'.repeat(253);
    expect(fileName(`${long}a`)).not.toBe(fileName(`${long}b`));
    expect(fileName(`${long}a`)).toHaveLength(150 + 1 + 32);
    expect(fileName('x'.repeat(200))).toBe('x'.repeat(200));
  });
});

describe('isOwnPath', () => {
  test.each([
    ['../x/y.yaml'],
    ['a/../b.yaml'],
    ['a/./b.yaml'],
    ['/a/b.yaml'],
    ['a//b.yaml'],
    ['a/b/c/d.yaml'],
    ['a/b.yaml'],
    ['.git/hooks/pre-commit'],
    ['a\\..\\b/c/d.yaml'],
    ['A/b/c.yaml'],
  ])('is false for %j', (path) => {
    expect(isOwnPath(path, 3)).toBe(false);
  });

  test('is true for what an export writes', () => {
    expect(isOwnPath('_cluster/clusterroles.rbac.authorization.k8s.io/system%3anode.yaml', 3)).toBe(true);
  });
});
