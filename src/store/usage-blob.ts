import type { ContainerUsage, ObjectUsage } from '../core/usage.ts';
import { zlib } from '../util/late-modules.ts';
import { packText, unpackText } from './state-blob.ts';
import { StoredTextDamaged } from './store-errors.ts';

/** Usage of the objects of one namespace as it is stored: for 20,000 containers some 5 bytes of names and 7 of amounts each. */
export interface UsageBlobs {
  /** zstd of the JSON of an array: for each object its name and those of its containers. */
  readonly names: Buffer;
  /** zstd of base-128 numbers, low digits first: the nanocores of all containers, then the bytes of memory of all. */
  readonly amounts: Buffer;
}

/** Longest base-128 number of what a double holds exactly. */
const longestNumber = 8;

/** Packs usage; the order is kept. */
export function packUsage(objects: readonly ObjectUsage[]): UsageBlobs {
  const containers = objects.flatMap((object) => object.containers);
  const bytes = Buffer.allocUnsafe(containers.length * 2 * longestNumber);
  let end = 0;
  const add = (amount: number): void => {
    let rest = amount;
    for (; rest >= 128; rest = Math.floor(rest / 128)) bytes[end++] = (rest % 128) + 128;
    bytes[end++] = rest;
  };
  for (const { cpuNanocores } of containers) add(cpuNanocores);
  for (const { memoryBytes } of containers) add(memoryBytes);
  const names = objects.map(({ name, containers: own }) => [name, ...own.map((each) => each.name)]);
  return { names: packText(JSON.stringify(names)), amounts: packBytes(bytes.subarray(0, end)) };
}

/** What `packUsage` packed. @throws StoredTextDamaged */
export function unpackUsage({ names, amounts }: UsageBlobs): readonly ObjectUsage[] {
  const objects = JSON.parse(unpackText(names)) as readonly (readonly [string, ...string[]])[];
  const numbers = unpackNumbers(amounts);
  const count = objects.reduce((sum, [, ...containers]) => sum + containers.length, 0);
  if (numbers.length !== 2 * count) throw new StoredTextDamaged('packed usage does not fit its names');
  let next = 0;
  return objects.map(([name, ...containers]) => ({
    name,
    containers: containers.map((container): ContainerUsage => {
      const index = next++;
      return {
        name: container,
        cpuNanocores: numbers[index] as number,
        memoryBytes: numbers[count + index] as number,
      };
    }),
  }));
}

function packBytes(bytes: Buffer): Buffer {
  const { zstdCompressSync, constants } = zlib();
  return zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 1 } });
}

function unpackNumbers(blob: Buffer): readonly number[] {
  let bytes: Buffer;
  try {
    bytes = zlib().zstdDecompressSync(blob);
  } catch (error) {
    throw new StoredTextDamaged('packed usage cannot be unpacked', { cause: error });
  }
  const numbers: number[] = [];
  let number = 0;
  let place = 1;
  for (const byte of bytes) {
    number += (byte & 127) * place;
    place *= 128;
    if (byte >= 128) continue;
    numbers.push(number);
    number = 0;
    place = 1;
  }
  return numbers;
}
