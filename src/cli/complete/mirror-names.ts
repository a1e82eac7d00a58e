import type { MirrorType } from '../../query/mirror-type.ts';
import { resolveResource } from '../../query/resolve-resource.ts';
import type { TypedLine } from './asked.ts';
import { candidate, type Candidate } from './candidate.ts';
import { namespacesOf } from './line-places.ts';
import type { MirrorSource, Namespaces } from './mirror-source.ts';

/** Names of namespaces that begin so. */
export function namespaceNames(mirrors: readonly MirrorSource[], begin: string): readonly Candidate[] {
  return sortedNames(mirrors.flatMap((mirror) => mirror.namespaces(begin)));
}

/** Names of objects of the types that begin so, where the line says that they are. */
export function objectNames(
  mirrors: readonly MirrorSource[],
  { line, types, begin }: { readonly line: TypedLine; readonly types: readonly string[]; readonly begin: string },
): readonly Candidate[] {
  const names = mirrors.flatMap((mirror) => {
    const namespaces = namespacesIn(mirror, line);
    return typesNamed(mirror, types).flatMap((type) => mirror.names(type, namespaces, begin));
  });
  return sortedNames(names);
}

/** The types of one mirror that these texts name, in the order of the texts. */
export function typesNamed(mirror: MirrorSource, texts: readonly string[]): readonly MirrorType[] {
  return texts.flatMap((text) => {
    const resolved = text === '' ? undefined : resolveResource(text, mirror.types());
    return resolved?.ok === true ? [resolved.type] : [];
  });
}

/** Containers of the pod that a line is about. */
export function containerNames(line: TypedLine, mirrors: readonly MirrorSource[]): readonly Candidate[] {
  const pod = (line.args[0] ?? '').replace(/^(?:pods?|po)\//, '');
  const names = mirrors.flatMap((mirror) =>
    (namespacesIn(mirror, line) ?? []).flatMap((namespace) => mirror.containers(namespace, pod)),
  );
  return names.map((name) => candidate(name));
}

function namespacesIn(mirror: MirrorSource, line: TypedLine): Namespaces {
  const named = namespacesOf(line);
  return named === 'all' ? undefined : (named ?? [mirror.namespace]);
}

/** Sorted, so that the first and the last of them tell what all begin with. */
function sortedNames(names: readonly string[]): readonly Candidate[] {
  return [...new Set(names)].toSorted().map((name) => candidate(name));
}
