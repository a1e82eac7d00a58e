import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FollowedContexts } from '../../src/daemon/followed-contexts.ts';
import { lineLogger } from '../../src/daemon/logger.ts';
import { readKubeconfigFiles } from '../../src/kubeconfig/read-kubeconfig.ts';
import { mirrorId, resolveContext } from '../../src/kubeconfig/resolve-context.ts';
import { fakeClock, type FakeClock } from '../support/fake-clock.ts';

let folder: string;
let clock: FakeClock;
let followed: FollowedContexts;
let told: string[];
let names: Map<string, string>;

const file = (name: string): string => join(folder, name);

/** One context of a server, with the fields of its user. */
function config(name: string, server: string, user = '{token: one}'): string {
  return `
clusters: [{name: ${name}, cluster: {server: "https://${server}"}}]
users: [{name: ${name}, user: ${user}}]
contexts: [{name: ${name}, context: {cluster: ${name}, user: ${name}}}]
`;
}

function follow(name: string, ...files: readonly string[]): void {
  const kubeconfig = files.map(file);
  const context = resolveContext(readKubeconfigFiles(kubeconfig), name);
  names.set(mirrorId(context), `${name}@${new URL(context.cluster.server).host}`);
  followed.add({ name, kubeconfig }, context);
}

/** Lets the next look happen, and what it saw settle. */
function look(): readonly string[] {
  told = [];
  clock.advance(31_000);
  return told;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'navi-test-'));
  clock = fakeClock();
  names = new Map();
  told = [];
  const log = lineLogger(() => undefined, 'debug');
  followed = new FollowedContexts(clock, log, {
    goOn: (id, { name, user, cluster }) => {
      names.set(id, `${name}@${new URL(cluster.server).host}`);
      told.push(`${names.get(id)} goes on with ${user.token || user.tokenFile}`);
    },
    end: (id, why) => told.push(`${names.get(id)} ends: ${why.replace(folder, '')}`),
  });
});

afterEach(() => {
  followed.close();
  rmSync(folder, { recursive: true });
});

