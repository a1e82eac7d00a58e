import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { settingsOf } from '../../src/config/config.ts';
import { policyOf } from '../../src/config/retrieval-settings.ts';
import { configFile } from '../../src/config/config-file.ts';
import { parseConfig, readConfig } from '../../src/config/read-config.ts';
import { NaviError } from '../../src/errors/navi-error.ts';
import { temporaryDirectory } from '../support/temporary-mirror.ts';

const parse = (...lines: readonly string[]) => parseConfig(lines.join('\n'), '/c.toml');

const fault = (...lines: readonly string[]): string => {
  try {
    parse(...lines);
  } catch (error) {
    if (error instanceof NaviError && error.exitCode === 2) return error.message;
    throw error;
  }
  return '';
};

describe('the settings of a context', () => {
  test('are the defaults where the file says nothing', () => {
    const config = parse('');
    expect(config.metricsPort).toBeUndefined();
    expect(settingsOf(config, 'any')).toEqual({
      namespaces: undefined,
      eraseWhenDenied: ['secrets'],
      certificates: false,
    });
  });

  test('are its own, else those of every context, key by key', () => {
    const config = parse(
      '[daemon]',
      'metrics_port = 9155',
      '[contexts."*"]',
      'erase_when_denied = ["secrets", "certificates.cert-manager.io"]',
      '[contexts."team@prod"]',
      'namespaces = [',
      '  "shop",',
      '  "shop", # twice',
      '  "web",',
      ']',
      '[contexts.none]',
      'erase_when_denied = []',
    );
    expect(config.metricsPort).toBe(9155);
    const everywhere = ['secrets', 'certificates.cert-manager.io'];
    expect(settingsOf(config, 'team@prod')).toEqual({
      namespaces: ['shop', 'web'],
      eraseWhenDenied: everywhere,
      certificates: false,
    });
    expect(settingsOf(config, 'other')).toEqual({
      namespaces: undefined,
      eraseWhenDenied: everywhere,
      certificates: false,
    });
    expect(settingsOf(config, 'none').eraseWhenDenied).toEqual([]);
    expect(settingsOf(config, '__proto__').namespaces).toBeUndefined();
  });

  test('have no metrics port where it is 0', () => {
    expect(parse('daemon.metrics_port = 0').metricsPort).toBeUndefined();
    expect(parse('').auditIntervalMs).toBe(86_400_000);
    expect(parse('daemon.audit_interval = "90m"').auditIntervalMs).toBe(5_400_000);
    expect(parse('').history).toEqual({ ageMs: 604_800_000, bytes: 536_870_912 });
    expect([parse('').isReadOnly, parse('read_only = true').isReadOnly]).toEqual([false, true]);
    expect(parse('').usageIntervalMs).toBe(15_000);
    expect(parse('[metrics]', 'interval = "5s"').usageIntervalMs).toBe(5_000);
    expect(parse('[metrics]', 'interval = "0"').usageIntervalMs).toBe(0);
    expect(parse('retention = { history_age = "1d", history_size = "2Mi" }').history).toEqual({
      ageMs: 86_400_000,
      bytes: 2_097_152,
    });
  });

  test('keep no logs unless they name namespaces', () => {
    expect(parse('').keptLogs).toEqual({
      namespaces: [],
      when: ['oom-killed', 'crashed', 'failed', 'restarted'],
      lineCount: 500,
      logBytes: 262_144,
      ageMs: 604_800_000,
      bytes: 67_108_864,
    });
    const keys = ['namespaces = ["shop", "*"]', 'when = ["failed", "oom-killed"]', 'lines = 9', 'size = "2Ki"'];
    expect(parse('[retention]', 'logs_age = "1d"', 'logs_size = "3Mi"', '[prefetch.logs]', ...keys).keptLogs).toEqual({
      namespaces: ['shop', '*'],
      when: ['oom-killed', 'failed'],
      lineCount: 9,
      logBytes: 2_048,
      ageMs: 86_400_000,
      bytes: 3_145_728,
    });
    expect(parse('[prefetch]').keptLogs.namespaces).toEqual([]);
  });
});

