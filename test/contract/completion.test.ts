import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeCommandTable, takesArguments, type ManifestCommand } from '../../src/cli/complete/make-command-table.ts';
import { argumentKinds, flagKind, kindsByFlag, kindsByValue } from '../../src/cli/complete/value-kinds.ts';

const root = join(import.meta.dirname, '../..');
const { commands } = JSON.parse(readFileSync(join(root, 'oclif.manifest.json'), 'utf8')) as {
  commands: Readonly<Record<string, ManifestCommand>>;
};
const valued = Object.entries(commands).flatMap(([id, { flags }]) =>
  Object.values(flags)
    .filter((flag) => flag.type !== 'boolean' && flag.options === undefined)
    .map((flag) => ({ id, flag })),
);

describe('completion knows', () => {
  test('what the value of each flag is', () => {
    const unknown = valued.filter(({ flag }) => flagKind(flag) === undefined);
    expect(unknown.map(({ id, flag }) => `${flag.helpValue} of ${id} --${flag.name}`)).toEqual([]);
  });

  test('what the arguments of each command are', () => {
    const taking = Object.entries(commands).filter(([, command]) => takesArguments(command));
    expect(Object.keys(argumentKinds).toSorted()).toEqual(taking.map(([id]) => id.replaceAll(':', ' ')).toSorted());
  });

  test('of no value and no flag that there is not', () => {
    const byFlag = new Set(valued.map(({ flag }) => flag.name));
    const byValue = new Set(
      valued.filter(({ flag }) => !Object.hasOwn(kindsByFlag, flag.name)).map(({ flag }) => flag.helpValue),
    );
    expect(Object.keys(kindsByFlag).filter((name) => !byFlag.has(name))).toEqual([]);
    expect(Object.keys(kindsByValue).filter((name) => !byValue.has(name))).toEqual([]);
  });

  test('nothing else: the build fails', () => {
    const flags = { flavour: { name: 'flavour', type: 'option', helpValue: 'FLAVOUR' } };
    expect(() => makeCommandTable({ get: { args: {}, flags } }, [])).toThrow('no kind for FLAVOUR of get --flavour');
    expect(() => makeCommandTable({ eat: { args: { what: {} }, flags: {} } }, [])).toThrow('arguments of eat');
  });
});

test.each(['navi.bash', '_navi', 'navi.fish', 'navi.ps1'])('%s names no command and no flag of navi', (name) => {
  const script = readFileSync(join(root, 'completion', name), 'utf8');
  const code = script
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n');
  const named = Object.keys(commands).filter((id) => new RegExp(`\\b${id.replace(':', ' ')}\\b`).test(code));
  expect(named).toEqual([]);
  const flags = new Set(Object.values(commands).flatMap((command) => Object.keys(command.flags)));
  expect(
    [...code.matchAll(/--([a-z][a-z-]+)/g)].map(([, flag]) => flag).filter((flag) => flags.has(flag ?? '')),
  ).toEqual([]);
});
