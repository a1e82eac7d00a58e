import type { Json, JsonObject } from '../../src/core/json.ts';
import { parseJson } from '../../src/core/canonical-json.ts';
import { steeringText } from './synced-navi.ts';
import type { SeededRandom } from './seeded-random.ts';

/** What may stand where a field of another type belongs. */
const lists: readonly (readonly Json[])[] = [
  [null, true, false, 0, -1, 1.5, 1e30, JSON.rawJSON('123456789012345678901234567890'), '', ' ', 'text', '-5', '0x1'],
  ['a\nb\tc\rd\u000be', '\u2028\u0000\ud800', steeringText, 'x'.repeat(3_000), '%s%n', '__proto__', 'Running'],
  ['2026-01-01T00:00:00Z', '9999-99-99T99:99:99Z', '0001-01-01T00:00:00Z', '10Gi', '1e999999', '-0', 'True', '*'],
  [[], {}, [{}], [{}, {}], [null], [[]], ['a', 'b'], [1, 'a', null, {}], { a: 1 }, { a: { b: [{}] } }, [['a']]],
  [JSON.parse('{"__proto__": {"a": 1}, "constructor": 1, "toString": "x", "length": 3}') as Json],
];
const misfits: readonly Json[] = lists.flat();

/** Anything; half of them are what more fields can be read from. */
export function misfit(random: SeededRandom): Json {
  if (random.below(2) === 0) return random.pick(misfits);
  return random.pick([{}, {}, [{}], [{}, {}]] as const);
}

type Path = readonly string[];

/** The same value; `missed` gets the path of each member that is looked for and not there. */
function spied<T>(value: T, path: Path, missed: (path: Path) => void): T {
  if (typeof value !== 'object' || value === null || JSON.isRawJSON(value)) return value;
  return new Proxy(value, {
    get: (target, key, receiver): unknown => {
      if (typeof key === 'symbol' || (key in target && !Object.hasOwn(target, key)))
        return Reflect.get(target, key, receiver);
      if (!Object.hasOwn(target, key)) {
        if (!Array.isArray(target)) missed([...path, key]);
        return undefined;
      }
      return spied(Reflect.get(target, key) as unknown, [...path, key], missed);
    },
  });
}

function plant(root: JsonObject, path: Path, value: Json): void {
  let at: unknown = root;
  for (const key of path.slice(0, -1)) at = (at as Readonly<Record<string, unknown>>)[key];
  Object.defineProperty(at, path.at(-1) ?? '', { value, enumerable: true, writable: true, configurable: true });
}

/**
 * An object with anything at every path that `read` looks at, also at those that it looks at because of what is there.
 * @param root is changed
 */
export function grownObject<T extends JsonObject>(
  root: T,
  random: SeededRandom,
  options: { readonly read: (object: T) => void; readonly isFixed: (path: Path) => boolean },
): T {
  for (let round = 0; round < 6; round += 1) {
    const missed = new Map<string, Path>();
    options.read(spied(root, [], (path) => missed.set(path.join('/'), path)));
    for (const path of missed.values()) {
      if (options.isFixed(path) || random.below(4) === 0) continue;
      plant(root, path, parseJson(JSON.stringify(misfit(random))));
    }
  }
  return root;
}
