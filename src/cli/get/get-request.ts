import { listedNames } from '../../core/listed-names.ts';
import type { Impersonation } from '../../kubeconfig/impersonation-headers.ts';
import { NaviError } from '../../errors/navi-error.ts';
import { parseDuration } from '../duration.ts';
import { parseMoment } from '../moment.ts';
import type { PastChoice } from './past-rows.ts';
import type { GetCommandLine } from './parse-flags.ts';
import { queryFlags, type QueryFlags } from './query-flags.ts';

/** What `navi get` was asked for, flags parsed. */
export interface GetRequest {
  readonly args: readonly string[];
  /** As given, none for the context's own; several are navi's own, with commas between them. */
  readonly namespaces: readonly string[];
  readonly allNamespaces: boolean;
  readonly selector: string;
  readonly fieldSelector: string;
  /** navi's own questions; undefined where there are none. */
  readonly query: QueryFlags | undefined;
  /** Undefined for the present. */
  readonly past: PastChoice | undefined;
  readonly manifests: ManifestChoice;
  readonly subresource: string;
  readonly ignoreNotFound: boolean;
  readonly output: OutputChoice;
  readonly table: TableChoice;
  /** A relaxed JSONPath, empty for list order. */
  readonly sortBy: string;
  readonly watch: WatchChoice;
  /** As whom the cluster is asked; undefined for the kubeconfig's own user. */
  readonly impersonate: Impersonation | undefined;
  readonly warningsAsErrors: boolean;
  /** Oldest data that will do (ms); undefined for any age. */
  readonly maxAgeMs: number | undefined;
}

/** Objects that files name, in place of arguments. */
export interface ManifestChoice {
  readonly filenames: readonly string[];
  /** Folder of a kustomization, or empty. */
  readonly kustomize: string;
  readonly recursive: boolean;
}

/** `-o` and what belongs to it, as given. */
export interface OutputChoice {
  readonly format: string;
  readonly template: string;
  readonly allowMissingKeys: boolean;
  readonly showManagedFields: boolean;
  readonly noHeaders: boolean;
}

/** What a table shows besides its columns. */
export interface TableChoice {
  readonly showLabels: boolean;
  readonly showKind: boolean;
  readonly labelColumns: readonly string[];
  /** False: name and age only, for every type. */
  readonly serverPrint: boolean;
}

/** Whether changes follow, and how. */
export interface WatchChoice {
  readonly isOn: boolean;
  /** No rows before the first change. */
  readonly only: boolean;
  /** Each row says what happened. */
  readonly showEvents: boolean;
}

/** @throws NAVI_USAGE for a duration of navi's own flags that is none. */
export function getRequest(line: GetCommandLine): GetRequest {
  const maxAge = line.text('max-age');
  return {
    args: line.args,
    namespaces: namespacesOf(line.text('namespace')),
    allNamespaces: line.isOn('all-namespaces'),
    selector: line.text('selector'),
    fieldSelector: line.text('field-selector'),
    query: queryFlags(line),
    past: pastChoice(line),
    manifests: {
      filenames: line.list('filename'),
      kustomize: line.text('kustomize'),
      recursive: line.isOn('recursive'),
    },
    subresource: line.text('subresource'),
    ignoreNotFound: line.isOn('ignore-not-found'),
    output: {
      format: line.text('output'),
      template: line.text('template'),
      allowMissingKeys: line.isOn('allow-missing-template-keys'),
      showManagedFields: line.isOn('show-managed-fields'),
      noHeaders: line.isOn('no-headers'),
    },
    table: {
      showLabels: line.isOn('show-labels'),
      showKind: line.isOn('show-kind'),
      labelColumns: line.list('label-columns'),
      serverPrint: line.isOn('server-print'),
    },
    sortBy: line.text('sort-by'),
    watch: {
      isOn: line.isOn('watch') || line.isOn('watch-only'),
      only: line.isOn('watch-only'),
      showEvents: line.isOn('output-watch-events'),
    },
    impersonate: impersonation(line),
    warningsAsErrors: line.isOn('warnings-as-errors'),
    maxAgeMs: maxAge === '' && !line.isGiven('max-age') ? undefined : parseDuration(maxAge, '--max-age'),
  };
}

/** @throws NAVI_USAGE for a time that is none, and for what does not go with the past */
function pastChoice(line: GetCommandLine): PastChoice | undefined {
  const [own, ...more] = ['at', 'deleted'].filter((name) => line.isGiven(name));
  if (own === undefined || (own === 'deleted' && !line.isOn('deleted'))) return undefined;
  const other = [...more, ...presentFlags].find((name) => line.isGiven(name));
  if (other !== undefined) {
    throw new NaviError('NAVI_USAGE', `--${own} and --${other} exclude each other`, { hints: ['navi get --help'] });
  }
  return own === 'deleted'
    ? { kind: 'deleted' }
    : { kind: 'at', atMs: parseMoment(line.text('at'), '--at', Date.now()) };
}

/** What is about the present alone. */
const presentFlags = ['explain', 'filename', 'kustomize', 'max-age', 'raw', 'subresource', 'watch', 'watch-only'];

/** True where rows say which namespace they are of. */
export function showsNamespaces({ allNamespaces, namespaces }: GetRequest): boolean {
  return allNamespaces || namespaces.length > 1;
}

/** A text without commas is one name, whatever is in it: kubectl has its own words for it. */
function namespacesOf(text: string): readonly string[] {
  const names = listedNames(text);
  if (text.includes(',') && names.length > 0) return names;
  return text === '' ? [] : [text];
}

/** True where a table is printed and not objects: kubectl's human-readable printer. */
export function isTable(output: OutputChoice): boolean {
  return output.format === 'wide' || (output.format === '' && output.template === '');
}

function impersonation(line: GetCommandLine): Impersonation | undefined {
  const asked = {
    user: line.text('as'),
    uid: line.text('as-uid'),
    groups: line.list('as-group'),
    extra: line.list('as-user-extra').map(extraPair),
  };
  const isAsked = asked.user !== '' || asked.uid !== '' || asked.groups.length > 0 || asked.extra.length > 0;
  return isAsked ? asked : undefined;
}

/** `KEY=VALUE`, or a key whose value is empty. */
function extraPair(text: string): readonly [string, string] {
  const [key = '', ...value] = text.split('=');
  return [key, value.join('=')];
}
