import { didYouMean, nearestWord } from '../core/nearest-word.ts';
import { NaviError } from '../errors/navi-error.ts';
import { listSettings } from './list-settings.ts';
import { orNone, wholeTable } from './setting-kinds.ts';
import { setting, type Setting, type Shape } from './setting.ts';
import type { Path } from './toml-document.ts';

/** A setting, and where it stands in the file. */
export interface LocatedSetting {
  readonly path: Path;
  readonly setting: Setting<unknown>;
}

/**
 * The same, or the whole table of a name: `contexts.prod`, `alerts.rules.mine`. @throws NAVI_USAGE
 */
export function locateSettable(keys: Shape, typed: string): LocatedSetting {
  return locateTable(keys, partsOf(typed), []) ?? locateSetting(keys, typed);
}

const aTable = setting(orNone(wholeTable), null, 'All keys of it.');

function locateTable(keys: Shape, [key = '', ...rest]: readonly string[], before: Path): LocatedSetting | undefined {
  const node = Object.hasOwn(keys, key) ? keys[key] : undefined;
  const path = [...before, key];
  if (node?.node === 'section') return locateTable(node.keys, rest, path);
  const [name] = rest;
  if (node?.node !== 'named' || name === undefined || rest.length !== 1) return undefined;
  return { path: [...path, name], setting: aTable };
}

/**
 * The setting that a key names, as it is written in TOML: `daemon.metrics_port`, `contexts."a b".namespaces`. A name in it may
 * have dots and signs without quotes as long as a key follows: `contexts.team@eu.prod.certificates`.
 * @throws NAVI_USAGE
 */
export function locateSetting(keys: Shape, typed: string): LocatedSetting {
  const located = locate(keys, partsOf(typed), []);
  if (located !== undefined) return located;
  const known = listSettings(keys).flatMap(({ settings }) => settings.map(({ path }) => path.join('.')));
  const below = known.filter((key) => key.startsWith(`${typed}.`));
  throw new NaviError('NAVI_USAGE', `there is no setting "${typed}"`, {
    hints: [
      ...(below.length === 0 ? didYouMean(nearestWord(typed, known)) : [`it has ${below.join(', ')}`]),
      'navi config show lists all',
    ],
  });
}

function locate(keys: Shape, [key, ...rest]: readonly string[], before: Path): LocatedSetting | undefined {
  const node = key !== undefined && Object.hasOwn(keys, key) ? keys[key] : undefined;
  if (key === undefined || node === undefined) return undefined;
  const path = [...before, key];
  if (node.node === 'setting') return rest.length === 0 ? { path, setting: node } : undefined;
  if (node.node === 'section') return locate(node.keys, rest, path);
  const inner = rest.at(-1);
  return rest.length < 2 || inner === undefined
    ? undefined
    : locate(node.keys, [inner], [...path, rest.slice(0, -1).join('.')]);
}

/** Between the dots; quotes keep theirs. */
function partsOf(typed: string): readonly string[] {
  return [...typed.matchAll(/"([^"]*)"|'([^']*)'|([^.]+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? '',
  );
}
