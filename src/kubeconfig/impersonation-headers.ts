import { NaviError } from '../errors/navi-error.ts';

/** Values by name of a header. */
export type ImpersonationHeaders = Readonly<Record<string, string | readonly string[]>>;

/** Who a request is made as, in place of who makes it. */
export interface Impersonation {
  readonly user: string;
  readonly uid: string;
  readonly groups: readonly string[];
  /** Key and value, a key once for each of its values. */
  readonly extra: readonly (readonly [string, string])[];
}

/**
 * The headers with which a request is made as somebody else (kube-apiserver 1.36); none for the kubeconfig's own user.
 * Each character of a value stands for one byte of its UTF-8, which is how Node writes headers and how the server reads them.
 * @throws NAVI_AS_KUBECTL for a value that no header holds, NAVI_USAGE for one that HTTP/1.1 would change on its way
 */
export function impersonationHeaders(asked: Impersonation | undefined): ImpersonationHeaders {
  if (asked === undefined) return {};
  const extra = new Map<string, readonly string[]>();
  for (const [key, value] of asked.extra) {
    const name = `impersonate-extra-${headerToken(key)}`;
    extra.set(name, [...(extra.get(name) ?? []), headerValue(name, value)]);
  }
  return {
    'impersonate-user': headerValue('impersonate-user', asked.user),
    ...(asked.uid === '' ? {} : { 'impersonate-uid': headerValue('impersonate-uid', asked.uid) }),
    ...(asked.groups.length === 0
      ? {}
      : { 'impersonate-group': asked.groups.map((group) => headerValue('impersonate-group', group)) }),
    ...Object.fromEntries(extra),
  };
}

/** Who a user entry of a kubeconfig impersonates; undefined where it names nobody. */
export function impersonationOf(user: {
  readonly impersonate: string;
  readonly impersonateUid: string;
  readonly impersonateGroups: readonly string[];
  readonly impersonateExtra: Readonly<Record<string, readonly string[]>>;
}): Impersonation | undefined {
  if (user.impersonate === '') return undefined;
  return {
    user: user.impersonate,
    uid: user.impersonateUid,
    groups: user.impersonateGroups,
    extra: Object.entries(user.impersonateExtra).flatMap(([key, values]) =>
      values.map((value): readonly [string, string] => [key, value]),
    ),
  };
}

/** Percent-encoded as far as a name of a header does not take it; the server decodes that. */
function headerToken(key: string): string {
  const encoded = encodeURIComponent(key.toWellFormed()).replaceAll('(', '%28').replaceAll(')', '%29');
  return encoded.toLowerCase();
}

/** Whether Go's HTTP client refuses a value. */
function isUnsendable(value: string): boolean {
  return Array.from(value).some((character) => (character < ' ' && character !== '\t') || character === '\u007F');
}

function headerValue(name: string, value: string): string {
  if (isUnsendable(value)) {
    const shown = name.replaceAll(/(?<=^|-)[a-z]/g, (letter) => letter.toUpperCase());
    const why = `net/http: invalid header field value for "${shown}"`;
    throw new NaviError('NAVI_AS_KUBECTL', `Unable to connect to the server: ${why}`);
  }
  // The server would see another user, without the blanks.
  if (/^[ \t]|[ \t]$/.test(value)) {
    throw new NaviError('NAVI_USAGE', `navi cannot ask the cluster as "${value}": blanks at an end would be lost`, {
      hints: ['kubectl get … --as … can'],
    });
  }
  return Buffer.from(value, 'utf8').toString('latin1');
}
