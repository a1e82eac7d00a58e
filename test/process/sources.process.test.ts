import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { syncedNavi, type ProgramResult, type SyncedNavi } from '../support/synced-navi.ts';

const example = join(import.meta.dirname, '../../examples/source-owners');

let navi: SyncedNavi;
let owners: string;
let program: string;

const heading = 'namespace,team,phone\n';
const three = `${heading}shop,"Storefront" \\ web,1\nbilling,Money,2\nsearch,Finders,3\n`;

beforeAll(async () => {
  navi = await syncedNavi(2);
  owners = navi.file('owners.csv', three);
  program = navi.file('program', '');
  sayExample();
  mkdirSync(join(navi.folder, 'navi'));
  const command = JSON.stringify([program, owners]);
  writeFileSync(join(navi.folder, 'navi/config.toml'), `[sources.owners]\ncommand = ${command}\ninterval = "24h"\n`);
  expect((await navi.navi(['sync', '--detach'])).code).toBe(0);
  await until(async () => (await ask('get', 'owners')).code === 0);
});

afterAll(async () => {
  await navi.navi(['stop']);
  await navi.remove();
});

beforeEach(async () => {
  sayExample();
  writeFileSync(owners, three);
  await refresh();
});

function say(script: string): void {
  writeFileSync(program, `#!/bin/sh\n${script}\n`);
  chmodSync(program, 0o755);
}

const sayExample = (): void => say(`exec "${example}" "$@"`);

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const giveUpAt = performance.now() + 30_000;
  while (!(await isSo())) {
    if (performance.now() > giveUpAt) throw new Error('not within 30 s');
    await pause(50);
  }
}

const ask = async (...words: readonly string[]): Promise<ProgramResult> =>
  await navi.navi([...words, '--context', 'owners']);

const refresh = async (): Promise<ProgramResult> => await ask('refresh', 'owners');

const names = async (): Promise<string> => (await ask('get', 'owners', '-o', 'name')).stdout;

const all = ['billing', 'search', 'shop'].map((name) => `owner.people.example/${name}\n`).join('');

test('rows of a program answer as those of a cluster, under its name', async () => {
  expect(await ask('get', 'owners')).toEqual({
    stdout: [
      'NAME      TEAM                 PHONE',
      'billing   Money                2',
      'search    Finders              3',
      'shop      "Storefront" \\ web   1',
      '',
    ].join('\n'),
    stderr: '',
    code: 0,
  });
  expect((await ask('get', 'owner', 'shop', '-o', 'jsonpath={.team}')).stdout).toBe('"Storefront" \\ web');
  expect((await ask('search', 'billing')).stdout).toContain('owners.people.example');
  const sql = "select name from objects where type = 'owners.people.example' order by 1";
  expect((await ask('sql', sql, '-o', 'csv')).stdout).toBe('name\r\nbilling\r\nsearch\r\nshop\r\n');
  expect((await ask('status')).stdout).toMatch(/^owners +http:\/\/owners\.source\.invalid +program\n/m);
  expect((await ask('status')).stdout).toMatch(/^owners\.people\.example +3 +polling +healthy/m);
  expect((await navi.navi(['mirrors', 'list'])).stdout).toContain('owners');
  // All contexts are those of the kubeconfig, which have what is asked for, but where it may be anywhere.
  expect(await navi.navi(['get', 'pods', '--all-contexts'])).toMatchObject({ code: 0, stderr: '' });
  expect((await navi.navi(['top', 'pods', '--all-contexts'])).stderr).not.toContain('owners');
  expect((await navi.navi(['search', 'billing', '--all-contexts'])).stdout).toContain('owners.people.example');
  expect((await navi.navi(['status', '--all-contexts'])).stdout).toMatch(/^owners +http:/m);
  expect((await navi.navi(['get', 'pods', '-o', 'name'])).stdout).toBe('pod/pod-0\npod/pod-1\n');
});

test('what it no longer prints is deleted, and has a past', async () => {
  writeFileSync(owners, `${heading}shop,Storefront,1\nbilling,Money,2\n`);
  expect((await refresh()).code).toBe(0);
  expect(await names()).toBe(all.replace('owner.people.example/search\n', ''));
  expect((await ask('get', 'owners', '--deleted', '-o', 'name')).stdout).toContain('search');
  expect((await ask('history', 'owner', 'shop')).stdout).toContain('Storefront');
});

test.each([
  ['ends with an error', 'echo cannot log in >&2; exit 3', /program ended with 3: cannot log in/],
  ['is killed in the middle', `"${example}" "$@" | head -n 2; kill -9 $$`, /program was ended by SIGKILL/],
  ['prints no types', 'exit 0', /cannot be used: line 1 is no JSON/],
  ['prints half a line', `"${example}" "$@" | head -c 300`, /cannot be used: line \d is no JSON/],
  ['prints without end', 'yes', /program prints more than 16 MiB/],
])('a program that %s deletes nothing, and is told', async (_how, script, why) => {
  say(script);
  const { code } = await refresh();
  expect(code).not.toBe(0);
  expect(await names()).toBe(all);
  const old = /^navi: owners\.people\.example of context "owners" is \S+ old/;
  await until(async () => {
    const { stdout, stderr } = await ask('get', 'owners', '-o', 'name');
    expect(stdout).toBe(all);
    return old.test(stderr) && why.test(stderr);
  });
  const failing = /^owners\.people\.example +3 +(listing|polling) +unhealthy \(server-error\)/m;
  await until(async () => failing.test((await ask('status')).stdout));
});

test('an empty list is one, once it is confirmed', async () => {
  writeFileSync(owners, heading);
  expect((await refresh()).code).toBe(0);
  await until(async () => (await names()) === '');
});

test('a daemon without it leaves what it told, and questions no longer know it', async () => {
  await navi.navi(['stop']);
  rmSync(join(navi.folder, 'navi'), { recursive: true });
  expect((await navi.navi(['sync', '--detach'])).code).toBe(0);
  expect((await ask('get', 'owners')).stderr).toMatch(/owners/);
  expect((await ask('get', 'owners')).code).not.toBe(0);
  expect((await navi.navi(['mirrors', 'list'])).stdout).toContain('owners');
});
