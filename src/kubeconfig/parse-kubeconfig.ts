import { dirname, resolve } from 'node:path';
import { boolCoreTag, FAILSAFE_SCHEMA, loadAll, mergeTag, nullCoreTag, YAMLException } from 'js-yaml';
import { NaviError } from '../errors/navi-error.ts';
import type { Kubeconfig, KubeconfigCluster, KubeconfigContext, KubeconfigUser } from './kubeconfig.ts';

type Fields = Readonly<Record<string, unknown>>;

const asFields = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};

/** YAML without numbers: kubeconfig fields are strings, and a token of digits must keep each of them. */
const schema = FAILSAFE_SCHEMA.withTags(nullCoreTag, boolCoreTag, mergeTag);

const text = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'boolean' ? String(value) : '';

const textList = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(text) : []);

function cluster(fields: Fields, path: (value: unknown) => string): KubeconfigCluster {
  return {
    server: text(fields['server']),
    tlsServerName: text(fields['tls-server-name']),
    insecureSkipTlsVerify: fields['insecure-skip-tls-verify'] === true,
    caData: text(fields['certificate-authority-data']),
    caFile: path(fields['certificate-authority']),
    proxyUrl: text(fields['proxy-url']),
  };
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
    hasImpersonateExtra: Object.keys(asFields(fields['as-user-extra'])).length > 0,
    hasExec: Object.keys(asFields(fields['exec'])).length > 0,
    authProvider: text(asFields(fields['auth-provider'])['name']),
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

/**
 * One file's text as a kubeconfig. An empty file is an empty kubeconfig, as for kubectl.
 * @throws NAVI_KUBECONFIG_BROKEN when it is no YAML mapping; the message has the line, never the content.
 */
export function parseKubeconfig(source: string, file: string): Kubeconfig {
  let document: unknown;
  try {
    document = loadAll(source, { schema })[0];
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
