/**
 * From the text of a type (`po`, `deployments.v1.apps`, `StrangeKind.example.com`) to a type of discovery, with the
 * order of attempts and the choices of kubectl 1.36. No name of a type is known here.
 */
import { type ApiResource, resourceName } from '../core/api-resource.ts';
import { goQuote } from '../core/go-quote.ts';

/**
 * One type in one of its served versions. Lists of entries are in discovery order: groups, then versions, then
 * resources, each in the server's order, every served version included.
 */
export interface TypeEntry extends ApiResource {
  /** Place of the group in discovery, from 0, which is the core group's. */
  readonly groupPosition: number;
  /** Whether `version` is the preferred one of its group. */
  readonly preferred: boolean;
}

/**
 * The type meant, or the whole error line; `warnings` are lines for stderr in either case, each once, written before
 * anything else.
 */
export type ResolvedResource<Entry extends TypeEntry> =
  | { readonly ok: true; readonly type: Entry; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly message: string; readonly warnings: readonly string[] };

/** Finds the type that `text` means among all entries of discovery. */
export function resolveResource<Entry extends TypeEntry>(
  text: string,
  types: readonly Entry[],
): ResolvedResource<Entry> {
  const warnings = new Set<string>();
  const readings = readingsOf(text);
  for (const reading of readings) {
    const type = findByResource(expandShortName(reading, types, warnings), types);
    if (type !== undefined) return { ok: true, type, warnings: [...warnings] };
  }
  for (const reading of readings) {
    const type = findByKind(reading, types);
    if (type !== undefined) return { ok: true, type, warnings: [...warnings] };
  }
  const name = readings.at(-1)?.name ?? text;
  const message = `error: the server doesn't have a resource type ${goQuote(name)}`;
  return { ok: false, message, warnings: [...warnings] };
}

/** One way to read a text: a name, with a group and a version where they are not empty. */
interface Reading {
  readonly name: string;
  readonly group: string;
  readonly version: string;
}

/** With two dots or more first as `name.version.group`, then as `name.group` in any case. */
function readingsOf(text: string): readonly Reading[] {
  const [name = '', ...rest] = text.split('.');
  const short = { name, group: rest.join('.'), version: '' };
  const [version = '', ...group] = rest;
  return group.length > 0 ? [{ name, group: group.join('.'), version }, short] : [short];
}

/** `reading` with a short name replaced by the plural of the first type that has it. */
function expandShortName(reading: Reading, types: readonly TypeEntry[], warnings: Set<string>): Reading {
  const ofGroup = reading.group === '' ? types : types.filter((type) => type.group === reading.group);
  if (ofGroup.some((type) => type.resource === reading.name || type.singular === reading.name)) return reading;
  const [first, ...others] = ofGroup.filter((type) => type.shortNames.includes(reading.name));
  if (first !== undefined) {
    for (const other of others.filter((type) => resourceName(type) !== resourceName(first))) {
      warnings.add(
        `short name ${goQuote(reading.name)} could also match lower priority resource ${resourceName(other)}`,
      );
    }
    // The version asked for is dropped, as kubectl drops it.
    return { name: first.resource, group: first.group, version: '' };
  }
  if (reading.group === '') return reading;
  const byPrefix = types.find((type) => type.group.startsWith(reading.group) && type.shortNames.includes(reading.name));
  return byPrefix === undefined ? reading : { ...reading, name: byPrefix.resource, group: byPrefix.group };
}

/** By plural or singular, lower-cased; a group without a version may be a prefix of the real one. */
function findByResource<Entry extends TypeEntry>(reading: Reading, types: readonly Entry[]): Entry | undefined {
  const name = reading.name.toLowerCase();
  if (name === '') return undefined;
  return mostImportant(
    types.filter(
      (type) =>
        (type.resource === name || singularOf(type) === name) &&
        (reading.version === ''
          ? type.group.startsWith(reading.group)
          : type.version === reading.version && (reading.group === '' || type.group === reading.group)),
    ),
  );
}

/** By kind, as declared or all in lower case, in exactly the group given: without one, only in the core group. */
function findByKind<Entry extends TypeEntry>(reading: Reading, types: readonly Entry[]): Entry | undefined {
  return mostImportant(
    types.filter(
      (type) =>
        type.group === reading.group &&
        (reading.version === '' || type.version === reading.version) &&
        (type.kind === reading.name || type.kind.toLowerCase() === reading.name),
    ),
  );
}

/** Servers before 1.27 may leave the singular out. */
function singularOf(type: TypeEntry): string {
  return type.singular === '' ? type.kind.toLowerCase() : type.singular;
}

/** By group, core first, in a group the preferred version, then discovery order of the versions. */
function mostImportant<Entry extends TypeEntry>(types: readonly Entry[]): Entry | undefined {
  const [first, ...others] = types;
  if (first === undefined) return undefined;
  return others.reduce((best, type) => (precedes(type, best) ? type : best), first);
}

function precedes(type: TypeEntry, other: TypeEntry): boolean {
  if (type.groupPosition !== other.groupPosition) return type.groupPosition < other.groupPosition;
  // Of two types of one version under the same name the later one holds, as in kubectl's own map.
  return type.version === other.version || (type.preferred && !other.preferred);
}
