import type { Action } from '../../core/action/action.ts';
import { goQuote } from '../../core/go-quote.ts';
import { asObject, asString, type JsonObject } from '../../core/json.ts';
import { resourceName } from '../../core/api-resource.ts';
import { asKubectl, kubectlError } from '../../errors/as-kubectl.ts';
import type { GetCommandLine } from '../get/parse-flags.ts';
import { noDraft, targetOf, type ActRequest, type Draft, type FoundTarget, type NoDraft } from './act-request.ts';

/** `navi scale`, as kubectl 1.36 reads it. @throws NAVI_AS_KUBECTL */
export function scaleRequest(line: GetCommandLine): ActRequest {
  if (!line.isGiven('replicas')) throw kubectlError('required flag(s) "replicas" not set');
  const [replicas, current] = [Number(line.text('replicas')), Number(line.text('current-replicas'))];
  if (replicas < 0)
    throw kubectlError('The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0');
  if (current < -1) throw kubectlError('The --current-replicas must specify an integer of -1 or greater');
  return {
    verb: 'scale',
    args: line.args,
    isAll: line.isOn('all'),
    isAllOrNone: false,
    endsAtFailure: true,
    whenNone: { text: 'no objects passed to scale', to: 'error' },
    draft: (found) => draftScale({ replicas, current, version: line.text('resource-version') }, found),
  };
}

function draftScale(
  { replicas, current, version }: { readonly replicas: number; readonly current: number; readonly version: string },
  found: FoundTarget,
): Draft | NoDraft {
  const before = asObject(found.object?.['spec'])['replicas'];
  if (current !== -1 && typeof before === 'number' && before !== current)
    return noDraft(`Expected replicas to be ${current}, was ${before}`);
  const present = asString(asObject(found.object?.['metadata'])['resourceVersion']);
  if (version !== '' && version !== present)
    return noDraft(`Expected resource version to be ${version}, was ${present}`);
  // Where the object itself does not have it, the server alone knows the field: its version has to do.
  const touched = typeof before === 'number' ? [{ path: ['spec', 'replicas'], before, after: replicas }] : [];
  const body = { spec: { replicas } };
  const action: Action = {
    verb: 'scale',
    target: targetOf(found),
    subresource: 'scale',
    fieldManager: 'navi',
    change: { kind: 'merge', body },
    touched,
  };
  return { notes: [], operation: 'scaled', action };
}

const restartedAt = 'kubectl.kubernetes.io/restartedAt';

/** `navi restart`: what `kubectl rollout restart` does (kubectl 1.36). @throws NAVI_AS_KUBECTL */
export function restartRequest(line: GetCommandLine, nowMs: number, namespace: string): ActRequest {
  const hasFiles = line.list('filename').length > 0 || line.text('kustomize') !== '';
  if (line.args.length === 0 && !hasFiles) throw kubectlError('required resource not specified');
  const at = new Date(nowMs).toISOString().replace(/\.\d+Z$/, 'Z');
  return {
    verb: 'restart',
    args: line.args,
    isAll: true,
    isAllOrNone: false,
    endsAtFailure: false,
    whenNone: { text: `No resources found in ${namespace} namespace.\n`, to: 'stderr' },
    refusalPrefix: 'failed to patch: ',
    draft: (found) => draftRestart(at, found, line.text('field-manager')),
  };
}

const restartable = new Set(['Deployment', 'DaemonSet', 'StatefulSet']);

function draftRestart(at: string, found: FoundTarget, fieldManager: string): Draft | NoDraft {
  const { type, name, object } = found;
  const spec = asObject(object?.['spec']);
  const refused = (why: string): NoDraft => noDraft(`error: ${resourceName(type)} ${goQuote(name)} ${why}`);
  if (type.group !== 'apps' || !restartable.has(type.kind)) return refused('restarting is not supported');
  if (type.kind === 'Deployment' && spec['paused'] === true)
    return refused("can't restart paused deployment (run rollout resume first)");
  const template = asObject(asObject(spec['template'])['metadata']);
  const before = asObject(template['annotations'])[restartedAt];
  if (before === at) {
    return noDraft(
      `failed to create patch for ${name}: if restart has already been triggered within the past second, please wait before attempting to trigger another`,
    );
  }
  const body = { spec: { template: { metadata: { annotations: { [restartedAt]: at } } } } };
  const touched = [{ path: ['spec', 'template', 'metadata', 'annotations', restartedAt], before, after: at }];
  const action: Action = {
    verb: 'restart',
    target: targetOf(found),
    subresource: '',
    fieldManager,
    change: { kind: 'merge', body },
    touched,
  };
  return { notes: [], operation: 'restarted', action };
}

/** `navi cordon` and `navi uncordon`, as kubectl 1.36 reads them. @throws NAVI_AS_KUBECTL */
export function cordonRequest(verb: 'cordon' | 'uncordon', line: GetCommandLine): ActRequest {
  const usage = (text: string) => asKubectl(`error: ${text}\nSee 'kubectl ${verb} -h' for help and examples`);
  if (line.args.length === 0 && !line.isGiven('selector')) throw usage(`USAGE: ${verb} NODE [flags]`);
  if (line.args.length > 0 && line.text('selector') !== '')
    throw usage('cannot specify both a node name and a --selector option');
  const names = line.args.map((name) => (name.includes('/') ? name : `nodes/${name}`));
  return {
    verb,
    args: names.length === 0 ? ['nodes'] : names,
    isAll: false,
    isAllOrNone: true,
    endsAtFailure: false,
    draft: (found) => draftCordon(verb, found),
  };
}

function draftCordon(verb: 'cordon' | 'uncordon', found: FoundTarget): Draft | NoDraft {
  const { type, object } = found;
  if (type.group !== '' || type.resource !== 'nodes') {
    const of = `${type.group}/${type.version}, Resource=${type.resource}`;
    return noDraft(`error: expected resource of type node, got ${goQuote(of)}`);
  }
  const before = asObject(object?.['spec'])['unschedulable'];
  const isWanted = verb === 'cordon';
  if ((before === true) === isWanted) return { notes: [], operation: `already ${verb}ed`, action: undefined };
  // A node that takes pods has no such field.
  const body: JsonObject = { spec: { unschedulable: isWanted ? true : null } };
  const touched = [{ path: ['spec', 'unschedulable'], before, ...(isWanted ? { after: true } : {}) }];
  const action: Action = {
    verb,
    target: targetOf(found),
    subresource: '',
    fieldManager: 'navi',
    change: { kind: 'merge', body },
    touched,
  };
  return { notes: [], operation: `${verb}ed`, action };
}
