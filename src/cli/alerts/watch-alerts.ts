import { errorText } from '../../errors/error-text.ts';
import { terminalJson } from '../../core/terminal-text.ts';
import { isScreen, LiveScreen, screenSize } from '../../output/live-screen.ts';
import { tableStyle } from '../../output/navi-table.ts';
import { stdoutTerminal } from '../../output/terminal-stream.ts';
import { watchLooks, type LookView } from '../watch-looks.ts';
import { alertJson, alertLine, alertsTable } from './alerts-text.ts';
import { readAlerts, type AlertsAnswer } from './read-alerts.ts';
import { noticesOf, type AlertsRun } from './run-alerts.ts';

/**
 * `navi alerts --watch`: on a terminal the table drawn anew in place, otherwise a line for each alert that is new or another than
 * before. Resolves with the exit code when it is interrupted.
 * @throws OutputClosed; NaviError where the first look fails
 */
export async function watchAlerts(run: AlertsRun): Promise<number> {
  const read = async (): Promise<AlertsAnswer> => await readAlerts(run, { isAll: true });
  const first = await read();
  const view = run.output === undefined && isScreen(process.stdout, process.env) ? screenView(run) : lineView(run);
  return await watchLooks(first, read, view);
}

function screenView(run: AlertsRun): LookView<AlertsAnswer> {
  const screen = new LiveScreen(run.write);
  const draw = (text: string): void => screen.draw(text, screenSize(process.stdout));
  return {
    show: (answer) => {
      const shown = run.isAll ? answer : { ...answer, alerts: answer.alerts.filter(({ state }) => state === 'firing') };
      const table = alertsTable(shown, tableStyle(stdoutTerminal(), process.env, run.color));
      const notices = noticesOf(shown).map((notice) => `\n${notice}`);
      draw(`${table === '' ? 'nothing is firing\n' : table}${notices.join('')}`);
    },
    fail: (error) => draw(errorText(error)),
    end: () => screen.end(),
  };
}

function lineView(run: AlertsRun): LookView<AlertsAnswer> {
  let known: ReadonlyMap<string, string> | undefined;
  let said = '';
  return {
    show: (answer) => {
      const { alerts, contexts, atMs: nowMs } = answer;
      const isMany = contexts.length > 1;
      for (const alert of alerts) {
        if (isNews(alert, known, run.isAll)) {
          const line =
            run.output === 'json'
              ? terminalJson(`${JSON.stringify(alertJson(alert))}\n`)
              : run.output === 'name'
                ? `${alert.id}\n`
                : alertLine(alert, { isMany, nowMs });
          run.write(line);
        }
      }
      known = new Map(alerts.map((alert) => [alert.id, markOf(alert)]));
      const notices = noticesOf(answer).join('\n');
      if (notices !== said && notices !== '') run.notice(notices);
      said = notices;
    },
    fail: (error) => run.notice(errorText(error)),
    end: () => undefined,
  };
}

type Alert = AlertsAnswer['alerts'][number];

/** What makes an alert another one than before. */
function markOf({ state, ackedBy, silencedUntilMs, notJudged }: Alert): string {
  return JSON.stringify([state, ackedBy, silencedUntilMs, notJudged]);
}

/** The first look tells what is there; later ones also what is over, where it was told of before. */
function isNews(alert: Alert, known: ReadonlyMap<string, string> | undefined, isAll: boolean): boolean {
  const before = known?.get(alert.id);
  if (before === markOf(alert)) return false;
  if (isAll || alert.state === 'firing') return true;
  return alert.state === 'resolved' && known !== undefined;
}
