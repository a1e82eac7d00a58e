import { celDurationMs } from '../cel/cell-value.ts';
import { didYouMean, nearestWord } from '../core/nearest-word.ts';
import { WrongValue, type Path } from './toml-document.ts';

/** A year: longer is a slip. */
const longestMs = 366 * 24 * 3_600_000;

/** A duration as CEL and Go write it. @throws WrongValue */
export function durationOf(value: unknown, path: Path): number {
  const ms = typeof value === 'string' ? (value === '0' ? 0 : celDurationMs(value)) : undefined;
  if (ms === undefined || ms > longestMs)
    throw new WrongValue(path, 'must be a duration, such as "90s", "5m" or "1h30m"');
  return Math.round(ms);
}

/** @throws WrongValue */
export function textOf(value: unknown, path: Path): string {
  if (typeof value !== 'string') throw new WrongValue(path, 'must be a text');
  return value;
}

/** A list of texts, each once. @throws WrongValue */
export function textsOf(value: unknown, path: Path): readonly string[] {
  if (!Array.isArray(value)) throw new WrongValue(path, 'must be a list of texts');
  return [
    ...new Set(
      value.map((each: unknown) => {
        if (typeof each !== 'string') throw new WrongValue(path, 'must be a list of texts');
        return each;
      }),
    ),
  ];
}

/** @param known the keys that there are in its place */
export function unknownKey(path: Path, known: readonly string[]): WrongValue {
  const [key = ''] = path.slice(-1);
  return new WrongValue(
    path,
    `is no key that navi knows; the keys here are ${known.join(', ')}`,
    didYouMean(nearestWord(key, known)),
  );
}
