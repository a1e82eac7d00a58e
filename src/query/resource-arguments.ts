/**
 * The arguments of `get`, as kubectl 1.36 splits them, before any type is looked up: what is left to
 * `resolve-requests.ts` is everything that needs the cluster's discovery.
 */
import { goQuote } from '../core/go-quote.ts';

/** An object asked for as `TYPE/NAME`; both texts as given and not empty. */
export interface NamedRequest {
  readonly type: string;
  readonly name: string;
}

/** What is asked for; texts of types are as given, not yet resolved. */
export type ResourceRequests =
  /** `TYPE[,TYPE…]`: every object of types or aliases. `types` is the argument, still with its commas. */
  | { readonly form: 'list'; readonly types: string }
  /** `TYPE NAME…`. `types` may be an alias; a name may be empty and given more than once. */
  | { readonly form: 'names'; readonly types: string; readonly names: readonly string[] }
  /** `TYPE/NAME…`, or `TYPE,TYPE NAME…` with every type combined with every name; aliases are not expanded. */
  | { readonly form: 'objects'; readonly objects: readonly NamedRequest[] };

/** The requests, or all that kubectl writes to stderr, lines joined and without the last newline; the exit code is 1. */
export type ParsedResourceArguments =
  | { readonly ok: true; readonly requests: ResourceRequests }
  | { readonly ok: false; readonly message: string };

/** What an argument error depends on besides the arguments. */
export interface ResourceArgumentOptions {
  /** Whether a label or field selector is given that is not blank. */
  readonly hasSelector: boolean;
}

/** Splits the arguments of `get` that are left after its flags. */
export function parseResourceArguments(
  args: readonly string[],
  options: ResourceArgumentOptions,
): ParsedResourceArguments {
  const normalized = combineTypesWithNames(args);
  const [first, ...names] = normalized;
  if (first === undefined) return { ok: false, message: requiredResource };
  if (normalized.some((argument) => argument.includes('/'))) return parseObjects(normalized, options);
  if (names.length === 0) return { ok: true, requests: { form: 'list', types: first } };
  if (options.hasSelector) return failure('name cannot be provided when a selector is specified');
  return { ok: true, requests: { form: 'names', types: first, names } };
}

/** Why a name cannot be asked for, without `error: `, as kubectl's client says it; undefined for a usable name. */
export function nameFault(name: string): string | undefined {
  if (name === '') return 'resource name may not be empty';
  return segmentFault('resource name', name);
}

/** The same for a subresource; an empty one is none. */
export function subresourceFault(subresource: string): string | undefined {
  return segmentFault('subresource', subresource);
}

/** The same for a namespace; an empty one is none. */
export function namespaceFault(namespace: string): string | undefined {
  return segmentFault('namespace', namespace);
}

function segmentFault(what: string, segment: string): string | undefined {
  const faults =
    segment === '.' || segment === '..'
      ? [`may not be '${segment}'`]
      : ['/', '%']
          .filter((character) => segment.includes(character))
          .map((character) => `may not contain '${character}'`);
  return faults.length === 0 ? undefined : `invalid ${what} ${goQuote(segment)}: [${faults.join(' ')}]`;
}

/** The texts between commas, each once, in order. */
export function splitTypes(types: string): readonly string[] {
  return [...new Set(types.split(','))];
}

/** All that kubectl 1.36 says where nothing is asked for. */
export const requiredResource = `You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported resources.

error: Required resource not specified.
Use "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).
See 'kubectl get -h' for help and examples`;

function failure(message: string): ParsedResourceArguments {
  return { ok: false, message: `error: ${message}` };
}

/** `a,b x y` as `a/x a/y b/x b/y`; other arguments as they are. */
function combineTypesWithNames(args: readonly string[]): readonly string[] {
  const [first, ...names] = args;
  if (first === undefined || names.length === 0) return args;
  const types = splitTypes(first);
  return types.length > 1 ? types.flatMap((type) => names.map((name) => `${type}/${name}`)) : args;
}

function parseObjects(args: readonly string[], options: ResourceArgumentOptions): ParsedResourceArguments {
  if (!args.every((argument) => argument.includes('/'))) {
    return failure(
      'there is no need to specify a resource type as a separate argument when passing arguments in resource/name form ' +
        "(e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'",
    );
  }
  const objects: NamedRequest[] = [];
  for (const argument of args) {
    const [type = '', name = '', ...rest] = argument.split('/');
    if (rest.length > 0) return failure('arguments in resource/name form may not have more than one slash');
    if (type === '' || name === '' || splitTypes(type).length !== 1) {
      return failure('arguments in resource/name form must have a single resource and name');
    }
    objects.push({ type, name });
  }
  if (options.hasSelector) {
    return failure('selectors and the all flag cannot be used when passing resource/name arguments');
  }
  return { ok: true, requests: { form: 'objects', objects } };
}
