import type { Environment } from '@marcbachmann/cel-js';

/** Behind the names of functions that take the place of the library's own: no function that is typed has such a name. */
const ownMark = ' as specified';

/** What was registered besides the library's own. */
interface OwnNames {
  /** Names of what takes the place of the library's, with a point in front of those of methods. */
  readonly replaced: Set<string>;
  /** With their namespace: `sets.contains`. */
  readonly namespaced: Set<string>;
}

const namesOf = new WeakMap<Environment, OwnNames>();

function ownNames(environment: Environment): OwnNames {
  const known = namesOf.get(environment) ?? { replaced: new Set(), namespaced: new Set() };
  namesOf.set(environment, known);
  return known;
}

type Handler = (...args: never[]) => unknown;

const signaturePattern = /^(?:([\w.<>]+)\.)?(\w+)\((.*)\): (.+)$/;

/**
 * Registers an overload that takes the place of the library's: from the first one on all calls of that name go to such
 * overloads alone, so that every type it is to take needs one. The library refuses a second function for the same types.
 */
export function replaceFunction(environment: Environment, signature: string, handler: Handler): void {
  const [, receiverType, name = '', parameters = '', returnType = ''] = signaturePattern.exec(signature) ?? [];
  ownNames(environment).replaced.add(receiverType === undefined ? name : `.${name}`);
  register(environment, { name: `${name}${ownMark}`, receiverType, parameters, returnType, handler });
}

/** Registers a function whose name has a namespace: `sets.contains(list, list): bool`. */
export function namespacedFunction(environment: Environment, signature: string, handler: Handler): void {
  const [, name = '', parameters = '', returnType = ''] = /^(\w+\.\w+)\((.*)\): (.+)$/.exec(signature) ?? [];
  ownNames(environment).namespaced.add(name);
  register(environment, { name, receiverType: undefined, parameters, returnType, handler });
}

function register(
  environment: Environment,
  declared: {
    readonly name: string;
    readonly receiverType: string | undefined;
    readonly parameters: string;
    readonly returnType: string;
    readonly handler: Handler;
  },
): void {
  const { name, receiverType, parameters, returnType, handler } = declared;
  environment.registerFunction({
    name,
    ...(receiverType === undefined ? {} : { receiverType }),
    params: parameters === '' ? [] : parameters.split(', ').map((type) => ({ type })),
    returnType,
    handler: handler as (...args: unknown[]) => unknown,
    async: false,
  });
}

/** The name under which what takes the place of the library's is called; the name itself for anything else. */
export function calledName(environment: Environment, name: string, kind: 'function' | 'method'): string {
  const isReplaced = ownNames(environment).replaced.has(kind === 'method' ? `.${name}` : name);
  return isReplaced ? `${name}${ownMark}` : name;
}

/** True where `namespace.name(…)` is one function and no method. */
export function isNamespaced(environment: Environment, namespace: string, name: string): boolean {
  return ownNames(environment).namespaced.has(`${namespace}.${name}`);
}

/** A name, or a text with names, as they are typed. */
export function typedName(text: string): string {
  return text.replaceAll(ownMark, '');
}
