import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { samplePod } from '../support/sample-pod.ts';
import { expectError, syncedNavi, type ProgramResult, type SyncedNavi } from '../support/synced-navi.ts';

/** Users by what they may list. */
const users = ['pods-of-default', 'nothing-there', 'few'] as const;

let navi: SyncedNavi;

/** navi as one of the users, over a mirror of the namespaces `default` and `shop` alone. */
const as = (user: (typeof users)[number], ...args: readonly string[]): Promise<ProgramResult> =>
  navi.navi(args, environment(user));

const environment = (user: string): NodeJS.ProcessEnv => ({
  KUBECONFIG: `${navi.folder}/kubeconfig-${user}`,
  NAVI_DATA_DIR: `${navi.folder}/data-${user}`,
  NAVI_CONFIG: `${navi.folder}/config.toml`,
});

beforeAll(async () => {
  navi = await syncedNavi(2);
  const { state } = navi.simulator;
  const pod = samplePod('in-shop', 1);
  state.create('pods', { ...pod, metadata: { ...(pod['metadata'] as object), namespace: 'shop' } });
  const read = ['list', 'watch', 'get'];
  const others = ['namespaces', 'configmaps', 'secrets', 'events', 'services', 'nodes'];
  state.allow('pods-of-default', { verbs: read, groups: [''], resources: others });
  state.allow('pods-of-default', { verbs: read, groups: [''], resources: ['pods'], namespaces: ['default'] });
  state.allow('nothing-there', { verbs: read, groups: [''], resources: ['namespaces', 'nodes'] });
  state.allow('few', { verbs: read, groups: [''], resources: ['namespaces', 'nodes', 'pods', 'configmaps'] });
  navi.file('config.toml', '[contexts.simulator]\nnamespaces = ["default", "shop"]\n');
  for (const user of users) {
    navi.file(`kubeconfig-${user}`, navi.simulator.kubeconfig(user));
    expect(await as(user, 'sync', '--once')).toMatchObject({ code: 0 });
  }
});

afterAll(() => navi.remove());

const partly =
  'navi: of context "simulator" only pods of default are mirrored\n' +
  'navi: of context "simulator" pods of shop may not be listed\n';

describe('where a type may be listed in some of the namespaces', () => {
  test.each([
    ['containers', 'default/pod-0/main'],
    ['images', 'registry.example.test'],
  ])('navi %s -A prints what is there and tells what is not', async (command, has) => {
    const { stdout, stderr, code } = await as('pods-of-default', command, '-A', '-o', 'name');
    expect(stderr).toBe(partly);
    expect(stdout).toContain(has);
    expect(stdout).not.toContain('in-shop');
    expect(code).toBe(0);
    expectError(await as('pods-of-default', command, '-n', 'default,shop'), 4, /cannot list resource "pods"/);
  });

  test('navi export has what is there and tells what is not', async () => {
    const { stdout, stderr, code } = await as('pods-of-default', 'export', 'pods');
    expect(stderr).toBe(partly);
    expect(stdout).toContain('"pod-0"');
    expect(stdout).not.toContain('in-shop');
    expect(code).toBe(0);
    const file = `${navi.folder}/pods-of-default.db`;
    expect((await as('pods-of-default', 'export', 'pods', '-o', 'sqlite', '--to', file)).code).toBe(0);
    expect(readFileSync(file).includes('pod-0')).toBe(true);
    expect(readFileSync(file).includes('in-shop')).toBe(false);
    expectError(await as('pods-of-default', 'export', 'pods', '-n', 'default,shop'), 4, /cannot list resource "pods"/);
  });

  test('a namespace that is not mirrored is told as that', async () => {
    expectError(await as('pods-of-default', 'containers', '-n', 'bank'), 6, /pods of bank are not mirrored$/m);
  });
});

describe('where a type may be listed in none of the namespaces', () => {
  test.each([
    ['containers', 'pods'],
    ['images', 'pods'],
    ['releases', 'secrets'],
    ['events', 'events'],
    ['export cm', 'configmaps'],
  ])('navi %s -A is refused', async (command, type) => {
    const says = new RegExp(`${type} is forbidden: .*cannot list resource "${type}"`);
    expectError(await as('nothing-there', ...command.split(' '), '-A'), 4, says);
  });
});

describe('navi certs', () => {
  test('tells which of its sources may not be listed', async () => {
    const { stderr, code } = await as('few', 'certs', '-o', 'name');
    expect(stderr).toContain('navi: of context "simulator" only configmaps of default, shop are mirrored\n');
    expect(stderr).toMatch(
      /^navi: of context "simulator" .*secrets, .*validatingwebhookconfigurations\.admissionregistration\.k8s\.io.* may not be listed$/m,
    );
    expect(code).toBe(0);
    const shop = await as('few', 'certs', '-n', 'shop');
    expect(shop.stderr).toMatch(/^navi: of context "simulator" secrets, .* of shop may not be listed$/m);
    expect(shop.stderr).not.toContain('webhook');
  });

  test('is refused where that is all of them', async () => {
    for (const place of [[], ['-n', 'shop']])
      expectError(await as('nothing-there', 'certs', ...place), 4, /configmaps, .* may not be listed/);
  });
});

describe('navi search', () => {
  test('tells of forbidden types also where it looks for a corrected word', async () => {
    const { stdout, stderr } = await as('few', 'search', 'in-shpo');
    expect(stdout).toContain('in-shop');
    expect(stderr).toMatch(
      /^nothing found for "in-shpo" in what this user may list; \d+ types are forbidden: navi status; this is for "in-shop"$/m,
    );
  });
});

describe('navi sql', () => {
  const told = (phrase: string): string => `navi: context "simulator": ${phrase}\n`;
  const partlyTold = told('only pods of default are mirrored') + told('pods of shop may not be listed');

  test.each([
    `select count(*) as n from pods where namespace = 'shop'`,
    `select count(*) as n from objects where kind = 'Pod' and namespace = 'shop'`,
    `select count(*) as n from objects where type = 'pods' and namespace = 'shop'`,
  ])('%s tells that those of some namespaces are refused', async (statement) => {
    expect(await as('pods-of-default', 'sql', statement)).toEqual({ stdout: 'n\n0\n', stderr: partlyTold, code: 0 });
  });

  test.each([
    [`kind = 'Secret'`, 'secrets: refused by the cluster, so no row is of that type'],
    [`api_group = 'batch'`, 'cronjobs.batch, jobs.batch: refused by the cluster, so no row is of that type'],
  ])('objects where %s are told to be refused', async (condition, phrase) => {
    const { stderr } = await as('few', 'sql', `select count(*) from objects where ${condition}`);
    expect(stderr).toBe(told(phrase));
    const [name = '', text = ''] = condition.split(' = ');
    const given = ['--param', `x=${text.replaceAll("'", '')}`];
    const byParameter = await as('few', 'sql', `select count(*) from objects where ${name} = :x`, ...given);
    expect(byParameter.stderr).toBe(told(phrase));
  });

  test('a statement that names no type tells how many are missing, one that names those that are there does not', async () => {
    const { stderr } = await as('few', 'sql', 'select type, count(*) from objects group by 1');
    expect(stderr).toMatch(
      /^navi: context "simulator": \d+ types are forbidden or not mirrored completely: navi status\n$/,
    );
    expect(await as('few', 'sql', 'select count(*) from nodes')).toMatchObject({ stderr: '', code: 0 });
    expect((await navi.ask(['sql', 'select type, count(*) from objects group by 1'])).stderr).toBe('');
  });
});
