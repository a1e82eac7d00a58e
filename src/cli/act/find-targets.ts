import { asKubectl, kubectlError } from '../../errors/as-kubectl.ts';
import { NaviError } from '../../errors/navi-error.ts';
import { argumentsBesideManifests } from '../../manifest/manifest-arguments.ts';
import { namespaceOfKey } from '../../core/key-range.ts';
import { readTypes, type MirrorType } from '../../query/mirror-type.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { serverFailure, type Failure } from '../get/failure.ts';
import { shownObject } from '../get/found-object.ts';
import { planGet, type GetPlan, type GetStep } from '../get/get-plan.ts';
import { getRequest, type GetRequest } from '../get/get-request.ts';
import { knownFailure, notFoundFailure, type StepRows } from '../get/get-rows.ts';
import type { GetTarget } from '../get/get-target.ts';
import { readLive } from '../get/live-rows.ts';
import type { GetCommandLine } from '../get/parse-flags.ts';
import { inSnapshot } from '../open-mirror.ts';
import { rowsOf } from '../wait/present-step.ts';
import type { ActRequest, FoundTarget } from './act-request.ts';

/** What a command line is about, in kubectl's order: objects, and what stands in the place of others. */
export interface FoundTargets {
  readonly found: readonly (FoundTarget | { readonly failure: Failure })[];
  /** All that is told of what failed, where files name the objects; otherwise each failure tells itself. */
  readonly errorText?: string | undefined;
  /** kubectl tells a single failure as one of several. */
  readonly isGathered: boolean;
  /** The types that objects came from. */
  readonly types: readonly MirrorType[];
}

/** Where objects come from. */
export interface TargetSource {
  readonly reader: MirrorReader;
  readonly line: GetCommandLine;
  readonly target: GetTarget;
  /** The cluster, through the daemon; else the mirror. */
  readonly isLive: boolean;
}

/**
 * The objects that a command line means.
 * @throws NAVI_AS_KUBECTL, NAVI_INCOMPLETE, and of a live source NAVI_UNREACHABLE, NAVI_NOT_MIRRORED where no daemon runs
 */
export async function findTargets(request: ActRequest, source: TargetSource): Promise<FoundTargets> {
  const { reader, line, isLive } = source;
  const asked: GetRequest = { ...getRequest(line), args: request.args };
  const plan = await planTargets(request, asked, source);
  const reads = isLive ? await readFromCluster(asked, plan, source) : await readFromMirror(reader, plan);
  const shown = new Map(
    [...reads].map(([step, read]) => [step, request.mayBeMissing === true ? orNone(step, read) : read]),
  );
  const found = plan.steps.flatMap((step) => foundBy(step, shown.get(step)));
  const errorText = plan.errorText?.(shown);
  const types = [...new Set(plan.steps.map(({ type }) => type))];
  if (errorText === undefined || errorText === '') return { found, isGathered: plan.isGathered, types };
  return { found: found.filter((each) => !('failure' in each)), errorText, isGathered: false, types };
}

async function planTargets(
  request: ActRequest,
  asked: GetRequest,
  { reader, target, line }: TargetSource,
): Promise<GetPlan> {
  const types = await inSnapshot(reader, () => readTypes(reader));
  const { manifestsOf, planManifests } = await import('../get/manifest-plan.ts');
  const manifests = await manifestsOf(asked);
  if (manifests !== undefined) {
    if (line.isOn('all')) throw asKubectl(argumentsBesideManifests('list') ?? '');
    return planManifests({ ...asked, output: { ...asked.output, format: 'json' } }, manifests, types, target);
  }
  const hasSelector = asked.selector.trim() !== '' || asked.fieldSelector.trim() !== '';
  const plan = planGet(asked, types, target);
  if (plan.isBulk && !request.isAll && !hasSelector)
    throw kubectlError('resource(s) were provided, but no name was specified');
  if (!plan.isBulk && request.verb === 'delete' && request.isAll)
    throw kubectlError('name cannot be provided when a selector is specified');
  return plan;
}

/** Why objects are not read from the mirror; begins what is said where no daemon can read them. */
export const whyLive = 'what is changed at once is read from the cluster';

async function readFromCluster(
  asked: GetRequest,
  plan: GetPlan,
  { target }: TargetSource,
): Promise<ReadonlyMap<GetStep, StepRows>> {
  // By the very steps of the plan, which are the keys of what was read.
  const live = new Map(plan.steps.map((step): [GetStep, GetStep] => [{ ...step, live: whyLive }, step]));
  const request = { ...asked, subresource: '', output: { ...asked.output, format: 'json' }, maxAgeMs: undefined };
  const { rows, warnings } = await readLive(request, { ...plan, steps: [...live.keys()] }, target);
  for (const warning of warnings) target.warn(warning);
  refuseAway([...rows.values()]);
  return new Map(
    [...rows].flatMap(([step, read]) => {
      const planned = live.get(step);
      return planned === undefined ? [] : [[planned, read] as const];
    }),
  );
}

/** Nothing was sent yet: a cluster that says of itself that it cannot answer is as far away as one that does not. @throws NAVI_UNREACHABLE */
function refuseAway(reads: readonly StepRows[]): void {
  for (const read of reads) {
    if (!('failure' in read) || read.failure.away === undefined) continue;
    throw new NaviError('NAVI_UNREACHABLE', `the cluster cannot be asked: ${read.failure.away}`, {
      hints: ['navi status says since when'],
    });
  }
}

async function readFromMirror(reader: MirrorReader, plan: GetPlan): Promise<ReadonlyMap<GetStep, StepRows>> {
  return await inSnapshot(reader, () => new Map(plan.steps.map((step) => [step, readStep(reader, step)])));
}

function readStep(reader: MirrorReader, step: GetStep): StepRows {
  const known = knownFailure(step);
  if (known !== undefined) return { failure: known };
  const rows = rowsOf(reader, step, 'body');
  if (rows.length === 0 && step.name !== undefined) return { failure: notFoundFailure(reader, step) };
  return { type: step.type, rows, columns: [] };
}

/** An object that is to be made is not missed. */
function orNone({ type }: GetStep, read: StepRows): StepRows {
  const isMissing = 'failure' in read && read.failure.reason === 'NotFound';
  return isMissing ? { type, rows: [], columns: [] } : read;
}

function foundBy(step: GetStep, read: StepRows | undefined): FoundTargets['found'] {
  if (step.failure !== undefined) return [{ failure: step.failure }];
  if (read === undefined) return [{ failure: serverFailure('', 'it was not read') }];
  if ('failure' in read) return [read];
  const { type, manifest } = step;
  const rows = [...read.rows];
  if (rows.length === 0 && manifest !== undefined && step.name !== undefined)
    return [{ type, object: undefined, namespace: step.namespace ?? '', name: step.name, manifest }];
  return rows.map((row) => {
    const object = shownObject({ type, row }, 'body');
    return { type, object, namespace: namespaceOfKey(row), name: row.name, manifest };
  });
}
