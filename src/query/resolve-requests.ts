/** From the requests of the command line to types of discovery, as kubectl 1.36 does before it asks for anything. */
import { resourceName } from '../core/api-resource.ts';
import { type NamedRequest, type ResourceRequests, splitTypes } from './resource-arguments.ts';
import { type TypeEntry, resolveResource } from './resolve-resource.ts';

/** One object to print; the name is as given and may be one that `nameFault` refuses. */
export interface ObjectRequest<Entry extends TypeEntry> {
  readonly type: Entry;
  readonly name: string;
}

/** `warnings` are lines for stderr in every case, each once, written before anything else. */
export type ResolvedRequests<Entry extends TypeEntry> = { readonly warnings: readonly string[] } & (
  | { readonly ok: true; readonly form: 'list'; readonly types: readonly Entry[] }
  | { readonly ok: true; readonly form: 'objects'; readonly objects: readonly ObjectRequest<Entry>[] }
  /** The whole error line. */
  | { readonly ok: false; readonly message: string }
);

/** What an error depends on besides the requests. */
export interface ResolveRequestOptions {
  readonly allNamespaces: boolean;
}

/**
 * Resolves every type before anything is printed: the first unknown one fails the whole command. Listed types are
 * distinct by group, version and kind; objects keep their order and repetitions.
 */
export function resolveRequests<Entry extends TypeEntry>(
  requests: ResourceRequests,
  types: readonly Entry[],
  options: ResolveRequestOptions,
): ResolvedRequests<Entry> {
  switch (requests.form) {
    case 'list':
      return resolveTypes(expandAliases(requests.types, types), types);
    case 'names': {
      const texts = expandAliases(requests.types, types);
      const [type = ''] = texts;
      if (texts.length > 1) return { ok: false, message: 'error: you must specify only one resource', warnings: [] };
      const objects = requests.names.map((name) => ({ type, name }));
      return resolveObjects(objects, types, options);
    }
    case 'objects':
      return resolveObjects(requests.objects, types, options);
  }
}

/** The texts of the types in an argument, each once, aliases replaced by all types of their category. */
function expandAliases(argument: string, types: readonly TypeEntry[]): readonly string[] {
  const texts = argument.split(',').flatMap((text) => {
    const members = types.filter((type) => type.categories.includes(text));
    return members.length === 0 ? [text] : members.map(resourceName);
  });
  return splitTypes(texts.join(','));
}

function resolveTypes<Entry extends TypeEntry>(
  texts: readonly string[],
  types: readonly Entry[],
): ResolvedRequests<Entry> {
  const warnings = new Set<string>();
  const found = new Map<string, Entry>();
  for (const text of texts) {
    const resolved = resolveResource(text, types);
    for (const warning of resolved.warnings) warnings.add(warning);
    if (!resolved.ok) return { ok: false, message: resolved.message, warnings: [...warnings] };
    found.set(`${resolved.type.group}/${resolved.type.version}/${resolved.type.kind}`, resolved.type);
  }
  return { ok: true, form: 'list', types: [...found.values()], warnings: [...warnings] };
}

function resolveObjects<Entry extends TypeEntry>(
  requests: readonly NamedRequest[],
  types: readonly Entry[],
  options: ResolveRequestOptions,
): ResolvedRequests<Entry> {
  const warnings = new Set<string>();
  const found = new Map<string, Entry>();
  const objects: ObjectRequest<Entry>[] = [];
  for (const { type: text, name } of requests) {
    let type = found.get(text);
    if (type === undefined) {
      const resolved = resolveResource(text, types);
      for (const warning of resolved.warnings) warnings.add(warning);
      if (!resolved.ok) return { ok: false, message: resolved.message, warnings: [...warnings] };
      type = resolved.type;
      found.set(text, type);
    }
    objects.push({ type, name });
  }
  if (options.allNamespaces && objects.some((object) => object.type.namespaced)) {
    const message = 'error: a resource cannot be retrieved by name across all namespaces';
    return { ok: false, message, warnings: [...warnings] };
  }
  return { ok: true, form: 'objects', objects, warnings: [...warnings] };
}
