/** What is compared of an object. */
export interface AuditedObject {
  /** `namespace/name`, or the name of a cluster-scoped object. */
  readonly key: string;
  readonly uid: string;
  readonly resourceVersion: string;
}

/** One object in which two sides differ; undefined where a side lacks it. */
export interface AuditDifference {
  readonly key: string;
  readonly stored: AuditedObject | undefined;
  readonly served: AuditedObject | undefined;
}

/** Objects are counted and hashed in so many parts, so that a difference is found without keeping all keys. */
const bucketCount = 1_024;

/** Objects whose identities a digest keeps: some 3 MB of text. */
const maxKept = 20_000;

/**
 * Count and hash of a set of objects, whatever the order in which they come, with bounded memory. The objects of some
 * buckets are kept, so that what differs there can be named.
 */
export class AuditDigest {
  objectCount = 0;
  readonly #sums = new Uint32Array(bucketCount * 3);
  readonly #kept = new Map<string, AuditedObject>();
  readonly #buckets: ReadonlySet<number> | undefined;
  #isOverfull = false;

  /** @param buckets whose objects are kept; all of them unless given, as long as they are not too many. */
  constructor(buckets?: ReadonlySet<number>) {
    this.#buckets = buckets;
  }

  /** False once objects had to be left out: differences can be found, but not all of them named. */
  get isComplete(): boolean {
    return this.#buckets === undefined && !this.#isOverfull;
  }

  add(object: AuditedObject): void {
    const bucket = textHash(object.key, 1) % bucketCount;
    const text = `${object.key}\0${object.uid}\0${object.resourceVersion}`;
    this.objectCount += 1;
    // A Uint32Array takes every sum modulo 2^32.
    this.#sums[bucket * 3] = (this.#sums[bucket * 3] ?? 0) + 1;
    this.#sums[bucket * 3 + 1] = (this.#sums[bucket * 3 + 1] ?? 0) + textHash(text, 2);
    this.#sums[bucket * 3 + 2] = (this.#sums[bucket * 3 + 2] ?? 0) + textHash(text, 3);
    this.#keep(bucket, object);
  }

  /** The buckets that are not the same in both. */
  differingBuckets(other: AuditDigest): ReadonlySet<number> {
    const differing = new Set<number>();
    for (const [index, sum] of this.#sums.entries()) {
      if (sum !== other.#sums[index]) differing.add(Math.floor(index / 3));
    }
    return differing;
  }

  /** What differs among the objects kept; `this` is the stored side. */
  differences(served: AuditDigest): readonly AuditDifference[] {
    const differences: AuditDifference[] = [];
    for (const [key, stored] of this.#kept) {
      const other = served.#kept.get(key);
      const isSame = other?.uid === stored.uid && other.resourceVersion === stored.resourceVersion;
      if (!isSame) differences.push({ key, stored, served: other });
    }
    for (const [key, other] of served.#kept) {
      if (!this.#kept.has(key)) differences.push({ key, stored: undefined, served: other });
    }
    return differences;
  }

  #keep(bucket: number, object: AuditedObject): void {
    if (this.#isOverfull || this.#buckets?.has(bucket) === false) return;
    this.#kept.set(object.key, object);
    if (this.#kept.size <= maxKept) return;
    this.#isOverfull = true;
    this.#kept.clear();
  }
}

/** At most so many buckets are looked into for names: some 2,000 objects of 100,000. */
const namedBuckets = 20;

/** A few of the buckets: enough to name what differs. */
export function someBuckets(buckets: ReadonlySet<number>): ReadonlySet<number> {
  return new Set([...buckets].slice(0, namedBuckets));
}

/** 32 bits of a text (FNV-1a over UTF-16, finished as MurmurHash3 does). */
function textHash(text: string, seed: number): number {
  let hash = 0x811c9dc5 ^ Math.imul(seed, 0x9e3779b1);
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
