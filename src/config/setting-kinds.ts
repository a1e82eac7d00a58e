import { durationMs } from '../core/duration.ts';
import type { Kind } from './setting.ts';
import { tableOf, WrongValue, type Path, type Table } from './toml-document.ts';

/** True or false. */
export const yesOrNo: Kind<boolean> = {
  wanted: 'true or false',
  form: { type: 'boolean' },
  read: (value, path) => {
    if (typeof value !== 'boolean') throw new WrongValue(path, 'must be true or false');
    return value;
  },
  fromText: (text) => (/^(true|1|yes)$/i.test(text) ? true : /^(false|0|no)$/i.test(text) ? false : text),
};

/** One of some texts. */
export function oneOf<T extends string>(texts: readonly T[]): Kind<T> {
  const quoted = texts.map((text) => JSON.stringify(text));
  const wanted = `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1) ?? ''}`;
  return {
    wanted,
    form: { enum: texts },
    read: (value, path) => {
      const found = texts.find((text) => text === value);
      if (found === undefined) throw new WrongValue(path, `must be ${wanted}`);
      return found;
    },
    fromText: (text) => text,
  };
}

/** A whole number within bounds, both included. */
export function whole(least: number, most: number): Kind<number> {
  const wanted = `a whole number from ${least} to ${most}`;
  return {
    wanted,
    form: { type: 'integer', minimum: least, maximum: most },
    read: (value, path) => {
      const isWhole = typeof value === 'number' && Number.isInteger(value);
      if (!isWhole || value < least || value > most) throw new WrongValue(path, `must be ${wanted}`);
      return value;
    },
    fromText: (text) => (/^-?\d+$/.test(text) ? Number(text) : text),
  };
}

/** Bounds of a duration (as text, both included). */
interface DurationBounds {
  readonly least: string;
  readonly most: string;
  /** `0` is allowed, and means this. */
  readonly zero?: string;
}

/** A duration in ms, written as Go does, and with days (`7d`). */
export function duration({ least, most, zero }: DurationBounds): Kind<number> {
  const wanted = `a duration from "${least}" to "${most}"${zero === undefined ? '' : `, or "0" for ${zero}`}`;
  const bounds = [least, most].map((text) => longDurationMs(text) ?? 0);
  return {
    wanted,
    form: { type: 'string', pattern: String.raw`^(0|\d+d|(\d+(\.\d+)?(ms|s|m|h))+)$` },
    read: (value, path) => {
      const ms = typeof value === 'string' ? longDurationMs(value) : undefined;
      if (ms === 0 && zero !== undefined) return 0;
      if (ms === undefined || ms < (bounds[0] ?? 0) || ms > (bounds[1] ?? 0))
        throw new WrongValue(path, `must be ${wanted}`);
      return ms;
    },
    fromText: (text) => text,
  };
}

function longDurationMs(text: string): number | undefined {
  const [, days] = /^(\d{1,6})d$/.exec(text) ?? [];
  return days === undefined ? durationMs(text) : Number(days) * 86_400_000;
}

const sizeUnits: Readonly<Record<string, number>> = { Ki: 1024, Mi: 1024 ** 2, Gi: 1024 ** 3, Ti: 1024 ** 4 };

/** A size in bytes, written as Kubernetes writes quantities of memory (`512Mi`). */
export function size(least: string, most: string): Kind<number> {
  const wanted = `a size from "${least}" to "${most}"`;
  const bounds = [least, most].map((text) => sizeBytes(text) ?? 0);
  return {
    wanted,
    form: { type: 'string', pattern: String.raw`^\d+(Ki|Mi|Gi|Ti)$` },
    read: (value, path) => {
      const bytes = typeof value === 'string' ? sizeBytes(value) : undefined;
      if (bytes === undefined || bytes < (bounds[0] ?? 0) || bytes > (bounds[1] ?? 0))
        throw new WrongValue(path, `must be ${wanted}`);
      return bytes;
    },
    fromText: (text) => text,
  };
}

function sizeBytes(text: string): number | undefined {
  const [, count, unit] = /^(\d{1,9})(Ki|Mi|Gi|Ti)$/.exec(text) ?? [];
  return count === undefined ? undefined : Number(count) * (sizeUnits[unit ?? ''] ?? 0);
}

/** What each text of a list must be. */
interface TextsForm {
  readonly pattern: RegExp;
  /** What one of them is, with its article: `a namespace`. */
  readonly each: string;
  /** An empty list is refused with this. */
  readonly whenEmpty?: string;
}

/** A list of texts, each once, in the order of the file. */
export function texts({ pattern, each, whenEmpty }: TextsForm): Kind<readonly string[]> {
  return {
    wanted: 'a list of texts',
    form: { type: 'array', items: { type: 'string', pattern: pattern.source } },
    read: (value, path) => {
      const list = textList(value, path);
      const odd = list.find((item) => !pattern.test(item));
      if (odd !== undefined) throw new WrongValue(path, `holds ${JSON.stringify(odd)}, which cannot be ${each}`);
      if (list.length === 0 && whenEmpty !== undefined) throw new WrongValue(path, whenEmpty);
      return [...new Set(list)];
    },
    fromText: (text) => text.split(',').filter((item) => item !== ''),
  };
}

/** Some of these texts, in their order here. */
export function anyOf<T extends string>(known: readonly T[]): Kind<readonly T[]> {
  return {
    wanted: `a list of ${known.join(', ')}`,
    form: { type: 'array', items: { enum: known } },
    read: (value, path) => {
      const list = textList(value, path);
      const odd = list.find((item) => !known.some((each) => each === item));
      if (odd !== undefined) throw new WrongValue(path, `holds ${JSON.stringify(odd)}; known are ${known.join(', ')}`);
      return known.filter((each) => list.includes(each));
    },
    fromText: (text) => text.split(',').filter((item) => item !== ''),
  };
}

function textList(value: unknown, path: Path): readonly string[] {
  if (!Array.isArray(value)) throw new WrongValue(path, 'must be a list of texts');
  return value.map((item: unknown) => {
    if (typeof item !== 'string') throw new WrongValue(path, 'must be a list of texts');
    return item;
  });
}

/** A text that is looked at elsewhere. @param wanted what of it is so */
export function anyText(wanted: string): Kind<string> {
  return { wanted, form: { type: 'string' }, read: textOf, fromText: (text) => text };
}

/** A duration as CEL and Go write it, which is looked at elsewhere. */
export const span: Kind<string> = anyText('a duration, such as "90s", "5m" or "1h30m"');

/** A program and its arguments, in their order. */
export const words: Kind<readonly string[]> = {
  wanted: 'a list: the program and its arguments',
  form: { type: 'array', items: { type: 'string' }, minItems: 1 },
  read: textList,
  fromText: (text) => [text],
};

function textOf(value: unknown, path: Path): string {
  if (typeof value !== 'string') throw new WrongValue(path, 'must be a text');
  return value;
}

/** A whole table of a name, whose keys are looked at elsewhere. */
export const wholeTable: Kind<Table> = {
  wanted: 'a table in braces, such as { key = "value" }',
  form: { type: 'object' },
  read: tableOf,
  fromText: (text) => text,
};

/** The same, or nothing where the key is left out. */
export function orNone<T>(kind: Kind<T>): Kind<T | undefined> {
  return { ...kind, read: (value, path) => (value === null ? undefined : kind.read(value, path)) };
}
