import type { TouchedField } from '../../core/action/action.ts';
import { goQuote } from '../../core/go-quote.ts';
import { asObject, asString, type JsonObject } from '../../core/json.ts';
import { labelValueFaults } from '../../core/selector/label-syntax.ts';
import { kubectlError } from '../../errors/as-kubectl.ts';
import type { GetCommandLine } from '../get/parse-flags.ts';
import { noDraft, targetOf, type ActRequest, type Draft, type FoundTarget, type NoDraft } from './act-request.ts';

/** Keys to set and keys to take away. */
interface KeyChanges {
  readonly set: ReadonlyMap<string, string>;
  readonly removed: readonly string[];
}

/** Which map of the metadata is changed, and what kubectl calls that. */
type KeyKind = 'label' | 'annotation';

/** `navi label` and `navi annotate`, as kubectl 1.36 reads them. @throws NAVI_AS_KUBECTL */
export function keyRequest(kind: KeyKind, line: GetCommandLine): ActRequest {
  const { resources, pairs } = splitPairs(line.args, kind);
  const changes = kind === 'label' ? parseLabels(pairs) : parseAnnotations(pairs);
  refuseTogether(line);
  const hasFiles = line.list('filename').length > 0 || line.text('kustomize') !== '';
  if (resources.length === 0 && !hasFiles)
    throw kubectlError('one or more resources must be specified as <resource> <name> or <resource>/<name>');
  if (changes.set.size === 0 && changes.removed.length === 0)
    throw kubectlError(`at least one ${kind} update is required`);
  if (kind === 'annotation') refuseBoth(changes);
  return {
    verb: kind === 'label' ? 'label' : 'annotate',
    args: resources,
    isAll: line.isOn('all'),
    isAllOrNone: false,
    endsAtFailure: false,
    draft: (found) => draftKeys(kind, changes, found, line),
  };
}

function splitPairs(
  args: readonly string[],
  kind: KeyKind,
): { readonly resources: readonly string[]; readonly pairs: readonly string[] } {
  const isPair = (text: string): boolean => /^[^=]+=/.test(text) || (text.endsWith('-') && text !== '-');
  const first = args.findIndex(isPair);
  if (first === -1) return { resources: args, pairs: [] };
  const stray = args.slice(first).find((text) => !isPair(text));
  if (stray !== undefined) throw kubectlError(`all resources must be specified before ${kind} changes: ${stray}`);
  return { resources: args.slice(0, first), pairs: args.slice(first) };
}

/** @throws NAVI_AS_KUBECTL */
function parseLabels(pairs: readonly string[]): KeyChanges {
  const set = new Map<string, string>();
  const removed: string[] = [];
  for (const pair of pairs) {
    const [key = '', value, ...more] = pair.split('=');
    if (value === undefined) removed.push(pair.slice(0, -1));
    else {
      if (more.length > 0) throw kubectlError(`invalid label spec: ${pair}`);
      const faults = labelValueFaults(value);
      if (faults.length > 0) throw kubectlError(`invalid label value: ${goQuote(pair)}: ${faults.join(';')}`);
      set.set(key, value);
    }
  }
  if (removed.some((key) => set.has(key)))
    throw kubectlError('can not both modify and remove a label in the same command');
  return { set, removed };
}

function parseAnnotations(pairs: readonly string[]): KeyChanges {
  const set = new Map<string, string>();
  const removed: string[] = [];
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    if (at > 0) set.set(pair.slice(0, at), pair.slice(at + 1));
    else removed.push(pair.slice(0, -1));
  }
  return { set, removed };
}

/** @throws NAVI_AS_KUBECTL */
function refuseBoth({ set, removed }: KeyChanges): void {
  const both = removed.filter((key) => set.has(key));
  if (both.length > 0) {
    throw kubectlError(
      `can not both modify and remove the following annotation(s) in the same command: ${both.join(', ')}`,
    );
  }
}

/** @throws NAVI_AS_KUBECTL */
export function refuseTogether(line: GetCommandLine): void {
  if (!line.isOn('all')) return;
  for (const name of ['selector', 'field-selector']) {
    if (line.text(name) !== '') throw kubectlError(`cannot set --all and --${name} at the same time`);
  }
}

function draftKeys(kind: KeyKind, changes: KeyChanges, found: FoundTarget, line: GetCommandLine): Draft | NoDraft {
  const member = `${kind}s`;
  const present = asObject(asObject(found.object?.['metadata'])[member]);
  const clash = line.isOn('overwrite') ? undefined : clashText(kind, changes, present);
  const missing = kind === 'label' && line.text('dry-run') !== 'client' ? changes.removed : [];
  const notes = missing.filter((key) => present[key] === undefined).map((key) => `label ${goQuote(key)} not found.\n`);
  if (clash !== undefined) return noDraft(clash, notes);
  const added = [...changes.set].filter(([key, value]) => present[key] !== value);
  const removed = changes.removed.filter((key) => present[key] !== undefined);
  const touched: readonly TouchedField[] = [
    ...added.map(([key, after]) => ({ path: ['metadata', member, key], before: present[key], after })),
    ...removed.map((key) => ({ path: ['metadata', member, key], before: present[key] })),
  ];
  const values: JsonObject = Object.fromEntries([...added, ...removed.map((key) => [key, null] as const)]);
  const version = line.text('resource-version');
  const metadata = { [member]: values, ...(version === '' ? {} : { resourceVersion: version }) };
  const action = {
    verb: kind === 'label' ? 'label' : 'annotate',
    target: targetOf(found),
    subresource: '',
    fieldManager: line.text('field-manager'),
    change: { kind: 'merge', body: { metadata } },
    touched,
  } as const;
  const operation = kind === 'annotation' ? 'annotated' : labelOperation(added.length, removed.length);
  // kubectl sends an annotation that changes nothing, to no effect.
  return { notes, operation, action: touched.length === 0 && version === '' ? undefined : action };
}

function labelOperation(addedCount: number, removedCount: number): string {
  if (addedCount > 0) return removedCount > 0 ? 'modified' : 'labeled';
  return removedCount > 0 ? 'unlabeled' : 'not labeled';
}

function clashText(kind: KeyKind, { set }: KeyChanges, present: JsonObject): string | undefined {
  const clashes = [...set].filter(([key, value]) => {
    const isFree = kind === 'annotation' && key === 'kubernetes.io/change-cause';
    return !isFree && present[key] !== undefined && present[key] !== value;
  });
  if (clashes.length === 0) return undefined;
  const texts = clashes.map(([key]) => `'${key}' already has a value (${asString(present[key])})`);
  if (kind === 'annotation')
    return `--overwrite is false but found the following declared annotation(s): ${texts.join('; ')}`;
  const [first = '', ...others] = texts.map((text) => `${text}, and --overwrite is false`);
  return others.length === 0 ? first : `[${[first, ...others].join(', ')}]`;
}
