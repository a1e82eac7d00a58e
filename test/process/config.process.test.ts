import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  chmodSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { parseAlerts } from '../../src/config/read-alerts.ts';
import { parseConfig } from '../../src/config/read-config.ts';
import { hostNavi, type HostedNavi } from '../support/hosted-navi.ts';
import { schemaFaults, type JsonSchema } from '../support/json-schema.ts';
import { expectError, runProgram, naviProgram, type ProgramResult } from '../support/synced-navi.ts';

const folder = mkdtempSync(join(tmpdir(), 'navi-config-'));
const file = join(folder, 'home', 'config.toml');
const { NAVI_CONFIG: _config, ...inherited } = process.env;
const environment: NodeJS.ProcessEnv = {
  ...inherited,
  NAVI_CONFIG: file,
  NAVI_DATA_DIR: join(folder, 'data'),
  KUBECONFIG: join(folder, 'none'),
};
const host: HostedNavi = hostNavi(folder, environment);

afterAll(async () => {
  await host.stop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => rmSync(dirname(file), { recursive: true, force: true }));

/** As a process of its own. */
const navi = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<ProgramResult> =>
  runProgram(process.execPath, [naviProgram, 'config', ...args], { ...environment, ...env });

async function run(...args: readonly string[]): Promise<ProgramResult> {
  const { stdout, stderr, code } = await host.run(['config', ...args], 60_000);
  return { stdout, stderr, code };
}

function write(text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

const written = (): string => readFileSync(file, 'utf8');

describe('navi config show and get', () => {
  test('tell values, and whether the file, the environment or nobody says so', async () => {
    write('[daemon]\nmetrics_port = 9155\n[contexts."a.b"]\nnamespaces = ["x"]\n');
    const env = { NAVI_RETENTION_HISTORY_AGE: '2d' };
    const { stdout } = await navi(['show'], env);
    const rows = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/ {2,}/));
    expect(rows).toEqual(
      expect.arrayContaining([
        ['KEY', 'VALUE', 'FROM'],
        ['daemon.metrics_port', '9155', 'file'],
        ['daemon.audit_interval', '"24h"', 'default'],
        ['retention.history_age', '"2d"', 'NAVI_RETENTION_HISTORY_AGE'],
        ['contexts."a.b".namespaces', '["x"]', 'file'],
      ]),
    );
    expect(await navi(['get', 'retention.history_age'], env)).toMatchObject({ stdout: '2d\n', code: 0 });
    expect(await run('get', 'contexts.a.b.namespaces')).toMatchObject({ stdout: '["x"]\n', code: 0 });
    expect(await run('get', 'contexts."a.b".certificates')).toMatchObject({ stdout: 'false\n', code: 0 });
    expect(await run('get', 'contexts.*.namespaces')).toMatchObject({ stdout: '', code: 0 });
  });

  test('the JSON fits its schema', async () => {
    write('[contexts."*"]\ncertificates = true\n');
    const schema = JSON.parse(
      readFileSync(join(import.meta.dirname, '../../schemas/config-show.json'), 'utf8'),
    ) as JsonSchema;
    const { stdout } = await run('show', '-o', 'json');
    expect(schemaFaults(JSON.parse(stdout), schema)).toEqual([]);
    expect(JSON.parse(stdout)).toMatchObject({ file });
  });
});

