import { counted } from '../../core/counted.ts';
import { tableStyle } from '../../output/navi-table.ts';
import { stdoutTerminal } from '../../output/terminal-stream.ts';
import { oneLine } from '../../core/terminal-text.ts';
import type { ContextsRun } from '../ask-contexts.ts';
import { tellFaults } from '../tell-faults.ts';
import { alertsJson, alertsTable } from './alerts-text.ts';
import { readAlerts, type AlertsAnswer } from './read-alerts.ts';

/** How `navi alerts` is to be run. */
export interface AlertsRun extends ContextsRun {
  /** Those that are pending, and those that are over, too. */
  readonly isAll: boolean;
  readonly output: 'json' | 'name' | undefined;
}

/** `navi alerts`: resolves with the exit code; that nothing is wrong is 0. @throws NaviError where no context can answer */
export async function runAlerts(run: AlertsRun): Promise<number> {
  const answer = await readAlerts(run, run);
  if (run.output === 'json') run.write(alertsJson(answer));
  else if (run.output === 'name') run.write(answer.alerts.map(({ id }) => `${id}\n`).join(''));
  else {
    const table = alertsTable(answer, tableStyle(stdoutTerminal(), process.env, run.color));
    if (table !== '') run.write(table);
    else run.notice(run.isAll ? 'no alerts are known' : 'nothing is firing');
  }
  for (const notice of noticesOf(answer)) run.notice(notice);
  return tellFaults(run, answer.faults);
}

/** What people must know besides: that nobody looks, and that somebody could not be told. */
export function noticesOf({ isWatched, alerts, hiddenCount }: AlertsAnswer): readonly string[] {
  const undelivered = alerts.filter(({ deliveryError }) => deliveryError !== null);
  const [first] = undelivered;
  return [
    ...(isWatched ? [] : ['navi: no daemon runs, so nobody looks for what is wrong; navi sync --detach starts one']),
    ...(hiddenCount === 0
      ? []
      : [
          `navi: ${hiddenCount === 1 ? '1 alert is' : `${hiddenCount} alerts are`} about what you may not read now; navi status says what`,
        ]),
    ...(first === undefined
      ? []
      : [
          `navi: receivers could not be told of ${counted(undelivered.length, 'alert')} yet: ${oneLine(first.deliveryError ?? '')}`,
        ]),
  ];
}
