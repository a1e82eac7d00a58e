import { oneLine } from '../core/terminal-text.ts';

/**
 * Structured log lines: one JSON object a line on stderr. Messages are constant, data is in keys from this list, and
 * no value may hold a credential or a Secret's data.
 */
export interface LogFields {
  readonly context?: string | undefined;
  /** `plural.group`. */
  readonly type?: string | undefined;
  readonly namespace?: string | undefined;
  readonly reason?: string | undefined;
  readonly style?: string | undefined;
  /** Of alerts: names of a rule and a receiver, the id of an incident, and what it is about. */
  readonly rule?: string | undefined;
  readonly receiver?: string | undefined;
  readonly incident?: string | undefined;
  readonly object?: string | undefined;
  readonly error?: string | undefined;
  readonly errorClass?: string | undefined;
  readonly objects?: number | undefined;
  readonly deletions?: number | undefined;
  readonly changes?: number | undefined;
  readonly durationMs?: number | undefined;
  /** How often something was tried in vain. */
  readonly failures?: number | undefined;
  readonly retryInMs?: number | undefined;
  readonly resourceVersion?: string | undefined;
  readonly timeline?: number | undefined;
  readonly pid?: number | undefined;
  readonly port?: number | undefined;
  /** How many are concerned. */
  readonly mirrors?: number | undefined;
  readonly types?: number | undefined;
  readonly server?: string | undefined;
  readonly mode?: string | undefined;
  readonly health?: string | undefined;
  readonly file?: string | undefined;
  readonly signal?: string | undefined;
  /** Why something was not done. */
  readonly because?: string | undefined;
  /** What an audit found: objects that differ, and how; `keys` names some. */
  readonly differences?: number | undefined;
  readonly lacking?: number | undefined;
  readonly ghosts?: number | undefined;
  readonly bodies?: number | undefined;
  readonly keys?: readonly string[] | undefined;
  readonly isRepaired?: boolean | undefined;
  /** Number of a queued action, and where it stands. */
  readonly action?: number | undefined;
  readonly state?: string | undefined;
}

/** How loud a line is. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Where log lines go; fields given to `child` are on each of its lines. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  child(fields: LogFields): Logger;
}

const levels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/**
 * A logger for people: errors as one plain line each, `CONTEXT: MESSAGE: ERROR`; a line that is the one before is not said
 * again.
 * @param untold messages that are told otherwise
 */
export function plainLogger(write: (line: string) => void, untold: ReadonlySet<string> = new Set()): Logger {
  let last = '';
  const make = (bound: LogFields): Logger => {
    const say = (message: string, fields: LogFields = {}): void => {
      const { context, type, error } = { ...bound, ...fields };
      const line = oneLine([context, type, message, error].filter((part) => part !== undefined).join(': '));
      if (untold.has(message) || line === last) return;
      last = line;
      write(`${line}\n`);
    };
    const silent = (): void => undefined;
    return { debug: silent, info: silent, warn: silent, error: say, child: (fields) => make({ ...bound, ...fields }) };
  };
  return make({});
}

/**
 * A logger that writes lines of JSON (`time` RFC 3339, `level`, `msg`, then the fields) of `least` and above through
 * `write`.
 */
export function lineLogger(write: (line: string) => void, least: LogLevel, nowMs: () => number = Date.now): Logger {
  const make = (bound: LogFields): Logger => {
    const at =
      (level: LogLevel) =>
      (message: string, fields: LogFields = {}): void => {
        if (levels.indexOf(level) < levels.indexOf(least)) return;
        write(
          `${JSON.stringify({ time: new Date(nowMs()).toISOString(), level, msg: message, ...bound, ...fields })}\n`,
        );
      };
    return {
      debug: at('debug'),
      info: at('info'),
      warn: at('warn'),
      error: at('error'),
      child: (fields) => make({ ...bound, ...fields }),
    };
  };
  return make({});
}
