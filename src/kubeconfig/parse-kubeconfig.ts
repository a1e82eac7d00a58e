import { dirname, resolve, sep } from 'node:path';
import { boolCoreTag, FAILSAFE_SCHEMA, loadAll, mergeTag, nullCoreTag, YAMLException } from 'js-yaml';
import type { Json } from '../core/json.ts';
import { withDeepenedLines } from '../core/yaml-indent.ts';
import { NaviError } from '../errors/navi-error.ts';
import type {
  AuthProvider,
  ExecPlugin,
  Kubeconfig,
  KubeconfigCluster,
  KubeconfigContext,
  KubeconfigUser,
} from './kubeconfig.ts';

type Fields = Readonly<Record<string, unknown>>;

const asFields = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};

/** YAML without numbers: kubeconfig fields are strings, and a token of digits must keep each of them. */
const schema = FAILSAFE_SCHEMA.withTags(nullCoreTag, boolCoreTag, mergeTag);

const text = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'boolean' ? String(value) : '';

const textList = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(text) : []);

const fieldsOf = (list: unknown): readonly Fields[] => (Array.isArray(list) ? list.map(asFields) : []);

/** The extension in which a cluster entry speaks to exec plugins (client-go). */
const execExtension = 'client.authentication.k8s.io/exec';

/** The only version in which a plugin need not say whether it asks the person (client-go). */
const lenientExecVersion = 'client.authentication.k8s.io/v1beta1';

function cluster(fields: Fields, path: (value: unknown) => string): KubeconfigCluster {
  return {
    server: text(fields['server']),
    tlsServerName: text(fields['tls-server-name']),
    insecureSkipTlsVerify: fields['insecure-skip-tls-verify'] === true,
    caData: text(fields['certificate-authority-data']),
    caFile: path(fields['certificate-authority']),
    proxyUrl: text(fields['proxy-url']),
    execExtension: fieldsOf(fields['extensions']).find((entry) => entry['name'] === execExtension)?.['extension'] as
      | Json
      | undefined,
  };
}

function execPlugin(fields: Fields, path: (value: unknown) => string): ExecPlugin | undefined {
  if (Object.keys(fields).length === 0) return undefined;
  const apiVersion = text(fields['apiVersion']);
  const command = text(fields['command']);
  return {
    apiVersion,
    // A name without a separator is looked for in PATH.
    command: command.includes(sep) ? path(command) : command,
    args: textList(fields['args']),
    env: fieldsOf(fields['env']).map((entry) => ({ name: text(entry['name']), value: text(entry['value']) })),
    installHint: text(fields['installHint']),
    provideClusterInfo: fields['provideClusterInfo'] === true,
    interactiveMode: text(fields['interactiveMode']) || (apiVersion === lenientExecVersion ? 'IfAvailable' : ''),
  };
}

function authProvider(fields: Fields, path: (value: unknown) => string): AuthProvider | undefined {
  if (Object.keys(fields).length === 0) return undefined;
  const config = Object.entries(asFields(fields['config'])).map(([key, value]): [string, string] => [
    key,
    key === 'idp-certificate-authority' ? path(value) : text(value).trim(),
  ]);
  return { name: text(fields['name']), config: Object.fromEntries(config) };
}

function extraOf(fields: Fields): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(Object.entries(fields).map(([key, values]) => [key, textList(values)]));
}

function user(fields: Fields, path: (value: unknown) => string): KubeconfigUser {
  return {
    certData: text(fields['client-certificate-data']),
    certFile: path(fields['client-certificate']),
    keyData: text(fields['client-key-data']),
    keyFile: path(fields['client-key']),
    token: text(fields['token']).trim(),
    tokenFile: path(fields['tokenFile']),
    username: text(fields['username']),
    password: text(fields['password']),
    impersonate: text(fields['as']),
    impersonateGroups: textList(fields['as-groups']),
    impersonateUid: text(fields['as-uid']),
    impersonateExtra: extraOf(asFields(fields['as-user-extra'])),
    exec: execPlugin(asFields(fields['exec']), path),
    authProvider: authProvider(asFields(fields['auth-provider']), path),
  };
}

function context(fields: Fields): KubeconfigContext {
  return { cluster: text(fields['cluster']), user: text(fields['user']), namespace: text(fields['namespace']) };
}

/** Entries of one list (`clusters`, `users`, `contexts`) by name; the first of a name wins. */
function entries<T>(list: unknown, key: string, read: (fields: Fields) => T): Map<string, T> {
  const found = new Map<string, T>();
  for (const entry of Array.isArray(list) ? list : []) {
    const fields = asFields(entry);
    const name = text(fields['name']);
    if (name !== '' && !found.has(name)) found.set(name, read(asFields(fields[key])));
  }
  return found;
}

/** The line within brackets that js-yaml takes to end them. */
function shallowLineOf(error: unknown): number | undefined {
  return error instanceof YAMLException && error.reason === 'deficient indentation' ? error.mark?.line : undefined;
}

/**
 * One file's text as a kubeconfig. An empty file is an empty kubeconfig, as for kubectl.
 * @throws NAVI_KUBECONFIG_BROKEN when it is no YAML mapping; the message has the line, never the content.
 */
export function parseKubeconfig(source: string, file: string): Kubeconfig {
  let document: unknown;
  try {
    document = withDeepenedLines(source, (lines) => loadAll(lines, { schema })[0], shallowLineOf);
  } catch (error) {
    const mark = error instanceof YAMLException ? error.mark : undefined;
    const where = mark === undefined ? '' : ` (line ${mark.line + 1}, column ${mark.column + 1})`;
    throw new NaviError('NAVI_KUBECONFIG_BROKEN', `kubeconfig ${file} is not valid YAML${where}`, {
      hints: [`mend ${file}, or point KUBECONFIG to another file`],
    });
  }
  if (document !== null && document !== undefined && (typeof document !== 'object' || Array.isArray(document))) {
    throw new NaviError(
      'NAVI_KUBECONFIG_BROKEN',
      `kubeconfig ${file} is not a mapping with clusters, users and contexts`,
      {
        hints: [`mend ${file}, or point KUBECONFIG to another file`],
      },
    );
  }
  const root = asFields(document);
  const path = (value: unknown): string => (text(value) === '' ? '' : resolve(dirname(file), text(value)));
  return {
    files: [file],
    currentContext: text(root['current-context']),
    clusters: entries(root['clusters'], 'cluster', (fields) => cluster(fields, path)),
    users: entries(root['users'], 'user', (fields) => user(fields, path)),
    contexts: entries(root['contexts'], 'context', context),
  };
}

/** Later files fill in what earlier ones do not name; the first non-empty current-context wins (kubectl's rule). */
export function mergeKubeconfigs(parts: readonly Kubeconfig[]): Kubeconfig {
  const first = <T>(pick: (part: Kubeconfig) => ReadonlyMap<string, T>): Map<string, T> => {
    const merged = new Map<string, T>();
    for (const part of parts) for (const [name, value] of pick(part)) if (!merged.has(name)) merged.set(name, value);
    return merged;
  };
  return {
    files: parts.flatMap((part) => part.files),
    currentContext: parts.find((part) => part.currentContext !== '')?.currentContext ?? '',
    clusters: first((part) => part.clusters),
    users: first((part) => part.users),
    contexts: first((part) => part.contexts),
  };
}