describe('policies of retrieval', () => {
  test('are that of a type, else that of "*", which does not mean what navi itself reads', () => {
    const { retrieval } = parse(
      '[retrieval."*"]',
      'mode = "used"',
      '[retrieval.secrets]',
      'mode = "off"',
      '[retrieval."leases.coordination.k8s.io"]',
      'mode = "watch"',
      '[retrieval.events]',
      'mode = "poll"',
      'interval = "5m"',
      'ttl = "7m"',
      '[retrieval."jobs.batch"]',
      'mode = "used"',
      'idle = "2m"',
    );
    expect(policyOf(retrieval, 'pods')).toEqual({ mode: 'used', idleMs: 900_000 });
    expect(policyOf(retrieval, 'secrets')).toEqual({ mode: 'off' });
    expect(policyOf(retrieval, 'leases.coordination.k8s.io')).toEqual({ mode: 'watch' });
    expect(policyOf(retrieval, 'events')).toEqual({ mode: 'poll', intervalMs: 300_000, ttlMs: 420_000 });
    expect(policyOf(retrieval, 'jobs.batch')).toEqual({ mode: 'used', idleMs: 120_000 });
    for (const own of ['namespaces', 'customresourcedefinitions.apiextensions.k8s.io'])
      expect(policyOf(retrieval, own)).toBeUndefined();
    expect(policyOf(parse('').retrieval, 'pods')).toBeUndefined();
  });

  test('have bounds', () => {
    expect(parse('').retrieval).toMatchObject({
      followedMax: 30,
      unfollowedBytes: 536_870_912,
      prefetchesRelated: true,
    });
    const { retrieval } = parse(
      'retrieval_budget = { followed = 2, unfollowed_size = "1Mi" }',
      'prefetch.related = false',
    );
    expect(retrieval).toMatchObject({ followedMax: 2, unfollowedBytes: 1_048_576, prefetchesRelated: false });
  });

  test('cannot keep navi from what it reads itself', () => {
    for (const mode of ['poll', 'used', 'off'])
      for (const type of ['namespaces', '"apiservices.apiregistration.k8s.io"'])
        expect(fault(`[retrieval.${type}]`, `mode = "${mode}"`)).toContain(
          '.mode must be "watch": navi itself reads this type',
        );
    expect(fault('[retrieval.namespaces]', 'mode = "watch"')).toBe('');
  });

  test('are refused where they say nothing', () => {
    expect(fault('[retrieval.pods]', 'mode = "often"')).toBe(
      'configuration /c.toml:2:1: retrieval.pods.mode must be "watch", "poll", "used" or "off"',
    );
    expect(fault('[retrieval.pods]', 'interval = "5m"')).toBe(
      'configuration /c.toml:2:1: retrieval.pods.interval is for mode "poll", and the mode is "watch"',
    );
    expect(fault('[retrieval.pods]', 'mode = "poll"', 'interval = "29s"')).toContain('"30s" to "24h"');
    expect(fault('[retrieval.pods]', 'mode = "used"', 'ttl = "1h"')).toContain(
      ':3:1: retrieval.pods.ttl is for mode "poll"',
    );
    expect(fault('[retrieval.Pods]', 'mode = "off"')).toContain('cannot be a type (plural.group)');
  });
});

describe('a variable of the environment', () => {
  test('takes the place of a key of the file', () => {
    const env = { NAVI_DAEMON_METRICS_PORT: '9200', NAVI_RETENTION_HISTORY_AGE: '2d', NAVI_METRICS_INTERVAL: '' };
    const config = parseConfig('daemon.metrics_port = 9155\nmetrics.interval = "5s"', '/c.toml', env);
    expect(config).toMatchObject({ metricsPort: 9200, history: { ageMs: 172_800_000 }, usageIntervalMs: 5_000 });
  });

  test('is told by its name where it is wrong', () => {
    const wrong = () => parseConfig('', '/c.toml', { NAVI_RETENTION_HISTORY_SIZE: '5' });
    expect(wrong).toThrow('NAVI_RETENTION_HISTORY_SIZE must be a size from "1Mi" to "1Ti"');
  });
});

