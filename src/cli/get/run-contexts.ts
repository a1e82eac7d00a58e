import { oneLine } from '../../core/terminal-text.ts';
import { NaviError } from '../../errors/navi-error.ts';
import { asFault, errorOfAll, exitCodeOf, ofContext } from '../../errors/of-contexts.ts';
import { errorText } from '../../errors/error-text.ts';
import { ContextsSink } from './contexts-sink.ts';
import type { GetRequest } from './get-request.ts';
import type { GetTarget } from './get-target.ts';
import { runGet } from './run-get.ts';

/** What several contexts are asked for, and where notices go. */
export interface ContextsAsked {
  readonly targets: readonly GetTarget[];
  /** Of contexts that were asked for with these and cannot be used. */
  readonly faults: readonly NaviError[];
  /** A path of the API server is asked for. */
  readonly isRaw: boolean;
  readonly notice: (text: string) => void;
}

/** Formats that say which context an object is of. */
const formats: ReadonlySet<string> = new Set(['', 'wide', 'json']);

/**
 * `navi get` of several contexts: resolves with the exit code. One that cannot answer does not keep the others from it.
 * @throws NAVI_USAGE for what is about one context; NaviError where none can answer; OutputClosed
 */
export async function runContexts(
  request: GetRequest,
  { targets, faults, isRaw, notice }: ContextsAsked,
): Promise<number> {
  refuse(request, isRaw);
  const isJson = request.output.format === 'json';
  const sink = new ContextsSink({ isJson, hasHeaders: !request.output.noHeaders });
  const errors = [...faults];
  const codes: number[] = [];
  for (const target of targets) {
    const { name } = target.context;
    const own = { ...target, notice: (text: string) => notice(isNamed(text, name) ? text : `${name}: ${text}`) };
    const came = await runGet(request, own, sink.of(name)).catch(asFault);
    if (came instanceof NaviError) errors.push(ofContext(name, came));
    else codes.push(came);
  }
  if (codes.length === 0) throw errorOfAll(errors);
  const isAny = sink.end();
  for (const error of errors) notice(errorText(error));
  if (!isAny && errors.length === 0 && codes.every((code) => code === 0)) notice('No resources found');
  return exitCodeOf([...codes, ...errors.map(({ exitCode }) => exitCode)]);
}

/** Notices of age say it themselves. */
function isNamed(text: string, context: string): boolean {
  return text.includes(` of context "${oneLine(context)}" `);
}

/** @throws NAVI_USAGE */
function refuse({ watch, output, query }: GetRequest, isRaw: boolean): void {
  const format = output.format === '' && output.template !== '' ? 'go-template' : output.format;
  const what = isRaw
    ? '--raw asks'
    : watch.isOn
      ? '-w follows'
      : query?.isExplain === true
        ? '--explain is about'
        : formats.has(format)
          ? undefined
          : `-o ${format} prints the objects of`;
  if (what === undefined) return;
  throw new NaviError('NAVI_USAGE', `${what} one context at a time`, {
    hints: ['--context NAME chooses one', 'tables and -o json say which context each object is of'],
  });
}
