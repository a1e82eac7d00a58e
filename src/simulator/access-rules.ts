import { forbidden, forbiddenDetails, type ApiRefusal } from './api-status.ts';

/** What a user may do. `*` stands for everything in each list. */
export interface AccessRule {
  /** Such as `list`; `deletecollection` apart from `delete`. */
  readonly verbs: readonly string[];
  /** API groups, empty text for the core group; all unless given. */
  readonly groups?: readonly string[] | undefined;
  /** Plural names, `plural/subresource` for a subresource; all unless given. */
  readonly resources?: readonly string[] | undefined;
  /** Only inside these namespaces; everywhere, and across all of them, unless given. */
  readonly namespaces?: readonly string[] | undefined;
  /** Only objects of these names; all unless given. */
  readonly names?: readonly string[] | undefined;
}

/** What a request wants to do to a type. */
export interface AccessAttempt {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  /** Empty across all namespaces and for types without them. */
  readonly namespace: string;
  /** Empty for lists, unless a field selector names one object. */
  readonly name: string;
}

/** The user of a request without a credential. */
const anonymousUser = 'system:anonymous';

/** The user who may do everything. */
export const administrator = 'admin';

function covers(list: readonly string[] | undefined, value: string): boolean {
  return list === undefined || list.includes('*') || list.includes(value);
}

function allows(rule: AccessRule, attempt: AccessAttempt): boolean {
  const resource = attempt.subresource === '' ? attempt.resource : `${attempt.resource}/${attempt.subresource}`;
  return (
    covers(rule.verbs, attempt.verb) &&
    covers(rule.groups, attempt.group) &&
    covers(rule.resources, resource) &&
    (rule.namespaces === undefined || rule.namespaces.includes(attempt.namespace)) &&
    covers(rule.names, attempt.name)
  );
}

const publicPaths = ['/healthz', '/livez', '/readyz', '/version'];
const discoveryPaths = ['/api', '/apis', '/openapi', ...publicPaths];

function isUnder(path: string, roots: readonly string[]): boolean {
  return roots.some((root) => path === root || path.startsWith(`${root}/`));
}

/**
 * Who exists and what each may do. Stands in for RBAC: roles and bindings are objects like any other here and grant
 * nothing. As on a real server every user with a credential may read discovery, anyone may read health and version, and
 * `admin` may do everything.
 */
export class AccessRules {
  readonly #rules = new Map<string, AccessRule[]>([[administrator, [{ verbs: ['*'] }]]]);

  readonly #withoutToken: string;

  /** `withoutToken` is who a request without a credential is: `system:anonymous` on a real server. */
  constructor(withoutToken = anonymousUser) {
    this.#withoutToken = withoutToken;
  }

  /** Makes the token `token-of-<user>` good. */
  addUser(user: string): void {
    if (!this.#rules.has(user)) this.#rules.set(user, []);
  }

  /** Makes the user's token bad; its rules are forgotten. */
  removeUser(user: string): void {
    this.#rules.delete(user);
  }

  /** Adds a rule, and the user where it is new. */
  allow(user: string, rule: AccessRule): void {
    this.addUser(user);
    this.#rules.get(user)?.push(rule);
  }

  /** Takes every rule from the user, whose token stays good. */
  revoke(user: string): void {
    this.#rules.set(user, []);
  }

  /** The user of an Authorization header; undefined for a bad token. */
  userOf(authorization: string | undefined): string | undefined {
    if (authorization === undefined || authorization === '') return this.#withoutToken;
    const user = /^Bearer token-of-(.+)$/i.exec(authorization.trim())?.[1];
    return user !== undefined && this.#rules.has(user) ? user : undefined;
  }

  /** Why the user may not do that; undefined when it may. */
  refuse(user: string, attempt: AccessAttempt): ApiRefusal | undefined {
    if ((this.#rules.get(user) ?? []).some((rule) => allows(rule, attempt))) return undefined;
    if (user !== anonymousUser && attempt.verb === 'create' && attempt.resource.startsWith('self')) return undefined;
    const full = attempt.group === '' ? attempt.resource : `${attempt.resource}.${attempt.group}`;
    const subject = attempt.name === '' ? full : `${full} "${attempt.name}"`;
    const below = attempt.subresource === '' ? '' : `/${attempt.subresource}`;
    const where = attempt.namespace === '' ? 'at the cluster scope' : `in the namespace "${attempt.namespace}"`;
    const what = `resource "${attempt.resource}${below}" in API group "${attempt.group}" ${where}`;
    const details = forbiddenDetails(attempt, attempt.name);
    return forbidden(subject, `User "${user}" cannot ${attempt.verb} ${what}`, details);
  }

  /** The same for a path that is not a type's. */
  refusePath(user: string, verb: string, path: string): ApiRefusal | undefined {
    if (user === administrator) return undefined;
    if (verb === 'get' && isUnder(path, user === anonymousUser ? publicPaths : discoveryPaths)) return undefined;
    return forbidden('', `User "${user}" cannot ${verb} path "${path}"`, {});
  }
}