describe('what navi does not know', () => {
  test('is named with file, line and key', () => {
    expect(fault('', '# a comment', 'metric = 1')).toBe(
      'configuration /c.toml:3:1: metric is no key that navi knows; the keys here are read_only, plugins, daemon, retention, prefetch, alerts, metrics, output, retrieval, retrieval_budget, sources, contexts',
    );
    expect(fault('[contexts.a]', 'namespaces = ["x"]', '', '[contexts."b.c"]', 'namespace = "x"')).toBe(
      'configuration /c.toml:5:1: contexts."b.c".namespace is no key that navi knows; the keys of a context are namespaces, erase_when_denied, certificates',
    );
    expect(fault('[metrics]', 'port = 3')).toBe(
      'configuration /c.toml:2:1: metrics.port is no key that navi knows; the key of it is interval',
    );
    for (const value of ['"4s"', '"61m"', '"-1s"', '15', '"15"', '""', 'true'])
      expect(fault('[metrics]', `interval = ${value}`)).toContain(
        ':2:1: metrics.interval must be a duration from "5s" to "1h", or "0" for never',
      );
    expect(fault('[retention]', 'days = 3')).toBe(
      'configuration /c.toml:2:1: retention.days is no key that navi knows; the keys of it are history_age, history_size, logs_age, logs_size',
    );
    expect(fault('[prefetch.log]', 'lines = 3')).toContain(
      'prefetch.log is no key that navi knows; the keys of it are related, logs',
    );
    expect(fault('[prefetch.logs]', 'line = 3')).toContain(':2:1: prefetch.logs.line is no key that navi knows');
    expect(fault('[prefetch.logs]', 'toString = 3')).toContain(':2:1: prefetch.logs.toString is no key');
    expect(fault('[prefetch.logs]', 'when = ["died"]')).toContain(
      ':2:1: prefetch.logs.when holds "died"; known are oom-killed, crashed, failed, restarted',
    );
    expect(fault('[prefetch.logs]', 'namespaces = ["sh*p"]')).toContain('holds "sh*p", which cannot be a namespace');
    expect(fault('[prefetch.logs]', 'lines = 10001')).toContain('must be a whole number from 1 to 10000');
    expect(fault('contexts = { "*" = { namespace = "x" } }')).toContain(
      '/c.toml:1:22: contexts."*".namespace is no key',
    );
  });

  test('is a value of another type, at the line where it begins', () => {
    for (const value of ['"9155"', '9155.5', '70000', '-1'])
      expect(fault('[daemon]', `metrics_port = ${value}`)).toContain(
        ':2:1: daemon.metrics_port must be a whole number from 0 to 65535',
      );
    for (const value of ['"59m"', '7', '"7"', '"3651d"'])
      expect(fault('[retention]', `history_age = ${value}`)).toContain(
        ':2:1: retention.history_age must be a duration from "1h" to "3650d"',
      );
    for (const value of ['512', '"512M"', '"1023Ki"', '"1.5Gi"', '"2Ti"'])
      expect(fault('[retention]', `history_size = ${value}`)).toContain(
        ':2:1: retention.history_size must be a size from "1Mi" to "1Ti"',
      );
    expect(fault('contexts = 1')).toContain(':1:1: contexts must be a table');
    expect(fault('[[contexts]]')).toContain(':1:3: contexts must be a table');
    expect(fault('[contexts]', 'a = 2026-01-01')).toContain(':2:1: contexts.a must be a table');
    expect(fault('[contexts.a]', 'namespaces = "x"')).toContain(':2:1: contexts.a.namespaces must be a list of texts');
    expect(fault('[contexts.a]', '# why', 'namespaces = [', '  "x",', '  1,', ']')).toContain(
      ':3:1: contexts.a.namespaces must be a list of texts',
    );
  });

  test('is a name that cannot exist, and an empty list of namespaces', () => {
    expect(fault('[contexts.a]', 'namespaces = ["Shop"]')).toContain('holds "Shop", which cannot be a namespace');
    expect(fault('[contexts.a]', 'namespaces = ["*"]')).toContain('holds "*", which cannot be a namespace');
    expect(fault('[contexts.a]', 'namespaces = []')).toContain('must name a namespace');
    expect(fault('[contexts.a]', 'certificates = "yes"')).toContain('contexts.a.certificates must be true or false');
    expect(fault('[contexts.a]', 'erase_when_denied = ["Secret"]')).toContain('holds "Secret", which cannot be a type');
  });

  test('is what is no TOML, in one line', () => {
    expect(fault('x = 1', 'x = 2')).toMatch(/^configuration \/c\.toml:2:\d+: [^\n]+$/);
    expect(fault('[contexts', '')).toMatch(/^configuration \/c\.toml:1:\d+: [^\n]+$/);
    expect(fault('\u0000')).toMatch(/^configuration \/c\.toml:1:\d+: [^\n]+$/);
    expect(fault(`x = "${'y'.repeat(300_000)}"`)).toBe('configuration /c.toml: is longer than 256 KiB');
  });

  test('never ends in anything but settings or that error, whatever the bytes', () => {
    const sample =
      '[daemon]\nmetrics_port = 9155\n[contexts."*"]\nnamespaces = ["a", "b"]\nerase_when_denied = ["secrets"]\n';
    const edits = fc.array(fc.tuple(fc.nat(sample.length), fc.nat(6), fc.string({ maxLength: 6 })), { maxLength: 4 });
    const edited = edits.map((list) =>
      list.reduce((text, [at, length, by]) => text.slice(0, at) + by + text.slice(at + length), sample),
    );
    fc.assert(
      fc.property(fc.oneof(edited, fc.string()), (text) => {
        expect(typeof fault(text)).toBe('string');
      }),
      { numRuns: 500 },
    );
  });
});

