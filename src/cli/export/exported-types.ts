import { resourceName } from '../../core/api-resource.ts';
import type { FieldTerm } from '../../core/selector/field-selector.ts';
import { parseFieldSelector } from '../../core/selector/field-selector.ts';
import type { LabelRequirement } from '../../core/selector/label-requirement.ts';
import { parseLabelSelector } from '../../core/selector/label-selector.ts';
import {
  canonicalField,
  supportedFields,
  unsupportedFieldMessage,
} from '../../core/selector/selectable-field-names.ts';
import { NaviError } from '../../errors/navi-error.ts';
import { asFault, exitCodeOf } from '../../errors/of-contexts.ts';
import { leftOut } from '../../query/left-out.ts';
import { readTypes, storedOf, type MirrorType } from '../../query/mirror-type.ts';
import { partsIn, type Place } from '../../query/place.ts';
import { isReadableAt, readableParts, typeAt } from '../../query/type-places.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import type { GetStep } from '../get/get-plan.ts';
import { namedType } from '../named-type.ts';
import type { ExportRequest } from './export-request.ts';
import { fileName } from './file-name.ts';
import { isPassing } from './git-object.ts';

/** A type that is exported, and what of it is read. */
export interface ExportedType {
  readonly type: MirrorType;
  /** One for all of it, or one for each namespace, in order. */
  readonly steps: readonly GetStep[];
  /** Namespaces whose rows may not be shown, though the type as a whole may. */
  readonly hidden: ReadonlySet<string>;
}

/** What of a mirror is exported. */
export interface ExportPlan {
  readonly types: readonly ExportedType[];
  /** What the rows come from. */
  readonly from: readonly MirrorType[];
  /** See `leftOut` of the query. */
  readonly leftOut: readonly string[];
  /** Of types that were named. */
  readonly faults: readonly NaviError[];
  /** A list that is to be there is not complete yet. */
  readonly isIncomplete: boolean;
  /** Whether all objects of a type in a namespace are known, both as `fileName` has them; with no such namespace all of the type. */
  readonly isKnown: (type: string, namespace: string) => boolean;
  /** Whether the cluster serves a type, by its name as `fileName` has it. */
  readonly isServed: (type: string) => boolean;
}

/**
 * The types of a request in a mirror, and what of them may be read.
 * @throws NAVI_USAGE for a type that the cluster does not have, for Secrets, and for selectors; where no type can be exported,
 * what `partsIn` throws
 */
export function planExport(request: ExportRequest, reader: MirrorReader): ExportPlan {
  const all = readTypes(reader);
  const served = storedOf(all);
  const isNamed = request.types.length > 0;
  const asked = isNamed ? namedTypes(request, all) : everyType(request, served);
  const faults: NaviError[] = [];
  const shown: MirrorType[] = [];
  const from: MirrorType[] = [];
  for (const type of asked) {
    try {
      from.push(...partsIn(type, placeOf(type, request), resourceName(type)).from);
      shown.push(type);
    } catch (error) {
      faults.push(asFault(error));
    }
  }
  if (shown.length === 0 && faults.length > 0) throw ofAllTypes(faults);
  const selection = selectionOf(request);
  return {
    types: shown.map((type) => exportedType(type, request, selection)),
    from,
    leftOut: leftOutOf(isNamed ? shown : asked, request),
    faults: isNamed ? faults : [],
    isIncomplete: asked.some((type) => isIncomplete(type, placeOf(type, request))),
    ...knownBy(served),
  };
}

/** @param faults of each type that was asked for; at least one */
function ofAllTypes(faults: readonly NaviError[]): NaviError {
  const [first] = faults;
  if (first === undefined || faults.length === 1) return first as NaviError;
  return new NaviError(first.code, `none of ${faults.length} types can be exported`, {
    hints: [first.message, 'navi status --all tells of each type'],
    exitCode: exitCodeOf(faults.map(({ exitCode }) => exitCode)),
    cause: first,
  });
}

/** Types that are named, categories as `get` reads them. @throws NAVI_USAGE */
export function namedTypes({ types: texts }: ExportRequest, all: readonly MirrorType[]): readonly MirrorType[] {
  const found = texts.flatMap((text) => {
    const members = storedOf(all).filter((type) => type.categories.includes(text));
    return members.length > 0 ? members : [namedType(text, all)];
  });
  if (found.some(isSecret)) {
    throw new NaviError('NAVI_USAGE', 'no Secret is ever exported', {
      hints: ['navi get secrets -A prints which there are; the mirror has no values of them'],
    });
  }
  return [...new Set(found)];
}

