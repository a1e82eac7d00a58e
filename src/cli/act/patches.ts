import { readFileSync } from 'node:fs';
import type { Action, ActionChange, TouchedField } from '../../core/action/action.ts';
import { valueAt } from '../../core/action/judge-action.ts';
import { asArray, asObject, asString, isJsonObject, type Json, type JsonObject } from '../../core/json.ts';
import { kubectlError } from '../../errors/as-kubectl.ts';
import { NaviError } from '../../errors/navi-error.ts';
import { yamlDocument } from '../../manifest/yaml-document.ts';
import { systemWords } from '../../manifest/manifest-paths.ts';
import type { GetCommandLine } from '../get/parse-flags.ts';
import { targetOf, type ActRequest, type Draft, type DryRun, type FoundTarget } from './act-request.ts';
import { jsonPatchFields } from './json-patch-fields.ts';

/** `navi patch`, as kubectl 1.36 reads it. @throws NAVI_AS_KUBECTL, NAVI_USAGE */
export function patchRequest(line: GetCommandLine): ActRequest {
  const change = changeOf(line);
  const subresource = line.text('subresource');
  return {
    verb: 'patch',
    args: line.args,
    isAll: false,
    isAllOrNone: false,
    endsAtFailure: false,
    whenNone: { text: 'no objects passed to patch', to: 'error' },
    draft: (found) => draftPatch(change, found, { subresource, fieldManager: line.text('field-manager') }),
  };
}

const kinds = { json: 'json', merge: 'merge', strategic: 'strategic' } as const;

/** @throws NAVI_AS_KUBECTL, NAVI_USAGE */
function changeOf(line: GetCommandLine): ActionChange {
  const [inline, file, type] = [line.text('patch'), line.text('patch-file'), line.text('type').toLowerCase()];
  if (inline !== '' && file !== '') throw kubectlError('cannot specify --patch and --patch-file together');
  if (inline === '' && file === '')
    throw kubectlError('must specify --patch or --patch-file containing the contents of the patch');
  if (!Object.hasOwn(kinds, type))
    throw kubectlError(`--type must be one of [json merge strategic], not "${line.text('type')}"`);
  const parsed = yamlDocument(file === '' ? inline : readPatch(file));
  if (!parsed.ok) throw kubectlError(`unable to parse "${inline}": ${parsed.message}`);
  const kind = kinds[type as keyof typeof kinds];
  if (kind === 'json') {
    if (!Array.isArray(parsed.value)) throw notAPatch('a list of operations');
    const operations = asArray(parsed.value);
    refuseVersions(operations);
    return { kind, operations };
  }
  if (!isJsonObject(parsed.value)) throw notAPatch('an object');
  return { kind, body: parsed.value };
}

function notAPatch(wanted: string): NaviError {
  return new NaviError('NAVI_USAGE', `a patch of this --type is ${wanted}`, {
    hints: ['--type=merge -p \'{"spec":{"replicas":2}}\'', '--type=json -p \'[{"op":"remove","path":"/data/a"}]\''],
  });
}

/** @throws NAVI_AS_KUBECTL */
function readPatch(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw kubectlError(`unable to read patch file: open ${file}: ${systemWords(error)}`);
  }
}

/** What says which version of the object is changed is navi's to say. @throws NAVI_USAGE */
function refuseVersions(operations: readonly Json[]): void {
  const guarded = new Set(['', '/metadata', '/metadata/resourceVersion', '/metadata/uid']);
  const bad = operations.map(asObject).find(({ op, path }) => op !== 'test' && guarded.has(asString(path)));
  if (bad === undefined) return;
  throw new NaviError('NAVI_USAGE', `a patch cannot ${asString(bad['op'])} "${asString(bad['path'])}"`, {
    hints: ['{"op":"test","path":"/metadata/resourceVersion","value":"…"} demands a version'],
  });
}

function draftPatch(
  change: ActionChange,
  found: FoundTarget,
  { subresource, fieldManager }: Pick<Action, 'subresource' | 'fieldManager'>,
): Draft {
  const action: Action = {
    verb: 'patch',
    target: targetOf(found),
    subresource,
    fieldManager,
    change,
    touched: fieldsOf(change, found.object ?? {}),
  };
  return { notes: [], operation: 'patched', action };
}

function fieldsOf(change: ActionChange, object: JsonObject): readonly TouchedField[] {
  if (change.kind === 'json') return jsonPatchFields(change.operations, object);
  if (change.kind === 'delete') return [];
  return [...leaves(change.body, [], change.kind === 'strategic')].map((leaf) => ({
    ...leaf,
    ...(valueAt(object, leaf.path) === undefined ? {} : { before: valueAt(object, leaf.path) }),
  }));
}

/** What a patch sets, as far down as it tells the fields apart. Lists of a strategic patch are merged by rules of the type. */
function* leaves(value: JsonObject, path: readonly string[], isStrategic: boolean): Iterable<TouchedField> {
  for (const [key, each] of Object.entries(value)) {
    const at = [...path, key];
    const isIdentity = at.length === 1 && ['apiVersion', 'kind'].includes(key);
    const isName =
      at.length === 2 && at[0] === 'metadata' && ['name', 'namespace', 'uid', 'resourceVersion'].includes(key);
    if (isIdentity || isName) continue;
    if (key.startsWith('$') && isStrategic) {
      if (path.length > 0) yield { path, isAfterUnknown: true };
    } else if (isJsonObject(each) && Object.keys(each).length > 0) yield* leaves(each, at, isStrategic);
    else if (each === null) yield { path: at };
    else if (isStrategic && Array.isArray(each)) yield { path: at, isAfterUnknown: true };
    else yield { path: at, after: each ?? null };
  }
}

/** What server-side apply sets: what the manifest says. A list is one value; the server merges it by rules of the type. */
function appliedFields(manifest: JsonObject, object: JsonObject | undefined): readonly TouchedField[] {
  if (object === undefined) return [];
  return [...leaves(manifest, [], false)].flatMap((leaf) => {
    const before = valueAt(object, leaf.path);
    return [{ ...leaf, ...(before === undefined ? {} : { before }) }];
  });
}

/** `navi apply`: server-side apply alone, with navi as field manager. @throws NAVI_AS_KUBECTL, NAVI_USAGE */
export function applyRequest(line: GetCommandLine, dryRun: DryRun): ActRequest {
  if (line.args.length > 0)
    throw kubectlError(`Unexpected args: [${line.args.join(' ')}]\nSee 'kubectl apply -h' for help and examples`);
  if (line.list('filename').length === 0 && line.text('kustomize') === '')
    throw kubectlError('must specify one of -f and -k');
  if (!line.isOn('server-side')) {
    throw new NaviError('NAVI_USAGE', 'navi applies only server-side', {
      hints: ['kubectl apply … applies in its own older way'],
    });
  }
  if (dryRun === 'client')
    throw kubectlError(`--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)`);
  return {
    verb: 'apply',
    args: [],
    isAll: false,
    isAllOrNone: false,
    endsAtFailure: false,
    mayBeMissing: true,
    whenNone: { text: 'no objects passed to apply', to: 'error' },
    draft: (found) => ({
      notes: [],
      operation: 'serverside-applied',
      action: {
        verb: 'apply',
        target: targetOf(found),
        subresource: '',
        fieldManager: line.text('field-manager'),
        change: { kind: 'apply', body: found.manifest ?? {}, isForced: line.isOn('force-conflicts') },
        touched: appliedFields(found.manifest ?? {}, found.object),
      },
    }),
  };
}
