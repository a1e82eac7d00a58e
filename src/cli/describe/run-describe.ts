import { parseLabelSelector } from '../../core/selector/label-selector.ts';
import type { LabelRequirement } from '../../core/selector/label-requirement.ts';
import { oneLine, terminalJson } from '../../core/terminal-text.ts';
import { NaviError } from '../../errors/navi-error.ts';
import type { ContextSummary } from '../../kubeconfig/context-summary.ts';
import { tableStyle } from '../../output/navi-table.ts';
import { findObjects } from '../../query/describe/find-objects.ts';
import { readDescription, type Description } from '../../query/describe/read-description.ts';
import { LookedPlaces } from '../../query/looked-places.ts';
import { readTypes, storedOf, type MirrorType } from '../../query/mirror-type.ts';
import { eventsReader } from '../../query/tree/object-events.ts';
import { ObjectGraph } from '../../query/tree/object-graph.ts';
import { readableParts } from '../../query/type-places.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { askContexts, type ContextsRun, type MirrorAnswer } from '../ask-contexts.ts';
import { namedType } from '../named-type.ts';
import { tellFaults } from '../tell-faults.ts';
import { descriptionJson } from './description-json.ts';
import { descriptionText } from './description-text.ts';
import { stdoutTerminal } from '../../output/terminal-stream.ts';

/** Objects as they are typed: a name of a type, and a name or none for all of them. */
export interface TypedObject {
  readonly type: string;
  readonly name: string | undefined;
}

/** What `navi describe` was asked for. */
export interface DescribeRun extends ContextsRun {
  readonly objects: readonly TypedObject[];
  /** Undefined for that of the context. */
  readonly namespace: string | undefined;
  /** As typed; empty for none. */
  readonly selector: string;
  readonly output: 'json' | undefined;
}

/** Most objects that one command describes: more of them nobody reads. */
const objectCountMax = 100;

/**
 * `navi describe`: resolves with the exit code. Contexts that have no such object are told, and the others print.
 * @throws NaviError where none has
 */
export async function runDescribe(run: DescribeRun): Promise<number> {
  const labels = requirements(run.selector);
  const { answers, faults, notices } = await askContexts(run, (reader, context) =>
    describe(run, labels, { reader, context }),
  );
  for (const notice of notices) run.notice(notice);
  const nowMs = Date.now();
  if (run.output === 'json') {
    const objects = answers.flatMap(({ context, ageMs, isStale, answer }) =>
      answer.map((each) => ({ context, ageMs, isStale, ...descriptionJson(each, nowMs) })),
    );
    run.write(terminalJson(`${JSON.stringify({ objects }, null, 2)}\n`));
  } else {
    const style = tableStyle(stdoutTerminal(), process.env, run.color);
    const texts = answers.flatMap(({ context, answer }) =>
      answer.map((each) => {
        const head = run.contexts.length > 1 ? `${style.color.bold(oneLine(context))}: ` : '';
        return `${head}${descriptionText(each, { style, nowMs })}`;
      }),
    );
    run.write(texts.join('\n\n'));
  }
  if (answers.every(({ answer }) => answer.length === 0)) run.notice('no object is like that');
  return tellFaults(run, faults);
}

/** @throws NAVI_USAGE */
function requirements(selector: string): readonly LabelRequirement[] {
  const parsed = parseLabelSelector(selector);
  if (parsed.ok) return parsed.requirements;
  throw new NaviError('NAVI_USAGE', `the label selector cannot be read: ${parsed.message}`, {
    hints: ['for example -l app=web,tier!=back'],
  });
}

function describe(
  run: DescribeRun,
  labels: readonly LabelRequirement[],
  { reader, context }: { readonly reader: MirrorReader; readonly context: ContextSummary },
): MirrorAnswer<readonly Description[]> {
  const all = readTypes(reader);
  const looked = new LookedPlaces();
  const graph = new ObjectGraph(reader, storedOf(all), looked);
  const found = run.objects.flatMap(({ type: typed, name }) => {
    const type = namedType(typed, all);
    return findObjects(reader, graph, { type, namespace: namespaceOf(type, run, context), name, labels });
  });
  refuseMany(found.length);
  const source = { reader, graph, eventsOf: eventsReader(reader, all, looked) };
  const answer = found.map((object) => readDescription(source, object));
  return { answer, from: readableParts(graph.usedTypes), wants: looked.types, leftOut: looked.leftOut };
}

function namespaceOf(type: MirrorType, run: DescribeRun, context: ContextSummary): string {
  return type.namespaced ? (run.namespace ?? context.namespace) : '';
}

/** @throws NAVI_USAGE */
function refuseMany(count: number): void {
  if (count <= objectCountMax) return;
  throw new NaviError('NAVI_USAGE', `that is ${count} objects, and navi describes ${objectCountMax} at a time`, {
    hints: ['-l SELECTOR or names choose fewer', 'navi get lists them all'],
  });
}