describe('the file', () => {
  let folder: string;
  beforeEach(() => {
    folder = temporaryDirectory();
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('is the one that NAVI_CONFIG names, else config.toml in the place for settings', () => {
    expect(configFile({ NAVI_CONFIG: 'x.toml', XDG_CONFIG_HOME: '/x' }, 'linux')).toBe(resolve('x.toml'));
    expect(configFile({ XDG_CONFIG_HOME: '/x' }, 'linux')).toBe('/x/navi/config.toml');
    expect(configFile({ NAVI_CONFIG: '', XDG_CONFIG_HOME: '' }, 'linux')).toBe(
      join(homedir(), '.config', 'navi', 'config.toml'),
    );
    expect(configFile({}, 'darwin')).toBe(join(homedir(), 'Library', 'Application Support', 'navi', 'config.toml'));
  });

  test('need not exist, unless it is named', () => {
    expect(readConfig({ XDG_CONFIG_HOME: folder }).contexts.size).toBe(0);
    expect(() => readConfig({ NAVI_CONFIG: join(folder, 'none.toml') })).toThrow('none.toml cannot be read');
    expect(() => readConfig({ NAVI_CONFIG: folder })).toThrow('cannot be read');
  });

  test('may begin with a byte order mark', () => {
    mkdirSync(join(folder, 'navi'));
    writeFileSync(join(folder, 'navi', 'config.toml'), '\uFEFFdaemon.metrics_port = 9155\r\n');
    expect(readConfig({ XDG_CONFIG_HOME: folder }).metricsPort).toBe(9155);
  });
});
