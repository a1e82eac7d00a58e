import { goQuote } from '../../core/go-quote.ts';
import { matchesLabels, type LabelRequirement } from '../../core/selector/label-requirement.ts';
import { parseLabelSelector } from '../../core/selector/label-selector.ts';
import { asKubectl, kubectlError } from '../../errors/as-kubectl.ts';
import { argumentsBesideManifests } from '../../manifest/manifest-arguments.ts';
import { manifestErrorText, type ManifestOutcome } from '../../manifest/manifest-errors.ts';
import type { ManifestResult } from '../../manifest/read-manifests.ts';
import {
  resolveManifests,
  type LocalObject,
  type ManifestRequest,
  type ResolvedObject,
} from '../../manifest/resolve-manifests.ts';
import type { MirrorType } from '../../query/mirror-type.ts';
import { parseResourceArguments } from '../../query/resource-arguments.ts';
import { standardInput } from '../standard-input.ts';
import { planStep, type GetPlan, type GetStep } from './get-plan.ts';
import { isTable, type GetRequest } from './get-request.ts';
import type { StepRows } from './get-rows.ts';
import type { GetTarget } from './get-target.ts';

/** What `-f` and `-k` named. */
export type Manifests = Extract<ManifestResult, { readonly ok: true }>;

/**
 * Reads the manifests of a request; undefined where it names none.
 * @throws NAVI_AS_KUBECTL with kubectl's text for what cannot be read, NAVI_USAGE for a URL
 */
export async function manifestsOf(request: GetRequest): Promise<Manifests | undefined> {
  const { filenames, kustomize, recursive } = request.manifests;
  if (filenames.length === 0 && kustomize === '') return undefined;
  const { readManifests } = await import('../../manifest/read-manifests.ts');
  const effects = { stdin: standardInput, folder: process.cwd(), env: process.env };
  const read = await readManifests({ filenames, kustomize, recursive }, effects);
  if (!read.ok) throw asKubectl(read.message);
  const beside = argumentsBesideManifests(formOf(request.args));
  if (beside !== undefined) throw asKubectl(beside);
  return read;
}

/** @throws NAVI_AS_KUBECTL for arguments that are wrong in themselves */
function formOf(args: readonly string[]): 'none' | 'list' | 'names' | 'objects' {
  if (args.length === 0) return 'none';
  const parsed = parseResourceArguments(args, { hasSelector: false });
  if (!parsed.ok) throw asKubectl(parsed.message);
  return parsed.requests.form;
}

/** The plan of a request that names manifests. Objects that cannot be asked for are told when the others were read. */
export function planManifests(
  request: GetRequest,
  manifests: Manifests,
  types: readonly MirrorType[],
  { context, warn }: Pick<GetTarget, 'context' | 'warn'>,
): GetPlan {
  const { entries, isSingleImplied, warnings } = manifests;
  for (const warning of warnings) warn(warning);
  const resolved = resolveManifests(entries, types, {
    namespace: request.namespaces[0] ?? context.namespace,
    isNamespaceGiven: request.namespaces.length > 0,
    allNamespaces: request.allNamespaces,
  });
  const labels = selectorOf(request);
  // A table has no labels, which is what kubectl selects by then.
  const isTableLeftOut = isTable(request.output) && !matchesLabels(labels, {});
  const steps = new Map<ResolvedObject<MirrorType>, GetStep>();
  for (const object of resolved.flatMap((entry) => (entry.form === 'list' ? entry.items : [entry]))) {
    if (object.form !== 'request' && object.form !== 'local') continue;
    const step = object.form === 'request' ? requestStep(request, object) : localStep(request, object);
    const isHidden = isTableLeftOut || object.namespaceFault !== undefined;
    steps.set(object, { ...step, labels: isTable(request.output) ? [] : labels, isHidden });
  }
  const errorText = (reads: ReadonlyMap<GetStep, StepRows>): string =>
    manifestErrorText(
      resolved,
      (object) => {
        const step = steps.get(object);
        return outcomeOf(step === undefined ? undefined : reads.get(step));
      },
      { isTable: isTable(request.output), isSingleImplied, ignoreNotFound: request.ignoreNotFound },
    );
  return { isBulk: false, isGathered: false, isSingle: isSingleImplied, steps: [...steps.values()], errorText };
}

/** @throws NAVI_AS_KUBECTL */
function selectorOf(request: GetRequest): readonly LabelRequirement[] {
  const text = request.selector.trim();
  const parsed = parseLabelSelector(text);
  if (parsed.ok) return parsed.requirements;
  throw kubectlError(`the provided selector ${goQuote(text)} is not valid: ${parsed.message}`);
}

function requestStep(request: GetRequest, object: ManifestRequest<MirrorType>): GetStep {
  const { type, name, namespace, body: manifest } = object;
  return { ...planStep(request, type, { name, namespace }), manifest };
}

/** An object without a name is printed as the manifest has it. */
function localStep(request: GetRequest, { type, object }: LocalObject<MirrorType>): GetStep {
  return { ...planStep(request, type, { name: undefined, namespace: undefined }), live: undefined, given: object };
}

function outcomeOf(read: StepRows | undefined): ManifestOutcome {
  if (read === undefined) return { form: 'filtered' };
  if ('rows' in read) return { form: read.isFiltered === true ? 'filtered' : 'found' };
  const { reason = '', message } = read.failure;
  return { form: 'failed', reason, message };
}
