import { describe, expect, test } from 'vitest';
import { builtInRules } from '../../src/config/built-in-rules.ts';
import { parseAlerts } from '../../src/config/read-alerts.ts';
import type { AlertSettings } from '../../src/config/alert-settings.ts';
import type { NaviError } from '../../src/errors/navi-error.ts';
import { parseExpression } from '../../src/cel/parse-expression.ts';
import { parseTemplate } from '../../src/cel/template.ts';
import { thrownBy } from '../support/thrown-by.ts';

const alerts = (text: string): AlertSettings => parseAlerts(text, 'config.toml');

function refusal(text: string): NaviError {
  return thrownBy(() => alerts(text)) as NaviError;
}

test('without a word about them all built-in rules are in force, and nobody is told', () => {
  expect(alerts('')).toEqual({ rules: builtInRules, receivers: [] });
  for (const { when, summary } of builtInRules) {
    expect(parseExpression('when', when, 'bool')).toBeDefined();
    expect(parseTemplate('summary', summary)).toBeDefined();
  }
});

test('rules are added, changed and disabled by their names', () => {
  const { rules } = alerts(`
[alerts]
disabled = ["image-pull", "own-two"]
[alerts.rules.pod-pending]
for = "1h30m"
[alerts.rules.own-one]
type = "deployments.apps"
when = "object.spec.replicas == 0 && previous != null"
[alerts.rules.own-two]
type = "pods"
when = "age > duration('1h')"
`);
  const known = new Map(rules.map((rule) => [rule.name, rule]));
  expect(known.has('image-pull')).toBe(false);
  expect(known.has('own-two')).toBe(false);
  expect(known.get('pod-pending')).toEqual({
    ...builtInRules.find(({ name }) => name === 'pod-pending'),
    forMs: 90 * 60_000,
  });
  expect(known.get('own-one')).toEqual({
    name: 'own-one',
    type: 'deployments.apps',
    when: 'object.spec.replicas == 0 && previous != null',
    forMs: 0,
    resolveAfterMs: 0,
    severity: 'warning',
    summary: 'rule own-one',
    isBuiltIn: false,
  });
  expect(rules.map(({ name }) => name)).toEqual([...known.keys()].toSorted());
});

test('receivers are told by a command, a webhook or the desktop', () => {
  const { receivers } = alerts(`
[alerts.receivers.page]
command = ["/bin/page", "--team", "shop"]
severities = ["critical"]
timeout = "30s"
[alerts.receivers.chat]
webhook = "https://chat.example/hook?token=x"
secret_env = "CHAT_SECRET"
rules = ["crash-loop"]
[alerts.receivers.me]
desktop = true
`);
  expect(receivers).toEqual([
    {
      name: 'page',
      channel: { kind: 'command', argv: ['/bin/page', '--team', 'shop'] },
      severities: ['critical'],
      rules: undefined,
      timeoutMs: 30_000,
    },
    {
      name: 'chat',
      channel: {
        kind: 'webhook',
        url: 'https://chat.example/hook?token=x',
        secret: { kind: 'environment', name: 'CHAT_SECRET' },
      },
      severities: undefined,
      rules: ['crash-loop'],
      timeoutMs: 10_000,
    },
    { name: 'me', channel: { kind: 'desktop' }, severities: undefined, rules: undefined, timeoutMs: 10_000 },
  ]);
});

describe('what is wrong names the file, the line and the key', () => {
  const rule = (line: string): string => `[alerts.rules.own]\ntype = "pods"\nwhen = "true"\n${line}`;
  const receiver = (line: string): string => `[alerts.receivers.own]\n${line}`;
  test.each([
    ['[alerts]\nrule = 1', ':2: alerts.rule is no key that navi knows; the keys here are disabled, rules, receivers'],
    ['[alerts]\ndisabled = ["crash-lop"]', ':2: alerts.disabled names the rule "crash-lop", and there is none'],
    ['[alerts]\ndisabled = "all"', ':2: alerts.disabled must be a list of texts'],
    [rule('fro = "1m"'), ':4: alerts.rules.own.fro is no key that navi knows'],
    [rule('for = 5'), ':4: alerts.rules.own.for must be a duration, such as "90s", "5m" or "1h30m"'],
    [rule('for = "5 minutes"'), ':4: alerts.rules.own.for must be a duration'],
    [rule('severity = "bad"'), ':4: alerts.rules.own.severity must be one of critical, warning, info'],
    [rule('summary = "{status."'), ':4: alerts.rules.own.summary is wrong: the brace is not closed'],
    ['[alerts.rules.own]\nwhen = "true"', ':1: alerts.rules.own has no type'],
    ['[alerts.rules.own]\ntype = "pods"', ':1: alerts.rules.own has no when'],
    ['[alerts.rules.own]\ntype = "Pod"\nwhen = "true"', ':2: alerts.rules.own.type is "Pod", which cannot be a type'],
    ['[alerts.rules."a b"]\ntype = "pods"', ':1: alerts.rules."a b" cannot be a name here'],
    ['[alerts.rules.own]\ntype = "pods"\nwhen = "status.phase = 1"', ':3: alerts.rules.own.when is wrong: '],
    [
      '[alerts.rules.own]\ntype = "pods"\nwhen = "size(status)"',
      ':3: alerts.rules.own.when is wrong: the value is of type int, not bool',
    ],
    [receiver('timeout = "1s"'), ':1: alerts.receivers.own must have one of command, webhook, desktop'],
    [receiver('desktop = true\nwebhook = "http://a"'), ':1: alerts.receivers.own must have one of'],
    [receiver('desktop = true\nsecret_file = "a"'), ':3: alerts.receivers.own.secret_file is not for a desktop'],
    [receiver('command = "page me"'), ':2: alerts.receivers.own.command must be a list: the program and its arguments'],
    [receiver('command = []'), ':2: alerts.receivers.own.command must be a list: the program and its arguments'],
    [receiver('webhook = "ftp://a"'), ':2: alerts.receivers.own.webhook must be a URL with http or https'],
    [receiver('webhook = "http://u:p@a"'), ':2: alerts.receivers.own.webhook must have no user and password'],
    [
      receiver('webhook = "http://a"\nsecret_file = "a"\nsecret_env = "B"'),
      ':4: alerts.receivers.own.secret_env excludes secret_file',
    ],
    [
      receiver('desktop = true\ntimeout = "1h"'),
      ':3: alerts.receivers.own.timeout must be a duration from "100ms" to "5m"',
    ],
    [
      receiver('desktop = true\nrules = ["nope"]'),
      ':3: alerts.receivers.own.rules names the rule "nope", and there is none',
    ],
    [receiver('desktop = true\nseverities = ["bad"]'), ':3: alerts.receivers.own.severities must be a list of some of'],
  ])('%j', (text, message) => {
    const error = refusal(text);
    expect(error.code).toBe('NAVI_CONFIG_BROKEN');
    expect(error.message.replace(/^(\S+ \S+?:\d+):\d+: /, '$1: ')).toContain(`configuration config.toml${message}`);
  });

  test('an expression is pointed at', () => {
    const error = refusal('[alerts.rules.own]\ntype = "pods"\nwhen = "status.phase == \\"A\\" && nonsense(1)"');
    expect(error.message).toMatch(/there is no function nonsense, at character \d+$/);
    const [shown = '', mark = ''] = error.hints;
    expect(shown).toBe('status.phase == "A" && nonsense(1)');
    expect(mark).toMatch(/^ +\^$/);
    expect(shown.slice(mark.length - 1)).toMatch(/^\(1\)|^nonsense/);
  });
});