describe('contexts that are followed', () => {
  test('are left alone while nothing changes', () => {
    writeFileSync(file('a'), config('x', 'one'));
    follow('x', 'a');
    expect(look()).toEqual([]);
    writeFileSync(file('other'), 'anything');
    expect(look()).toEqual([]);
  });

  test('go on with other credentials', () => {
    writeFileSync(file('a'), config('x', 'one'));
    follow('x', 'a');
    writeFileSync(file('a'), config('x', 'one', '{token: another}'));
    expect(look()).toEqual(['x@one goes on with another']);
    expect(look()).toEqual([]);
  });

  test('go on when a file that they name is written, replaced or brought back', () => {
    writeFileSync(file('token'), 'one');
    writeFileSync(file('a'), config('x', 'one', '{tokenFile: token}'));
    follow('x', 'a');
    const goesOn = [`x@one goes on with ${file('token')}`];
    writeFileSync(file('token'), 'two-and-more');
    expect(look()).toEqual(goesOn);
    writeFileSync(file('new'), 'six');
    renameSync(file('new'), file('token'));
    expect(look()).toEqual(goesOn);
    rmSync(file('token'));
    expect(look()).toEqual(goesOn);
    writeFileSync(file('token'), 'back');
    expect(look()).toEqual(goesOn);
  });

  test('end their mirror and begin another where they mean another cluster', () => {
    writeFileSync(file('a'), config('x', 'one'));
    follow('x', 'a');
    writeFileSync(file('a'), config('x', 'two'));
    expect(look()).toEqual([
      'x@one ends: the kubeconfig means another cluster or user by the name of its context now',
      'x@two goes on with one',
    ]);
    writeFileSync(file('a'), config('x', 'one'));
    expect(look()).toContain('x@one goes on with one');
  });

  test('end when they are gone, and go on when they are back', () => {
    writeFileSync(file('a'), config('x', 'one'));
    follow('x', 'a');
    writeFileSync(file('a'), config('y', 'one'));
    expect(look()).toEqual(['x@one ends: context "x" is no longer in /a']);
    expect(look()).toEqual([]);
    writeFileSync(file('a'), config('x', 'one'));
    expect(look()).toEqual(['x@one goes on with one']);
  });

  test('end no mirror that another context still means', () => {
    writeFileSync(file('a'), config('x', 'one'));
    writeFileSync(
      file('b'),
      `${config('x', 'one').replace('contexts: [', 'contexts: [{name: y, context: {cluster: x, user: x}}, ')}`,
    );
    follow('x', 'a');
    follow('y', 'b');
    rmSync(file('a'));
    writeFileSync(file('a'), config('z', 'one'));
    expect(look()).toEqual(['y@one goes on with one']);
  });

  test.each([
    ['is half written', (text: string) => text.slice(0, text.length / 2)],
    ['is no YAML', () => 'a: b: c'],
    ['cannot be used', (text: string) => text.replace('{token: one}', '{token: one, username: u}')],
    ['names a cluster that is not there', (text: string) => text.replace('{cluster: x,', '{cluster: none,')],
  ])('change nothing where the kubeconfig %s', (_how, broken) => {
    const whole = config('x', 'one');
    writeFileSync(file('a'), whole);
    follow('x', 'a');
    writeFileSync(file('a'), broken(whole));
    expect(look().filter((line) => line.includes('ends'))).toEqual([]);
    rmSync(file('a'));
    expect(look().filter((line) => line.includes('ends'))).toEqual([]);
  });

  test('wait until the file has been left alone for a second', () => {
    writeFileSync(file('a'), config('x', 'one'));
    follow('x', 'a');
    clock.advance(29_500);
    writeFileSync(file('a'), config('y', 'one'));
    clock.advance(1_000);
    expect(told).toEqual([]);
    writeFileSync(file('a'), `${config('x', 'one')} `);
    clock.advance(600);
    expect(told).toEqual([]);
    clock.advance(1_000);
    expect(told).toEqual(['x@one goes on with one']);
  });

  test('are not forgotten in mid-change when another one, or the same again, is followed', () => {
    writeFileSync(file('a'), config('x', 'one'));
    writeFileSync(file('b'), config('y', 'two'));
    follow('x', 'a');
    writeFileSync(file('a'), config('x', 'one', '{token: another}'));
    follow('y', 'b');
    follow('x', 'a');
    expect(look()).toContain('x@one goes on with another');
  });

  test('that are asked for again and mean another cluster by then end their mirror at once', () => {
    writeFileSync(file('a'), config('x', 'one'));
    follow('x', 'a');
    told = [];
    writeFileSync(file('a'), config('x', 'two'));
    follow('x', 'a');
    expect(told).toEqual([
      'x@one ends: the kubeconfig means another cluster or user by the name of its context now',
      'x@two goes on with one',
    ]);
  });

  test('are what the first of several files says', () => {
    writeFileSync(file('b'), config('x', 'two'));
    writeFileSync(file('a'), 'current-context: x');
    follow('x', 'a', 'b');
    writeFileSync(file('a'), config('x', 'one'));
    expect(look()).toContain('x@one goes on with one');
  });

  test('are as their kubeconfig has them this moment for whoever asks', () => {
    writeFileSync(file('a'), config('x', 'one'));
    follow('x', 'a');
    const context = resolveContext(readKubeconfigFiles([file('a')]), 'x');
    writeFileSync(file('a'), config('x', 'one', '{token: newest}'));
    expect(followed.latest(mirrorId(context), context).user.token).toBe('newest');
    writeFileSync(file('a'), config('x', 'two', '{token: foreign}'));
    expect(followed.latest(mirrorId(context), context)).toBe(context);
    expect(followed.latest('unknown', context)).toBe(context);
  });
});
