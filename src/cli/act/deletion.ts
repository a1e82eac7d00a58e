import { valueAt } from '../../core/action/judge-action.ts';
import type { JsonObject } from '../../core/json.ts';
import { kubectlError } from '../../errors/as-kubectl.ts';
import type { GetCommandLine } from '../get/parse-flags.ts';
import { targetOf, type ActRequest } from './act-request.ts';
import { refuseTogether } from './key-changes.ts';

/** How objects are deleted. */
export interface Deletion {
  /** DeleteOptions. */
  readonly options: JsonObject;
  readonly isForced: boolean;
  /** `--wait`: until they are gone. */
  readonly isAwaited: boolean;
}

const policies: Readonly<Record<string, string>> = {
  background: 'Background',
  orphan: 'Orphan',
  foreground: 'Foreground',
};

/** The flags of `kubectl delete` (1.36). @throws NAVI_AS_KUBECTL */
export function deletionOf(line: GetCommandLine): Deletion {
  const cascade = line.text('cascade');
  const policy = Object.hasOwn(policies, cascade) ? policies[cascade] : undefined;
  if (policy === undefined)
    throw kubectlError(`invalid cascade value (${cascade}). Must be "background", "foreground", or "orphan"`);
  let period = Number(line.text('grace-period'));
  const isForced = line.isOn('force');
  if (line.isOn('now')) {
    if (period !== -1) throw kubectlError('--now and --grace-period cannot be specified together');
    period = 1;
  }
  if (period === 0 && !isForced) period = 1;
  if (isForced && period < 0) period = 0;
  const output = line.text('output');
  if (output !== '' && output !== 'name')
    throw kubectlError(`unexpected -o output mode: ${output}. We only support '-o name'`);
  refuseTogether(line);
  if (period > 0 && isForced)
    throw kubectlError('--force and --grace-period greater than 0 cannot be specified together');
  return {
    options: { propagationPolicy: policy, ...(period >= 0 ? { gracePeriodSeconds: period } : {}) },
    isForced: period === 0,
    isAwaited: line.isOn('wait'),
  };
}

/**
 * `navi delete`. @param isQueued what was shown has to be there still when it is deleted; at once, its uid is enough
 * @throws NAVI_AS_KUBECTL
 */
export function deleteRequest(line: GetCommandLine, isQueued: boolean): ActRequest {
  const { options, isForced } = deletionOf(line);
  return {
    verb: 'delete',
    args: line.args,
    isAll: line.isOn('all'),
    isAllOrNone: false,
    endsAtFailure: false,
    ignoresMissing: line.isGiven('ignore-not-found') ? line.isOn('ignore-not-found') : isBySelection(line),
    whenNone: { text: 'No resources found\n', to: 'stdout' },
    draft: (found) => ({
      notes: [],
      operation: isForced ? 'force deleted' : 'deleted',
      action: {
        verb: 'delete',
        target: targetOf(found),
        subresource: '',
        fieldManager: 'navi',
        change: { kind: 'delete', options },
        touched: isQueued && found.object !== undefined ? [{ path: [], before: valueAt(found.object, []) }] : [],
      },
    }),
  };
}

/** What was chosen and not named may be gone by the time its turn comes. */
function isBySelection(line: GetCommandLine): boolean {
  return line.isOn('all') || line.text('selector') !== '' || line.text('field-selector') !== '';
}

/** How a deletion is said, by where the object is. */
export function deletedText(operation: string, namespace: string): string {
  return namespace === '' ? operation : `${operation} from ${namespace} namespace`;
}
