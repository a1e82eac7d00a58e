import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { settingsOf } from '../../src/config/config.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { configFile, readConfig } from '../../src/config/read-config.ts';
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
    expect(parse('metrics_port = 0').metricsPort).toBeUndefined();
    expect(parse('audit_interval_minutes = 90').auditIntervalMs).toBe(5_400_000);
    expect(parse('').history).toEqual({ ageMs: 604_800_000, bytes: 536_870_912 });
    expect(parse('').usageIntervalMs).toBe(15_000);
    expect(parse('[metrics]', 'interval_seconds = 5').usageIntervalMs).toBe(5_000);
    expect(parse('[metrics]', 'interval_seconds = 0').usageIntervalMs).toBe(0);
    expect(parse('retention = { history_days = 1, history_mebibytes = 2 }').history).toEqual({
      ageMs: 86_400_000,
      bytes: 2_097_152,
    });
  });
});

describe('what navi does not know', () => {
  test('is named with file, line and key', () => {
    expect(fault('', '# a comment', 'metric_port = 1')).toBe(
      'configuration /c.toml:3: metric_port is no key that navi knows; the keys here are metrics_port, audit_interval_minutes, retention, metrics, alerts, contexts',
    );
    expect(fault('[contexts.a]', 'namespaces = ["x"]', '', '[contexts."b.c"]', 'namespace = "x"')).toBe(
      'configuration /c.toml:5: contexts."b.c".namespace is no key that navi knows; the keys of a context are namespaces, erase_when_denied, certificates',
    );
    expect(fault('[metrics]', 'port = 3')).toBe(
      'configuration /c.toml:2: metrics.port is no key that navi knows; the key of it is interval_seconds',
    );
    for (const value of ['4', '3601', '-1', '7.5', '"15"'])
      expect(fault('[metrics]', `interval_seconds = ${value}`)).toContain(
        ':2: metrics.interval_seconds must be a whole number from 5 to 3600, or 0 for never',
      );
    expect(fault('[retention]', 'days = 3')).toBe(
      'configuration /c.toml:2: retention.days is no key that navi knows; the keys of it are history_days, history_mebibytes',
    );
    expect(fault('contexts = { "*" = { namespace = "x" } }')).toContain('/c.toml:1: contexts."*".namespace is no key');
  });

  test('is a value of another type, at the line where it begins', () => {
    expect(fault('metrics_port = "9155"')).toContain(':1: metrics_port must be a port number');
    expect(fault('metrics_port = 9155.5')).toContain(':1: metrics_port must be a port number');
    expect(fault('metrics_port = 70000')).toContain(':1: metrics_port must be a port number');
    for (const value of ['0', '1.5', '"1h"', '43201'])
      expect(fault(`audit_interval_minutes = ${value}`)).toContain(
        ':1: audit_interval_minutes must be a number of minutes',
      );
    for (const value of ['0', '1.5', '"7"', '3651'])
      expect(fault('[retention]', `history_days = ${value}`)).toContain(
        ':2: retention.history_days must be a whole number from 1 to 3650',
      );
    expect(fault('contexts = 1')).toContain(':1: contexts must be a table');
    expect(fault('[[contexts]]')).toContain(':1: contexts must be a table');
    expect(fault('[contexts]', 'a = 2026-01-01')).toContain(':2: contexts.a must be a table');
    expect(fault('[contexts.a]', 'namespaces = "x"')).toContain(':2: contexts.a.namespaces must be a list of texts');
    expect(fault('[contexts.a]', '# why', 'namespaces = [', '  "x",', '  1,', ']')).toContain(
      ':3: contexts.a.namespaces must be a list of texts',
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
    expect(fault('metrics_port = 1', 'metrics_port = 2')).toMatch(/^configuration \/c\.toml:2: [^\n]+$/);
    expect(fault('[contexts', '')).toMatch(/^configuration \/c\.toml:1: [^\n]+$/);
    expect(fault('\u0000')).toMatch(/^configuration \/c\.toml:1: [^\n]+$/);
    expect(fault(`x = "${'y'.repeat(300_000)}"`)).toBe('configuration /c.toml: is longer than 256 KiB');
  });

  test('never ends in anything but settings or that error, whatever the bytes', () => {
    const sample = 'metrics_port = 9155\n[contexts."*"]\nnamespaces = ["a", "b"]\nerase_when_denied = ["secrets"]\n';
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
    writeFileSync(join(folder, 'navi', 'config.toml'), '\uFEFFmetrics_port = 9155\r\n');
    expect(readConfig({ XDG_CONFIG_HOME: folder }).metricsPort).toBe(9155);
  });
});
