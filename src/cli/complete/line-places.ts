import type { TypedLine } from './asked.ts';

/** The last value of a flag as typed; undefined where it was not given. */
export function flagValue({ flags }: TypedLine, name: string): string | undefined {
  return flags.get(name)?.at(-1);
}

/** Whether a switch is on. */
export function isOn(line: TypedLine, name: string): boolean {
  const value = flagValue(line, name);
  return value !== undefined && value !== 'false';
}

/** The contexts that a line is about: undefined is the current one of the kubeconfig, `all` every one. */
export function contextsOf(line: TypedLine): readonly string[] | 'all' | undefined {
  if (isOn(line, 'all-contexts')) return 'all';
  const names = (line.flags.get('context') ?? []).filter((name) => name !== '');
  return names.length === 0 ? undefined : names;
}

/** Flags that have a request go elsewhere than to what the kubeconfig says of its context: no mirror is known for that. */
const elsewhere = [
  'as',
  'as-group',
  'as-uid',
  'as-user-extra',
  'certificate-authority',
  'cluster',
  'server',
  'tls-server-name',
  'user',
];

/** Whether the mirror of a line cannot be told by the name of a context. */
export function isElsewhere(line: TypedLine): boolean {
  return elsewhere.some((name) => line.flags.has(name)) || isOn(line, 'insecure-skip-tls-verify');
}

/** The namespaces that a line names: `all`, or undefined for the context's. */
export function namespacesOf(line: TypedLine): readonly string[] | 'all' | undefined {
  if (isOn(line, 'all-namespaces')) return 'all';
  const names = (flagValue(line, 'namespace') ?? '').split(',').filter((name) => name !== '');
  return names.length === 0 ? undefined : names;
}

/** Whether a line is about one namespace, named or the context's. */
export function isOneNamespace(line: TypedLine): boolean {
  const named = namespacesOf(line);
  return named === undefined || (named !== 'all' && named.length === 1);
}