/** Every type that is to be mirrored; with chosen namespaces those that have some. */
function everyType(request: ExportRequest, served: readonly MirrorType[]): readonly MirrorType[] {
  const isFitForGit = request.format === 'yaml' && !request.isWhole;
  return served.filter(
    (type) =>
      type.retrieval !== 'off' &&
      type.verbs.includes('list') &&
      !isSecret(type) &&
      (request.namespaces.length === 0 || type.namespaced) &&
      !(isFitForGit && isPassing(type)),
  );
}

function isSecret({ group, resource }: MirrorType): boolean {
  return group === '' && resource === 'secrets';
}

/** What is in no namespace is not narrowed by one. */
function placeOf(type: MirrorType, { namespaces }: ExportRequest): Place {
  return namespaces.length > 0 && type.namespaced ? namespaces : undefined;
}

function leftOutOf(types: readonly MirrorType[], request: ExportRequest): readonly string[] {
  const { true: inPlace = [], false: whole = [] } = Object.groupBy(types, (type) =>
    placeOf(type, request) === undefined ? 'false' : 'true',
  );
  return [...leftOut(inPlace, request.namespaces), ...leftOut(whole, undefined)];
}

function isIncomplete(type: MirrorType, place: Place): boolean {
  const parts = place === undefined ? readableParts([type]) : place.map((namespace) => typeAt(type, namespace));
  return parts.some(({ scope }) => scope !== undefined && scope.phase !== 'denied' && !scope.complete);
}

function knownBy(served: readonly MirrorType[]): Pick<ExportPlan, 'isKnown' | 'isServed'> {
  const byName = new Map(served.map((type) => [fileName(resourceName(type)), type]));
  const isKnown = (name: string, namespace: string): boolean => {
    const type = byName.get(name);
    // What the cluster no longer serves has no objects.
    if (type === undefined) return true;
    const own = [...type.namespaceScopes].find(([each]) => fileName(each) === namespace);
    const scope = own?.[1] ?? type.scope;
    return scope !== undefined && scope.phase !== 'denied' && scope.complete;
  };
  return { isKnown, isServed: (name) => byName.has(name) };
}

/** What objects must be like. */
interface Selection {
  readonly labels: readonly LabelRequirement[];
  readonly fields: readonly FieldTerm[];
}

/** @throws NAVI_USAGE */
function selectionOf({ selector, fieldSelector }: ExportRequest): Selection {
  const labels = parseLabelSelector(selector.trim());
  if (!labels.ok) throw badSelector('-l', labels.message);
  const fields = parseFieldSelector(fieldSelector.trim());
  if (!fields.ok) throw badSelector('--field-selector', fields.message);
  return { labels: labels.requirements, fields: fields.terms };
}

function badSelector(flag: string, message: string): NaviError {
  return new NaviError('NAVI_USAGE', `${flag} cannot be used: ${message}`, { hints: ['for example -l app=web'] });
}

/** @throws NAVI_USAGE for a field that objects of the type are not selected by */
function exportedType(type: MirrorType, request: ExportRequest, { labels, fields }: Selection): ExportedType {
  const supported = new Set(supportedFields(type, type.customFields));
  const unknown = fields.find(({ field }) => !supported.has(field));
  if (unknown !== undefined) {
    throw new NaviError(
      'NAVI_USAGE',
      `${resourceName(type)}: ${unsupportedFieldMessage(type, unknown.field, type.customFields)}`,
      {
        hints: ['name the types that have the field', '--where takes any field: --where \'status.phase == "Running"\''],
      },
    );
  }
  const canonical = fields.map((term) => ({ ...term, field: canonicalField(type, term.field) }));
  const narrowed = { name: undefined, labels, fields: canonical, failure: undefined, live: undefined };
  const isWhole = type.scope !== undefined && type.scope.phase !== 'denied';
  const own = [...type.namespaceScopes.keys()].sort();
  const place = placeOf(type, request) ?? (isWhole ? undefined : own);
  return {
    type,
    steps: (place?.filter((namespace) => isReadableAt(type, namespace)) ?? [undefined]).map((namespace) => ({
      ...narrowed,
      type: typeAt(type, namespace),
      namespace,
    })),
    hidden: new Set(place === undefined ? own.filter((namespace) => !isReadableAt(type, namespace)) : []),
  };
}
