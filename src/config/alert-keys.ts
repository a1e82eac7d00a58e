import { severities } from '../core/alert-rule.ts';
import { named, setting } from './setting.ts';
import { anyOf, anyText, duration, oneOf, orNone, span, texts, words, yesOrNo } from './setting-kinds.ts';

/** Names of rules and receivers: they are typed in commands. */
export const alertNamePattern = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

const ruleNames = texts({ pattern: alertNamePattern, each: 'a rule' });

/** Keys of a rule. What is left out of a built-in one stays as it is; one of the user's own needs `type` and `when`. */
export const ruleKeys = {
  type: setting(orNone(anyText('a type (plural.group), or cluster, the mirror itself')), null, 'What it is about.'),
  when: setting(
    orNone(anyText('an expression (CEL) that is true or false')),
    null,
    'It is true where something is wrong with the object.',
  ),
  for: setting(orNone(span), null, 'How long it must hold before anybody is told.'),
  resolve_after: setting(orNone(span), null, 'How long it must no longer hold, for what comes and goes.'),
  severity: setting(orNone(oneOf(severities)), null, 'How much it matters.'),
  summary: setting(orNone(anyText('a text, with expressions in braces')), null, 'What is told of the object.'),
};

/** Keys of a receiver: one of `command`, `webhook` and `desktop`, and what goes with it. */
export const receiverKeys = {
  command: setting(
    orNone(words),
    null,
    'A program and its arguments, with the incident as JSON on its standard input.',
  ),
  webhook: setting(orNone(anyText('a URL with http or https')), null, 'Where the incident is sent to, by POST.'),
  desktop: setting(orNone(yesOrNo), null, 'A notice on the screen of this machine.'),
  secret_file: setting(orNone(anyText('a path')), null, 'A file with the secret that signs what goes to the webhook.'),
  secret_env: setting(
    orNone(anyText('the name of a variable')),
    null,
    'A variable of the daemon’s environment with that secret.',
  ),
  severities: setting(orNone(anyOf(severities)), null, 'Only alerts of these; without the key all.'),
  rules: setting(orNone(ruleNames), null, 'Only alerts of these rules; without the key all.'),
  timeout: setting(duration({ least: '100ms', most: '5m' }), '10s', 'How long one message may take.'),
};

/** Keys below `alerts`. `alertSettingsOf` says what they settle, and looks at expressions and what excludes what. */
export const alertKeys = {
  disabled: setting(ruleNames, [], 'Rules that do not hold.', { variable: null }),
  rules: named('a rule', 'A rule, by its name: a built-in one with other settings, or one of your own.', ruleKeys, {
    pattern: alertNamePattern,
  }),
  receivers: named('a receiver', 'Who is told of alerts, by a name of your choice.', receiverKeys, {
    pattern: alertNamePattern,
  }),
};