describe('navi config set', () => {
  test('changes one key, and nothing else of the file', async () => {
    write(
      '# mine\n[daemon]\nmetrics_port = 9155 # loopback\n\n[contexts.prod] # the one\nnamespaces = [\n  "shop", # first\n]\n',
    );
    expect(await run('set', 'daemon.metrics_port', '9200')).toMatchObject({ code: 0 });
    expect(await run('set', 'contexts.prod.certificates', 'true')).toMatchObject({ code: 0 });
    const text = written();
    expect(text).toContain('# mine\n[daemon]\nmetrics_port = 9200 # loopback\n');
    expect(text).toContain('"shop", # first');
    const { metricsPort, contexts } = parseConfig(text, file);
    expect({ metricsPort, prod: contexts.get('prod') }).toEqual({
      metricsPort: 9200,
      prod: { namespaces: ['shop'], certificates: true },
    });
  });

  test('makes the file, for this user alone, with names that need quotes', async () => {
    expect(await run('set', 'contexts.team@eu.prod.namespaces', 'shop', 'web')).toMatchObject({ code: 0 });
    expect(parseConfig(written(), file).contexts.get('team@eu.prod')).toEqual({ namespaces: ['shop', 'web'] });
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('takes what navi config show prints, and ends the file with a line feed', async () => {
    expect(await run('set', 'contexts.prod.namespaces', '["shop", "web"]')).toMatchObject({ code: 0 });
    expect(await run('set', 'retention.history_age', '"2d"')).toMatchObject({ code: 0 });
    const { contexts, history } = parseConfig(written(), file);
    expect({ prod: contexts.get('prod'), ageMs: history.ageMs }).toEqual({
      prod: { namespaces: ['shop', 'web'] },
      ageMs: 172_800_000,
    });
    expect(written().endsWith('\n')).toBe(true);
  });

  test('sets rules and receivers of alerts, key by key and as a whole', async () => {
    const command = ['/bin/page', '--to', 'a,b'];
    for (const [key, ...values] of [
      ['alerts.rules.pod-pending.for', '30m'],
      ['alerts.rules.own', '{ type = "pods", when = "size(status) > 0" }'],
      ['alerts.rules.own.severity', 'critical'],
      ['alerts.receivers.page.command', '--', ...command],
      ['alerts.receivers.page.severities', 'critical', 'warning'],
      ['alerts.disabled', 'crash-loop'],
    ] as const)
      expect([key, await run('set', key, ...values)]).toMatchObject([key, { stdout: '', code: 0 }]);
    // Each table is a block, as people write it.
    expect(written()).toContain('\n[alerts.rules.own]\ntype = "pods"\n');
    const { rules, receivers } = parseAlerts(written(), file);
    expect(rules.find(({ name }) => name === 'pod-pending')).toMatchObject({ forMs: 1_800_000, isBuiltIn: true });
    expect(rules.find(({ name }) => name === 'own')).toMatchObject({ type: 'pods', severity: 'critical' });
    expect(rules.some(({ name }) => name === 'crash-loop')).toBe(false);
    expect(receivers).toMatchObject([
      { name: 'page', channel: { argv: command }, severities: ['critical', 'warning'] },
    ]);

    const shown = await run('show');
    expect(shown.stdout).toMatch(/^alerts\.rules\.pod-pending\.for +"30m" +file$/m);
    expect(shown.stdout).toMatch(/^alerts\.receivers\.page\.command +\["\/bin\/page", "--to", "a,b"\] +file$/m);
    expect((await run('get', 'alerts.rules.pod-pending.for')).stdout).toBe('30m\n');
    expect((await run('get', 'alerts.rules.own.when')).stdout).toBe('size(status) > 0\n');
    // What comes with navi holds where nobody sets it.
    expect((await run('get', 'alerts.rules.pod-pending.severity')).stdout).toBe('warning\n');
    expect((await run('get', 'alerts.rules.node-not-ready.for')).stdout).toBe('2m0s\n');

    expect(await run('set', 'alerts.rules.own', '--unset')).toMatchObject({ code: 0 });
    expect(parseAlerts(written(), file).rules.some(({ name }) => name === 'own')).toBe(false);
  });

  test.each([
    [['alerts.rules.own.when', 'true'], /alerts\.rules\.own\.when cannot be so: .* has no type/],
    [['alerts.rules.crash-loop.when', 'status.phase = 1'], /alerts\.rules\.crash-loop\.when is wrong/],
    [['alerts.rules.crash-loop.for', 'soon'], /must be a duration, such as "90s"/],
    [['alerts.rules.crash-loop.severity', 'loud'], /must be "critical", "warning" or "info"/],
    [['alerts.rules.crash-loop.sumary', 'x'], /there is no setting "alerts\.rules\.crash-loop\.sumary"/],
    [['alerts.rules.Own', '{ type = "pods", when = "true" }'], /alerts\.rules\.Own cannot be a rule/],
    [['alerts.receivers.page.timeout', '1h'], /must be a duration from "100ms" to "5m"/],
    [['alerts.receivers.page.webhook', 'ftp://a'], /must be a URL with http or https/],
    [['alerts.disabled', 'crash-lop'], /names the rule "crash-lop", and there is none/],
    [['alerts.rules.own', 'pods'], /must be a table/],
  ])('of alerts refuses %j, and writes nothing', async (args, says) => {
    write('# mine\n');
    const { stdout, stderr, code } = await run('set', ...args);
    expect({ stdout, code }).toEqual({ stdout: '', code: 2 });
    expect(stderr).toMatch(says);
    expect(written()).toBe('# mine\n');
  });

  test('keeps the mode of the file, and a link to it', async () => {
    write('[daemon]\nmetrics_port = 1\n');
    const real = join(dirname(file), 'real.toml');
    writeFileSync(real, '[daemon]\nmetrics_port = 2\n');
    chmodSync(real, 0o640);
    rmSync(file);
    symlinkSync('real.toml', file);
    expect(await run('set', 'daemon.metrics_port', '3')).toMatchObject({ code: 0 });
    expect(readlinkSync(file)).toBe('real.toml');
    expect(statSync(real).mode & 0o777).toBe(0o640);
    expect(parseConfig(readFileSync(real, 'utf8'), file).metricsPort).toBe(3);
  });

  test('takes a key away with --unset, and the table that is empty then', async () => {
    write('[retention]\nhistory_age = "2d"\nhistory_size = "1Gi"\n[metrics]\ninterval = "5s"\n');
    expect(await run('set', 'retention.history_age', '--unset')).toMatchObject({ code: 0 });
    expect(await run('set', 'metrics.interval', '--unset')).toMatchObject({ code: 0 });
    expect(parseConfig(written(), file)).toMatchObject({
      history: { ageMs: 604_800_000, bytes: 1024 ** 3 },
      usageIntervalMs: 15_000,
    });
    expect(written()).not.toContain('metrics');
  });

  test.each([
    [['daemon.metrics_prt', '1'], /there is no setting "daemon.metrics_prt"/, /did you mean daemon\.metrics_port\?/],
    [
      ['daemon', '1'],
      /there is no setting "daemon"/,
      /it has daemon\.audit_interval, daemon\.auto_start, daemon\.metrics_port/,
    ],
    [['daemon.metrics_port', '70000'], /must be a whole number from 0 to 65535/, /./],
    [['daemon.metrics_port'], /needs a value/, /--unset/],
    [['daemon.metrics_port', '1', '--unset'], /--unset takes no value/, /./],
    [['contexts.prod.namespaces', 'Shop'], /holds "Shop", which cannot be a namespace/, /./],
    [['contexts.prod', 'x'], /contexts\.prod must be a table/, /./],
    [['retention.history_size', '5 GB'], /must be a size from "1Mi" to "1Ti"/, /./],
  ])('refuses %j, and writes nothing', async (args, says, hint) => {
    write('# as it was\n');
    const result = await run('set', ...args);
    expectError(result, 2, says);
    expect(result.stderr).toMatch(hint);
    expect(written()).toBe('# as it was\n');
  });

  test('does not touch a file with a fault', async () => {
    write('[daemon]\nmetrics_prt = 1\n');
    expectError(await run('set', 'daemon.metrics_port', '2'), 2, /config\.toml:2:1: daemon\.metrics_prt is no key/);
    expect(written()).toBe('[daemon]\nmetrics_prt = 1\n');
  });

  test('says where a variable takes its place', async () => {
    const { stderr, code } = await navi(['set', 'daemon.metrics_port', '2'], { NAVI_DAEMON_METRICS_PORT: '3' });
    expect(code).toBe(0);
    expect(stderr).toContain('NAVI_DAEMON_METRICS_PORT takes its place');
  });
});

describe('navi config check, path and schema', () => {
  test('finds the first fault with its place, of another file as well', async () => {
    write('[daemon]\nmetrics_port = "x"\n');
    expectError(await run('check'), 2, /config\.toml:2:1: daemon\.metrics_port must be a whole number/);
    const other = join(folder, 'other.toml');
    writeFileSync(other, '[contexts.gone]\ncertificates = true\n');
    expect(await run('check', other)).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('has no fault') as string,
    });
    expectError(await run('check', join(folder, 'nowhere.toml')), 2, /cannot be read/);
    rmSync(file);
    expectError(await run('check'), 2, /cannot be read/);
    expect(await navi(['check'], { NAVI_CONFIG: undefined, XDG_CONFIG_HOME: folder })).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('the defaults hold') as string,
    });
  });

  test('the schema takes what navi takes, and refuses what it refuses', async () => {
    const schema = JSON.parse((await run('schema')).stdout) as JsonSchema;
    const good = { daemon: { metrics_port: 9155, audit_interval: '24h' }, contexts: { a: { namespaces: ['x'] } } };
    expect(schemaFaults(good, schema)).toEqual([]);
    expect(schemaFaults({ daemon: { metrics_prt: 1 } }, schema)).not.toEqual([]);
    expect(schemaFaults({ daemon: { metrics_port: 70_000 } }, schema)).not.toEqual([]);
    expect(schemaFaults({ daemon: { audit_interval: '1 day' } }, schema)).not.toEqual([]);
    expect(schemaFaults({ contexts: { a: { namespaces: 'x' } } }, schema)).not.toEqual([]);
    expect(await run('path')).toMatchObject({ stdout: `${file}\n`, code: 0 });
  });
});

