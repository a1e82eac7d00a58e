import { resourceName } from '../../core/api-resource.ts';
import { firstNames, typesAre } from '../../core/type-words.ts';
import { leftOut } from '../left-out.ts';
import { isRefused, readableParts } from '../type-places.ts';
import { scopedTypes, type ScopedType, type TypeScope } from './type-scopes.ts';
import type { View } from './view.ts';

/** What a statement was about, and what it found. */
export interface StatementOutcome {
  /** Its literals and the values of its parameters. */
  readonly texts: ReadonlySet<string>;
  readonly used: readonly View[];
  readonly types: readonly TypeScope[];
  readonly rowCount: number;
}

/**
 * What the rows of a statement do not show, as phrases, none where there is nothing to tell: what of a type is refused or not
 * mirrored, where a view is of it or a text names it; where no text names a type, how many are not shown whole; and a type
 * that is named without its group.
 */
export function unseenNotices({ texts, used, types: scopes, rowCount }: StatementOutcome): readonly string[] {
  const types = scopedTypes(scopes);
  const ofViews = types.filter((type) => used.some(({ of }) => of === resourceName(type)));
  const phrases = leftOut(ofViews, undefined);
  if (!used.some(({ of }) => of === 'all')) return phrases;
  const named = types.filter((type) => isNamed(type, texts));
  const ofNamed = namedPhrases(named.filter((type) => !ofViews.includes(type)));
  if (ofNamed.length > 0) return [...phrases, ...ofNamed];
  const others = otherPhrase({ types, texts, isNamed: named.length > 0, rowCount });
  return others === undefined ? phrases : [...phrases, others];
}

/** An empty text is no name of the core group: statements have it for many things. */
function isNamed(type: ScopedType, texts: ReadonlySet<string>): boolean {
  return texts.has(resourceName(type)) || texts.has(type.kind) || (type.group !== '' && texts.has(type.group));
}

function isUnseen(type: ScopedType): boolean {
  return readableParts([type]).every(({ scope }) => scope?.complete !== true);
}

function namedPhrases(named: readonly ScopedType[]): readonly string[] {
  const unseen = named.filter(isUnseen);
  const partly = leftOut(
    named.filter((type) => !isUnseen(type)),
    undefined,
  );
  if (unseen.length === 0) return partly;
  const why = unseen.every(isRefused) ? 'refused by the cluster' : 'not mirrored';
  return [`${firstNames(unseen.map(resourceName), 3)}: ${why}, so no row is of that type`, ...partly];
}

/** What is told where no type that is named is missing. */
function otherPhrase({
  types,
  texts,
  isNamed: isAnyNamed,
  rowCount,
}: Pick<StatementOutcome, 'texts' | 'rowCount'> & {
  readonly types: readonly ScopedType[];
  readonly isNamed: boolean;
}): string | undefined {
  if (rowCount > 0 && isAnyNamed) return undefined;
  const none = rowCount === 0 ? 'no row; ' : '';
  const [short] = types.filter((type) => type.group !== '' && texts.has(type.resource)).map(resourceName);
  const isCore = types.some((type) => type.group === '' && texts.has(type.resource));
  if (rowCount === 0 && short !== undefined && !isCore) return `no row; the type is called '${short}'`;
  const missing = types.filter((type) => !type.isOff && leftOut([type], undefined).length > 0);
  if (missing.length === 0) return undefined;
  const why = missing.every(isRefused) ? 'forbidden' : 'forbidden or not mirrored completely';
  return `${none}${typesAre(missing.length)} ${why}: navi status`;
}
