import type { AlertRule } from '../../core/alert-rule.ts';
import { humanDuration } from '../../core/human-duration.ts';
import { instantText } from '../../core/instant-text.ts';
import { oneLine, terminalJson } from '../../core/terminal-text.ts';
import type { AlertSettings } from '../../config/alert-settings.ts';
import { naviTable, type TableStyle } from '../../output/navi-table.ts';
import type { Silence } from '../../store/incident-table.ts';

/** The rules in force, with what is silent of them. */
export interface KnownRules {
  readonly settings: AlertSettings;
  readonly silences: readonly Silence[];
  /** Epoch milliseconds. */
  readonly nowMs: number;
}

/** The table of rules. */
export function rulesTable({ settings, silences, nowMs }: KnownRules, style: TableStyle): string {
  const rows = settings.rules.map((rule) => {
    const silent = silenceOf(rule, silences);
    return [
      rule.name,
      rule.isBuiltIn ? 'navi' : 'config',
      rule.severity,
      rule.type,
      rule.forMs === 0 ? '-' : humanDuration(rule.forMs),
      silent === undefined ? '-' : humanDuration(silent.untilMs - nowMs),
      oneLine(rule.when),
    ];
  });
  return naviTable(['RULE', 'FROM', 'SEVERITY', 'TYPE', 'FOR', 'SILENT', 'WHEN'], rows, style);
}

/** Rules and receivers as JSON; of a webhook only where it is, since its path may be a secret. */
export function rulesJson({ settings, silences }: KnownRules): string {
  const rules = settings.rules.map((rule) => {
    const { name, type, when, forMs, resolveAfterMs, severity, summary, isBuiltIn } = rule;
    const silencedUntil = instantText(silenceOf(rule, silences)?.untilMs ?? null);
    return { name, isBuiltIn, type, when, forMs, resolveAfterMs, severity, summary, silencedUntil };
  });
  const receivers = settings.receivers.map(({ name, channel, severities, rules: wanted }) => ({
    name,
    kind: channel.kind,
    severities: severities ?? null,
    rules: wanted ?? null,
  }));
  return terminalJson(`${JSON.stringify({ rules, receivers }, null, 2)}\n`);
}

function silenceOf({ name }: AlertRule, silences: readonly Silence[]): Silence | undefined {
  return silences.find(({ kind, target }) => kind === 'rule' && target === name);
}