describe('navi config edit', () => {
  const editor = (script: string): NodeJS.ProcessEnv => ({ VISUAL: '', EDITOR: `sh -c '${script}' edit` });

  test('begins with every setting as a comment, and takes over what is without a fault', async () => {
    const env = editor('grep -q "^# metrics_port = 0" "$1" && printf "[daemon]\\nmetrics_port = 9300\\n" >> "$1"');
    expect(await navi(['edit'], env)).toMatchObject({ code: 0 });
    expect(parseConfig(written(), file).metricsPort).toBe(9300);
    expect(existsSync(`${file}.edited.toml`)).toBe(false);
  });

  test('keeps what was edited beside the file where it has a fault, and the file as it was', async () => {
    write('[daemon]\nmetrics_port = 1\n');
    const result = await navi(['edit'], editor('echo "metrics_prt = 2" >> "$1"'));
    expectError(result, 2, /config\.toml\.edited\.toml:3:1: daemon\.metrics_prt is no key/);
    expect(written()).toBe('[daemon]\nmetrics_port = 1\n');
    expect(readFileSync(`${file}.edited.toml`, 'utf8')).toContain('metrics_prt');
  });

  test('changes nothing where the editor fails or changes nothing', async () => {
    write('[daemon]\nmetrics_port = 1\n');
    expectError(await navi(['edit'], editor('exit 3')), 2, /ended with exit code 3/);
    expect(await navi(['edit'], editor('true'))).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('stays as it was') as string,
    });
    expect(written()).toBe('[daemon]\nmetrics_port = 1\n');
  });
});
