import { badRequest, invalid, type FieldCause } from './api-status.ts';
import { queryFlag } from './request-target.ts';

/** The query of a list or watch, read but not yet applied. */
export interface ListOptions {
  readonly watch: boolean;
  /** 0 for no limit. */
  readonly limit: number;
  readonly continueToken: string;
  /** As given; empty when unset. */
  readonly resourceVersion: string;
  readonly match: string;
  /** Undefined when absent. */
  readonly sendInitialEvents: boolean | undefined;
  readonly allowWatchBookmarks: boolean;
  /** Undefined when absent or 0; may be negative. */
  readonly timeoutSeconds: number | undefined;
}

function parseInteger(query: URLSearchParams, name: string): number {
  const text = query.get(name) ?? '';
  if (text === '') return 0;
  if (!/^[+-]?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing "${text}": invalid syntax`);
  return Number(text);
}

const matchField = 'resourceVersionMatch';

function notAllowed(field: string, why: string): FieldCause {
  return { reason: 'FieldValueForbidden', message: `Forbidden: ${why}`, field };
}

function unknownMatch(match: string, known: string): FieldCause {
  const message = `Unsupported value: "${match}": supported values: ${known}`;
  return { reason: 'FieldValueNotSupported', message, field: matchField };
}

function listCauses(options: ListOptions): readonly FieldCause[] {
  const { match } = options;
  const causes: FieldCause[] = [];
  const forbid = (field: string, why: string): number => causes.push(notAllowed(field, why));
  if (match !== '') {
    if (options.resourceVersion === '') {
      forbid(matchField, 'resourceVersionMatch is forbidden unless resourceVersion is provided');
    }
    if (options.continueToken !== '') {
      forbid(matchField, 'resourceVersionMatch is forbidden when continue is provided');
    }
    if (match !== 'Exact' && match !== 'NotOlderThan') {
      causes.push(unknownMatch(match, '"Exact", "NotOlderThan", ""'));
    }
    if (match === 'Exact' && options.resourceVersion === '0') {
      forbid(matchField, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"');
    }
  }
  if (options.sendInitialEvents !== undefined) {
    forbid('sendInitialEvents', 'sendInitialEvents is forbidden for list');
  }
  return causes;
}

function watchCauses(options: ListOptions, watchList: boolean): readonly FieldCause[] {
  const { match } = options;
  const causes: FieldCause[] = [];
  const forbid = (field: string, why: string): number => causes.push(notAllowed(field, why));
  if (options.sendInitialEvents !== undefined) {
    if (match !== 'NotOlderThan') {
      forbid(matchField, 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan');
    }
    if (!watchList) {
      const gate = 'unless the WatchList feature gate is enabled';
      forbid('sendInitialEvents', `sendInitialEvents is forbidden for watch ${gate}`);
    }
  }
  if (match === '') return causes;
  if (options.sendInitialEvents === undefined) {
    forbid(matchField, 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided');
  }
  if (match !== 'NotOlderThan') causes.push(unknownMatch(match, '"NotOlderThan"'));
  if (options.continueToken !== '') {
    forbid(matchField, 'resourceVersionMatch is forbidden when continue is provided');
  }
  return causes;
}

/**
 * Reads and checks the options of a list or watch, with the texts of kube-apiserver 1.36. `watchList` is the feature
 * gate. @throws ApiRefusal 400 for what is no number, 422 for what contradicts itself
 */
export function listOptions(query: URLSearchParams, watchList: boolean): ListOptions {
  const timeoutSeconds = parseInteger(query, 'timeoutSeconds');
  const options: ListOptions = {
    watch: queryFlag(query, 'watch'),
    limit: Math.max(0, parseInteger(query, 'limit')),
    continueToken: query.get('continue') ?? '',
    resourceVersion: query.get('resourceVersion') ?? '',
    match: query.get('resourceVersionMatch') ?? '',
    sendInitialEvents: query.has('sendInitialEvents') ? queryFlag(query, 'sendInitialEvents') : undefined,
    allowWatchBookmarks: queryFlag(query, 'allowWatchBookmarks'),
    timeoutSeconds: timeoutSeconds === 0 ? undefined : timeoutSeconds,
  };
  const causes = options.watch ? watchCauses(options, watchList) : listCauses(options);
  if (causes.length > 0) {
    throw invalid('ListOptions.meta.k8s.io ""', { group: 'meta.k8s.io', kind: 'ListOptions' }, causes);
  }
  return options;
}

/** The words by which Go refuses a resource version; undefined for a good one. */
export function resourceVersionFault(text: string): string | undefined {
  if (/^\d*$/.test(text)) return undefined;
  return `resourceVersion: Invalid value: "${text}": strconv.ParseUint: parsing "${text}": invalid syntax`;
}
